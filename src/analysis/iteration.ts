import type { Instruction } from "../ir/types.js";
import type { Activation, Completion, Position } from "./activation.js";
import { settle } from "./async.js";
import { pairOf } from "./builtins.js";
import { invoke, type CallSite } from "./calls.js";
import { giveReferences } from "./closures.js";
import { makeEvent } from "./engine.js";
import { assume } from "./facts.js";
import { advance, drain, makeGenerator } from "./generators.js";
import { memberOf } from "./members.js";
import { listOf } from "./lists.js";
import { givePieces } from "./pointees.js";
import { emptyRecord, freshId, type JsRecord, type State } from "./state.js";
import type { Step } from "./transfer.js";
import { constant, entity, falseValue, trueValue, valueKey, type EntityValue, type FunctionValue, type Value } from "./values.js";
import { suspend } from "./violations.js";
import { isAsked, learnEnd, learnMore, nextOfWalk, oneMore, walkOf } from "./walks.js";
import { writeVariable } from "./writes.js";

/** Starts an iteration. An array of known shape is walked element by element; anything else gives unknown elements, counted if it is walked `again`. */
export function iterate(act: Activation, state: State, from: Value, kind: "values" | "keys" | "async", again: boolean): Value {
  const id = freshId();
  const source = from.kind === "entity" ? act.record(state, from.id) : undefined;
  if (kind === "keys" && source && source.kind !== "open") return iterate(act, state, keysOf(act, state, source), "values", again);
  if (source && from.kind === "entity") givePieces(state, from.id, source);
  const maker = kind === "keys" ? null : iteratorMethod(act, state, from, kind);
  if (maker?.fn.ir.generator) return iterate(act, state, makeGenerator(act, state, maker, from, []), kind, again);
  if (maker) {
    state.setRecord(id, { ...emptyRecord, kind: "iterator", status: kind, origin: hintOf(from), fields: new Map([["iterable", from], ["maker", maker]]), overflow: true });
    return entity(id);
  }
  const known = source && (source.kind === "array" || source.kind === "collection") && kind !== "keys";
  const asked = kind === "async" || (known && !source.overflow) || source?.kind === "generator" ? null : walkOf(from);
  const walk = asked && (again || isAsked(state, asked)) ? asked : null;
  const fields = new Map<string, Value>([["at", constant(0)]]);
  if (known || source?.kind === "generator") fields.set("over", from);
  if (walk) fields.set("walk", walk);
  state.setRecord(id, { ...emptyRecord, kind: "iterator", status: kind, origin: hintOf(from), fields, overflow: !known || source.overflow });
  return entity(id);
}

/** The name by which what is walked over was reached. */
export function hintOf(from: Value): string {
  const list = from.kind === "expression" && from.operator === "elements" ? from.operands[0]! : from;
  return list.kind === "entity" ? list.hint : "";
}

// What gives an iterator over an object, a method of its own or of its class.
function iteratorMethod(act: Activation, state: State, from: Value, kind: "values" | "async"): FunctionValue | null {
  const method = (kind === "async" ? memberIn(act, state, from, "@@asyncIterator") : null) ?? memberIn(act, state, from, "@@iterator");
  return method?.kind === "function" && method.fn.ir.hasBody ? method : null;
}

function memberIn(act: Activation, state: State, object: Value, key: string): Value | null {
  const record = object.kind === "entity" ? act.record(state, object.id) : undefined;
  return record?.fields.get(key) ?? (record?.class ? memberOf(record.class, key, false, "method") : null);
}

/** The keys of an object or array that can be seen, those among them that are known only at run time. */
export function keysOf(act: Activation, state: State, source: JsRecord): Value {
  const named = source.kind === "array" ? source.items.map((_, index) => constant(String(index))) : [...source.fields.keys()].map((key) => constant(key));
  const keys = [...named, ...source.computed.map(({ key }) => key)];
  return listOf(act, state, keys, source.overflow);
}

/** The pairs of key and value that a map is gone through by; a key that is not followed is unknown. */
export function pairsOf(state: State, map: JsRecord): Value[] {
  return rowsOf(state, map).map(([key, value]) => pairOf(state, key, value));
}

/** The keys of a map. */
export function keysIn(state: State, map: JsRecord): Value[] {
  return rowsOf(state, map).map(([key]) => key);
}

function rowsOf(state: State, map: JsRecord): (readonly [Value, Value])[] {
  const entries = map.computed.filter(({ read }) => !read);
  const named = new Set(entries.map(({ value }) => valueKey(value)));
  const others = map.items.filter((item) => !named.has(valueKey(item)));
  return [...entries.map(({ key, value }) => [key, value] as const), ...others.map((item) => [state.unknown(), item] as const)];
}

/** The key under which a map holds an element, where it is one alone. */
export function keyBehind(map: JsRecord, item: Value): Value | undefined {
  const found = map.computed.filter(({ read, value }) => !read && valueKey(value) === valueKey(item));
  return found.length === 1 ? found[0]!.key : undefined;
}

/** One step of an iteration: `done`, or an element. */
export function nextElement(act: Activation, state: State, instruction: Extract<Instruction, { op: "next" }>, iterator: Value, site: CallSite, at: Position): Step {
  const put: Put = (into, done, value) => {
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
  return nextStep(state, iterator, site, put);
}

type Put = (into: State, done: boolean, value: Value) => void;

function nextStep(state: State, iterator: Value, site: CallSite, put: Put): Step {
  const { act, at } = site;
  const record = iterator.kind === "entity" ? state.records.get(iterator.id) : undefined;
  const maker = record?.fields.get("maker");
  if (iterator.kind === "entity" && record && maker?.kind === "function") return nextByMethod(state, iterator, maker, site, put);
  const over = record?.fields.get("over");
  const source = over?.kind === "entity" ? act.record(state, over.id) : undefined;
  const position = record?.fields.get("at");
  if (iterator.kind === "entity" && record && source && position?.kind === "constant" && typeof position.value === "number" && source.kind !== "generator") {
    const index = position.value;
    const item = source.items[index];
    if (item) {
      act.engine.takeRow();
      state.setField(iterator.id, "at", constant(index + 1));
      const value = item.kind === "entity" && record.origin !== "" ? { ...item, hint: record.origin } : item;
      const element = source.status === "map" ? pairOf(state, keyBehind(source, item) ?? state.unknown(), value) : value;
      if (record.status === "async") settle(state, element, site, (after, completion) => (completion.kind === "return" ? put(after, false, completion.value) : act.throwFrom(at.block, after, completion, site.range)), 0);
      else put(state, false, element);
      return "stop";
    }
    if (!source.overflow) {
      put(state, true, constant(undefined));
      return "stop";
    }
  }
  if (source?.kind === "generator" && over?.kind === "entity") return nextOfGenerator(state, over.id, site, put);
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
      learnMore(more, walk, taken);
      more.setField(iterator.id, "at", constant(oneMore(more, walk, taken)));
    }
    put(more, false, { ...more.unknown(record?.origin ?? ""), hint: record?.origin ?? "" });
  }
  return "stop";
}

/** A pattern takes the first elements of a generator and closes it; of anything else it reads what is there. */
export function takeElements(act: Activation, state: State, instruction: Extract<Instruction, { op: "take" }>, from: Value, site: CallSite): Step {
  const { at } = site;
  const put = (into: State, value: Value): void => writeVariable(act, into, instruction.to, value, instruction.range);
  const maker = iteratorMethod(act, state, from, "values");
  const source = maker?.fn.ir.generator ? makeGenerator(act, state, maker, from, []) : from;
  const resume = (after: State, list: Value): void => {
    put(after, list);
    act.resume({ block: at.block, index: at.index + 1 }, after);
  };
  if (maker && source === from && listBehind(state, from, site, resume, (after, completion) => act.throwFrom(at.block, after, completion, site.range))) return "stop";
  if (source.kind !== "entity" || state.records.get(source.id)?.kind !== "generator") {
    put(state, from);
    return "next";
  }
  const { id } = source;
  const finish = (after: State, items: readonly Value[], more: boolean): void => {
    const list = freshId();
    after.setRecord(list, { ...emptyRecord, kind: "array", items, overflow: more });
    put(after, entity(list));
    act.resume({ block: at.block, index: at.index + 1 }, after);
  };
  const fail = (after: State, completion: Completion): void => act.throwFrom(at.block, after, completion, site.range);
  const take = (before: State, items: readonly Value[]): void => {
    const full = items.length === instruction.count;
    advance(before, site, id, full ? "return" : "next", constant(undefined), (after, progress) => {
      if (progress.kind === "throw") fail(after, progress.completion);
      else if (progress.kind === "yield" && !full) take(after, [...items, progress.value]);
      else finish(after, items, !full && progress.kind === "unknown");
    });
  };
  if (instruction.count === null) drain(state, site, id, finish, fail);
  else take(state, []);
  return "stop";
}

/** The list, or one of what lies in the map, that an object's own iterator goes through; where that is another one, its content is in the hands of whoever asks. Null: it has no iterator of its own. */
export function listBehind(state: State, from: Value, site: CallSite, done: (after: State, list: Value) => void, fail: (after: State, completion: Completion) => void): "stop" | null {
  const { act } = site;
  const maker = iteratorMethod(act, state, from, "values");
  if (!maker || maker.fn.ir.generator) return null;
  invoke(state, { ...site, name: "@@iterator" }, maker, from, [], (after, completion) => {
    if (completion.kind === "throw") return fail(after, completion);
    const { value } = completion;
    const record = value.kind === "entity" ? act.record(after, value.id) : undefined;
    if (record?.kind === "array") return done(after, value);
    if (record?.kind === "collection") return done(after, listOf(act, after, record.status === "map" ? pairsOf(after, record) : record.items, record.overflow));
    giveReferences(after, from);
    done(after, after.unknown(hintOf(from)));
  });
  return "stop";
}

// One step of a generator: up to its next `yield`, or to its end.
function nextOfGenerator(state: State, generator: number, site: CallSite, put: Put): Step {
  const { act } = site;
  advance(state, site, generator, "next", constant(undefined), (after, progress) => {
    if (progress.kind === "throw") return act.throwFrom(site.at.block, after, progress.completion, site.range);
    if (progress.kind === "unknown") put(after.fork(), false, after.unknown());
    put(after, progress.kind !== "yield", progress.kind === "yield" ? progress.value : constant(undefined));
  });
  return "stop";
}

// One step of an iterator that the program wrote itself: `next` is called, and says whether there is more.
function nextByMethod(state: State, { id }: EntityValue, maker: FunctionValue, site: CallSite, put: Put): Step {
  const { act } = site;
  const record = state.records.get(id)!;
  const fail = (after: State, completion: Completion): void => act.throwFrom(site.at.block, after, completion, site.range);
  const both = (after: State): void => {
    put(after.fork(), false, after.unknown(record.origin));
    put(after, true, constant(undefined));
  };
  const { element, done } = state.language.fieldNames.step;
  const judge = (after: State, result: Value): void => {
    const step = result.kind === "entity" ? act.record(after, result.id) : undefined;
    if (step?.kind !== "record") return both(after);
    const end = step.fields.get(done) ?? falseValue;
    const value = step.fields.get(element) ?? constant(undefined);
    const last = after.fork();
    if (assume(after, end, false)) put(after, false, value);
    if (assume(last, end, true)) put(last, true, constant(undefined));
  };
  const step = (from: State, iterator: Value): void => {
    const next = memberIn(act, from, iterator, "next");
    if (next?.kind !== "function") return both(from);
    const before = countsOf(from, iterator, next);
    invoke(from, { ...site, name: "next" }, next, iterator, [], (after, completion) => {
      if (completion.kind === "throw") return fail(after, completion);
      forgetCounts(after, before, countsOf(after, iterator, next));
      if (record.status !== "async") return judge(after, completion.value);
      settle(after, completion.value, site, (later, settled) => (settled.kind === "return" ? judge(later, settled.value) : fail(later, settled)), 0);
    });
  };
  const known = record.fields.get("iterator");
  if (known) step(state, known);
  else {
    invoke(state, { ...site, name: "@@iterator" }, maker, record.fields.get("iterable")!, [], (after, completion) => {
      if (completion.kind === "throw") return fail(after, completion);
      const { value } = completion;
      const kind = value.kind === "entity" ? act.record(after, value.id)?.kind : undefined;
      // What a list, a map or a generator gives is gone through as they are themselves.
      if (kind === "array" || kind === "collection" || kind === "generator") {
        const own = iterate(act, after, value, record.status as "values" | "async", false);
        if (own.kind === "entity") after.setRecord(id, after.records.get(own.id)!);
        return void nextStep(after, entity(id), site, put);
      }
      after.setField(id, "iterator", value);
      step(after, value);
    });
  }
  return "stop";
}

interface Count {
  readonly value: Value | undefined;
  readonly forget: (state: State) => void;
}

// Where an iterator keeps how far it is: in its fields, or in variables around its function.
function countsOf(state: State, iterator: Value, next: FunctionValue): ReadonlyMap<string, Count> {
  const counts = new Map<string, Count>();
  for (const cell of next.cells.values()) counts.set(`cell ${cell}`, { value: state.cells.get(cell), forget: (after) => after.setCell(cell, after.unknown()) });
  if (iterator.kind === "entity") for (const [key, value] of state.records.get(iterator.id)?.fields ?? []) counts.set(key, { value, forget: (after) => after.setField(iterator.id, key, after.unknown(key)) });
  return counts;
}

// A number that each round changes would make each of them another round.
function forgetCounts(state: State, before: ReadonlyMap<string, Count>, after: ReadonlyMap<string, Count>): void {
  for (const [key, { value, forget }] of after) {
    const old = before.get(key)?.value;
    const isCount = value?.kind === "expression" || (value?.kind === "constant" && typeof value.value === "number");
    if (isCount && old && valueKey(old) !== valueKey(value)) forget(state);
  }
}

/** The iteration is left early: a generator runs its clean-up code, and so does an iterator that has some. */
export function closeIterator(act: Activation, state: State, iterator: Value, site: CallSite): Step {
  const written = iterator.kind === "entity" ? state.records.get(iterator.id)?.fields.get("iterator") : undefined;
  const close = written && memberIn(act, state, written, "return");
  if (close?.kind === "function") {
    invoke(state, { ...site, name: "return" }, close, written ?? null, [], (after, completion) => {
      if (completion.kind === "throw") return act.throwFrom(site.at.block, after, completion, site.range);
      act.resume({ block: site.at.block, index: site.at.index + 1 }, after);
    });
    return "stop";
  }
  const over = iterator.kind === "entity" ? state.records.get(iterator.id)?.fields.get("over") : undefined;
  const source = over?.kind === "entity" ? state.records.get(over.id) : undefined;
  if (over?.kind !== "entity" || source?.kind !== "generator") return "next";
  advance(state, site, over.id, "return", constant(undefined), (after, progress) => {
    if (progress.kind === "throw") return act.throwFrom(site.at.block, after, progress.completion, site.range);
    act.resume({ block: site.at.block, index: site.at.index + 1 }, after);
  });
  return "stop";
}
