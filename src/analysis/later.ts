import type { Activation, Completion } from "./activation.js";
import type { BuiltinCall } from "./builtins.js";
import { invoke, type Arg } from "./calls.js";
import { forgetWritten, writtenBy } from "./closures.js";
import { reach } from "./reach.js";
import { emptyRecord, freshId, type JsRecord, type State } from "./state.js";
import { constant, valueKey, type Value } from "./values.js";

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

/** True for a function that sets variables of those around it. */
export function setsVariables(fn: Value): boolean {
  return fn.kind === "function" && fn.cells.size > 0 && writtenBy(fn.fn).size > 0;
}

/**
 * Chains of promises that set variables which this function still reads: they go on though nobody holds them. Of those
 * with the same functions, which each round of a loop leaves behind, one stands for all.
 */
export function chainsAhead(act: Activation, state: State): number[] {
  if (!act.leavesChains) return [];
  const frame = new Set(state.frame.values());
  const chains = new Map<string, number>();
  for (const [id, record] of state.records) {
    if (!isChain(record)) continue;
    const fns = record.items.slice(1).filter(setsVariables);
    if (fns.some((fn) => fn.kind === "function" && [...fn.cells].some(([variable, cell]) => frame.has(cell) && writtenBy(fn.fn).has(variable)))) chains.set(fns.map(valueKey).join(), id);
  }
  return [...chains.values()];
}

/** Other code runs: chains that are not waited for may have come to their functions, or not. */
export function othersRun(act: Activation, state: State, awaited: Value): void {
  if (!act.leavesChains) return;
  const own = reach(state, { values: [awaited], ids: [] }).ids;
  for (const [id, record] of state.records) if (isChain(record) && !own.has(id)) for (const fn of record.items.slice(1)) forgetWritten(act, state, fn);
}

function isChain({ kind, status }: JsRecord): boolean {
  return kind === "promise" && (status === "chain:then" || status === "chain:finally");
}

function numberOf(value: Value | undefined): number {
  return value?.kind === "constant" && typeof value.value === "number" ? value.value : 0;
}
