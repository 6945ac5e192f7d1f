import type { Constant } from "../ir/types.js";
import type { Event, JsRecord, NativeObject, State, Token } from "./state.js";
import { Digest, Sum } from "./digest.js";
import { children, constantKey, renameValue, type Value } from "./values.js";

/** Canonical numbers of ids and tokens, in the order of their discovery. Ids below zero are global and keep their number. */
export class Numbering {
  /** Key of the value that is left out: what is known of it does not show. */
  constructor(
    readonly omit: string | null = null,
    /** Values of which only that they are there is written down. */
    readonly plain: ((value: Value) => boolean) | null = null,
  ) {
    this.#omitted = omit !== null && /^e-?\d+$/.test(omit) ? Number(omit.slice(1)) : 0;
  }

  readonly #omitted: number;

  readonly ids = new Map<number, number>();
  readonly order: number[] = [];
  readonly tokens = new Map<number, number>();
  readonly tokenOrder: number[] = [];

  isOmitted(id: number): boolean {
    return id === this.#omitted && id !== 0;
  }

  id(id: number): number {
    const known = this.ids.get(id);
    if (known !== undefined) return known;
    this.order.push(id);
    const number = id < 0 ? id : this.order.length;
    this.ids.set(id, number);
    return number;
  }

  token(token: number): number {
    if (token === 0) return 0;
    let number = this.tokens.get(token);
    if (number === undefined) {
      this.tokenOrder.push(token);
      number = this.tokenOrder.length;
      this.tokens.set(token, number);
    }
    return number;
  }
}

export interface DescribeOptions {
  /** Named roots, in a fixed order. */
  readonly roots: readonly (readonly [string | number, Value])[];
  /** Ids to describe as well. */
  readonly ids: readonly number[];
  /** Also what hangs on discovered objects without being reachable from them: borrows from an owner, connections of a context. */
  readonly dependents: boolean;
  /** Key of a value: states that differ only in what they know of it have the same digest. */
  readonly omit?: string | null;
  /** Values of which only that they are there shows: states that differ only in them have the same digest. */
  readonly plain?: (value: Value) => boolean;
  /** Of the references to an object that no value carries, one stands for all. */
  readonly cap?: boolean;
  /** Keep apart references that were obtained at different places. */
  readonly sites: boolean;
  /** Global ids whose facts still matter although nothing in the state leads to them. */
  readonly global?: (id: number) => boolean;
}

/** A digest that is equal for states that differ only in the choice of ids, with the numbering that shows it. More can be added to it. */
export function describe(state: State, options: DescribeOptions): { digest: Digest; numbering: Numbering } {
  const numbering = new Numbering(options.omit ?? null, options.plain ?? null);
  const digest = new Digest();
  const cap = options.cap === true;

  for (const [name, value] of options.roots) {
    if (typeof name === "number") digest.number(name);
    else digest.text(name);
    addValue(digest, value, numbering);
  }
  for (const id of options.ids) if (!numbering.isOmitted(id)) digest.number(numbering.id(id));

  let done = 0, tokensDone = 0;
  for (;;) {
    while (done < numbering.order.length || tokensDone < numbering.tokenOrder.length) {
      while (done < numbering.order.length) {
        const id = numbering.order[done++]!;
        if (numbering.isOmitted(id)) continue;
        addEntity(digest, state, id, numbering, cap);
      }
      while (tokensDone < numbering.tokenOrder.length) {
        const token = state.tokens.get(numbering.tokenOrder[tokensDone++]!);
        digest.number(tag.token);
        if (token) addToken(digest, token, numbering, options.sites);
      }
    }
    if (!options.dependents || !addDependents(state, numbering, cap)) break;
  }
  const { global } = options;
  if (global) for (const fact of state.facts.values()) addGlobals(fact.value, global, numbering);
  addFacts(digest, state, numbering);
  return { digest, numbering };
}

// What stands before each part, so that no two sequences of parts look alike.
const tag = { omitted: 1, entity: 2, constant: 3, expression: 4, function: 5, native: 6, builtin: 7, class: 8, cell: 9, record: 10, object: 11, reference: 12, moreReferences: 13, token: 14, none: 15, string: 16, plain: 17 };

function addValue(digest: Digest, value: Value, numbering: Numbering): void {
  if (numbering.plain?.(value)) return digest.number(tag.plain);
  switch (value.kind) {
    case "entity":
      if (numbering.isOmitted(value.id)) digest.number(tag.omitted);
      else {
        digest.number(tag.entity);
        digest.number(numbering.id(value.id));
        digest.number(numbering.token(value.token));
      }
      return digest.text(value.hint);
    case "constant":
      digest.number(tag.constant);
      return addConstant(digest, value.value);
    case "expression":
      digest.number(tag.expression);
      digest.text(value.operator);
      return addValues(digest, value.operands, numbering);
    case "function":
      digest.number(tag.function);
      digest.number(value.fn.index);
      addCells(digest, value.cells, numbering);
      addOptional(digest, value.receiver, numbering);
      return addValues(digest, value.args, numbering);
    case "native":
      digest.number(tag.native);
      digest.text(value.ref.name);
      digest.text(value.ref.binding);
      digest.number(value.ref.async ? 1 : 0);
      return addValues(digest, value.args, numbering);
    case "builtin":
      digest.number(tag.builtin);
      digest.text(value.name);
      return addOptional(digest, value.receiver, numbering);
    case "class":
      digest.number(tag.class);
      digest.number(value.module.index);
      digest.number(value.ir.id);
      addCells(digest, value.cells, numbering);
      digest.number(numbering.id(value.statics));
      return addOptional(digest, value.superclass, numbering);
  }
}

function addValues(digest: Digest, values: readonly Value[], numbering: Numbering): void {
  digest.number(values.length);
  for (const value of values) addValue(digest, value, numbering);
}

function addOptional(digest: Digest, value: Value | null, numbering: Numbering): void {
  if (value) addValue(digest, value, numbering);
  else digest.number(tag.none);
}

function addConstant(digest: Digest, value: Constant): void {
  if (typeof value === "number" && (value | 0) === value) return digest.number(value);
  if (typeof value !== "string") return digest.text(constantKey(value));
  digest.number(tag.string);
  digest.text(value);
}

function addCells(digest: Digest, cells: ReadonlyMap<number, number>, numbering: Numbering): void {
  digest.number(cells.size);
  if (cells.size === 0) return;
  for (const [variable, cell] of cells.size === 1 ? cells : [...cells].sort(([a], [b]) => a - b)) {
    digest.number(variable);
    digest.number(numbering.id(cell));
  }
}

function addEntity(digest: Digest, state: State, id: number, numbering: Numbering, cap: boolean): void {
  const cell = state.cells.get(id);
  if (cell) {
    digest.number(tag.cell);
    addValue(digest, cell, numbering);
  }
  const record = state.records.get(id);
  if (record) addRecord(digest, record, numbering);
  const object = state.objects.get(id);
  if (!object) return;
  addObject(digest, object, numbering);
  let seen = 0;
  for (const [tokenId, token] of state.tokens) {
    if (token.object !== id) continue;
    const counted = token.kind !== "borrowed" && token.kind !== "interior" && (token.status === "held" || token.status === "given");
    if (cap && counted && !numbering.tokens.has(tokenId) && ++seen > 1) {
      if (seen === 2) digest.number(tag.moreReferences);
      continue;
    }
    if (counted || token.outer || token.callback !== null || token.late?.running) {
      digest.number(tag.reference);
      digest.number(numbering.token(tokenId));
    }
  }
}

function addRecord(digest: Digest, record: JsRecord, numbering: Numbering): void {
  digest.number(tag.record);
  digest.text(record.kind);
  digest.number((record.shared ? (record.lent ? 1 : 2) : 0) + (record.overflow ? 4 : 0));
  digest.text(record.status);
  const fields = numbering.plain === null ? record.fields : fieldsThatShow(record, numbering.plain);
  digest.number(fields.size);
  for (const key of sortedKeys(fields)) {
    digest.text(key);
    addValue(digest, fields.get(key)!, numbering);
  }
  addValues(digest, record.items, numbering);
  digest.number(record.computed.length);
  for (const { key, value } of record.computed) {
    addValue(digest, key, numbering);
    addValue(digest, value, numbering);
  }
  addOptional(digest, record.class, numbering);
  if (!record.accessors) return;
  for (const [key, pair] of record.accessors) {
    digest.text(key);
    addOptional(digest, pair.get, numbering);
    addOptional(digest, pair.set, numbering);
  }
}

// That a field of an object of others was read says nothing of it.
function fieldsThatShow({ kind, fields }: JsRecord, plain: (value: Value) => boolean): ReadonlyMap<string, Value> {
  return kind === "open" ? new Map([...fields].filter(([, value]) => !plain(value))) : fields;
}

function sortedKeys(fields: ReadonlyMap<string, unknown>): Iterable<string> {
  let previous = "";
  for (const key of fields.keys()) {
    if (key < previous) return [...fields.keys()].sort();
    previous = key;
  }
  return fields.keys();
}

function addObject(digest: Digest, object: NativeObject, numbering: Numbering): void {
  digest.number(tag.object);
  digest.text(object.class ?? "");
  digest.text(object.origin);
  digest.number((object.class === null ? 1 : 0) + (object.dead ? 2 : 0) + (object.nullable ? 4 : 0) + (object.tested ? 8 : 0) + (object.poisoned ? 16 : 0) + (object.uncounted ? 32 : 0) + (object.many ? 64 : 0) + (object.late ? (object.late === "running" ? 128 : 256) : 0));
  digest.number(object.anchors.length);
  for (const anchor of object.anchors) {
    digest.number(numbering.id(anchor.owner));
    digest.text(anchor.via ?? "");
  }
  digest.number(object.context && numbering.id(object.context));
  digest.number(object.link && numbering.id(object.link));
  digest.number(object.releases);
  digest.number(object.current.size);
  for (const [getter, id] of object.current.size < 2 ? object.current : [...object.current].sort(([a], [b]) => (a < b ? -1 : 1))) {
    digest.text(getter);
    digest.number(numbering.id(id));
  }
}

function addToken(digest: Digest, token: Token, numbering: Numbering, sites: boolean): void {
  digest.text(token.kind);
  digest.text(token.status);
  digest.number((token.outer ? 1 : 0) + (token.suspended ? 2 : 0) + (token.stored ? 4 : 0) + (token.late ? (token.late.running ? 24 : 8) : 0) + (token.lateEnd ? (token.lateEnd === "running" ? 96 : 32) : 0));
  digest.number(numbering.id(token.object));
  if (token.stored) digest.text(token.stored.field);
  if (sites && token.acquired && token.kind !== "borrowed" && token.kind !== "interior" && token.status === "held" && !token.outer) digest.text(eventKey(token.acquired));
  addOptional(digest, token.parent, numbering);
  digest.number(token.condition ? numbering.id(token.condition.result) : 0);
}

/** The place of an event: where it is seen, and where it lies; the calls between do not count, or recursion would be endless. */
export function eventKey(event: Event): string {
  let inner = event;
  while (inner.inner) inner = inner.inner;
  const outside = `${event.site.file}:${event.site.start}`;
  return inner === event ? outside : `${outside}/${inner.site.file}:${inner.site.start}`;
}

// What depends on a discovered owner has to travel with it, or a call that frees the owner would not reach it.
function addDependents(state: State, numbering: Numbering, cap: boolean): boolean {
  const before = numbering.order.length + numbering.tokenOrder.length;
  for (const [id, object] of state.objects) {
    if (numbering.ids.has(id)) continue;
    if (object.anchors.some((anchor) => numbering.ids.has(anchor.owner)) || (object.link !== 0 && numbering.ids.has(object.link))) numbering.id(id);
  }
  for (const [id, token] of state.tokens) {
    if (numbering.tokens.has(id)) continue;
    if (token.kind === "interior" && token.parent && numbering.ids.has(token.parent.id)) {
      numbering.id(token.object);
      numbering.token(id);
    } else if (numbering.ids.has(token.object) && (token.outer || (isCounted(token) && !cap))) {
      numbering.token(id);
    }
  }
  return numbering.order.length + numbering.tokenOrder.length > before;
}

function addGlobals(value: Value, global: (id: number) => boolean, numbering: Numbering): void {
  if (value.kind === "entity" && value.id < 0 && global(value.id)) numbering.id(value.id);
  for (const child of children(value)) addGlobals(child, global, numbering);
}

function isCounted(token: Token): boolean {
  return (token.kind === "owned" || token.kind === "retained") && (token.status === "held" || token.status === "given");
}

/** Objects of which some references were left out. */
export function hiddenReferences(state: State, numbering: Numbering): Set<number> {
  const hidden = new Set<number>();
  for (const [id, token] of state.tokens) if (isCounted(token) && numbering.ids.has(token.object) && !numbering.tokens.has(id)) hidden.add(token.object);
  return hidden;
}

// A fact speaks of what a value is, whichever pointer to it was asked.
function addSubject(digest: Digest, value: Value, numbering: Numbering): void {
  if (value.kind === "entity") {
    digest.number(numbering.isOmitted(value.id) ? tag.omitted : tag.entity);
    if (!numbering.isOmitted(value.id)) digest.number(numbering.id(value.id));
  } else if (value.kind === "expression") {
    digest.number(tag.expression);
    digest.text(value.operator);
    digest.number(value.operands.length);
    for (const operand of value.operands) addSubject(digest, operand, numbering);
  } else addValue(digest, value, numbering);
}

// In whatever order they came to be known.
function addFacts(digest: Digest, state: State, numbering: Numbering): void {
  if (state.facts.size === 0) return;
  const sum = new Sum();
  for (const [key, fact] of state.facts) {
    if (key === numbering.omit || !mentionsOnly(fact.value, numbering) || (numbering.plain !== null && !isNumbered(fact.value, numbering))) continue;
    const one = new Digest();
    addSubject(one, fact.value, numbering);
    one.number(fact.truth === undefined ? 0 : fact.truth ? 1 : 2);
    one.number(fact.equals ? 1 : 0);
    if (fact.equals) addConstant(one, fact.equals.value);
    for (const value of fact.not) addConstant(one, value);
    sum.add(one);
  }
  sum.addTo(digest);
}

function isNumbered(value: Value, numbering: Numbering): boolean {
  return value.kind === "entity" ? numbering.ids.has(value.id) : children(value).every((child) => isNumbered(child, numbering));
}

/** True when every entity in the value has a number. */
export function mentionsOnly(value: Value, numbering: Numbering): boolean {
  // What module variables and fields of settled objects hold at first has one identity for good.
  if (value.kind === "entity") return value.id <= -6_000_000_000 || numbering.ids.has(value.id) || numbering.isOmitted(value.id);
  if (value.kind === "class") return value.statics < 0 || numbering.ids.has(value.statics);
  return children(value).every((child) => mentionsOnly(child, numbering));
}

/** Drops what the numbering did not reach. */
export function restrict(state: State, numbering: Numbering): void {
  for (const id of state.cells.keys()) if (id > 0 && !numbering.ids.has(id)) state.deleteCell(id);
  for (const id of state.records.keys()) if (id > 0 && !numbering.ids.has(id)) state.deleteRecord(id);
  for (const id of state.objects.keys()) if (id > 0 && !numbering.ids.has(id)) state.deleteObject(id);
  for (const id of state.tokens.keys()) if (!numbering.tokens.has(id)) state.deleteToken(id);
  for (const [key, fact] of state.facts) if (!mentionsOnly(fact.value, numbering)) state.deleteFact(key);
}

/** Copies the numbered part of `from` into `into` with new ids. */
export function transplant(from: State, into: State, numbering: Numbering, id: (old: number) => number, token: (old: number) => number, changeToken: (token: Token, old: number) => Token, changeObject: (object: NativeObject, old: number) => NativeObject): void {
  const value = (old: Value): Value => renameValue(old, id, token);
  for (const old of numbering.order) {
    const cell = from.cells.get(old);
    if (cell) into.setCell(id(old), value(cell));
    const record = from.records.get(old);
    if (record) into.setRecord(id(old), renameRecord(record, value));
    const object = from.objects.get(old);
    if (object) into.setObject(id(old), changeObject(renameObject(object, id), old));
  }
  for (const old of numbering.tokenOrder) {
    const found = from.tokens.get(old);
    if (found) into.setToken(token(old), changeToken({ ...found, object: id(found.object), parent: found.parent && (value(found.parent) as typeof found.parent), condition: found.condition && { ...found.condition, result: id(found.condition.result) } }, old));
  }
  for (const fact of from.facts.values()) {
    if (mentionsOnly(fact.value, numbering)) into.setFact({ ...fact, value: value(fact.value) });
  }
}

const numbered = new WeakMap<State, Numbering>();

/** A number for everything that a finished state holds: an outcome is put back for each caller that waits, and for each of its states. */
export function wholeNumbering(state: State): Numbering {
  const known = numbered.get(state);
  if (known) return known;
  const all = describe(state, { roots: [], ids: [...new Set([...state.cells.keys(), ...state.records.keys(), ...state.objects.keys()])], dependents: false, sites: false }).numbering;
  for (const token of state.tokens.keys()) all.token(token);
  for (const fact of state.facts.values()) addEntities(fact.value, all);
  numbered.set(state, all);
  return all;
}

function addEntities(value: Value, numbering: Numbering): void {
  if (value.kind === "entity") numbering.id(value.id);
  if (value.kind === "expression") value.operands.forEach((operand) => addEntities(operand, numbering));
}

// Most of what a call gives back it was given: a record in which nothing has another id stays the same one.
function renameRecord(record: JsRecord, value: (old: Value) => Value): JsRecord {
  const fields = renameFields(record.fields, value);
  const items = renameAll(record.items, value);
  const owner = record.class && (value(record.class) as typeof record.class);
  if (fields === record.fields && items === record.items && owner === record.class && record.computed.length === 0 && !record.accessors) return record;
  const computed = record.computed.map((entry) => ({ ...entry, key: value(entry.key), value: value(entry.value) }));
  const accessors = record.accessors && new Map([...record.accessors].map(([key, pair]) => [key, { get: pair.get && value(pair.get), set: pair.set && value(pair.set) }] as const));
  return { ...record, fields, items, computed, class: owner, accessors };
}

function renameFields(fields: ReadonlyMap<string, Value>, value: (old: Value) => Value): ReadonlyMap<string, Value> {
  let renamed: Map<string, Value> | null = null;
  for (const [key, old] of fields) {
    const field = value(old);
    if (field !== old) (renamed ??= new Map(fields)).set(key, field);
  }
  return renamed ?? fields;
}

function renameAll(values: readonly Value[], value: (old: Value) => Value): readonly Value[] {
  const renamed = values.map(value);
  return renamed.every((one, index) => one === values[index]) ? values : renamed;
}

function renameObject(object: NativeObject, id: (old: number) => number): NativeObject {
  return {
    ...object,
    anchors: object.anchors.length === 0 ? object.anchors : object.anchors.map((anchor) => ({ owner: id(anchor.owner), via: anchor.via })),
    context: object.context === 0 ? 0 : id(object.context),
    link: object.link === 0 ? 0 : id(object.link),
    current: object.current.size === 0 ? object.current : new Map([...object.current].map(([getter, holder]) => [getter, id(holder)])),
  };
}
