import { describe, expect, test } from "vitest";
import { toDot, toMermaid } from "../../src/ir/draw.js";
import { printModule } from "../../src/ir/print.js";
import { functionNamed, lower, printed } from "./lowered.js";

describe("the code of small functions", () => {
  test.each(
    Object.entries({
      "a condition branches on the tested variables": "function f(a, b, c) { if (a && !b || c) g(); else h(); }",
      "finally stands once": "function f(a) { try { if (a) return g(a); } finally { h(); } return 0; }",
      "a break through finally": "function f(xs) { for (const x of xs) { try { if (x) break; } finally { h(x); } } }",
      "using": "function f(a) { using s = open(a); return s.read(); }",
      "an optional call": "function f(o) { return o?.m(1)?.n; }",
      "a default parameter and a pattern": "function f(a = g(), { b, ...rest }, [c = 1]) { return [a, b, rest, c]; }",
      "a switch with fall-through": "function f(x) { switch (x) { case 0: a(); case 1: b(); break; default: c(); } }",
      "tests for null": "function f(s) { if (s === null || s == undefined || 0n === s || s !== ptr(0) || s == NULL || s === void 0 || s != '0x0' || !s) g(); }",
      "a generator that can be abandoned": "function* f() { try { yield 1; } finally { g(); } }",
      "a nullish assignment to a field": "function f(o) { o.s ??= g(); }",
      "operands that are assigned later are copied": "function f(a, b) { return g(a, b, a = 1); }",
    }),
  )("%s", (_, text) => {
    expect(printed(text)).toMatchSnapshot();
  });

  test("a class", () => {
    const text = `
      class Conn extends Base {
        #session = null; static count = 0; declare ssl: Ssl; peer: Conn | null = null;
        constructor(private ctx: Context, timeout = 3) { super(ctx); this.timeout = timeout; }
        get session() { return this.#session; }
        [Symbol.dispose]() { super.close(); }
        static { this.count++; }
        static open(...args) { return new this(...args); }
      }
      class Context {}`;
    expect(printModule(lower(text))).toMatchSnapshot();
  });

  test("a CommonJS module", () => {
    const text = `const koffi = require("koffi"); function f() { return exports.g(); } module.exports = { f }; exports.g = f; module.exports.h = () => module.exports;`;
    expect(printModule(lower(text, "test.cjs"))).toMatchSnapshot();
  });
});

describe("drawings", () => {
  const module = lower("function* f(a) { try { if (a) yield a; g(\"x\"); } catch (e) { h(e); } finally { k(); } }");

  test("Graphviz", () => {
    expect(toDot(module, functionNamed(module, "f"))).toMatchSnapshot();
  });

  test("Mermaid", () => {
    expect(toMermaid(module, functionNamed(module, "f"))).toMatchSnapshot();
  });
});
