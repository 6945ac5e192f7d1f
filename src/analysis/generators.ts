import type { Instruction } from "../ir/types.js";
import type { Activation, Completion, Continuation, Position } from "./activation.js";
import { eventKey, type Numbering } from "./canonical.js";
import { enterFunction, follow, placeIn, transplanted, type CallSite } from "./calls.js";
import { makeEvent, siteOf } from "./engine.js";
import { dropDead, holdsReference } from "./forget.js";
import { liveAfter } from "./graph.js";
import { handsOn } from "./closures.js";
import { readOnly } from "./exits.js";
import { reach } from "./reach.js";
import { giveAway } from "./sharing.js";
import { emptyRecord, freshId, type Event, type JsRecord, type State } from "./state.js";
import type { Step } from "./transfer.js";
import { constant, entity, undefinedValue, type FunctionInfo, type FunctionValue, type Value } from "./values.js";
import { suspend, useOf } from "./violations.js";
import { writeVariable } from "./writes.js";

/** What a generator did when it was asked to go on. */
export type Progress =
  | { readonly kind: "yield"; readonly value: Value }
  | { readonly kind: "done"; readonly value: Value }
  | { readonly kind: "throw"; readonly completion: Completion }
  /** Nobody can tell. */
  | { readonly kind: "unknown" };

/** How a generator is asked to go on. */
export type Way = "next" | "return" | "throw";

/** The object that a call of a generator function gives: nothing of its body has run yet. */
export function makeGenerator(act: Activation, state: State, callee: Value, receiver: Value | null, args: readonly Value[]): Value {
  const around = state.frame.get(generatorCell);
  const depth = around === undefined ? 0 : (state.records.get(around)?.depth ?? 0) + 1;
  // The walk through a tree would nest without end.
  const lost = depth > maxNesting || (around !== undefined && callee.kind === "function" && callee.fn === act.fn);
  const id = freshId();
  state.setRecord(id, { ...emptyRecord, kind: "generator", items: [callee, receiver ?? undefinedValue, ...args], status: lost ? "lost" : "new", depth });
  if (lost) giveAway(act, state, args);
  return entity(id);
}

/** A generator goes on: up to its next `yield`, or through its clean-up code, or to its end. */
export function advance(state: State, site: CallSite, id: number, way: Way, given: Value, k: (state: State, progress: Progress) => void): void {
  const record = state.records.get(id);
  const [callee, receiver, ...args] = record?.items ?? [];
  const known = record?.kind === "generator" && !record.shared && callee?.kind === "function";
  if (!known || !/^(?:new|left|done|at:)/.test(record.status)) return k(state, { kind: "unknown" });
  const rest = restOf(callee.fn, record);
  const start = rest && startOf(callee.fn, rest, way);
  if (record.status === "left" || record.status === "done" || (way !== "next" && !start)) {
    // What it held when nothing cleans up behind it is nobody's.
    state.updateRecord(id, { status: "left" });
    return k(state, way === "throw" ? { kind: "throw", completion: thrownInto(site, given) } : { kind: "done", value: way === "return" ? given : undefinedValue });
  }
  // What it was called with is in its variables from now on, as far as it is read again.
  state.updateRecord(id, { status: "running", items: record.items.slice(0, 2) });
  const self: FunctionValue = { ...callee, cells: new Map([...callee.cells, [generatorCell, id]]) };
  const took: Continuation = (after, completion) => {
    if (completion.kind === "return" && after.records.get(id)?.status.startsWith("at:")) return k(after, { kind: "yield", value: completion.value });
    after.updateRecord(id, { status: "done", fields: new Map() });
    k(after, completion.kind === "throw" ? { kind: "throw", completion } : { kind: "done", value: completion.value });
  };
  const refused = (): void => {
    giveAway(site.act, state, [entity(id), ...args]);
    state.updateRecord(id, { status: "lost" });
    k(state, { kind: "unknown" });
  };
  if (rest && start) resumeAt(state, site, self, { id, given, way, rest, start }, took, refused);
  else enterFunction(state, site, self, receiver ?? undefinedValue, { values: args, unknownFrom: null }, took, refused);
}

/** Takes all elements of a generator, as far as they are followed; `more`: there may be others. */
export function drain(state: State, site: CallSite, id: number, k: (state: State, items: readonly Value[], more: boolean) => void, fail: Continuation, items: readonly Value[] = []): void {
  if (items.length > maxDrained) {
    giveAway(site.act, state, [entity(id)]);
    return k(state, items, true);
  }
  advance(state, site, id, "next", undefinedValue, (after, progress) => {
    if (progress.kind === "yield") drain(after, site, id, k, fail, [...items, progress.value]);
    else if (progress.kind === "throw") fail(after, progress.completion);
    else k(after, items, progress.kind === "unknown");
  });
}

/** `yield`: the value goes to the consumer, other code runs, and the generator may be abandoned here. */
export function yieldValue(act: Activation, state: State, instruction: Yield, value: Value, at: Position): Step {
  const next = { block: at.block, index: at.index + 1 };
  const inner = instruction.delegate && value.kind === "entity" ? state.records.get(value.id) : undefined;
  if (inner?.kind === "generator" && value.kind === "entity") {
    delegateTo(act, state, instruction, value.id, at, next);
    return "stop";
  }
  useOf(act, state, value, makeEvent("use", act.site(instruction.range), "yielded here"));
  if (!instruction.delegate || !state.frame.has(generatorCell)) {
    handOut(act, state, instruction, value, next);
    return "stop";
  }
  giveAway(act, state, [value]);
  const more = state.fork();
  handOut(act, more, instruction, more.unknown(), at);
  writeVariable(act, state, instruction.to, state.unknown(), instruction.range);
  act.resume(next, state);
  return "stop";
}

/** Pseudo variable under which the code of a generator finds the record of its own object. */
const generatorCell = -1;

/** Generators that are consumed by generators are followed this deep. */
const maxNesting = 2;

/** As many elements of one that is taken as a whole are told apart. */
const maxDrained = 2;

type Yield = Extract<Instruction, { op: "yield" }>;

// `yield* generator()`: its elements go to the consumer of this one, its result is the value here.
function delegateTo(act: Activation, state: State, instruction: Yield, inner: number, at: Position, next: Position): void {
  const site: CallSite = { act, at, range: instruction.range, name: state.language.spelling.delegation };
  advance(state, site, inner, "next", undefinedValue, (after, progress) => {
    if (progress.kind === "throw") return act.throwFrom(at.block, after, progress.completion, instruction.range);
    if (progress.kind === "yield") return handOut(act, after, instruction, progress.value, at);
    if (progress.kind === "unknown") handOut(act, after.fork(), instruction, after.unknown(), next);
    writeVariable(act, after, instruction.to, progress.kind === "done" ? progress.value : after.unknown(), instruction.range);
    act.resume(next, after);
  });
}

// Where the consumer is known the generator rests; else anybody may have the value, and all goes on here.
function handOut(act: Activation, state: State, instruction: Yield, value: Value, next: Position): void {
  const own = state.frame.get(generatorCell);
  if (own !== undefined) return rest(act, state, own, value, next, instruction.delegate && act.fn.ir.blocks[next.block]!.instructions[next.index] === instruction);
  giveAway(act, state, [value]);
  suspend(act, state, instruction.range, "suspended here");
  const abandoned = state.fork();
  abandoned.mayThrow = true;
  const event = makeEvent("exit", act.site(instruction.range), "the generator may be abandoned here");
  if (instruction.abandoned !== null) act.enter(instruction.abandoned, abandoned);
  else act.finish(abandoned, { kind: "throw", value: constant(undefined), cause: "call", event }, instruction.range);
  writeVariable(act, state, instruction.to, state.unknown(), instruction.range);
  act.resume(next, state, true);
}

// The variables that the rest of the body needs go into the generator's record.
function rest(act: Activation, state: State, generator: number, value: Value, next: Position, again: boolean): void {
  const live = liveAfter(act.fn, act.graph, next.block, next.index - 1);
  dropDead(act, next.block, live, state);
  const given = reach(state, { values: [value], ids: [] }).tokens;
  const isGiven = (held: Value): boolean => [...reach(state, { values: [held], ids: [] }).tokens].some((token) => given.has(token));
  const fields = new Map<string, Value>();
  for (const [variable, held] of state.vars) {
    const shared = isGiven(held);
    if (live.has(variable) || (!shared && holdsOwnReference(state, held))) fields.set(`${shared ? (onlyReads(act, variable) ? readOnly : "w") : "v"}${variable}`, held);
  }
  for (const [number, cell] of state.frame) {
    if (number !== generatorCell && isOwn(act, number)) fields.set(`${isGiven(entity(cell)) ? "d" : "c"}${number}`, entity(cell));
  }
  state.updateRecord(generator, { fields, status: `at:${next.block}.${next.index}${again ? "*" : ""}` });
  act.yieldOut(state, value);
}

// What the body never gives back or hands on it has no claim to once its consumer has it.
function onlyReads(act: Activation, variable: number): boolean {
  return !handsOn(act, act.fn).has(act.fn.module.variableBase + variable);
}

// What came from the consumer is the consumer's, once nothing here reads it any more.
function holdsOwnReference(state: State, value: Value): boolean {
  return holdsReference(state, value) && value.kind === "entity" && !state.tokens.get(value.token)!.outer;
}

function isOwn(act: Activation, number: number): boolean {
  const { module, id } = act.engine.index.variable(number);
  return module === act.fn.module && module.ir.variables[id]!.owner === act.fn.ir.id;
}

/** Where a generator rests. */
interface Rest {
  readonly at: Position;
  readonly instruction: Yield;
  /** It stands before its `yield*`, whose inner generator is not at its end. */
  readonly again: boolean;
}

function restOf(fn: FunctionInfo, { status }: JsRecord): Rest | null {
  const [, block, index, again] = /^at:(\d+)\.(\d+)(\*?)$/.exec(status) ?? [];
  if (block === undefined) return null;
  const at = { block: Number(block), index: Number(index) };
  const instruction = fn.ir.blocks[at.block]!.instructions[again ? at.index : at.index - 1]!;
  return instruction.op === "yield" ? { at, instruction, again: again !== "" } : null;
}

function startOf(fn: FunctionInfo, { at, instruction }: Rest, way: Way): Position | null {
  const block = way === "return" ? instruction.abandoned : fn.ir.blocks[at.block]!.handler;
  if (way === "next") return at;
  return block === null ? null : { block, index: 0 };
}

function thrownInto(site: CallSite, value: Value): Completion {
  return { kind: "throw", value, cause: "throw", event: makeEvent("throw", site.act.site(site.range), "throws here") };
}

interface Resumption {
  readonly id: number;
  readonly given: Value;
  readonly way: Way;
  readonly rest: Rest;
  readonly start: Position;
}

function resumeAt(state: State, site: CallSite, self: FunctionValue, how: Resumption, k: Continuation, refused: () => void): void {
  const roots = [["generator", entity(how.id)], ["given", how.given]] as const;
  const own = ownTokens(state, state.records.get(how.id)!, self.fn);
  const key = `${how.way}${how.start.block}.${how.start.index}${[...own.values()].map(eventKey).join()}`;
  follow(state, site, self, { roots, key, at: how.start, entry: (numbering) => resumedState(state, numbering, self, how, own), holdsPointers: true, refused }, k);
}

function resumedState(from: State, numbering: Numbering, { fn, cells }: FunctionValue, { id, given, way, rest: { instruction, again } }: Resumption, own: ReadonlyMap<number, Event>): State {
  const saved = from.records.get(id)!;
  const { entry, value, number } = transplanted(from, numbering, own);
  for (const [variable, cell] of cells) entry.setFrameCell(variable, number(cell));
  for (const [key, held] of saved.fields) {
    const variable = Number(key.slice(1));
    if (key.startsWith("v") || key.startsWith("w") || key.startsWith(readOnly)) entry.setVar(variable, value(held));
    else if (held.kind === "entity") entry.setFrameCell(variable, number(held.id));
  }
  entry.updateRecord(number(id), { fields: new Map() });
  const yielded = makeEvent("suspend", siteOf(fn.module, instruction.range), "suspended here");
  for (const [token, { kind, outer, suspended }] of entry.tokens) {
    if ((kind === "borrowed" || kind === "interior") && !outer && !suspended) entry.updateToken(token, { suspended: yielded });
  }
  if (way === "next" && !again) placeIn(entry, fn, instruction.to, value(given));
  if (way === "throw") {
    entry.thrown = value(given);
    entry.thrownKind = "throw";
    entry.thrownAt = yielded;
  }
  return entry;
}

// What the body obtained and has not handed out is its own again, obtained where it was.
function ownTokens(state: State, { fields }: JsRecord, fn: FunctionInfo): ReadonlyMap<number, Event> {
  const held = (prefixes: string): Set<number> => new Set(reach(state, { values: [...fields].filter(([key]) => prefixes.includes(key[0]!)).map(([, value]) => value), ids: [] }).tokens);
  const shared = held(`wd${readOnly}`);
  const own = new Map<number, Event>();
  for (const id of held("vc")) {
    const inner = state.tokens.get(id)?.acquired?.inner;
    if (inner && !shared.has(id) && inner.site.file === fn.module.ir.id && inner.site.start >= fn.ir.range.start && inner.site.start < fn.ir.range.end) own.set(id, inner);
  }
  return own;
}
