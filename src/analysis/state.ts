import type { LanguageModel } from "../ir/language.js";
import type { Constant, NativeRef, SourceRange } from "../ir/types.js";
import type { Site, StepKind } from "../findings.js";
import { entity, valueKey, type Cells, type ClassValue, type EntityValue, type Value } from "./values.js";

/** Something that happened on the path; an event inside a called function is wrapped once for each call. */
export interface Event {
  readonly kind: StepKind;
  readonly site: Site;
  readonly text: string;
  readonly inner: Event | null;
  /** C name of the native function behind it, or "". */
  readonly by: string;
  /** The manual only says that it may happen. */
  readonly perhaps?: boolean;
  /** What took away another hold on the same object before. */
  readonly earlier?: Event;
}

/** How one pointer came to the program: a counted reference, or a borrow. */
export interface Token {
  readonly kind: "owned" | "retained" | "borrowed" | "interior";
  readonly object: number;
  /** References only: `given` means that somebody else may keep it, so it is no longer this code's duty. */
  readonly status: "held" | "released" | "given" | "transferred";
  /** Null when it happened in the caller. */
  readonly acquired: Event | null;
  readonly ended: Event | null;
  /** The first suspension since it was obtained. */
  readonly suspended: Event | null;
  /** Where it was last put into a place that outlives the function, and under which field name. */
  readonly stored: { readonly event: Event; readonly field: string; readonly className: string } | null;
  /** References only: where its pointer was overwritten while another one led to the same object. */
  readonly overwritten: { readonly event: Event; readonly name: string } | null;
  /** Counted up only: where the pointer was obtained whose own reference was given back while this one was held. It may as well be that one that is lost. */
  readonly inStead?: Event | undefined;
  /** A use in an asynchronous function after it was suspended; `running`: nobody has waited for that function yet. */
  readonly late?: { readonly event: Event; readonly running: boolean } | undefined;
  /** References only: an asynchronous function gives it back after it was suspended; `running`: it need not have come that far. */
  readonly lateEnd?: "running" | "done" | undefined;
  /** True when it belongs to a caller: judged there. */
  readonly outer: boolean;
  /** Source text or name for messages. */
  readonly name: string;
  /** The binding that the pointer came through, or null. */
  readonly ref: NativeRef | null;
  /** The pointer that an interior pointer points into, or the reference through which something was borrowed. */
  readonly parent: EntityValue | null;
  /** The result that says whether the effect took place (0: it did), and what the token is when it did not. */
  readonly condition: Condition | null;
  /** An argument of a function that native code calls: its contract judges it. */
  readonly callback: "borrowed" | "counted" | null;
}

/** An effect that took place only if `result` says success; when the path learns that it failed, `otherwise` holds. */
export interface Condition {
  readonly result: number;
  readonly success: "nonzero" | "positive" | "nonnegative" | "zero" | "pointer";
  readonly otherwise: "none" | "held";
}

/** What keeps a borrowed object alive: its owner; `via` is the class of the owner's part that it hangs on. */
export interface Anchor {
  readonly owner: number;
  readonly via: string | null;
}

/** The native aspect of an entity. */
export interface NativeObject {
  readonly class: string | null;
  /** `unknown`: came from outside, so its count is not known. */
  readonly origin: "unknown" | "fresh" | "borrowed" | "static";
  readonly anchors: readonly Anchor[];
  /** It lost its last anchor or reference. */
  readonly dead: boolean;
  /** What ended it; null when that happened in the caller. */
  readonly ended: Event | null;
  /** An asynchronous function ended it after it was suspended; `running`: it need not have come that far. */
  readonly late?: "running" | "done" | undefined;
  /** The last reference was released (owners: nothing borrowed from it lives). */
  readonly nullable: boolean;
  readonly tested: boolean;
  /** A finding was made of it on this path: nothing more is. */
  readonly poisoned: boolean;
  /** The context that it belongs to (sessions), or 0. */
  readonly context: number;
  /** Strong tie to another object (connection -> context), or 0. */
  readonly link: number;
  /** What each getter gives at the moment: getter name -> entity. */
  readonly current: ReadonlyMap<string, number>;
  /** References of unknown origin that this code gave back. */
  readonly releases: number;
  /** Counting was given up: more references than are followed, or some that the function does not see. */
  readonly uncounted: boolean;
  /** There were more references from one place than are followed. */
  readonly many: boolean;
  /** C name of the function that the object first came from. */
  readonly by: string;
}

/** The fields of an object of the program. */
export interface JsRecord {
  readonly kind: "record" | "array" | "instance" | "open" | "promise" | "collection" | "stack" | "registry" | "iterator" | "generator" | "statics" | "callback" | "exports";
  readonly fields: ReadonlyMap<string, Value>;
  /** Elements in order (arrays, collections, stacks). */
  readonly items: readonly Value[];
  /** Fields under keys that are only known at run time, the latest last. */
  readonly computed: readonly { readonly key: Value; readonly value: Value; /** Only read there, it may be undefined. */ readonly read?: boolean }[];
  /** More elements than are followed, or unknown ones. */
  readonly overflow: boolean;
  readonly class: ClassValue | null;
  /** Other code may hold it. */
  readonly shared: boolean;
  /** Shared only because it was handed to code that cannot be seen, which may not have kept it. */
  readonly lent: boolean;
  /** Accessors of object literals: key -> function. */
  readonly accessors: ReadonlyMap<string, { readonly get: Value | null; readonly set: Value | null }> | null;
  /** Promises, iterators and generators: what they are at. */
  readonly status: string;
  /** How many steps from a value of the function's own an object was found that nobody knows anything of; of a generator, how many others it runs in. */
  readonly depth: number;
  /** Name by which the record was reached, for fields. */
  readonly origin: string;
}

export interface Fact {
  readonly value: Value;
  readonly truth: boolean | undefined;
  readonly equals: { readonly value: Constant } | undefined;
  readonly not: readonly Constant[];
}

/** A violation that concerns an object of the caller: judged when the call is applied there. */
export interface PendingViolation {
  readonly rule: string;
  readonly object: number;
  readonly token: number;
  readonly use: Event;
  /** What broke it, when that happened in the callee. */
  readonly cause: Event | null;
  readonly extra: string;
}

/** An invalidation that reaches objects which the callee cannot see. */
export interface Broadcast {
  readonly context: number;
  readonly class: string;
  readonly event: Event;
}

/** The last branches taken, newest first; for explanation only. */
export interface Trace {
  readonly event: Event;
  readonly truth: boolean | null;
  readonly before: Trace | null;
  readonly length: number;
}

const VARS = 1, CELLS = 2, RECORDS = 4, OBJECTS = 8, TOKENS = 16, FACTS = 32, FRAME = 64;

export const emptyRecord: JsRecord = { kind: "record", fields: new Map(), items: [], computed: [], overflow: false, class: null, shared: false, lent: false, accessors: null, status: "", depth: 0, origin: "" };
/** An object of which nothing is known, and which other code may have. */
export const openRecord: JsRecord = { ...emptyRecord, kind: "open", shared: true };
export const unknownObject: NativeObject = { class: null, origin: "unknown", anchors: [], dead: false, ended: null, nullable: false, tested: false, poisoned: false, context: 0, link: 0, current: new Map(), releases: 0, uncounted: false, many: false, by: "" };

let nextId = 1_000_000;
/** A number for a new entity, cell or token, never used before. Only equality of ids means anything. */
export function freshId(): number {
  return nextId++;
}

/** One symbolic state of one activation. Copies share their maps until one of them writes. */
export class State {
  #owned = 0;
  vars: Map<number, Value>;
  /** Captured variables of this activation -> their cells. */
  frame: Map<number, number>;
  cells: Map<number, Value>;
  records: Map<number, JsRecord>;
  objects: Map<number, NativeObject>;
  tokens: Map<number, Token>;
  facts: Map<string, Fact>;
  pending: readonly PendingViolation[] = [];
  broadcasts: readonly Broadcast[] = [];
  trace: Trace | null = null;
  /** The path exists only because a call may throw. */
  mayThrow = false;
  /** The function, an asynchronous one, has been suspended on this path. */
  awaited = false;
  /** The last value thrown, and the event by which it was: a rethrow keeps its first cause. */
  thrown: Value | null = null;
  thrownKind: "throw" | "reject" | "call" = "throw";
  thrownAt: Event | null = null;
  /** The `return` behind which clean-up code runs. */
  leavingAt: SourceRange | null = null;
  /** How much it held when what nothing leads to was last dropped. */
  tidied = 0;
  /** The path was told how some numbers are ordered. */
  ordered = false;

  /** `language`: by what names things are known in the program. */
  constructor(readonly language: LanguageModel, from?: State) {
    this.vars = from?.vars ?? new Map<number, Value>();
    this.frame = from?.frame ?? new Map<number, number>();
    this.cells = from?.cells ?? new Map<number, Value>();
    this.records = from?.records ?? new Map<number, JsRecord>();
    this.objects = from?.objects ?? new Map<number, NativeObject>();
    this.tokens = from?.tokens ?? new Map<number, Token>();
    this.facts = from?.facts ?? new Map<string, Fact>();
    if (from) {
      this.pending = from.pending;
      this.broadcasts = from.broadcasts;
      this.trace = from.trace;
      this.mayThrow = from.mayThrow;
      this.awaited = from.awaited;
      this.thrown = from.thrown;
      this.thrownKind = from.thrownKind;
      this.thrownAt = from.thrownAt;
      this.leavingAt = from.leavingAt;
      this.tidied = from.tidied;
      this.ordered = from.ordered;
      from.#owned = 0;
    } else {
      this.#owned = 127;
    }
  }

  /** How much there is to copy and to look through. */
  get weight(): number {
    return this.vars.size + this.cells.size + this.records.size + this.objects.size + this.facts.size;
  }

  fork(): State {
    return new State(this.language, this);
  }

  /** The same path, with nothing in it. */
  emptied(): State {
    const copy = this.fork();
    copy.vars = new Map();
    copy.frame = new Map();
    copy.cells = new Map();
    copy.records = new Map();
    copy.objects = new Map();
    copy.tokens = new Map();
    copy.facts = new Map();
    return copy;
  }

  #own(name: "vars" | "frame" | "cells" | "records" | "objects" | "tokens" | "facts", bit: number): void {
    if ((this.#owned & bit) !== 0) return;
    const maps = this as Record<typeof name, Map<unknown, unknown>>;
    maps[name] = new Map(maps[name]);
    this.#owned |= bit;
  }

  setVar(id: number, value: Value): void {
    this.#own("vars", VARS);
    this.vars.set(id, value);
  }
  deleteVar(id: number): void {
    this.#own("vars", VARS);
    this.vars.delete(id);
  }
  setFrameCell(variable: number, cell: number): void {
    this.#own("frame", FRAME);
    this.frame.set(variable, cell);
  }
  setCell(cell: number, value: Value): void {
    this.#own("cells", CELLS);
    this.cells.set(cell, value);
  }
  deleteCell(cell: number): void {
    this.#own("cells", CELLS);
    this.cells.delete(cell);
  }
  setRecord(id: number, record: JsRecord): void {
    this.#own("records", RECORDS);
    this.records.set(id, record);
  }
  updateRecord(id: number, change: Partial<JsRecord>): void {
    this.setRecord(id, { ...(this.records.get(id) ?? emptyRecord), ...change });
  }
  setField(id: number, key: string, value: Value): void {
    const record = this.records.get(id) ?? emptyRecord;
    this.setRecord(id, { ...record, fields: new Map(record.fields).set(key, value) });
  }
  deleteRecord(id: number): void {
    this.#own("records", RECORDS);
    this.records.delete(id);
  }
  setObject(id: number, object: NativeObject): void {
    this.#own("objects", OBJECTS);
    this.objects.set(id, object);
  }
  updateObject(id: number, change: Partial<NativeObject>): void {
    this.setObject(id, { ...(this.objects.get(id) ?? unknownObject), ...change });
  }
  deleteObject(id: number): void {
    this.#own("objects", OBJECTS);
    this.objects.delete(id);
  }
  setToken(id: number, token: Token): void {
    this.#own("tokens", TOKENS);
    this.tokens.set(id, token);
  }
  updateToken(id: number, change: Partial<Token>): void {
    const token = this.tokens.get(id);
    if (token) this.setToken(id, { ...token, ...change });
  }
  deleteToken(id: number): void {
    this.#own("tokens", TOKENS);
    this.tokens.delete(id);
  }
  setFact(fact: Fact): void {
    this.#own("facts", FACTS);
    this.facts.set(valueKey(fact.value), fact);
    if (fact.value.kind === "expression" && fact.value.operator === "<") this.ordered = true;
  }
  deleteFact(key: string): void {
    if (!this.facts.has(key)) return;
    this.#own("facts", FACTS);
    this.facts.delete(key);
  }

  /** A new unknown value. */
  unknown(hint = ""): EntityValue {
    return entity(freshId(), 0, hint);
  }

  /** A new unknown object: it is surely not null. */
  object(hint = ""): EntityValue {
    const value = this.unknown(hint);
    this.setFact({ value, truth: true, equals: undefined, not: [] });
    return value;
  }

  /** The references to an object that this code holds, oldest first. */
  held(object: number): number[] {
    const held: number[] = [];
    for (const [id, token] of this.tokens) {
      if (token.object === object && (token.kind === "owned" || token.kind === "retained") && (token.status === "held" || token.status === "given")) held.push(id);
    }
    return held;
  }
}

/** A copy of the cells of an activation for a closure made in it. */
export function captureCells(state: State, outerCells: Cells, captured: readonly number[]): Cells {
  if (captured.length === 0) return new Map();
  const cells = new Map<number, number>();
  for (const variable of captured) {
    const cell = state.frame.get(variable) ?? outerCells.get(variable);
    if (cell !== undefined) cells.set(variable, cell);
  }
  return cells;
}
