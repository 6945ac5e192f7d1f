import { at } from "./lists.js";
import type { Block, BlockId, FunctionIr, ModuleIr, VariableId } from "./types.js";
import { mayThrow, normalSuccessors, operandsOf, resultsOf, terminatorOperands } from "./uses.js";

export interface Liveness {
  /** For each block, the variables whose value may still be read when control enters it. */
  readonly liveIn: readonly ReadonlySet<VariableId>[];
}

/**
 * Backward liveness of a function's own, uncaptured variables. An instruction may throw before it has written its
 * result, and a generator may be abandoned at a `yield`: what is live there is live at each such place of the block.
 */
export function liveness(fn: FunctionIr, module: ModuleIr): Liveness {
  const effects = fn.blocks.map((block) => effectsOf(block, module));
  const liveIn = fn.blocks.map(() => new Set<VariableId>());
  const entering: Entering[][] = fn.blocks.map(() => []);
  for (const [from, { sets, beforeEdge }] of effects.entries()) {
    for (const target of normalSuccessors(at(fn.blocks, from).terminator)) at(entering, target).push({ from, sets });
    for (const [target, early] of beforeEdge) at(entering, target).push({ from, sets: early });
  }
  // Each variable is followed from where it is read back to where it is set: the work is the size of the result.
  for (const [block, { reads }] of effects.entries()) for (const variable of reads) followBack(variable, block, liveIn, entering);
  return { liveIn };
}

/** An edge into a block, with the variables that are set on the way through the block that it comes from. */
interface Entering {
  readonly from: BlockId;
  readonly sets: ReadonlySet<VariableId>;
}

function followBack(variable: VariableId, start: BlockId, liveIn: readonly Set<VariableId>[], entering: readonly (readonly Entering[])[]): void {
  const work = [start];
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    const live = at(liveIn, block);
    if (live.has(variable)) continue;
    live.add(variable);
    for (const { from, sets } of at(entering, block)) if (!sets.has(variable)) work.push(from);
  }
}

interface Effects {
  /** Read before the block sets them. */
  readonly reads: Set<VariableId>;
  readonly sets: Set<VariableId>;
  /** Set before control can first leave by the edge: such an edge does not need their old value. */
  readonly beforeEdge: ReadonlyMap<BlockId, ReadonlySet<VariableId>>;
}

function effectsOf(block: Block, module: ModuleIr): Effects {
  const reads = new Set<VariableId>();
  const sets = new Set<VariableId>();
  const beforeEdge = new Map<BlockId, ReadonlySet<VariableId>>();
  const leave = (target: BlockId | null): void => {
    if (target !== null && !beforeEdge.has(target)) beforeEdge.set(target, new Set(sets));
  };
  const read = (variable: VariableId): void => {
    if (!sets.has(variable) && !at(module.variables, variable).captured) reads.add(variable);
  };
  for (const instruction of block.instructions) {
    if (mayThrow(instruction)) leave(block.handler);
    if (instruction.op === "yield") leave(instruction.abandoned);
    for (const variable of operandsOf(instruction)) read(variable);
    for (const variable of resultsOf(instruction)) sets.add(variable);
  }
  leave(block.handler);
  terminatorOperands(block.terminator).forEach(read);
  return { reads, sets, beforeEdge };
}
