import type { BuiltinModel, EventModel } from "../ir/language.js";
import type { Instruction } from "../ir/types.js";
import type { Activation, Completion } from "./activation.js";
import type { BuiltinCall } from "./builtins.js";
import { invoke, type Arg, type CallSite } from "./calls.js";
import { deferClosure, escapeValue, forgetWritten, writtenBy } from "./closures.js";
import { asNative } from "./each-element.js";
import { makeEvent } from "./engine.js";
import { staysRegistered } from "./listeners.js";
import { reach } from "./reach.js";
import { giveAway } from "./sharing.js";
import { emptyRecord, freshId, type JsRecord, type State } from "./state.js";
import { constant, valueKey, type Value } from "./values.js";

/** Status of the promise that stands for a function which runs once when this code is done. */
export const callAfter = "chain:after";
/** … and of one that may run then. */
export const callPerhaps = "chain:perhaps";

/** A function is handed to something that runs it later, with what is passed on to it. */
export function runLater(model: Extract<BuiltinModel, { kind: "callLater" }>, call: BuiltinCall): void {
  const { state, site, args } = call;
  const { act } = site;
  if (model.event) keepListener(call, model.event, model.callback);
  const event = makeEvent("escape", act.site(site.range), "kept for later here");
  args.forEach((arg, index) => {
    if (index === model.callback) followLater(call, arg.value);
    if (index !== model.callback && arg.value.kind !== "function") return;
    deferClosure(act, state, arg.value, event, true);
    forgetWritten(act, state, arg.value);
  });
  for (const arg of args) escapeValue(act, state, arg.value, { ...event, site: arg.site });
  const callback = args[model.callback];
  const passed = args.slice(model.passes ?? model.callback + 1);
  const judged = model.once === true && callback !== undefined && keepForLater(call, asNative(site, callback.value), passed) ? passed : [];
  giveAway(act, state, args.filter((arg) => arg !== callback && !judged.includes(arg)).map((arg) => arg.value));
}

// What runs later, on what nothing changes until then: what it does to this function's references is judged where it is handed over.
function followLater({ state, site }: BuiltinCall, value: Value): void {
  const { act } = site;
  if (!act.root || value.kind !== "function" || !value.fn.ir.hasBody || !holdsFixedReference(act, state, value)) return;
  const later = state.fork();
  const args = value.fn.ir.params.map((): Arg => ({ value: later.unknown(), site: act.site(site.range), spread: false }));
  invoke(later, { ...site, name: "" }, value, null, args, () => undefined);
}

function holdsFixedReference(act: Activation, state: State, { cells }: Extract<Value, { kind: "function" }>): boolean {
  const { index } = act.engine;
  const contents = [...cells].map(([number, cell]) => {
    const { module, id } = index.variable(number);
    return { constant: module.ir.variables[id]!.constant, content: state.cells.get(cell) };
  });
  return contents.every(({ constant: fixed }) => fixed) && contents.some(({ content }) => content?.kind === "entity" && state.tokens.get(content.token)?.kind === "owned");
}

/**
 * A function runs once, later, and nothing can take that back: what it does to references of this function comes after
 * all that this one does with them, and is judged where this one ends. In a loop each round would leave another one behind; there it is left alone.
 */
function keepForLater({ state, site }: BuiltinCall, value: Value, extra: readonly Arg[]): boolean {
  if (!(value.kind === "function" || value.kind === "native") || !statementOf(site) || !isForOwn(state, value, extra)) return false;
  keep(state, site, callAfter, { ...value, args: [...value.args, ...extra.map((arg) => arg.value)] });
  return true;
}

/**
 * A listener runs when something happens, which may be after all that this function does with its references. What it does
 * then is judged, but nothing counts on it. Where anything may take it off in time, or may tell that nothing will happen, it is left alone.
 */
function keepListener({ state, site, args }: BuiltinCall, { names, firing }: EventModel, index: number): void {
  const name = args[0]?.value;
  const callback = args[index]?.value;
  const call = statementOf(site);
  if (!call || callback?.kind !== "function" || name?.kind !== "constant" || typeof name.value !== "string" || !names.test(name.value)) return;
  if (!args.slice(index + 1).every(({ value }) => isPlainOption(state, value))) return;
  if (isForOwn(state, callback, []) && staysRegistered(site.act, site.at, call, callback.fn, firing)) keep(state, site, callPerhaps, callback);
}

/** The call that stands there as a statement of its own, outside of loops. */
function statementOf({ act, at }: CallSite): Extract<Instruction, { op: "call" }> | null {
  const { instructions } = act.fn.ir.blocks[at.block]!;
  const call = instructions[at.index];
  const next = instructions[at.index + 1];
  return call?.op === "call" && next?.op === "discard" && next.from === call.to && !act.graph.inLoop[at.block] ? call : null;
}

// It reaches references of this function, and none of a caller.
function isForOwn(state: State, value: Extract<Value, { kind: "function" | "native" }>, extra: readonly Arg[]): boolean {
  if (value.kind === "function" && !value.fn.ir.hasBody) return false;
  const tokens = [...reach(state, { values: [value, ...extra.map((arg) => arg.value)], ids: [] }).tokens].map((id) => state.tokens.get(id));
  return tokens.some((token) => token?.kind === "owned") && !tokens.some((token) => token?.outer);
}

// An option may be a signal by which the listener is taken off again.
function isPlainOption(state: State, value: Value): boolean {
  if (value.kind !== "entity") return value.kind === "constant";
  const record = state.records.get(value.id);
  return record?.kind === "record" && !record.overflow && record.computed.length === 0 && [...record.fields.values()].every((field) => field.kind === "constant");
}

function keep(state: State, { act, range }: CallSite, status: string, fn: Value): void {
  act.leavesWork = true;
  state.setRecord(freshId(), { ...emptyRecord, kind: "promise", status, items: [fn, constant(range.start), constant(range.end)] });
}

/** Something was thrown, by which this function may have learned that what it listens for will not come. */
export function dropListeners(act: Activation, state: State): void {
  if (!act.leavesWork) return;
  for (const [id, record] of state.records) if (record.status === callPerhaps) state.deleteRecord(id);
}

/** The function is left: what was kept for later runs. Somebody who gets a pointer of it has it for the time being. */
export function callNow(act: Activation, state: State, id: number, record: JsRecord, completion: Completion, done: (state: State) => void): void {
  const [fn, start, end] = record.items;
  state.deleteRecord(id);
  const captured = reach(state, { values: [fn!], ids: [] }).tokens;
  if ([...reach(state, { values: [completion.value], ids: [] }).tokens].some((token) => captured.has(token))) return done(state);
  const range = { start: numberOf(start), end: numberOf(end) };
  const site = { act, at: act.position, range, name: "" };
  if (record.status === callAfter) return void invoke(state, site, fn!, null, [], done);
  const fired = state.fork();
  const args = fn?.kind === "function" ? fn.fn.ir.params.map((): Arg => ({ value: fired.unknown(), site: act.site(range), spread: false })) : [];
  invoke(fired, site, fn!, null, args, () => undefined);
  done(state);
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
