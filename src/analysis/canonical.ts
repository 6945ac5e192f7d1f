import type { Event, JsRecord, NativeObject, State, Token } from "./state.js";
import { children, constantKey, renameValue, type Value } from "./values.js";

/** Canonical numbers of ids and tokens, in the order of their discovery. Ids below zero are global and keep their number. */
export class Numbering {
  /** Key of the value that is left out: what is known of it does not show. */
  constructor(readonly omit: string | null = null) {}

  readonly ids = new Map<number, number>();
  readonly order: number[] = [];
  readonly tokens = new Map<number, number>();
  readonly tokenOrder: number[] = [];

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
  /** Key of a value: states that differ only in what they know of it have the same text. */
  readonly omit?: string | null;
  /** Of the references to an object that no value carries, one stands for all. */
  readonly cap?: boolean;
  /** Keep apart references that were obtained at different places. */
  readonly sites: boolean;
  /** Global ids whose facts still matter although nothing in the state leads to them. */
  readonly global?: (id: number) => boolean;
}

/** A text that is equal for states that differ only in the choice of ids, with the numbering that shows it. */
export function describe(state: State, options: DescribeOptions): { key: string; numbering: Numbering } {
  const numbering = new Numbering(options.omit ?? null);
  const parts: string[] = [];
  const show = (value: Value): string => describeValue(value, numbering);

  for (const [name, value] of options.roots) parts.push(`${name}=${show(value)}`);
  for (const id of options.ids) if (numbering.omit !== `e${id}`) parts.push(`#${numbering.id(id)}`);

  let done = 0, tokensDone = 0;
  for (;;) {
    while (done < numbering.order.length || tokensDone < numbering.tokenOrder.length) {
      while (done < numbering.order.length) {
        const id = numbering.order[done++]!;
        if (numbering.omit === `e${id}`) continue;
        describeEntity(state, id, numbering, show, parts, options.cap === true);
      }
      while (tokensDone < numbering.tokenOrder.length) {
        const token = state.tokens.get(numbering.tokenOrder[tokensDone++]!);
        parts.push(token ? describeToken(token, numbering, show, options.sites) : "t?");
      }
    }
    if (!options.dependents || !addDependents(state, numbering, options.cap === true)) break;
  }
  const { global } = options;
  if (global) for (const fact of state.facts.values()) addGlobals(fact.value, global, numbering);
  parts.push(...describeFacts(state, numbering));
  return { key: parts.join(";"), numbering };
}

// A fact speaks of what a value is, whichever pointer to it was asked.
function describeValue(value: Value, numbering: Numbering, ofFact = false): string {
  switch (value.kind) {
    case "entity":
      if (ofFact) return numbering.omit === `e${value.id}` ? "?" : `e${numbering.id(value.id)}`;
      if (numbering.omit === `e${value.id}`) return `?${value.hint}`;
      return `e${numbering.id(value.id)}.${numbering.token(value.token)}${value.hint}`;
    case "constant":
      return constantKey(value.value);
    case "expression":
      return `(${value.operator} ${value.operands.map((operand) => describeValue(operand, numbering, ofFact)).join(" ")})`;
    case "function":
      return `f${value.fn.index}{${describeCells(value.cells, numbering)}}${value.receiver ? `<${describeValue(value.receiver, numbering)}>` : ""}[${value.args.map((arg) => describeValue(arg, numbering)).join(" ")}]`;
    case "native":
      return `n${value.ref.name}/${value.ref.binding}${value.ref.async ? "~" : ""}[${value.args.map((arg) => describeValue(arg, numbering)).join(" ")}]`;
    case "builtin":
      return `b${value.name}${value.receiver ? `<${describeValue(value.receiver, numbering)}>` : ""}`;
    case "class":
      return `k${value.module.index}.${value.ir.id}{${describeCells(value.cells, numbering)}}${numbering.id(value.statics)}${value.superclass ? `<${describeValue(value.superclass, numbering)}>` : ""}`;
  }
}

function describeCells(cells: ReadonlyMap<number, number>, numbering: Numbering): string {
  if (cells.size === 0) return "";
  return [...cells].sort(([a], [b]) => a - b).map(([variable, cell]) => `${variable}:${numbering.id(cell)}`).join(",");
}

function describeEntity(state: State, id: number, numbering: Numbering, show: (value: Value) => string, parts: string[], cap: boolean): void {
  const cell = state.cells.get(id);
  if (cell) parts.push(`C${show(cell)}`);
  const record = state.records.get(id);
  if (record) parts.push(describeRecord(record, show));
  const object = state.objects.get(id);
  if (!object) return;
  parts.push(describeObject(object, numbering));
  let seen = 0;
  for (const [tokenId, token] of state.tokens) {
    if (token.object !== id) continue;
    const counted = token.kind !== "borrowed" && token.kind !== "interior" && (token.status === "held" || token.status === "given");
    if (cap && counted && !numbering.tokens.has(tokenId) && ++seen > 1) {
      if (seen === 2) parts.push("h+");
      continue;
    }
    if (counted || token.outer || token.callback !== null) parts.push(`h${numbering.token(tokenId)}`);
  }
}

function describeRecord(record: JsRecord, show: (value: Value) => string): string {
  const keys = [...record.fields.keys()].sort();
  const fields = keys.map((key) => `${key}:${show(record.fields.get(key)!)}`).join(",");
  const accessors = record.accessors ? [...record.accessors].map(([key, pair]) => `${key}${pair.get ? show(pair.get) : ""}${pair.set ? show(pair.set) : ""}`).join(",") : "";
  return `R${record.kind}${record.shared ? (record.lent ? "?" : "!") : ""}${record.overflow ? "+" : ""}${record.status}(${fields})[${record.items.map(show).join(",")}]${record.computed.map(({ key, value }) => `${show(key)}>${show(value)}`).join(",")}${record.class ? show(record.class) : ""}${accessors}`;
}

function describeObject(object: NativeObject, numbering: Numbering): string {
  const anchors = object.anchors.map((anchor) => `${numbering.id(anchor.owner)}${anchor.via ?? ""}`).join(",");
  const current = [...object.current].sort(([a], [b]) => (a < b ? -1 : 1)).map(([getter, id]) => `${getter}:${numbering.id(id)}`).join(",");
  const flags = `${object.dead ? "d" : ""}${object.nullable ? "n" : ""}${object.tested ? "t" : ""}${object.poisoned ? "p" : ""}${object.uncounted ? "u" : ""}`;
  return `O${object.class}/${object.origin}${flags}(${anchors})c${object.context && numbering.id(object.context)}l${object.link && numbering.id(object.link)}r${object.releases}{${current}}`;
}

function describeToken(token: Token, numbering: Numbering, show: (value: Value) => string, sites: boolean): string {
  const site = sites && token.acquired && token.kind !== "borrowed" && token.kind !== "interior" && token.status === "held" && !token.outer ? eventKey(token.acquired) : "";
  const stored = token.stored ? `>${token.stored.field}` : "";
  return `T${token.kind}${token.status}${token.outer ? "o" : ""}${numbering.id(token.object)}${token.suspended ? "s" : ""}${stored}${site}${token.parent ? show(token.parent) : ""}${token.condition ? `?${numbering.id(token.condition.result)}` : ""}`;
}

/** A number for a long text; two texts of one run have the same with a chance of one in 2^53. */
export function digest(text: string): number {
  let high = 0xdeadbeef, low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
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

function describeFacts(state: State, numbering: Numbering): string[] {
  if (state.facts.size === 0) return [];
  const lines: string[] = [];
  for (const [key, fact] of state.facts) {
    if (key === numbering.omit || !mentionsOnly(fact.value, numbering)) continue;
    lines.push(`F${describeValue(fact.value, numbering, true)}${fact.truth ?? ""}${fact.equals ? `=${constantKey(fact.equals.value)}` : ""}${fact.not.map((value) => `!${constantKey(value)}`).join("")}`);
  }
  return lines.sort();
}

/** True when every entity in the value has a number. */
export function mentionsOnly(value: Value, numbering: Numbering): boolean {
  // What module variables and fields of settled objects hold at first has one identity for good.
  if (value.kind === "entity") return value.id <= -6_000_000_000 || numbering.ids.has(value.id);
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

function renameRecord(record: JsRecord, value: (old: Value) => Value): JsRecord {
  const accessors = record.accessors && new Map([...record.accessors].map(([key, pair]) => [key, { get: pair.get && value(pair.get), set: pair.set && value(pair.set) }] as const));
  return {
    ...record,
    fields: new Map([...record.fields].map(([key, field]) => [key, value(field)])),
    items: record.items.map(value),
    computed: record.computed.map((entry) => ({ key: value(entry.key), value: value(entry.value) })),
    class: record.class && (value(record.class) as typeof record.class),
    accessors,
  };
}

function renameObject(object: NativeObject, id: (old: number) => number): NativeObject {
  return {
    ...object,
    anchors: object.anchors.map((anchor) => ({ owner: id(anchor.owner), via: anchor.via })),
    context: object.context === 0 ? 0 : id(object.context),
    link: object.link === 0 ? 0 : id(object.link),
    current: new Map([...object.current].map(([getter, holder]) => [getter, id(holder)])),
  };
}
