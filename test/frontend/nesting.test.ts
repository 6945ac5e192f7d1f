import { describe, expect, test, vi } from "vitest";
import { lowerModule } from "../../src/frontend/typescript/index.js";
import { liveness } from "../../src/ir/liveness.js";
import { verifyModule } from "../../src/ir/verify.js";
import { functionNamed, instructions, lower } from "./lowered.js";

vi.setConfig({ testTimeout: 60_000 });

const repeat = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join("");

// Counts the time of this process alone, with room for slow machines: what is not about linear takes many times as long.
function within<T>(seconds: number, run: () => T): T {
  const start = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(seconds);
  return result;
}

describe("long and deep code", () => {
  test.each<[string, string, string]>([
    ["a sum", `x = ${Array(10_000).fill("a").join("+")}`, "test.ts"],
    ["a mixed sum", `x = a${repeat(10_000, (index) => (index % 2 ? "+a" : "-b"))}`, "test.ts"],
    ["a conjunction", `if (${Array(10_000).fill("a").join("&&")}) f();`, "test.ts"],
    ["a comma expression", Array(500).fill("a()").join(","), "test.ts"],
    ["a member chain", `x = a${".b".repeat(10_000)}`, "test.ts"],
    ["a call chain", `x = a${".b()".repeat(300)}`, "test.ts"],
    ["an optional chain", `x = a${"?.b".repeat(3_000)}`, "test.ts"],
    ["else if", `${repeat(300, (index) => `if (a === ${index}) b(${index}); else `)}c();`, "test.ts"],
    ["conditional expressions", `x = ${repeat(300, (index) => `a === ${index} ? b : `)}c`, "test.ts"],
    ["a switch", `switch (a) { ${repeat(3_000, (index) => `case ${index}: b(${index});`)} }`, "test.ts"],
    ["statements", `function f(a) { ${repeat(5_000, (index) => `const v${index} = g(a, ${index});`)} }`, "test.ts"],
    ["independent ifs", `function f(a) { ${repeat(1_000, (index) => `if (a === ${index}) g(${index});`)} }`, "test.ts"],
    ["nested blocks", `function f(a) { ${"if (a) {".repeat(200)} g(); ${"}".repeat(200)} }`, "test.ts"],
    ["nested try statements", `function f() { ${"try {".repeat(200)} g(); return 1; ${"} finally { h(); }".repeat(200)} }`, "test.ts"],
    ["using declarations", `function f() { ${repeat(200, (index) => `using v${index} = g(${index});`)} return 1; }`, "test.ts"],
    ["assignments", Array(500).fill("a").join(" = "), "test.ts"],
  ])("%s: followed to the end, in time", (_, text, file) => {
    const module = within(5, () => lower(text, file));
    expect(instructions(module, "unknown")).toEqual([]);
  });

  test.each<[string, string]>([
    ["parentheses", `x = ${"(".repeat(5_000)}a${")".repeat(5_000)}`],
    ["blocks", `${"{".repeat(5_000)}a()${"}".repeat(5_000)}`],
    ["blocks that the parser manages", `function f(s) { ${"{".repeat(1_500)}s = g(s)${"}".repeat(1_500)} }`],
    ["calls", `x = ${"f(".repeat(800)}1${")".repeat(800)}`],
    ["arrays", `x = ${"[".repeat(5_000)}${"]".repeat(5_000)}`],
    ["patterns", `var ${"[".repeat(800)}a${"]".repeat(800)} = b`],
    ["arrow functions", `x = ${"() => ".repeat(5_000)}1`],
    ["functions", `${"function f() {".repeat(400)}x()${"}".repeat(400)}`],
    ["else if", `${"if (a) b(); else ".repeat(20_000)}c();`],
    ["templates", `x = ${"`${".repeat(500)}a${"}`".repeat(500)}`],
    ["negations", `if (${"!".repeat(800)}a) b();`],
    ["new", `${"new ".repeat(800)}A`],
  ])("%s nested too deeply give up without a crash", (_, text) => {
    const { module } = lowerModule("deep.ts", text);
    expect(verifyModule(module)).toEqual([]);
  });

  test("what the parser cannot take is a problem", () => {
    expect(lowerModule("deep.ts", `x = ${"(".repeat(50_000)}a${")".repeat(50_000)}`).problems).toMatchObject([{ message: "the code is nested too deeply to be parsed" }]);
  });

  test("variables in code that is not followed are unknown afterwards", () => {
    const module = lower(`function f(s, t) { ${"{".repeat(1_100)} s = g(t); ${"}".repeat(1_100)} return s; }`);
    const fn = functionNamed(module, "f");
    const [s, t] = fn.params;
    expect(instructions(fn, "unknown").map((one) => [one.to === s, [...one.operands]])).toEqual([[false, [t, s]], [true, []]]);
  });
});

describe("liveness", () => {
  const liveNames = (text: string): string[][] => {
    const module = lower(text);
    const fn = functionNamed(module, "f");
    const { liveIn } = liveness(fn, module);
    return liveIn.map((live) => [...live].map((id) => module.variables[id]!.name).filter((name) => name !== "").sort());
  };

  test("a variable lives from its last assignment to its last read", () => {
    expect(liveNames("function f(a, b) { let c = 1; if (a) c = b; return c; }")).toEqual([["a", "b"], ["b"], ["c"]]);
  });

  test("through a loop", () => {
    expect(liveNames("function f(a, b) { while (a()) b(); }")).toEqual([["a", "b"], ["a", "b"], ["a", "b"], []]);
  });

  test("into a handler, from before the instruction that throws", () => {
    expect(liveNames("function f(a) { let c = 1; try { c = a(); } catch { return c; } return 0; }")[0]).toEqual(["a"]);
    expect(liveNames("function f(a, c) { try { c = a(); } catch { return c; } return 0; }")[0]).toEqual(["a", "c"]);
  });

  test("into the code for an abandoned generator", () => {
    expect(liveNames("function* f(a, b) { try { yield 1; b = 2; } finally { a(b); } }")[0]).toEqual(["a", "b"]);
  });

  test("captured variables are left out", () => {
    expect(liveNames("function f(a, b) { g(() => a); return [a, b]; }")).toEqual([["b"]]);
  });

  test("in functions of many blocks, in time", () => {
    const module = lower(`function f(a) { let s = 0; ${repeat(5_000, (index) => `const v${index} = g(a); if (v${index}) h(v${index}, s);`)} return a; }`);
    const fn = functionNamed(module, "f");
    expect(within(5, () => liveness(fn, module)).liveIn).toHaveLength(10_001);
  });
});

describe("the checks on a module", () => {
  const module = lower("function f(a) { if (a) g(a); }");
  const fn = functionNamed(module, "f");
  const [entry] = fn.blocks;

  test.each<[string, Partial<typeof fn>]>([
    ["a block that does not exist", { blocks: [{ ...entry!, terminator: { op: "goto", target: 9, range: fn.range } }] }],
    ["a handler that does not exist", { blocks: [{ ...entry!, handler: 9, terminator: { op: "return", value: null, range: fn.range } }] }],
    ["a variable that does not exist", { blocks: [{ ...entry!, terminator: { op: "return", value: 999, range: fn.range } }] }],
    ["a block without end", { blocks: [{ ...entry!, terminator: { op: "unreachable", range: fn.range } }] }],
    ["a function without blocks", { blocks: [] }],
    ["a variable of another function", { params: [0] }],
    ["a capture that the parent cannot give", { captures: fn.params }],
  ])("%s", (_, change) => {
    expect(verifyModule({ ...module, functions: module.functions.map((one) => (one === fn ? { ...fn, ...change } : one)) })).not.toEqual([]);
    expect(verifyModule(module)).toEqual([]);
  });
});
