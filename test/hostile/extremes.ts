/** Texts at the edge of what a parser takes, by name. */
export function extremes(): [name: string, text: string][] {
  return [
    ["nothing", ""],
    ["a byte order mark alone", "\uFEFF"],
    ["NUL bytes", `${use}\0\0\0SSL_SESSION_free(s);`],
    ["half a surrogate pair", `${use}const \uD800 = "\uDFFF";`],
    ["line separators", `${use}\u2028\u2029SSL_SESSION_free(s)\u2028`],
    ["carriage returns alone", "const s = SSL_get1_session(ssl);\rSSL_SESSION_free(s);\r"],
    ["nested parentheses", `${use}f(${nested("(", "s", ")", 5000)});`],
    ["nested arrays", `${use}f(${nested("[", "s", "]", 5000)});`],
    ["nested objects", `${use}f(${nested("{a:", "s", "}", 5000)});`],
    ["nested blocks", `${use}${nested("{", "SSL_SESSION_free(s);", "}", 5000)}`],
    ["nested ifs", `${use}${nested("if (p) {", "SSL_SESSION_free(s);", "}", 3000)}`],
    ["nested loops", `${use}${nested("while (p()) {", "SSL_SESSION_get_time(s);", "}", 500)}`],
    ["nested tries", `${use}${nested("try {", "SSL_SESSION_get_time(s);", "} finally { f(); }", 500)}`],
    ["nested functions", `${use}${nested("(() => {", "SSL_SESSION_free(s);", "})();", 1500)}`],
    ["nested classes", `${use}${nested("class A { m() {", "SSL_SESSION_free(s);", "} }", 1000)}`],
    ["nested templates", `${use}f(${nested("`${", "s", "}`", 2000)});`],
    ["nested conditionals", `${use}f(${nested("p ? ", "s", " : q", 5000)});`],
    ["nested types", `${use}let t: ${nested("Array<", "number", ">", 5000)};`],
    ["a chain of else-ifs", `${use}if (a) {}\n${many(5000, (i) => `else if (a${i}) { SSL_SESSION_get_time(s); }`)}`],
    ["a chain of members", `${use}f(s${".a".repeat(20_000)});`],
    ["a chain of calls", `${use}f(s${".a()".repeat(5000)});`],
    ["a chain of optional members", `${use}f(s${"?.a".repeat(5000)});`],
    ["a long sum", `${use}f(${"s + ".repeat(20_000)}1);`],
    ["a long conjunction", `${use}if (${"p && ".repeat(3000)}s) SSL_SESSION_free(s);`],
    ["a long comma expression", `${use}${"f(s), ".repeat(10_000)}0;`],
    ["a long assignment chain", `${use}${many(1, () => `${"a = ".repeat(5000)}s`)};`],
    ["many labels", `${use}${many(2000, (i) => `l${i}:`)} while (p()) break l1999;`],
    ["many cases", `${use}switch (p) {\n${many(5000, (i) => `case ${i}: SSL_SESSION_get_time(s);`)}\n}`],
    ["many arguments", `${use}f(${"s, ".repeat(20_000)}s);`],
    ["many parameters", `${use}function f(${many(5000, (i) => `a${i},`)}) { SSL_SESSION_free(a0); }`],
    ["many variables", many(20_000, (i) => `const s${i} = ${i};`)],
    ["a huge string", `${use}f("${"x".repeat(3_000_000)}");`],
    ["a huge number", `${use}f(${"9".repeat(100_000)}n);`],
    ["a huge comment", `${use}/*${"*".repeat(3_000_000)}*/`],
    ["a huge regular expression", `${use}/${"(a|".repeat(3000)}b${")".repeat(3000)}/.test(s);`],
    ["unclosed everything", `${use}${"{[(`${".repeat(2000)}`],
    ["a hash-bang and a directive", `#!/usr/bin/env node\n"use strict";\n${use}`],
    ["half an import beside idle code", `export abstract class Idle {}\nimport abstract class D {}\nexport function f(ssl) { return SSL_get1_session(ssl); }\n`],
    ["conflict markers", `<<<<<<< HEAD\n${use}=======\nSSL_SESSION_free(s);\n>>>>>>> other\n`],
  ];
}

const use = "const s = SSL_get1_session(ssl);\n";
const many = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join("\n");
const nested = (open: string, middle: string, close: string, depth: number): string => `${open.repeat(depth)}${middle}${close.repeat(depth)}`;
