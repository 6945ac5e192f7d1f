import type { LanguageModel } from "../ir/language.js";
import { mostElements, mostOf } from "./lists.js";
import { invoke, type CallSite } from "./calls.js";
import { deferClosure, forgetWritten, giveReferences, keepOutside, loseSight } from "./closures.js";
import { makeEvent } from "./engine.js";
import { elementHint, isPointer } from "./facts.js";
import { isExpectation, nextWord } from "./assertions.js";
import { memberOfModule, moduleBehind } from "./imports.js";
import { tableOfField } from "./field-tables.js";
import { boundField, fieldClosure, fieldContainer, hasUnknownBase, isUnset, memberOf, staticContainer, typedField } from "./members.js";
import { computedField, giveComputed, setComputed } from "./computed.js";
import { cells, forgetPointee, isView, loadOfView, memoryBehind, pointerBehind, shareCells, writePointee } from "./pointees.js";
import { asWalked, firstRead, lengthOf, numberOfKeys } from "./lengths.js";
import { disposeMethod, isCount, isListLength, isNext } from "./library.js";
import { emptyRecord, openRecord, type JsRecord, type State } from "./state.js";
import { behindAddress, constant, entity, functionValue, globalField, isNullConstant, propertiesOf, undefinedValue, type ClassValue, type EntityValue, type Value } from "./values.js";
import { putInside, useOf } from "./violations.js";
import { forgetWalk, stepOfWalk } from "./walks.js";
import { loseUnreachable, noteOuterStore, outerLocal } from "./writes.js";
import type { Activation, Continuation } from "./activation.js";
import { outerRecord } from "./captured.js";

/** Reads a field. Null when the answer comes later, through `later`: an accessor runs, or the read throws. */
export function load(state: State, object: Value, key: string | Value, site: CallSite, later: Continuation): Value | null {
  const { act } = site;
  switch (object.kind) {
    case "constant":
      if (object.value === null || object.value === undefined) {
        const ofPointer = object.value === null && typeof key === "string" ? pointerTest(act, object, key) : null;
        if (ofPointer) return ofPointer;
        const event = makeEvent("throw", act.site(site.range), "throws here: there is no object");
        later(state, { kind: "throw", value: state.object("error"), cause: "throw", event });
        return null;
      }
      return typeof key === "string" ? libraryMethod(act, object, key) ?? state.unknown(key) : state.unknown();
    case "builtin":
      return loadBuiltin(act, state, object, key, site);
    case "function": {
      const properties = propertiesOf(object);
      const known = properties && typeof key === "string" ? act.record(state, properties.id)?.fields.get(key) : undefined;
      if (known && typeof key === "string") return reachedBy(act, known, key);
      return typeof key === "string" ? (libraryMethod(act, object, key) ?? state.unknown(key)) : state.unknown();
    }
    case "native":
      return typeof key === "string" ? (libraryMethod(act, object, key) ?? state.unknown(key)) : state.unknown();
    case "class":
      return loadStatic(state, object, key, site, later);
    case "expression":
      if (object.operator === "keys" && isListLength(state.language, key)) return asWalked(state, object.operands[0]!, numberOfKeys(object.operands[0]!));
      if (object.operator === "elements" && typeof key === "string" && isNext(state.language, key)) return { kind: "builtin", name: stepOfWalk, receiver: object };
      return typeof key === "string" ? (libraryMethod(act, object, key) ?? state.unknown(key)) : state.unknown();
    case "entity":
      return loadField(state, object, key, site, later);
  }
}

// NULL is an object in some bindings: it has the methods by which it is told.
function pointerTest(act: Activation, object: Value, key: string): Value | null {
  const kind = act.engine.program.language.methods.get(key)?.kind;
  return kind === "nullTest" || kind === "equals" ? libraryMethod(act, object, key) : null;
}

function loadField(state: State, object: EntityValue, key: string | Value, site: CallSite, later: Continuation): Value | null {
  const { act } = site;
  if (typeof key === "string") classifyByType(act, state, object, key, site);
  const record = act.record(state, object.id);
  // What is not null, or not undefined, and has fields that are read is an object.
  const fact = state.facts.get(`e${object.id}`);
  if (fact && fact.truth === undefined && !fact.equals && (fact.not.includes(null) || (fact.not.includes(undefined) && !isPointer(state, object)))) state.setFact({ ...fact, truth: true });
  const memory = record && (record.status === cells || isView(record)) ? memoryBehind(state, object.id) : null;
  if (memory !== null && record) {
    const told = typeof key === "string" ? loadOfView(state, object.id, record, key) : undefined;
    if (told) return told;
    if (!isSeenThrough(state.language, record, key)) shareCells(state, memory);
  }
  if (typeof key !== "string") return loadComputed(state, object, record, key);
  const field = record?.fields.get(key);
  if (field) return reachedBy(act, field, key);
  const accessor = record?.accessors?.get(key);
  if (accessor) {
    if (!accessor.get) return undefinedValue;
    invoke(state, { ...site, name: key }, accessor.get, object, [], later);
    return null;
  }
  if (record?.class) {
    const getter = memberOf(record.class, key, false, "get");
    if (getter) {
      invoke(state, { ...site, name: key }, getter, object, [], later);
      return null;
    }
    const method = memberOf(record.class, key, false, "method");
    if (method) return method;
    const typed = typedField(act, state, record.class, key);
    if (typed) {
      state.setField(object.id, key, typed);
      return typed;
    }
  }
  if (record && (record.kind === "array" || record.kind === "collection")) {
    if (isCount(state.language, key)) return record.overflow ? asWalked(state, object, lengthOf(object, record)) : constant(record.items.length);
    if (/^\d+$/.test(key)) return element(state, object, record, Number(key));
  }
  // The pointer of a callback object stands for the function as well.
  if (record?.kind === "callback") return object;
  if (record?.kind === "stack" && (key === "@@dispose" || key === "@@asyncDispose")) return { kind: "builtin", name: `.${disposeMethod(state.language, key === "@@asyncDispose")}`, receiver: object };
  const container = record?.class ? fieldContainer(act, state, record.class, key) : null;
  if (container) {
    state.setField(object.id, key, container);
    return container;
  }
  const table = record?.class ? tableOfField(act.engine, record.class, key) : null;
  if (table) return reachedBy(act, table, key);
  const closure = record?.class ? fieldClosure(act, state, object, record.class, key) : null;
  if (closure) return closure;
  const method = libraryMethod(act, object, key, record?.kind);
  if (record && record.kind !== "open") {
    if (record.kind === "instance" || record.kind === "statics") {
      const bound = boundField(act, key);
      if (bound) return bound;
      if (record.class && hasUnknownBase(record.class)) return method ?? remember(state, object, record, key);
      return method ?? (record.shared ? remember(state, object, record, key) : undefinedValue);
    }
    if (method || record.kind !== "record") return method ?? state.unknown(key);
    // What lies under keys that nobody knows may lie under this one.
    for (const entry of record.computed) giveReferences(state, entry.value);
    return record.shared || record.overflow || record.computed.length > 0 ? remember(state, object, record, key) : undefinedValue;
  }
  const bound = boundField(act, key);
  if (bound) return bound;
  const declared = act.engine.types.memberAt(act.fn.module, site.range, key);
  if (declared) return functionValue(declared);
  if (method && (!record?.class || hasUnknownBase(record.class))) return method;
  return remember(state, object, record ?? openRecord, key);
}

// Whether what comes of reading a field of memory, or of a view of it, leaves what lies in it in sight.
function isSeenThrough(language: LanguageModel, { status }: JsRecord, key: string | Value): boolean {
  const isElement = typeof key !== "string" || /^\d+$/.test(key);
  if (status === cells && isElement) return true;
  if (isElement) return typeof key === "string";
  if (isListLength(language, key) || language.properties.get(key)?.kind === "measure") return true;
  const model = language.methods.get(key);
  return status === cells ? model !== undefined : model?.kind === "pointee" || (model?.kind === "array" && model.operation === "fill");
}

// Where no value tells what an object is, its type may.
function classifyByType(act: Activation, state: State, object: EntityValue, key: string, site: CallSite): void {
  const record = act.record(state, object.id);
  if (state.objects.has(object.id) || (record && (record.kind !== "open" || record.class || record.fields.has(key)))) return;
  const told = act.engine.types.classAt(act.fn.module, site.range, key);
  if (told) state.setRecord(object.id, { ...(record ?? { ...emptyRecord, kind: "open", shared: true }), class: told });
}

// A value is known by the last name that led to it, unless it is known as a native function.
function reachedBy(act: Activation, value: Value, key: string): Value {
  return value.kind === "entity" && act.engine.nativeName(value.hint) === null ? { ...value, hint: key } : value;
}

// A field of unknown content: the same unknown each time it is read, until something writes it.
// Past a few steps nothing is remembered, or the walk along a list would never come to rest.
function remember(state: State, object: EntityValue, record: JsRecord, key: string): Value {
  // A field of an object of top-level code has one identity without being written down.
  if (object.id < 0) return firstRead(state, object, record, key, entity(globalField(object.id, key), 0, key));
  const inside = state.unknown(key);
  const value = firstRead(state, object, record, key, inside);
  if (record.depth >= maxDepth) return value;
  state.setRecord(object.id, { ...record, fields: new Map(record.fields).set(key, value) });
  if (value === inside && (record.depth > 0 || record.fields.size > 0)) state.setRecord(inside.id, { ...emptyRecord, kind: "open", shared: true, depth: record.depth + 1 });
  return value;
}

const maxDepth = 4;

function loadComputed(state: State, object: EntityValue, record: JsRecord | undefined, key: Value): Value {
  if (!record || record.kind === "open") {
    const base = record ?? { ...emptyRecord, kind: "open" as const, shared: true };
    const known = computedField(base, key);
    if (known) return known;
    giveComputed(state, base, key);
    const value = state.unknown(object.hint);
    setComputed(state, object.id, base, key, value);
    return value;
  }
  if (record.kind === "array" && record.items.length === 1 && !record.overflow) return record.items[0]!;
  const written = computedField(record, key);
  if (written) return written;
  giveComputed(state, record, key);
  for (const item of record.items) giveReferences(state, item);
  // One of several fields, nobody knows which: whatever it is, somebody else may hold it too.
  return { ...state.unknown(), hint: object.hint };
}

function element(state: State, object: EntityValue, record: JsRecord, index: number): Value {
  const item = record.items[index];
  if (item) return item.kind === "entity" ? namedElement(item, object.hint) : item;
  if (record.overflow || record.shared) return remember(state, object, record, String(index));
  return undefinedValue;
}

function namedElement(item: EntityValue, list: string): Value {
  if (list !== "") return { ...item, hint: list };
  return item.token !== 0 && item.hint === "" ? { ...item, hint: elementHint } : item;
}

/** Whether an object has a field of that name, its own or of its class; undefined where nobody can tell. */
export function hasField(act: Activation, state: State, object: EntityValue, key: string): boolean | undefined {
  const record = state.objects.has(object.id) ? undefined : act.record(state, object.id);
  if (!record) return undefined;
  const field = record.fields.get(key);
  // Whether something was taken out of it or put there as nothing cannot be told.
  if (field?.kind === "constant" && field.value === undefined) return undefined;
  if (field && (field.kind !== "entity" || field.token !== 0 || record.kind !== "open")) return true;
  const closed = record.kind === "record" && !record.shared && !record.overflow && record.computed.length === 0 && record.accessors === null;
  return !field && closed && libraryMethod(act, object, key, record.kind) === null ? false : undefined;
}

/** A method of the language's own library, by name. */
function libraryMethod(act: Activation, receiver: Value, key: string, kind?: JsRecord["kind"]): Value | null {
  const { methods, collectionMethods, generatorMethods } = act.engine.program.language;
  return methods.has(key) || (kind === "collection" && collectionMethods.has(key)) || (kind === "generator" && generatorMethods.has(key)) ? { kind: "builtin", name: `.${key}`, receiver } : null;
}

function loadBuiltin(act: Activation, state: State, object: Extract<Value, { kind: "builtin" }>, key: string | Value, site: CallSite): Value {
  if (typeof key !== "string") return state.unknown();
  const module = moduleBehind(act, object);
  if (module) return memberOfModule(act, state, module, key) ?? state.unknown(key);
  if (object.name === "%prototype" && object.receiver?.kind === "class") return memberOf(object.receiver, key, false, "method") ?? state.unknown(key);
  if (isExpectation(object)) return nextWord(act, object, key);
  if (object.name.startsWith(".") || object.name.startsWith("%")) return libraryMethod(act, object, key) ?? state.unknown(key);
  for (const name of [`${object.name}.${key}`, `${object.name}:${key}`]) {
    if (act.engine.isLibrary(name)) return { kind: "builtin", name, receiver: null };
  }
  if (state.language.properties.get(key)?.kind === "module") return object;
  const declared = act.engine.types.memberAt(act.fn.module, site.range, key);
  if (declared) return functionValue(declared);
  return libraryMethod(act, object, key) ?? act.engine.makeImport(object.name, key);
}

function loadStatic(state: State, object: ClassValue, key: string | Value, site: CallSite, later: Continuation): Value | null {
  const { act } = site;
  if (typeof key !== "string") return state.unknown();
  if (state.language.properties.get(key)?.kind === "prototype") return { kind: "builtin", name: "%prototype", receiver: object };
  for (let current: Value | null = object; current?.kind === "class"; current = current.superclass) {
    const field = act.record(state, current.statics)?.fields.get(key);
    if (field) return reachedBy(act, field, key);
  }
  const getter = memberOf(object, key, true, "get");
  if (getter) {
    invoke(state, { ...site, name: key }, getter, object, [], later);
    return null;
  }
  const method = memberOf(object, key, true, "method");
  if (method) return method;
  const bound = boundField(act, key);
  if (bound) return bound;
  if (isUnset(act, state, object, key)) return undefinedValue;
  const container = staticContainer(act, state, object, key);
  if (container) return container;
  return remember(state, entity(object.statics), act.record(state, object.statics) ?? { ...emptyRecord, kind: "statics" }, key);
}

/** Writes a field. False when a setter runs instead, and the rest comes through `later`. */
export function store(state: State, object: Value, key: string | Value, value: Value, site: CallSite, later: Continuation): boolean {
  const { act } = site;
  if (object.kind === "class") {
    storeField(act, state, entity(object.statics), key, value, site, object.ir.name, true);
    return true;
  }
  if (object.kind === "function") {
    storeField(act, state, propertiesOf(object) ?? state.unknown(), key, value, site, "", true);
    return true;
  }
  if (object.kind !== "entity") return true;
  const record = act.record(state, object.id);
  if (typeof key === "string") {
    const setter = record?.accessors?.get(key)?.set ?? (record?.class ? memberOf(record.class, key, false, "set") : null);
    if (setter) {
      invoke(state, { ...site, name: key }, setter, object, [{ value, site: act.site(site.range), spread: false }], later);
      return false;
    }
  }
  storeField(act, state, object, key, value, site, record?.class?.ir.name ?? "", !record || record.kind === "open" || record.shared);
  return true;
}

/** `Object.defineProperty(object, "key", { value })`: a field like any other, past all setters. False for any other key or description. */
export function defineField(state: State, object: Value, key: Value | undefined, description: Value | undefined, site: CallSite): boolean {
  if (object.kind !== "entity" || key?.kind !== "constant" || typeof key.value !== "string" || description?.kind !== "entity") return false;
  const record = site.act.record(state, object.id);
  const value = site.act.record(state, description.id)?.fields.get(state.language.fieldNames.description.value);
  if (!value) return false;
  storeField(site.act, state, object, key.value, value, site, record?.class?.ir.name ?? "", !record || record.kind === "open" || record.shared);
  return true;
}

function storeField(act: Activation, state: State, object: EntityValue, key: string | Value, stored: Value, site: CallSite, className: string, outside: boolean): void {
  const value = outside ? stored : putInside(state, stored);
  const record = act.record(state, object.id) ?? openRecord;
  const local = record.status === outerRecord;
  const pointer = pointerBehind(state, object);
  if (pointer) {
    giveReferences(state, behindAddress(value));
    return key === "0" ? writePointee(state, pointer, [value]) : forgetPointee(state, pointer);
  }
  if (isView(record)) {
    if (!isNullConstant(stored)) shareCells(state, memoryBehind(state, object.id) ?? 0);
    return;
  }
  // A number that is a pointer's address, in memory that others see.
  if (record.status === cells && record.shared && behindAddress(value) !== value) giveReferences(state, behindAddress(value));
  // A position is no name that code elsewhere could read the element by.
  const position = typeof key === "string" && /^\d+$/.test(key);
  const name = local || position ? "" : typeof key === "string" ? key : act.engine.fieldName(object);
  const event = makeEvent("escape", act.site(site.range), "stored here");
  if (outside) keepOutside(act, state, value, event);
  else if (record.kind === "instance") deferClosure(act, state, value, event, false);
  if (outside) forgetWritten(act, state, value);
  // A method puts it into its object, which is outside of it whoever has that.
  const inOwner = record.kind === "instance" && act.isIncoming(object.id) && object.id !== act.self;
  if (outside || inOwner) useOf(act, state, value, makeEvent("use", act.site(site.range), "stored here"));
  if (outside || record.kind === "instance") noteOuterStore(act, state, value, site.range, name, local ? outerLocal : className);
  if (record.overflow || record.kind === "open") forgetStored(state, object, key);
  if (typeof key !== "string") {
    if (record.kind === "array") {
      if (record.items.length < 3) {
        state.setRecord(object.id, { ...record, items: [...record.items, value], overflow: true });
      } else {
        state.setRecord(object.id, { ...record, overflow: true });
        loseSight(state, value);
      }
    } else {
      const old = computedField(record, key);
      setComputed(state, object.id, record, key, value);
      if (old?.kind === "entity") loseUnreachable(act, state, old, site.range, object.hint);
    }
    return;
  }
  if (record.kind === "array" && isListLength(state.language, key)) {
    const length = value.kind === "constant" && typeof value.value === "number" ? value.value : null;
    state.setRecord(object.id, { ...record, items: record.items.slice(0, length ?? record.items.length), overflow: record.overflow && length !== 0 });
    for (const item of length === null ? [] : record.items.slice(length)) loseUnreachable(act, state, item, site.range, "");
    return;
  }
  if ((record.kind === "array" || record.kind === "collection") && /^\d+$/.test(key)) {
    const index = Number(key);
    const items = [...record.items];
    const old = items[index];
    const isFollowed = index < mostElements || index < mostOf(act, state, [value]);
    if (index <= items.length && isFollowed) items[index] = value;
    state.setRecord(object.id, { ...record, items, overflow: record.overflow || index > record.items.length || !isFollowed });
    if (old) loseUnreachable(act, state, old, site.range, "");
    return;
  }
  const old = record.fields.get(key);
  state.setRecord(object.id, { ...record, fields: new Map(record.fields).set(key, value) });
  if (old?.kind === "entity") loseUnreachable(act, state, old, site.range, key);
}

// An element put in, or the length set: the list may have another length.
function forgetStored(state: State, object: EntityValue, key: string | Value): void {
  if (typeof key !== "string" || isListLength(state.language, key) || /^\d+$/.test(key)) forgetWalk(state, object);
}
