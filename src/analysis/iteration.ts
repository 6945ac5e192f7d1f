import type { Instruction } from "../ir/types.js";
import type { Activation, Position } from "./activation.js";
import { settle } from "./async.js";
import { pairOf } from "./builtins.js";
import { enterFunction, type CallSite } from "./calls.js";
import { makeEvent } from "./engine.js";
import { memberOf } from "./heap.js";
import { giveAway } from "./sharing.js";
import { emptyRecord, freshId, type JsRecord, type State } from "./state.js";
import type { Step } from "./transfer.js";
import { constant, entity, falseValue, trueValue, valueKey, type Value } from "./values.js";
import { livenessOf, suspend, useOf } from "./violations.js";
import { learnEnd, learnMore, nextOfWalk, oneMore, walkOf } from "./walks.js";
import { writeVariable } from "./writes.js";

/** Starts an iteration. An array of known shape is walked element by element; anything else gives unknown elements, counted if it is walked `again`. */
export function iterate(act: Activation, state: State, from: Value, kind: "values" | "keys" | "async", again: boolean): Value {
  const id = freshId();
  const source = from.kind === "entity" ? act.record(state, from.id) : undefined;
  if (kind === "keys" && source && source.kind !== "open") return iterate(act, state, keysOf(state, source), "values", again);
  const method = source?.class && kind !== "keys" ? (memberOf(source.class, kind === "async" ? "@@asyncIterator" : "@@iterator", false, "method") ?? memberOf(source.class, "@@iterator", false, "method")) : null;
  if (method?.kind === "function" && method.fn.ir.generator) {
    const generator = freshId();
    state.setRecord(generator, { ...emptyRecord, kind: "generator", items: [method, from], status: kind === "async" ? "async" : "" });
    return iterate(act, state, entity(generator), kind, again);
  }
  const known = source && (source.kind === "array" || source.kind === "collection") && kind !== "keys";
  const hint = from.kind === "entity" ? from.hint : "";
  const asked = kind === "async" ? null : walkOf(from);
  const walk = asked && (again || state.facts.has(valueKey(asked))) ? asked : null;
  state.setRecord(id, { ...emptyRecord, kind: "iterator", status: kind, origin: hint, fields: new Map<string, Value>([["at", constant(0)], ...(known || source?.kind === "generator" ? [["over", from] as const] : walk ? [["walk", walk] as const] : [])]), overflow: !known || source.overflow });
  return entity(id);
}

/** The keys of an object or array that can be seen, those among them that are known only at run time. */
export function keysOf(state: State, source: JsRecord): Value {
  const named = source.kind === "array" ? source.items.map((_, index) => constant(String(index))) : [...source.fields.keys()].map((key) => constant(key));
  const keys = [...named, ...source.computed.map(({ key }) => key)];
  const list = freshId();
  state.setRecord(list, { ...emptyRecord, kind: "array", items: keys.slice(0, 8), overflow: source.overflow || keys.length > 8 });
  return entity(list);
}

/** One step of an iteration: `done`, or an element. */
export function nextElement(act: Activation, state: State, instruction: Extract<Instruction, { op: "next" }>, iterator: Value, site: CallSite, at: Position): Step {
  const put = (into: State, done: boolean, value: Value): void => {
    writeVariable(act, into, instruction.done, done ? trueValue : falseValue, instruction.range);
    if (!done) writeVariable(act, into, instruction.to, value, instruction.range);
    act.resume({ block: at.block, index: at.index + 1 }, into);
  };
  const record = iterator.kind === "entity" ? state.records.get(iterator.id) : undefined;
  if (record?.status === "async") {
    suspend(act, state, site.range, "suspended here");
    const rejected = state.fork();
    act.throwFrom(at.block, rejected, { kind: "throw", value: rejected.object("error"), cause: "reject", event: makeEvent("throw", act.site(site.range), "leaves here when the iteration rejects") }, site.range);
  }
  const over = record?.fields.get("over");
  const source = over?.kind === "entity" ? act.record(state, over.id) : undefined;
  const position = record?.fields.get("at");
  if (iterator.kind === "entity" && record && source && position?.kind === "constant" && source.kind !== "generator") {
    const index = Number(position.value);
    const item = source.items[index];
    if (item) {
      state.setField(iterator.id, "at", constant(index + 1));
      const value = item.kind === "entity" && record.origin !== "" ? { ...item, hint: record.origin } : item;
      const element = source.status === "map" ? pairOf(state, state.unknown(), value) : value;
      if (record.status === "async") settle(state, element, site, (after, completion) => (completion.kind === "return" ? put(after, false, completion.value) : act.throwFrom(at.block, after, completion, site.range)), 0);
      else put(state, false, element);
      return "stop";
    }
    if (!source.overflow) {
      put(state, true, constant(undefined));
      return "stop";
    }
  }
  if (source?.kind === "generator" && iterator.kind === "entity") return nextOfGenerator(act, state, iterator.id, source.items, site, put, at);
  const walk = record?.fields.get("walk");
  const taken = position?.kind === "constant" && typeof position.value === "number" ? position.value : null;
  const possible = walk ? nextOfWalk(state, walk, taken) : { more: true, end: true };
  const more = state.fork();
  if (possible.end) {
    if (walk) learnEnd(state, walk, taken);
    put(state, true, constant(undefined));
  }
  if (possible.more) {
    if (walk && iterator.kind === "entity") {
      learnMore(more, walk);
      more.setField(iterator.id, "at", constant(oneMore(more, taken)));
    }
    put(more, false, { ...more.unknown(record?.origin ?? ""), hint: record?.origin ?? "" });
  }
  return "stop";
}

// A generator is followed once, up to its end, when the first element is asked for; each value that it yields is an element.
function nextOfGenerator(act: Activation, state: State, iterator: number, items: readonly Value[], site: CallSite, put: (into: State, done: boolean, value: Value) => void, at: Position): Step {
  const record = state.records.get(iterator)!;
  if (record.fields.has("ran")) {
    const position = Number((record.fields.get("at") as { value?: unknown } | undefined)?.value ?? 0);
    const item = record.items[position];
    if (item) {
      state.setField(iterator, "at", constant(position + 1));
      put(state, false, stillGood(state, item));
    } else {
      put(state, true, constant(undefined));
    }
    return "stop";
  }
  const [callee, receiver, ...args] = items;
  if (callee?.kind !== "function") {
    const more = state.fork();
    put(state, true, constant(undefined));
    put(more, false, more.unknown());
    return "stop";
  }
  const sink = freshId();
  state.setRecord(sink, { ...emptyRecord, kind: "array" });
  state.setField(iterator, "ran", trueValue);
  const wrapped = { ...callee, cells: new Map([...callee.cells, [yieldSink, sink]]) };
  enterFunction(state, site, wrapped, receiver ?? constant(undefined), { values: args, unknownFrom: null }, (after, completion) => {
    const yielded = after.records.get(sink);
    after.updateRecord(iterator, { items: yielded?.items ?? [], overflow: yielded?.overflow ?? true });
    const first = yielded?.items[0];
    if (completion.kind === "throw" && !first) {
      act.throwFrom(at.block, after, completion, site.range);
      return;
    }
    if (first) {
      after.setField(iterator, "at", constant(1));
      put(after, false, stillGood(after, first));
    } else {
      put(after, true, constant(undefined));
    }
  });
  return "stop";
}

// The generator goes on only after its consumer has seen the element: what it ends later is still good now.
function stillGood(state: State, item: Value): Value {
  return item.kind === "entity" && !livenessOf(state, item).alive ? state.unknown() : item;
}

/** Pseudo variable under which a generator finds the list that collects what it yields. */
export const yieldSink = 0;

// `yield* generator()`: its elements go to the consumer of this one, its result is the value here.
function delegateTo(act: Activation, state: State, instruction: Extract<Instruction, { op: "yield" }>, items: readonly Value[], at: Position): Step {
  const [callee, receiver, ...args] = items;
  if (callee?.kind !== "function") return "stop";
  const sink = state.frame.get(yieldSink) ?? freshId();
  if (!state.records.has(sink)) state.setRecord(sink, { ...emptyRecord, kind: "array", shared: true });
  const wrapped = { ...callee, cells: new Map([...callee.cells, [yieldSink, sink]]) };
  const site: CallSite = { act, at, range: instruction.range, name: callee.fn.ir.name };
  enterFunction(state, site, wrapped, receiver ?? constant(undefined), { values: args, unknownFrom: null }, (after, completion) => {
    if (completion.kind === "throw") return act.throwFrom(at.block, after, completion, instruction.range);
    writeVariable(act, after, instruction.to, completion.value, instruction.range);
    act.resume({ block: at.block, index: at.index + 1 }, after);
  });
  return "stop";
}

/** `yield`: the value goes to the consumer, other code runs, and the generator may be abandoned here. */
export function yieldValue(act: Activation, state: State, instruction: Extract<Instruction, { op: "yield" }>, value: Value, at: Position): Step {
  const inner = instruction.delegate && value.kind === "entity" ? state.records.get(value.id) : undefined;
  if (inner?.kind === "generator" && inner.items[0]?.kind === "function") return delegateTo(act, state, instruction, inner.items, at);
  useOf(act, state, value, makeEvent("use", act.site(instruction.range), "yielded here"));
  const sink = state.frame.get(yieldSink);
  const list = sink === undefined ? undefined : state.records.get(sink);
  if (sink !== undefined && list && !instruction.delegate) {
    if (list.items.length < 3) state.setRecord(sink, { ...list, items: [...list.items, value] });
    else {
      state.setRecord(sink, { ...list, overflow: true });
      giveAway(act, state, [value]);
    }
  } else {
    giveAway(act, state, [value]);
  }
  suspend(act, state, instruction.range, "suspended here");
  if (sink === undefined) {
    const abandoned = state.fork();
    abandoned.mayThrow = true;
    const event = makeEvent("exit", act.site(instruction.range), "the generator may be abandoned here");
    if (instruction.abandoned !== null) act.enter(instruction.abandoned, abandoned);
    else act.finish(abandoned, { kind: "throw", value: constant(undefined), cause: "call", event }, instruction.range);
  }
  writeVariable(act, state, instruction.to, state.unknown(), instruction.range);
  act.resume({ block: at.block, index: at.index + 1 }, state);
  return "stop";
}
