import type { BuiltinModel } from "../ir/language.js";
import { invoke, returned, type Arg } from "./calls.js";
import { unknownCall } from "./unseen-calls.js";
import type { Activation } from "./activation.js";
import { perform, type BuiltinCall } from "./builtins.js";
import { deferClosure, giveReferences, keepOutside, loseSight } from "./closures.js";
import { makeEvent } from "./engine.js";
import { leaveInField } from "./exits.js";
import { elementHint, truthOf } from "./facts.js";
import { drain } from "./generators.js";
import { computedField, forgetReads, giveComputed, isCode, isNamedCode, readComputed } from "./computed.js";
import { keyBehind, keysIn, listBehind, pairsOf } from "./iteration.js";
import { isView, memoryBehind, shareCells } from "./pointees.js";
import { reach } from "./reach.js";
import { giveAway } from "./sharing.js";
import { emptyRecord, freshId, openRecord, type JsRecord, type State } from "./state.js";
import { appendTo, maxItems } from "./lists.js";
import { constant, entity, expression, isNullConstant, plainResult, undefinedValue, valueKey, type EntityValue, type Value } from "./values.js";
import { putInside, useOf } from "./violations.js";
import { copyLength, forgetWalk } from "./walks.js";
import { loseUnreachable, noteOuterStore } from "./writes.js";

// Operations after which another element may lie under a key.
const changes: ReadonlySet<string> = new Set(["push", "unshift", "add", "set", "pop", "shift", "fill", "splice", "delete", "clear", "reverse"]);

// Those that go over what is in it now.
const iterators: ReadonlySet<string> = new Set(["values", "keys", "entries"]);

type Model = Extract<BuiltinModel, { kind: "array" | "collection" }>;

function listOf(state: State, items: readonly Value[], overflow: boolean, hint = ""): Value {
  const id = freshId();
  state.setRecord(id, { ...emptyRecord, kind: "array", items, overflow });
  return entity(id, 0, hint);
}

/** Methods of arrays, maps and sets. What is put into one that others may see is given away. */
export function callArray(model: Model, call: BuiltinCall): void {
  const { state, site, receiver, args, k } = call;
  const { act } = site;
  if (receiver?.kind === "entity" && changes.has(model.operation)) {
    forgetReads(state, receiver.id);
    forgetWalk(state, receiver);
  }
  const record = receiver?.kind === "entity" ? act.record(state, receiver.id) : undefined;
  const list = record && (record.kind === "array" || record.kind === "collection") ? record : undefined;
  const make = (items: readonly Value[], overflow: boolean): Value => listOf(state, items, overflow, receiver?.kind === "entity" ? receiver.hint : "");
  const copy = (items: readonly Value[], overflow: boolean, from: Value): Value => {
    const made = make(items, overflow);
    if (overflow) copyLength(state, from, made);
    return made;
  };
  switch (model.operation) {
    case "of":
      return k(state, returned(make(args.map((arg) => arg.value).slice(0, 8), args.length > 8)));
    case "from": {
      const from = args[0]?.value.kind === "entity" ? act.record(state, args[0].value.id) : undefined;
      if (from?.kind === "generator" && !args[1] && args[0]?.value.kind === "entity") return drain(state, site, args[0].value.id, (after, items, more) => k(after, returned(listOf(after, items, more))), k);
      const resume = (after: State, list: Value): void => callArray(model, { ...call, state: after, args: [{ ...args[0]!, value: list }, ...args.slice(1)] });
      if (args[0] && from && from.kind !== "array" && from.kind !== "collection" && listBehind(state, args[0].value, site, resume, k)) return;
      if (args[1]) return fromEach(from, call, make);
      return k(state, returned(from && (from.kind === "array" || from.kind === "collection") ? copy(from.items, from.overflow, args[0]!.value) : unknownCopy(state, args[0]?.value)));
    }
  }
  if (receiver?.kind !== "entity") return unknownCall(state, site, null, receiver, args, k);
  if (!list) return onUnknown(model, call, record);
  const set = (change: Partial<JsRecord>): void => state.setRecord(receiver.id, { ...list, ...change });
  switch (model.operation) {
    case "push":
    case "unshift":
    case "add":
      for (const arg of args) put(call, receiver, arg, model.operation === "add");
      return k(state, returned(model.operation === "add" ? receiver : state.unknown(plainResult)));
    case "set": {
      const key = args[0]?.value ?? undefinedValue;
      const value = args[1];
      if (value) {
        noteOuterStore(act, state, value.value, site.range, act.engine.fieldName(receiver));
        if (list.shared) useOf(act, state, value.value, makeEvent("use", value.site, "stored here"));
        const old = computedField(list, key);
        const rest = list.items.filter((item) => !old || valueKey(item) !== valueKey(old));
        const others = list.computed.filter((entry) => valueKey(entry.key) !== valueKey(key));
        if (isNamedCode(key, value.value) || rest.filter((item) => !isCode(item)).length < maxItems) {
          set({ computed: [...others, { key, value: value.value }], items: [...rest, value.value] });
        } else {
          set({ computed: others, items: rest, overflow: true });
          loseSight(state, value.value);
        }
        if (old) loseUnreachable(act, state, old, site.range, receiver.hint);
      }
      return k(state, returned(receiver));
    }
    case "get": {
      const key = args[0]?.value ?? undefinedValue;
      const found = computedField(list, key);
      if (!found && isWithout(list, key)) return k(state, returned(undefinedValue));
      if (found) return k(state, returned(found));
      giveComputed(state, list, key);
      return k(state, returned(readComputed(state, receiver.id, list, key, state.unknown(receiver.hint))));
    }
    case "pop":
    case "shift": {
      const index = model.operation === "pop" ? list.items.length - 1 : 0;
      const item = list.items[index];
      if (list.overflow) {
        // One of those that are not followed, or none of them is left.
        const more = state.fork();
        k(more, returned({ ...more.object(), hint: receiver.hint }));
        if (!item) {
          set({ overflow: false });
          return k(state, returned(undefinedValue));
        }
      } else if (!item) {
        return k(state, returned(undefinedValue));
      }
      set({ items: list.items.filter((_, at) => at !== index), overflow: false });
      // A loop that takes elements until there is none is not thought to end at a NULL among them.
      if (item.kind === "entity" && truthOf(state, item) === undefined) state.setFact({ value: entity(item.id), truth: true, equals: undefined, not: [] });
      return k(state, returned(item.kind === "entity" ? { ...item, hint: receiver.hint || elementHint } : item));
    }
    case "at": {
      const index = args[0]?.value;
      const position = index?.kind === "constant" && typeof index.value === "number" ? index.value : undefined;
      const item = position === undefined || list.overflow ? undefined : list.items[position < 0 ? list.items.length + position : position];
      return k(state, returned(item ?? { ...state.unknown(), hint: receiver.hint }));
    }
    case "slice":
    case "values":
    case "keys":
    case "reverse":
      if (model.operation === "slice") return k(state, returned(slice(call, receiver, list, make, copy)));
      if (model.operation === "keys" && list.status === "map") return k(state, returned(make(keysIn(state, list), list.overflow)));
      return k(state, returned(model.operation === "keys" ? expression("elements", [entity(receiver.id)]) : model.operation === "reverse" ? receiver : copy(list.items, list.overflow, receiver)));
    case "concat":
      return k(state, returned(concat(call, list, make)));
    case "entries": {
      const pairs = list.status === "map" ? pairsOf(state, list) : list.items.map((item) => make([state.unknown(), item], false));
      return k(state, returned(copy(pairs, list.overflow, receiver)));
    }
    case "flat": {
      const parts = list.items.map((item) => (item.kind === "entity" ? act.record(state, item.id) : undefined));
      const items = list.items.flatMap((item, index) => (parts[index]?.kind === "array" ? parts[index].items : [item]));
      return k(state, returned(make(items.slice(0, 8), list.overflow || items.length > 8 || parts.some((part) => part?.kind === "open" || (part?.kind === "array" && part.overflow)))));
    }
    case "fill": {
      const memory = isView(list) ? memoryBehind(state, receiver.id) : null;
      if (memory !== null && !isNullConstant(args[0]?.value ?? undefinedValue)) shareCells(state, memory);
      if (memory !== null) return k(state, returned(receiver));
      set({ items: list.items.map(() => args[0]?.value ?? undefinedValue) });
      return k(state, returned(receiver));
    }
    case "splice":
      return splice(call, receiver, list, make);
    case "delete": {
      const had = isInside(list, args[0]?.value ?? undefinedValue);
      const found = computedField(list, args[0]?.value ?? undefinedValue);
      const gone = valueKey(found ?? args[0]?.value ?? undefinedValue);
      stepBack(state, receiver.id, list.items.findIndex((item) => valueKey(item) === gone));
      set({ computed: found ? list.computed.filter((entry) => entry.value !== found) : list.computed, items: list.items.filter((item) => valueKey(item) !== gone) });
      if (found) loseUnreachable(act, state, found, site.range, receiver.hint);
      return k(state, returned(had === undefined ? state.unknown(plainResult) : constant(had)));
    }
    case "has": {
      const key = args[0]?.value ?? undefinedValue;
      const inside = isInside(list, key);
      if (inside === false) return k(state, returned(constant(false)));
      // Asked again after something was put in, it is another question.
      return k(state, returned(inside ? constant(true) : key.kind === "function" ? state.unknown() : expression("has", [receiver, key], String(list.items.length))));
    }
    case "clear":
      set({ computed: [], items: [], overflow: false });
      return k(state, returned(undefinedValue));
    case "forEach":
      return forEach(call);
    default:
      return k(state, returned(state.unknown()));
  }
}

// Whoever goes through a set or a map while an element is taken out of it misses none of the others.
function stepBack(state: State, id: number, position: number): void {
  if (position < 0) return;
  for (const [iterator, { kind, fields }] of state.records) {
    const over = kind === "iterator" ? fields.get("over") : undefined;
    const at = fields.get("at");
    if (over?.kind !== "entity" || over.id !== id || at?.kind !== "constant" || typeof at.value !== "number" || at.value <= position) continue;
    state.setField(iterator, "at", constant(at.value - 1));
  }
}

// Whether there is an element, or an entry, of that key; undefined where that is not known.
function isInside(list: JsRecord, key: Value): boolean | undefined {
  const wanted = valueKey(key);
  if (list.computed.some((entry) => !entry.read && valueKey(entry.key) === wanted) || (list.status !== "map" && list.items.some((item) => valueKey(item) === wanted))) return true;
  return isWithout(list, key) ? false : undefined;
}

// True where all that is in it is known, and is something else than the key: nothing at all, or other constants.
function isWithout(list: JsRecord, key: Value): boolean {
  if (list.overflow || list.shared) return false;
  const inside = list.status === "map" ? list.computed.map((entry) => entry.key) : list.items;
  return inside.length === 0 || (key.kind === "constant" && inside.every((item) => item.kind === "constant"));
}

// `Array.from(list, f)`: what `f` makes of each element; of an object that only has a length, of as many nothings.
function fromEach(from: JsRecord | undefined, call: BuiltinCall, make: (items: readonly Value[], overflow: boolean) => Value): void {
  const isList = from?.kind === "array" || from?.kind === "collection";
  const receiver = isList ? make(from.items, from.overflow) : from?.kind === "record" ? make([], true) : call.args[0]!.value;
  perform({ kind: "eachElement", callback: 1, result: "array", elementParam: 0 }, { ...call, receiver });
}

function concat({ state, site, args }: BuiltinCall, list: JsRecord, make: (items: readonly Value[], overflow: boolean) => Value): Value {
  let overflow = list.overflow;
  const items = [...list.items];
  for (const { value } of args) {
    const more = value.kind === "entity" ? site.act.record(state, value.id) : undefined;
    if (more?.kind === "array") {
      items.push(...more.items);
      overflow ||= more.overflow;
    } else {
      items.push(value);
      if (value.kind === "entity" && !state.objects.has(value.id)) overflow = true;
    }
  }
  return make(items.slice(0, 8), overflow || items.length > 8);
}

function put({ state, site }: BuiltinCall, receiver: Extract<Value, { kind: "entity" }>, arg: Arg, unique: boolean): void {
  const { act } = site;
  const list = state.records.get(receiver.id)!;
  noteOuterStore(act, state, arg.value, site.range, act.engine.fieldName(receiver));
  const event = makeEvent("escape", arg.site, "stored here");
  const isOwn = state.tokens.size > 0 && isOwnList(act, state, receiver.id);
  if (list.shared) keepOutside(act, state, arg.value, event);
  else if (!isOwn) deferClosure(act, state, arg.value, event, false);
  if (list.shared) useOf(act, state, arg.value, makeEvent("use", arg.site, "stored here"));
  if (unique && list.items.some((item) => valueKey(item) === valueKey(arg.value))) return;
  if (appendTo(state, receiver, putInside(state, arg.value))) return;
  if (isOwn) deferClosure(act, state, arg.value, event, false);
  giveAway(act, state, [arg.value]);
  // How many of those before it are taken out again nobody counts.
  giveReferences(state, receiver);
}

// A list that nobody else has, and no object of a class: whether the functions in it are called is seen.
function isOwnList(act: Activation, state: State, id: number): boolean {
  if (state.records.get(id)!.shared || act.isIncoming(id)) return false;
  const holders = [...state.records].filter(([, { kind, shared }]) => shared || (kind !== "record" && kind !== "array" && kind !== "collection" && kind !== "iterator")).map(([holder]) => holder);
  return !reach(state, { values: [], ids: [...act.incoming, ...holders] }).ids.has(id);
}

// A part of a list. Where nobody knows which, its elements may be any.
function slice({ state, site, args }: BuiltinCall, receiver: Value, list: JsRecord, make: (items: readonly Value[], overflow: boolean) => Value, copy: (items: readonly Value[], overflow: boolean, from: Value) => Value): Value {
  const [from, to] = args.map(({ value }) => (value.kind === "constant" && typeof value.value === "number" ? value.value : undefined));
  if (args.length === 0 || (from === 0 && args.length === 1)) return copy(list.items, list.overflow, receiver);
  const known = from !== undefined && (args.length === 1 || to !== undefined);
  // Behind the elements that are followed there may be others: positions from the end are not known, those from the start are.
  if (known && (!list.overflow || (from >= 0 && to !== undefined && to >= 0 && to <= list.items.length))) return make(list.items.slice(from, to), false);
  leaveInField(site.act, state, receiver);
  giveReferences(state, receiver);
  return make([], true);
}

// What is taken out goes into a list of its own. Which elements these are is known by the positions, while all elements are.
function splice(call: BuiltinCall, receiver: Extract<Value, { kind: "entity" }>, list: JsRecord, make: (items: readonly Value[], overflow: boolean) => Value): void {
  const { state, args, k } = call;
  const [first, count] = args.slice(0, 2).map(({ value }) => (value.kind === "constant" && typeof value.value === "number" ? value.value : undefined));
  const start = first === undefined || first >= 0 ? first : Math.max(list.items.length + first, 0);
  const end = args.length === 1 ? list.items.length : start === undefined || count === undefined ? undefined : start + Math.max(count, 0);
  const all = start === 0 && args.length === 1;
  if (start === undefined || end === undefined || (list.overflow && !all)) {
    // Any of them may be on either side.
    if (count !== 0) {
      leaveInField(call.site.act, state, receiver);
      loseSight(state, receiver);
    }
    for (const arg of args.slice(2)) put(call, receiver, arg, false);
    state.updateRecord(receiver.id, { overflow: true });
    return k(state, returned(count === 0 ? make([], false) : make([], true)));
  }
  const removed = make(list.items.slice(start, end), list.overflow);
  state.setRecord(receiver.id, { ...list, items: list.items.slice(0, start), overflow: false });
  for (const arg of args.slice(2)) put(call, receiver, arg, false);
  for (const item of list.items.slice(end)) if (!appendTo(state, receiver, item)) loseSight(state, item);
  k(state, returned(removed));
}

// A container of unknown content: what goes in is stored outside, what comes out is unknown.
function onUnknown(model: Model, call: BuiltinCall, record: JsRecord | undefined): void {
  const { state, site, receiver, args, k } = call;
  const { act } = site;
  const stores = ["push", "unshift", "add", "set", "fill", "splice", "concat"].includes(model.operation);
  const self = receiver as Extract<Value, { kind: "entity" }>;
  if (model.operation === "get" && args[0] && record?.kind !== "instance") return k(state, returned(readUnknown(state, self, record, args[0].value)));
  if (iterators.has(model.operation) && args.length === 0) return k(state, returned(expression("elements", [self])));
  if (model.operation === "slice" && args.length === 0) return k(state, returned({ ...unknownCopy(state, self), hint: self.hint }));
  if (!stores) return k(state, returned({ ...state.unknown(), hint: self.hint }));
  if (record?.kind === "instance") return unknownCall(state, site, null, receiver, args, k);
  for (const arg of args) {
    useOf(act, state, arg.value, makeEvent("use", arg.site, "stored here"));
    keepOutside(act, state, arg.value, makeEvent("escape", arg.site, "stored here"));
    if (arg.value.kind !== "entity") continue;
    noteOuterStore(act, state, arg.value, site.range, act.engine.fieldName(self));
    // The container is outside: an element stays reachable through it.
    const known = state.records.get(self.id) ?? openRecord;
    if (known.items.length < maxItems) state.setRecord(self.id, { ...known, items: [...known.items, arg.value] });
    else giveAway(act, state, [arg.value]);
  }
  k(state, returned(state.unknown(plainResult)));
}

// A list of what is in another one, of which nobody knows what it is.
function unknownCopy(state: State, from: Value | undefined): EntityValue {
  const made = state.unknown();
  if (from) copyLength(state, from, made);
  return made;
}

function readUnknown(state: State, self: Extract<Value, { kind: "entity" }>, record: JsRecord | undefined, key: Value): Value {
  const known = record ?? openRecord;
  return computedField(known, key) ?? readComputed(state, self.id, known, key, state.unknown(self.hint));
}

// The elements one after the other; one that is taken out meanwhile makes room for the next.
function forEach({ state, site, receiver, args, k }: BuiltinCall): void {
  const fn = args[0]?.value;
  if (fn?.kind !== "function" || receiver?.kind !== "entity") return k(state, returned(undefinedValue));
  const step = (from: State, index: number): void => {
    const list = from.records.get(receiver.id);
    // Elements that are known stand for those that are not.
    const other = list?.overflow && index === 0 && list.items.length === 0 ? from.unknown(receiver.hint) : undefined;
    const item = list?.items[index] ?? other;
    if (other || !item) k(from.fork(), returned(undefinedValue));
    if (!list || !item) return;
    const key = list.status === "map" ? (keyBehind(list, item) ?? from.unknown()) : item;
    const given = [item, key].map((value) => ({ value, site: site.act.site(site.range), spread: false }));
    invoke(from, { ...site, name: "" }, fn, null, given, (after, completion) => {
      if (completion.kind === "throw") return k(after, completion);
      if (other) return k(after, returned(undefinedValue));
      const now = after.records.get(receiver.id)?.items[index];
      step(after, now && valueKey(now) !== valueKey(item) ? index : index + 1);
    });
  };
  step(state, 0);
}
