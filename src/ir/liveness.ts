import type { FunctionIr, ModuleIr, VariableId } from "./types.js";
import { operandsOf, resultsOf, successors, terminatorOperands } from "./uses.js";

export interface Liveness {
  /** For each block, the variables whose value may still be read when control enters it. */
  readonly liveIn: readonly ReadonlySet<VariableId>[];
}

/**
 * Backward liveness of a function's own, uncaptured variables. An instruction may throw before it has written its
 * result, so whatever is live in the handler is live all through the block.
 */
export function liveness(fn: FunctionIr, module: ModuleIr): Liveness {
  const tracked = (id: VariableId): boolean => !module.variables[id]!.captured;
  const liveIn = fn.blocks.map(() => new Set<VariableId>());
  const predecessors = fn.blocks.map((): number[] => []);
  for (const block of fn.blocks) for (const target of successors(block)) predecessors[target]!.push(block.id);
  const waiting = fn.blocks.map((block) => block.id);
  const queued = fn.blocks.map(() => true);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    queued[id] = false;
    const block = fn.blocks[id]!;
    const live = new Set<VariableId>();
    for (const target of successors(block)) for (const variable of liveIn[target]!) live.add(variable);
    for (const variable of terminatorOperands(block.terminator)) if (tracked(variable)) live.add(variable);
    for (let at = block.instructions.length - 1; at >= 0; at--) {
      const instruction = block.instructions[at]!;
      for (const variable of resultsOf(instruction)) live.delete(variable);
      for (const variable of operandsOf(instruction)) if (tracked(variable)) live.add(variable);
    }
    if (block.handler !== null) for (const variable of liveIn[block.handler]!) live.add(variable);
    if (live.size === liveIn[id]!.size) continue;
    liveIn[id] = live;
    for (const predecessor of predecessors[id]!) {
      if (queued[predecessor]) continue;
      queued[predecessor] = true;
      waiting.push(predecessor);
    }
  }
  return { liveIn };
}
