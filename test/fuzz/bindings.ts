import type { Binding, Condition, Layout } from "./syntax.js";

/** How the programs of one binding and layout reach the library: calls, NULL, tests, and the files that bind. */
export class Dialect {
  constructor(
    private readonly binding: Binding,
    private readonly layout: Layout,
  ) {}

  /** The callee for a native function. */
  callee(name: string): string {
    if (this.layout === "barrel" && name === "SSL_get1_session") return "takeSession";
    return this.layout === "namespace" || this.layout === "commonjs" ? `openssl.${name}` : name;
  }

  get null(): string {
    return { ambient: "null", koffi: "null", bun: "null", deno: "null", frida: "NULL", wasm: "0" }[this.binding];
  }

  test(condition: Condition): string {
    if (condition.kind === "flag") return condition.text;
    const written = this.testOf(condition.pointer, condition.form);
    return condition.and === "" ? written : `${condition.and} && ${written}`;
  }

  testOf(pointer: string, form: number): string {
    const constant = this.null;
    if (this.binding === "frida") return [`!${pointer}.isNull()`, `${pointer}.isNull()`, `${pointer}.equals(NULL)`, `!${pointer}.equals(ptr(0))`][form] ?? pointer;
    return [pointer, `!${pointer}`, `${pointer} === ${constant}`, `${pointer} != ${constant}`][form] ?? pointer;
  }

  /** The files that bind the functions of these names, besides the one that uses them. */
  files(names: readonly string[]): [string, string][] {
    if (this.layout === "one file") return [];
    const { head, bind } = this.table(names);
    if (this.layout === "commonjs") {
      const required = head.map((line) => line.replace(/^import (.*) from (".*");$/, "const $1 = require($2);"));
      return [["native.js", text([...required, `module.exports = { ${names.map((name) => `${name}: ${bind(name)}`).join(", ")} };`])]];
    }
    const native: [string, string] = ["native.js", text([...head, ...names.map((name) => `export const ${name} = ${bind(name)};`)])];
    return this.layout === "barrel" ? [native, ["index.js", 'export * from "./native.js";\nexport { SSL_get1_session as takeSession } from "./native.js";\n']] : [native];
  }

  /** What a file says at its top to call the functions of these names. */
  header(names: readonly string[]): string[] {
    if (this.layout === "commonjs") return ['const openssl = require("./native.js");'];
    if (this.layout === "namespace") return ['import * as openssl from "./native.js";'];
    if (this.layout === "names") return [`import { ${names.join(", ")} } from "./native.js";`];
    if (this.layout === "barrel") return [`import { ${names.map((name) => this.callee(name)).join(", ")} } from "./index.js";`];
    const { head, bind } = this.table(names);
    return this.binding === "ambient" ? head : [...head, ...names.map((name) => `const ${name} = ${bind(name)};`)];
  }

  private table(names: readonly string[]): { readonly head: string[]; bind(name: string): string } {
    switch (this.binding) {
      case "ambient":
        return { head: [`/* global ${names.join(", ")} */`], bind: (name) => `globalThis.${name}` };
      case "koffi":
        return { head: ['import koffi from "koffi";', 'const lib = koffi.load("libssl.so.3");'], bind: (name) => (name === "SSL_get1_session" ? 'lib.func("void *SSL_get1_session(void *ssl)")' : `lib.func("${name}", "void *", ["void *"])`) };
      case "bun":
        return { head: ['import { dlopen } from "bun:ffi";', `const { symbols } = dlopen("libssl.so.3", { ${names.map((name) => `${name}: { args: ["ptr"], returns: "ptr" }`).join(", ")} });`], bind: (name) => `symbols.${name}` };
      case "deno":
        return { head: [`const lib = Deno.dlopen("libssl.so.3", { ${names.map((name) => `${name}: { parameters: ["pointer"], result: "pointer" }`).join(", ")} });`], bind: (name) => `lib.symbols.${name}` };
      case "frida":
        return { head: [], bind: (name) => `new NativeFunction(Module.getExportByName("libssl.so.3", "${name}"), "pointer", ["pointer"])` };
      case "wasm":
        return { head: [], bind: (name) => `Module.cwrap("${name}", "number", ["number"])` };
    }
  }
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
