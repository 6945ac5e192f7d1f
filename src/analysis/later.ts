import type { Activation, Completion } from "./activation.js";
import type { BuiltinCall } from "./builtins.js";
import { invoke, type Arg } from "./calls.js";
import { reach } from "./reach.js";
import { emptyRecord, freshId, type JsRecord, type State } from "./state.js";
import { constant, type Value } from "./values.js";

/** Status of the promise that stands for a function which runs once when this code is done. */
export const callAfter = "chain:after";

/**
 * A function runs once, later, and nothing can take that back: what it does to references of this function comes after
 * all that this one does with them. In a loop each round would leave another one behind; there it is left alone.
 */
export function keepForLater({ state, site }: BuiltinCall, value: Value, extra: readonly Arg[]): void {
  const { act, at, range } = site;
  const { instructions } = act.fn.ir.blocks[at.block]!;
  const call = instructions[at.index];
  const next = instructions[at.index + 1];
  if (call?.op !== "call" || next?.op !== "discard" || next.from !== call.to || act.graph.inLoop[at.block]) return;
  if (value.kind !== "function" || !value.fn.ir.hasBody) return;
  const tokens = [...reach(state, { values: [value, ...extra.map((arg) => arg.value)], ids: [] }).tokens].map((id) => state.tokens.get(id));
  if (!tokens.some((token) => token?.kind === "owned") || tokens.some((token) => token?.outer)) return;
  act.leavesWork = true;
  state.setRecord(freshId(), { ...emptyRecord, kind: "promise", status: callAfter, items: [{ ...value, args: [...value.args, ...extra.map((arg) => arg.value)] }, constant(range.start), constant(range.end)] });
}

/** The function is left: what was kept for later runs. Somebody who gets a pointer of it has it for the time being. */
export function callNow(act: Activation, state: State, id: number, record: JsRecord, completion: Completion, done: (state: State) => void): void {
  const [fn, start, end] = record.items;
  state.deleteRecord(id);
  const captured = reach(state, { values: [fn!], ids: [] }).tokens;
  if ([...reach(state, { values: [completion.value], ids: [] }).tokens].some((token) => captured.has(token))) return done(state);
  const range = { start: numberOf(start), end: numberOf(end) };
  invoke(state, { act, at: act.position, range, name: "" }, fn!, null, [], done);
}

function numberOf(value: Value | undefined): number {
  return value?.kind === "constant" && typeof value.value === "number" ? value.value : 0;
}
