import { describe, expect, test } from "vitest";
import { lowerModule } from "../../src/frontend/typescript/index.js";
import { verifyModule } from "../../src/ir/verify.js";
import { functionNamed, instructions, lower, nameOf } from "./lowered.js";

describe("modules", () => {
  test("imports and exports of every form", () => {
    const module = lower(`
      import def, { a as b, type T, default as d2 } from "one"; import * as ns from "two"; import type { X } from "types"; import "side"; import req = require("three");
      export { b as renamed, b, local as default }; export * from "four"; export * as five from "five"; export { x as y } from "six"; export type { X } from "types";
      const local = def(d2, ns, req); export const { p, q: [r] } = local; export function fn() {} export class C {} export enum E { A } export namespace N { export const v = 1; }
      export declare function SSL_free(p: unknown): void; export declare const lib: any; interface I {} export { I };`);
    expect(module.imports).toEqual(["one", "two", "side", "four", "five", "six", "three"]);
    expect(instructions(module, "import").map((one) => [nameOf(module, one.to), one.specifier, one.name])).toEqual([
      ["def", "one", "default"],
      ["b", "one", "a"],
      ["d2", "one", "default"],
      ["ns", "two", "*"],
      ["req", "three", "module.exports"],
    ]);
    expect(module.exports.map((one) => (one.kind === "star" ? `* ${one.specifier}` : one.kind === "reexport" ? `${one.name}=${one.specifier}:${one.imported}` : `${one.name}=${nameOf(module, one.variable)}`))).toEqual([
      "renamed=one:a", "b=one:a", "default=local", "* four", "five=five:*", "y=six:x", "p=p", "r=r", "fn=fn", "C=C", "E=E", "N=N", "SSL_free=SSL_free", "lib=lib",
    ]);
    expect(module.variables.filter((variable) => variable.exported).map((variable) => variable.name)).toContain("fn");
    expect(instructions(module, "global").map((one) => one.name)).toEqual(["SSL_free", "lib"]);
  });

  test.each([
    ["export default function () {}", "default"],
    ["export default class {}", "default"],
    ["export default function named() {}", "named"],
    ["export default 1 + 1", "default"],
    ["export default () => 1", "default"],
  ])("%s", (text, variable) => {
    const module = lower(text);
    expect(module.exports).toEqual([{ kind: "variable", name: "default", variable: module.variables.findIndex((one) => one.name === variable) }]);
  });

  test("export = and CommonJS name the whole module", () => {
    expect(lower("const x = 1; export = x;", "test.cts").exports).toMatchObject([{ kind: "variable", name: "module.exports" }]);
    const common = lower("exports.a = 1; module['exports'].b = 2; if (a) return;", "test.js");
    expect(common.exports).toMatchObject([{ kind: "variable", name: "module.exports" }]);
    expect(instructions(common, "store").map((one) => [nameOf(common, one.object), one.key])).toEqual([["module.exports", "a"], ["module.exports", "b"]]);
    expect(lower("export const a = 1; exports.b = 2;").exports).toHaveLength(1);
  });

  test("require and import() of literal names are imports", () => {
    const module = lower(`const { a } = require("one"), b = await import("two"); import("three").then(b); function f(require) { require("no"); } import { createRequire } from "module"; require(a);`, "test.mjs");
    expect(instructions(module, "import").map((one) => `${one.specifier} ${one.name}`)).toEqual(["one module.exports", "two *", "three *"]);
    const made = lower(`import { createRequire } from "module"; const require = createRequire(import.meta.url); require("addon");`, "test.mjs");
    expect(made.imports).toEqual(["module", "addon"]);
  });

  test.each(["a.ts", "a.tsx", "a.mts", "a.cts", "a.js", "a.jsx", "a.mjs", "a.cjs", "A.TS", "noextension"])("%s is parsed", (file) => {
    expect(instructions(lower("const x: any = 1; f(x);".replace(": any", /\.[cm]?jsx?$/.test(file) ? "" : ": any"), file), "call")).toHaveLength(1);
  });
});

describe("names", () => {
  test("functions are named by where they stand", () => {
    const module = lower(`
      function outer() { const inner = () => 1; return { method() {}, prop: function () {}, get acc() { return 1; } }; }
      class Conn { close() {} static open = () => 1; #p = () => 2; constructor() {} } const C = class { m() {} }; x.handler = async () => {}; [1].map(() => 1); namespace N { export function g() {} }`);
    expect(module.functions.map((fn) => fn.name).sort()).toEqual(
      ["<module>", "<anonymous>", "C.m", "Conn.<fields>", "Conn.#p", "Conn.close", "Conn.constructor", "Conn.open", "N.g", "handler", "outer", "outer.acc", "outer.inner", "outer.method", "outer.prop"].sort(),
    );
  });

  test("captures pass through the functions between", () => {
    const module = lower("function f() { let a = 1; const b = 2; return () => () => { a++; return b; }; }");
    const between = functionNamed(module, "f.<anonymous>");
    expect(between.captures.map((id) => nameOf(module, id))).toEqual(["a", "b"]);
    const variable = (name: string) => module.variables.find((one) => one.name === name);
    expect(variable("a")).toMatchObject({ captured: true, constant: false });
    expect(variable("b")).toMatchObject({ captured: true, constant: true });
  });

  test("arrow functions share the receiver", () => {
    const module = lower("class A { m() { return () => this; } }");
    expect(functionNamed(module, "A.m.<anonymous>")).toMatchObject({ receiver: null, captures: [functionNamed(module, "A.m").receiver] });
  });

  test("free names, globals and their objects", () => {
    const module = lower("globalThis.a = window.b; c = self.d; global['e']; undefined; function f(globalThis) { globalThis.g; }");
    expect(instructions(module, "storeGlobal").map((one) => one.name)).toEqual(["a", "c"]);
    expect(instructions(module, "global").map((one) => one.name)).toEqual(["b", "d", "e"]);
    expect(instructions(module, "load").map((one) => one.key)).toEqual(["g"]);
  });

  test("ambient declarations leave the name free, unless it is tagged", () => {
    const module = lower(`declare const lib: any; declare function SSL_free(p: any): void;
      /** @releases s */ declare function give(s: any): void; lib.x(SSL_free, give);`);
    expect(instructions(module, "global").map((one) => one.name)).toEqual(["lib", "SSL_free"]);
    expect(functionNamed(module, "give")).toMatchObject({ hasBody: false, paramNames: ["s"], tags: [{ tag: "releases", words: ["s"] }] });
  });

  test("tags on overloads belong to the implementation", () => {
    const module = lower("/** @returnsOwned SSL_SESSION */ function f(a: string): any; function f(a: any) { return a; }");
    expect(module.functions.filter((fn) => fn.name === "f")).toMatchObject([{ hasBody: true, tags: [{ tag: "returnsOwned" }] }]);
  });

  test("callee, method and ranges of a call", () => {
    const text = `o.a.free(x, ...y); (lib["SSL_free"] as any)(x); (0, lib.z)(x); f()(x);`;
    const module = lower(text);
    expect(instructions(module, "call").map((one) => [one.calleeName, one.method, text.slice(one.calleeRange.start, one.calleeRange.end), one.receiver !== null])).toEqual([
      ["free", "free", "free", true],
      ["SSL_free", "SSL_free", `"SSL_free"`, true],
      ["z", null, "z", false],
      ["f", null, "f", false],
      ["", null, "f()", false],
    ]);
    expect(instructions(module, "call")[0]!.args.map((argument) => argument.spread)).toEqual([false, true]);
  });
});

describe("types", () => {
  test("declared types that name a class become hints", () => {
    const module = lower(`import { Conn, type Other } from "./conn"; class Own { c: Conn; d: string; constructor(private e: Own | null) {} } function f(a: Conn, b: number, o: Other) { const x: Own = a as any; return <Own>x; }`);
    expect(instructions(module, "typeHint").map((one) => [nameOf(module, one.variable), nameOf(module, one.class)])).toEqual([["a", "Conn"], ["o", "Other"], ["x", "Own"], ["x", "Own"], ["e", "Own"]]);
    expect([...module.classes[0]!.fieldTypes].map(([key, id]) => [key, nameOf(module, id)])).toEqual([["c", "Conn"], ["e", "Own"]]);
  });

  test("s! is a word on s", () => {
    const module = lower("function f(s) { g(s!); s!.m(); }");
    expect(instructions(module, "assertNonNull").map((one) => nameOf(module, one.from))).toEqual(["s", "s"]);
  });
});

describe("native bindings", () => {
  test("a recognised function is a native value, and its name a site", () => {
    const text = `const SSL_free = new NativeFunction(addr["SSL_free"], "void", ["pointer"]); SSL_free(p);`;
    const module = lower(text, "agent.js");
    expect(instructions(module, "native").map((one) => [nameOf(module, one.to), one.ref.name, one.ref.binding])).toEqual([["SSL_free", "SSL_free", "frida"]]);
    expect(module.bindings.map((one) => text.slice(one.range.start, one.range.end))).toEqual(["SSL_free"]);
  });

  test("fields that hold native functions only", () => {
    const make = (name: string): string => `new NativeFunction(a["${name}"], "pointer", ["pointer"])`;
    const module = lower(`
      class A { get = null; static s = ${make("SSL_new")}; constructor() { this.get = ${make("SSL_get_session")}; this.both = ${make("SSL_free")}; this.other = 1; }
        again() { const self = this; self.get = ok ? ${make("SSL_get_session")} : ${make("SSL_get_session")}; this.both = () => 1; } }
      const table = { SSL_clear: ${make("SSL_clear")} };`, "agent.js");
    expect(module.fieldBindings.map(({ key, class: owner, ref }) => [key, owner, ref?.name ?? null])).toEqual([
      ["s", 0, "SSL_new"], ["SSL_clear", null, "SSL_clear"], ["get", 0, "SSL_get_session"], ["both", 0, null],
    ]);
  });

  test("a library is a record under its key, with more than what is listed", () => {
    const module = lower(`const lib = Deno.dlopen("libssl.so", { SSL_free: { parameters: ["pointer"], result: "void" } }); lib.close();`);
    expect(instructions(module, "store").map((one) => one.key)).toEqual(["symbols", "SSL_free"]);
    expect(instructions(module, "spread")).toHaveLength(1);
  });

  test("a callback wraps a function", () => {
    const module = lower(`new NativeCallback((s) => 1, "int", ["pointer"]);`, "agent.js");
    expect(instructions(module, "callback")).toHaveLength(1);
  });
});

describe("everything is lowered", () => {
  test.each([
    ["JSX", `const el = <A.B x={1} {...s} y="z" on={() => f(el)}>{g(1)}<div/><>{...h}</>text</A.B>;`, "test.tsx"],
    ["decorators", `@dec(1) class A { @field() x = 1; @method m(@param() p) {} @acc accessor y = 2; static accessor z = 3; } export @dec class B {}`, "test.ts"],
    ["tagged templates", "const x = tag`a${1}b${f()}`; o.tag`x`; tag``; String.raw`\\x`;", "test.ts"],
    ["odd members", `const o = { get [k]() { return 1; }, set [k](v) {}, async *[k + 1]() {}, "quoted key"() {}, 1n: 2, __proto__: null, async m() {}, *g() {} }; class A { "quoted" = 1; 5 = 6; [k] = 7; static [k]() {} get [k]() { return 1; } ; static async *#p() { } has(o) { return #p in o; } }`, "test.ts"],
    ["metaproperties", "function F() { return new.target; } import.meta.url; import.meta.resolve?.('x');", "test.mts"],
    ["labels", "a: b: for (;;) { c: { break c; } continue a; } d: ; e: { break e; }", "test.ts"],
    ["statements", "with (o) { f(); } debugger; ; {} if (a) ; else ; do ; while (f()); for (;;) break; for (var i = 0, j; ; ) break; for (x of y) ; for (o.x in y) ; for (const [a, { b }] of y) ;", "test.js"],
    ["super in odd places", "const o = { m() { return super.m(); } }; class A extends B { static s = super.x; static { super.y(); super.z = 1; } m() { return () => super[k] + super.q; } x = super.m; }", "test.ts"],
    ["types only", "type A = { b: typeof c }; interface I extends J { m(): void } declare module 'x' { const y: number; } declare global { var z: number } abstract class K { abstract m(): void; declare p: string; [i: string]: unknown } enum Empty {} namespace T { export type U = 1 } export as namespace W; import type X = require('x'); function g<const T extends A>(this: Window, x: T): asserts x is T {}", "test.ts"],
    ["dynamic", "import(x); import('y', { with: { type: 'json' } }); new (f())(); new X; new (class {})(); (function () {})(); (() => {})?.(); void 0, 1; delete a[b], delete c; a?.[b]?.(...c); x = y = z; [a, b.c, ...d[0]] = e; ({ a, b: c.d = 1, ...f } = g); yield_: 1;", "test.ts"],
    ["async generators", "async function* f() { for await (const x of y) { yield* z; await using q = r; } } async () => await (await a).b; const g = async x => { await x };", "test.ts"],
    ["import forms", "import defer * as a from 'a'; import data from './d.json' with { type: 'json' }; import b, * as c from 'b'; import { 'string name' as d } from 'c'; export { d as 'other name' }; f(a, data, b, c, d);", "test.mts"],
    ["a hashbang", "#!/usr/bin/env node\nf();", "test.js"],
    ["a declaration file", "/** @returnsOwned SSL_SESSION */ export declare function get(s: number): number; export declare class K { /** @releases s */ free(s: number): void; other(): void } export const x: number; export default function d(): void;", "test.d.ts"],
  ])("%s", (_, text, file) => {
    const module = lower(text, file);
    expect(module.functions[0]!.blocks.length).toBeGreaterThan(0);
  });

  test("text with errors is lowered as far as it goes", () => {
    for (const text of ["f(; g(", "class { ", "a ? b", "for (const of", "let x = ;\nf();", "}}}", "import from 'x'", "break; continue foo; yield 1; await 2; return", "`${", "<a><b></a>", "@", "switch (x) { case", "x = {a: 1, b", "function (", "enum { A", "a..b?.", "super(); super.x; new.target", "export default", "import x = ", "\0\x01"]) {
      const { module, problems } = lowerModule("broken.tsx", text);
      expect(verifyModule(module), text).toEqual([]);
      for (const problem of problems) expect(problem.end).toBeGreaterThanOrEqual(problem.start);
    }
    expect(lowerModule("broken.ts", "let x = ;\nf();").problems[0]).toEqual({ message: "Expression expected.", start: 8, end: 9 });
  });
});
