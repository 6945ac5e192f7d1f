import { resultsOf } from "../ir/uses.js";
import { maxItems } from "./lists.js";
import type { FunctionInfo } from "./values.js";

/** What is known of the variables of a function that count. */
export interface Counters {
  /** Variables that are positions of arrays. */
  readonly positions: ReadonlySet<number>;
  /** Variables that are compared to small numbers, with the greatest of these. */
  readonly compared: ReadonlyMap<number, number>;
  /** Variables that are compared to others, or tested, and what goes into fields that are. */
  readonly tested: ReadonlySet<number>;
}

// Loops are not followed further than this for the sake of a counter.
const most = 4;

const comparisons = new Set(["<", ">", "<=", ">="]);

/** Finds the counters of a function; `constantOf` tells the number that a variable of top-level code holds for good. */
export function countersOf(fn: FunctionInfo, constantOf: (variable: number) => number | undefined): Counters {
  const positions = new Set<number>();
  const filled = new Set<number>();
  const numbers = new Map<number, number>();
  const compared = new Map<number, number>();
  const copies: [number, number][] = [];
  const pairs: [number, number][] = [];
  const tested = new Set<number>();
  const reads: [number, string][] = [], writes: [string, number][] = [];
  // What a variable holds by default says nothing of what it was given.
  const others = new Set<number>();
  for (const { instructions, terminator } of fn.ir.blocks) {
    if (terminator.op === "branch") tested.add(terminator.condition);
    for (const instruction of instructions) {
      if ((instruction.op === "load" || instruction.op === "store") && typeof instruction.key !== "string") positions.add(instruction.key.computed);
      if (instruction.op === "store" && typeof instruction.key !== "string") filled.add(instruction.key.computed);
      if (instruction.op === "load" && typeof instruction.key === "string") reads.push([instruction.to, instruction.key]);
      if (instruction.op === "store" && typeof instruction.key === "string") writes.push([instruction.key, instruction.from]);
      if (instruction.op === "copy") copies.push([instruction.to, instruction.from]);
      if (instruction.op === "constant" && typeof instruction.value === "number" && isFixed(fn, instruction.to)) numbers.set(instruction.to, instruction.value);
      else if (instruction.op !== "declare") for (const variable of resultsOf(instruction)) others.add(variable);
      if (instruction.op === "compare") pairs.push([instruction.left, instruction.right]);
      if (instruction.op === "pure" && comparisons.has(instruction.operator)) pairs.push([instruction.operands[0]!, instruction.operands[1]!]);
    }
  }
  for (const variable of others) numbers.delete(variable);
  for (const [to, from] of copies) {
    if (positions.has(to)) positions.add(from);
    if (filled.has(to)) filled.add(from);
  }
  // What counts the elements of a list is followed as far as these are.
  for (const variable of filled) compared.set(variable, maxItems);
  for (const [left, right] of pairs) {
    tested.add(left).add(right);
    if (positions.has(left)) compared.set(right, Math.max(maxItems, compared.get(right) ?? 0));
    if (positions.has(right)) compared.set(left, Math.max(maxItems, compared.get(left) ?? 0));
    const bound = numbers.get(right) ?? numbers.get(left) ?? constantOf(right) ?? constantOf(left);
    if (bound === undefined || !Number.isInteger(bound) || bound < 0 || bound > most) continue;
    for (const variable of [left, right]) compared.set(variable, Math.max(bound, compared.get(variable) ?? 0));
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const [to, from] of copies) {
      const bound = compared.get(to);
      if (bound === undefined || bound <= (compared.get(from) ?? -1)) continue;
      compared.set(from, bound);
      changed = true;
    }
    const fields = new Set(reads.filter(([to]) => tested.has(to)).map(([, key]) => key));
    const sources = [...copies.filter(([to]) => tested.has(to)), ...writes.filter(([key]) => fields.has(key))].map(([, from]) => from);
    for (const from of sources) {
      if (tested.has(from)) continue;
      tested.add(from);
      changed = true;
    }
  }
  return { positions, compared, tested };
}

function isFixed(fn: FunctionInfo, variable: number): boolean {
  const { name, constant } = fn.module.ir.variables[variable]!;
  return name === "" || constant;
}
