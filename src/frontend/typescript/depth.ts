import { ts } from "ts-morph";
import type { VariableId } from "../../ir/types.js";
import type { FunctionContext, Target } from "./context.js";
import type { Binding } from "./scopes.js";

/** How deep syntax may be nested before the lowering stops following it. Each level takes several frames of the stack. */
export const MAX_DEPTH = 1000;

/** Lowers code that is not followed: all variables in it may be kept anywhere, and those it assigns are unknown afterwards. */
export function giveUp(fn: FunctionContext, node: ts.Node, to: Target | null): VariableId {
  const range = fn.range(node);
  const mentioned = variablesIn(fn, node);
  const operands = mentioned.map((binding) => fn.module.variableOf(binding));
  const result = fn.late(to, range);
  fn.emit({ op: "unknown", to: result, operands, range });
  for (const binding of mentioned)
    if (binding.writes.some((offset) => offset >= node.pos && offset < node.end)) fn.emit({ op: "unknown", to: fn.module.variableOf(binding), operands: [], range });
  return result;
}

// The variables of this function, or captured by it, that the code names.
function variablesIn(fn: FunctionContext, node: ts.Node): Binding[] {
  const found = new Set<Binding>();
  const work = [node];
  for (let at = work.pop(); at; at = work.pop()) {
    const binding = fn.module.scopes.references.get(at);
    if (binding && (binding.owner === fn.info || fn.info.captures.has(binding))) found.add(binding);
    ts.forEachChild(at, (child) => void work.push(child));
  }
  return [...found];
}
