import type { Engine } from "./engine.js";
import type { State } from "./state.js";
import type { Value } from "./values.js";

/** The outcome of a test whether the library has a function: it has, once one of its pointers is in hand. */
export function presenceOf(engine: Engine, state: State, condition: Value): boolean | undefined {
  if (state.tokens.size === 0) return undefined;
  if (condition.kind === "native") return true;
  if (condition.kind === "entity") return !state.objects.has(condition.id) && engine.nativeName(condition.hint) !== null ? true : undefined;
  if (condition.kind !== "expression") return undefined;
  const inner = presenceOf(engine, state, condition.operands[0]!);
  if (inner === undefined) return undefined;
  if (condition.operator === "not") return !inner;
  const right = condition.operands[1];
  return (condition.operator === "===" || condition.operator === "==") && right?.kind === "constant" && !right.value ? !inner : undefined;
}
