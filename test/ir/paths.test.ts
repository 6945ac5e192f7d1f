import { describe, expect, test } from "vitest";
import { lowerModule } from "../../src/frontend/typescript/index.js";
import type { Block, BlockId, Constant, FunctionIr, Instruction, VariableId } from "../../src/ir/types.js";
import { resultsOf } from "../../src/ir/uses.js";

/** What a path knows: the variables that hold a constant. */
type Constants = ReadonlyMap<VariableId, Constant>;

/**
 * The number of ways from a function's entry to one of its exits that enter no block twice and contradict no constant
 * on the way (clean-up code is lowered once, and asks afterwards how it was entered). Calls do not throw here; a
 * `throw` goes to its handler. It says in one number whether the edges of a construct are those of the language.
 */
function countPaths(fn: FunctionIr): number {
  const count = (id: BlockId, seen: ReadonlySet<BlockId>, entering: Constants): number => {
    if (seen.has(id)) return 0;
    const block = fn.blocks[id]!;
    const known = new Map(entering);
    for (const instruction of block.instructions) step(known, instruction);
    const targets = targetsOf(block, known);
    if (targets === null) return 1;
    const more = new Set(seen).add(id);
    return targets.reduce((sum, target) => sum + count(target, more, known), 0);
  };
  return count(0, new Set(), new Map());
}

function step(known: Map<VariableId, Constant>, instruction: Instruction): void {
  const before = new Map(known);
  for (const variable of resultsOf(instruction)) known.delete(variable);
  if (instruction.op === "constant") known.set(instruction.to, instruction.value);
  else if (instruction.op === "copy" && before.has(instruction.from)) known.set(instruction.to, before.get(instruction.from));
  else if (instruction.op === "not" && before.has(instruction.from)) known.set(instruction.to, !before.get(instruction.from));
  else if (instruction.op === "compare" && before.has(instruction.left) && before.has(instruction.right)) known.set(instruction.to, before.get(instruction.left) === before.get(instruction.right));
}

// Null for the end of the function.
function targetsOf({ terminator, handler }: Block, known: Constants): readonly BlockId[] | null {
  switch (terminator.op) {
    case "goto":
      return [terminator.target];
    case "branch":
      if (known.has(terminator.condition)) return [known.get(terminator.condition) ? terminator.whenTrue : terminator.whenFalse];
      return [terminator.whenTrue, terminator.whenFalse];
    case "throw":
      return handler === null ? null : [handler];
    case "return":
      return null;
    case "unreachable":
      return [];
  }
}

function pathsOf(body: string): number {
  const { module, problems } = lowerModule("f.ts", `async function f(a: any, b: any, c: any, x: any, y: any) {\n${body}\n}`);
  expect(problems).toEqual([]);
  return countPaths(module.functions.find((fn) => fn.name === "f")!);
}

describe("ways through a function:", () => {
  test.each([
    ["return a;", 1],
    ["if (a) x(); y();", 2],
    ["if (a) x(); else if (b) y();", 3],
    ["if (a) return 1; if (b) return 2; return 3;", 3],
    ["if (a) x(); if (b) x(); if (c) x(); if (a.d) x(); if (b.d) x();", 32],
    ["return a && x();", 2],
    ["return a || b || c;", 3],
    ["if (a && b) x();", 3],
    ["if (a || b) x(); else y();", 3],
    ["if (!(a && b)) x();", 3],
    ["return a ?? b;", 2],
    ["return a ? b : c;", 2],
    ["return a?.b;", 2],
    ["return a?.b.c(x());", 2],
    ["a ??= b;", 2],
    ["a &&= b; a ||= c;", 4],
    ["const { d = x() } = a;", 2],
    ["const [d = x(), e = y()] = a;", 4],
    ["switch (a) { case 1: x(); break; case 2: y(); break; default: x(); }", 3],
    ["switch (a) { case 1: x(); case 2: y(); break; default: x(); }", 3],
    ["switch (a) { case 1: return 1; case 2: return 2; }", 3],
    ["switch (a) { default: x(); case 1: y(); }", 2],
    ["while (a) x();", 1],
    ["while (a) { if (b) break; }", 2],
    ["do { x(); } while (a);", 1],
    ["for (let i = 0; i < a; i++) { if (b) continue; if (c) return; x(); }", 2],
    ["for (;;) { if (a) return; }", 1],
    ["outer: for (const d of a) { for (const e of b) { if (c) continue outer; if (e) break outer; } }", 2],
    ["block: { if (a) break block; x(); } y();", 2],
    ["try { x(); } finally { y(); }", 1],
    ["try { if (a) return 1; } finally { y(); } return 2;", 2],
    ["try { if (a) throw b; x(); } catch { y(); }", 2],
    ["try { if (a) throw b; x(); } catch (e) { if (e) throw e; } finally { y(); }", 3],
    ["for (const d of a) { try { if (d) continue; if (b) break; } finally { y(); } }", 2],
    ["try { try { if (a) throw b; } finally { x(); } } catch { return 1; } return 2;", 2],
    ["if (a) throw b; return c;", 2],
    ["return; x();", 1],
  ] as const)("%s", (body, paths) => {
    expect(pathsOf(body)).toBe(paths);
  });
});
