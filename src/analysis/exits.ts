import type { SourceRange } from "../ir/types.js";
import type { Activation, Completion } from "./activation.js";
import { makeEvent, type RawFinding } from "./engine.js";
import { escapeThrough, judgeCaptured, outwardCells } from "./closures.js";
import { isKnownNull, truthOf } from "./facts.js";
import { lostReference } from "./owners.js";
import { reach, type Reach } from "./reach.js";
import type { Event, JsRecord, State, Token } from "./state.js";
import type { EntityValue, Value } from "./values.js";
import { outerLocal } from "./writes.js";
import { isJudged, isReference, livenessOf, record, soft, useOf, violate, wholePointer } from "./violations.js";

/** Judges what an exit leaves behind: references that nobody was given, borrows that outlive the function. */
export function checkExit(act: Activation, state: State, completion: Completion, range: SourceRange): void {
  if (completion.kind === "return") {
    checkReturned(act, state, completion, range);
    if (act.root) {
      const event = makeEvent("escape", act.site(range), "returned here");
      escapeThrough(act, state, completion.value, event);
      judgeCaptured(act, state, completion.value, event);
    }
  }
  if (![...state.tokens.values()].some(isOpen)) return;
  const through = outwardCells(act);
  // Nobody gets the object of a constructor that throws.
  const unmade = completion.kind === "throw" ? act.self : null;
  const roots = outerRoots(act, state);
  const outside = reach(state, unmade === null ? roots : { values: [], ids: roots.ids.filter((id) => id !== unmade) }, through, false);
  // A caller's own object that nobody else holds is the caller's to judge.
  const lasting = reach(state, { values: [], ids: lastingIds(act, state) }, through);
  const given = reach(state, { values: [completion.value], ids: [] }, through);
  for (const [id, token] of state.tokens) {
    if (!isOpen(token)) continue;
    if (token.kind === "borrowed") checkStoredBorrow(act, state, id, token, lasting);
    else checkHeld(act, state, id, token, completion, range, outside, given, unmade);
  }
}

// A pointer that the way out has to answer for: a borrow that was put somewhere, or a reference.
function isOpen({ kind, status, stored, outer, callback }: Token): boolean {
  if (outer || callback === "counted" || kind === "interior") return false;
  return kind === "borrowed" ? stored !== null : status === "held";
}

function lastingIds(act: Activation, state: State): number[] {
  // Variables of functions around this one live on with functions that others may call.
  const around = new Map([...state.frame].map(([number, cell]) => [cell, act.engine.lasting.outlives(number, act.fn)]));
  const ids = outerRoots(act, state).ids.filter((id) => around.get(id) ?? outlives(act, state, id));
  for (const [cell, lasts] of around) if (lasts) ids.push(cell);
  return ids;
}

function outlives(act: Activation, state: State, id: number): boolean {
  const record = state.records.get(id);
  return id < 0 || (act.root && act.isIncoming(id)) || (record !== undefined && record.shared && !record.lent);
}

// What the world outside the function leads to: its arguments, shared objects, module variables.
export function outerRoots(act: Activation, state: State): { values: []; ids: number[] } {
  const ids = [...act.incoming];
  for (const id of state.cells.keys()) if (id < 0) ids.push(id);
  for (const [id, record] of state.records) if (id < 0 || record.shared) ids.push(id);
  return { values: [], ids };
}

function checkHeld(act: Activation, state: State, id: number, token: Token, completion: Completion, range: SourceRange, outside: Reach, given: Reach, unmade: number | null): void {
  const object = state.objects.get(token.object);
  if (!object || object.poisoned || object.class === null || !act.engine.contracts.isTracked(object.class)) return;
  if (truthOf(state, { kind: "entity", id: token.object, token: 0, hint: "" }) === false) return;
  const returned = token.kind === "owned" ? given.tokens.has(id) : given.ids.has(token.object);
  // A counted borrow is given away by storing it afterwards; that somebody led to the object before means nothing.
  const known = token.kind === "owned" ? outside.tokens.has(id) : token.object < 0 || outside.ids.has(token.object);
  // What is counted up for whoever calls is not for those who only get an error of it.
  const forNobody = completion.kind === "throw" && act.root && token.kind === "retained" && token.stored === null && object.origin === "unknown";
  const kept = known && !forNobody && (token.kind === "owned" || token.stored !== null || object.origin === "unknown" || (!act.root && isCallers(act, state, token.object, outside)));
  if (kept || isInInstance(state, id, token, unmade === null ? null : new Set([unmade]))) {
    // What is read from the field and returned is handed on.
    if (completion.kind === "throw") noteFieldStore(act, state, token, { exceptional: completion.cause });
    else if (completion.value.kind !== "entity" || completion.value.token !== id) noteFieldStore(act, state, token);
    if (kept || returned) return;
    if (isInMute(act, state, id, token)) lose(act, state, id, exitEvent(act, completion, range), completion.kind === "throw" ? completion.cause : "no", { inField: token.stored!.field });
    else state.updateToken(id, { status: "given" });
    return;
  }
  if (returned) return;
  // The pointer went earlier, when another one to the same object was still there.
  if (token.overwritten && completion.kind === "return") lose(act, state, id, token.overwritten.event, "no", { name: token.overwritten.name });
  else lose(act, state, id, exitEvent(act, completion, range), completion.kind === "throw" ? completion.cause : "no");
}

// The caller has a pointer to the object: it came with the call, or was left with its reference in a variable around.
function isCallers(act: Activation, state: State, object: number, outside: Reach): boolean {
  const incoming = act.isIncoming(object);
  return [...state.tokens].some(([id, other]) => other.object === object && ((incoming && other.outer) || (other.kind === "owned" && other.status === "held" && outside.tokens.has(id))));
}

/** An object of a visible class owns what its fields hold, whether or not somebody closes it; so does a generator at rest. */
export function isInInstance(state: State, id: number, token: Token, except: ReadonlySet<number> | null = null): boolean {
  for (const [holder, record] of state.records) if (isOwner(record) && !except?.has(holder) && holds(state, record, id, token)) return true;
  return false;
}

/** What a generator at rest reads again and never gives back, once it has handed it out: how the key of such a variable begins. */
export const readOnly = "r";

function holds(state: State, record: JsRecord, id: number, token: Token): boolean {
  const inFields = record.kind === "generator" ? variablesOf(state, record) : [...record.fields.values()];
  return [...inFields, ...record.items].some((value) => value.kind === "entity" && (value.token === id || (token.kind === "retained" && value.id === token.object)));
}

// What the variables of a generator hold that it still has a claim to, those among them that its closures see.
function variablesOf(state: State, { fields }: JsRecord): Value[] {
  const held = [...fields].filter(([key]) => !key.startsWith(readOnly)).map(([, value]) => value);
  return held.map((value) => (value.kind === "entity" ? state.cells.get(value.id) : undefined) ?? value);
}

/** The object is of a class that could not give anything back: what lies in its fields is as in a plain record, once others release such a field. */
export function isInMute(act: Activation, state: State, id: number, token: Token): boolean {
  if (!token.stored || token.stored.field === "") return false;
  return [...state.records.values()].every((record) => !isOwner(record) || !holds(state, record, id, token) || (record.class !== null && act.engine.isMute(record.class)));
}

function isOwner({ kind, status, class: cls }: JsRecord): boolean {
  return kind === "instance" || (kind === "collection" && cls !== null) || kind === "registry" || (kind === "generator" && status !== "new" && status !== "done");
}

/** Objects of visible classes that nothing leads to any more: their classes answer for what they own. */
export function leaveToClasses(act: Activation, state: State, live: ReadonlySet<number>): void {
  const inside = [...state.tokens].filter(([id, token]) => !token.outer && token.status === "held" && (token.kind === "owned" || token.kind === "retained") && isInInstance(state, id, token));
  if (inside.length === 0) return;
  const outer = outerRoots(act, state);
  const values = [...state.vars].filter(([variable]) => live.has(variable)).map(([, value]) => value);
  const reached = reach(state, { values, ids: [...outer.ids, ...state.frame.values()] });
  for (const [id, token] of inside) {
    // What was counted for a field goes with its object, whatever else leads to the pointer.
    const elsewhere = token.kind === "owned" ? reached.tokens.has(id) : token.stored === null && reached.ids.has(token.object);
    if (elsewhere || !isInInstance(state, id, token, token.kind === "owned" ? null : reached.ids)) continue;
    noteFieldStore(act, state, token);
    if (isInMute(act, state, id, token)) state.updateToken(id, { stored: { ...token.stored!, className: ofMute } });
    else state.updateToken(id, { status: "given" });
  }
}

/** Marks what lay in a field of an object that is gone, whose class could not give it back. */
const ofMute = "%mute";

/** What was put into an object of others, to which nothing here leads any more, is theirs. */
export function leaveToOthers(act: Activation, state: State, live: ReadonlySet<number>, ids: () => readonly number[]): void {
  const stored = [...state.tokens].filter(([, token]) => token.stored !== null && !token.outer && token.status === "held" && token.kind !== "interior");
  if (stored.length === 0) return;
  const here = reach(state, { values: [...state.vars].filter(([variable]) => live.has(variable)).map(([, value]) => value), ids: ids() });
  const others = reach(state, { values: [], ids: [...state.records].filter(([id, record]) => record.shared && !here.ids.has(id)).map(([id]) => id) });
  // What was only shown to others does not outlive this code for that.
  const lasting = reach(state, { values: [], ids: [...state.records].filter(([id, record]) => record.shared && !record.lent && !here.ids.has(id)).map(([id]) => id) });
  for (const [id, token] of stored) {
    const leads = (from: Reach): boolean => (token.kind === "owned" ? from.tokens.has(id) : from.ids.has(token.object));
    if (leads(here) || !leads(others)) continue;
    if (token.kind === "borrowed") {
      checkStoredBorrow(act, state, id, token, lasting);
      continue;
    }
    if (token.callback === null) noteFieldStore(act, state, token);
    state.updateToken(id, { status: "given" });
  }
}

/**
 * Notes a reference that lies in a field: the class answers for it. `shown`: only because the object was shown to code
 * that cannot be seen. `exceptional`: only on a way out by an exception.
 */
export function noteFieldStore(act: Activation, state: State, token: Token, { shown = false, exceptional = "no" }: { readonly shown?: boolean; readonly exceptional?: RawFinding["exceptional"] } = {}): void {
  if (!token.stored || token.stored.field === "") return;
  const object = state.objects.get(token.object) ?? null;
  if (!object || object.poisoned || !act.engine.contracts.isTracked(object.class ?? "")) return;
  const raw: RawFinding = { rule: "require-release", fn: act.fn, primary: token.stored.event, cause: null, token, object, trace: state.trace, exceptional, mayThrow: state.mayThrow, extra: { lost: "field", field: token.stored.field, class: token.stored.className } };
  act.engine.fieldStores.push({ field: token.stored.field, raw, shown });
}

/** What is in a list is no longer followed: for what lies in a field with it the class answers. */
export function leaveInField(act: Activation, state: State, list: Value): void {
  for (const id of reach(state, { values: [list], ids: [] }).tokens) {
    const token = state.tokens.get(id);
    if (token?.status === "held" && isReference(token) && !token.outer) noteFieldStore(act, state, token);
  }
}

/** Records that a reference can no longer be given back on this path. */
export function lose(act: Activation, state: State, id: number, where: Event, exceptional: "no" | "throw" | "reject" | "call", extra: Readonly<Record<string, string>> = {}): void {
  const token = state.tokens.get(id)!;
  const object = state.objects.get(token.object) ?? null;
  if (token.acquired && object && !object.poisoned && act.engine.contracts.isTracked(object.class ?? "")) {
    const inField = token.stored?.className === ofMute ? { inField: token.stored.field } : {};
    act.engine.findings.push({ rule: "require-release", fn: act.fn, primary: token.acquired, cause: where, token, object, trace: state.trace, exceptional, mayThrow: state.mayThrow, extra: { lost: where.kind, ...inField, ...extra } });
  }
  // Nobody will ever give it back: the object lives on.
  state.deleteToken(id);
  if (object && !object.anchors.some((anchor) => anchor.owner === lostReference)) state.updateObject(token.object, { anchors: [...object.anchors, { owner: lostReference, via: null }] });
}

function exitEvent(act: Activation, completion: Completion, range: SourceRange): Event {
  if (completion.kind === "throw" && completion.event) return completion.event;
  const end = range.end <= range.start || act.fn.ir.range.end === range.end;
  return makeEvent("exit", act.site(range), end ? "the path ends here" : "leaves here with the reference still held");
}

function checkStoredBorrow(act: Activation, state: State, id: number, token: Token, outside: Reach): void {
  if (!token.stored || token.stored.className === outerLocal) return;
  const object = state.objects.get(token.object);
  if (!object || object.poisoned || !act.engine.contracts.isTracked(object.class ?? "")) return;
  if (state.held(token.object).length > 0 || !outside.ids.has(token.object)) return;
  if (truthOf(state, { kind: "entity", id: token.object, token: 0, hint: "" }) === false) return;
  record(act, state, "no-borrow-escape", token, object, token.stored.event, null, { how: "stored", field: token.stored.field });
  state.updateToken(id, { stored: null });
}

/** A pointer that dangles before the clean-up code on the way out has run is used by returning it. */
export function judgeLeaving(act: Activation, state: State, value: Value, range: SourceRange): void {
  if (value.kind !== "entity" || value.hint.startsWith(savedAlive)) return;
  if (!livenessOf(state, value).alive) useOf(act, state, value, makeEvent("use", act.site(range), "returned here"));
  else if (value.token === 0) saveInside(state, value.id);
}

// The pointers in an object are put aside with it.
function saveInside(state: State, id: number): void {
  const record = state.records.get(id);
  if (!record || record.shared || (record.kind !== "record" && record.kind !== "array")) return;
  const saved = (value: Value): Value => (value.kind === "entity" && value.token !== 0 && !value.hint.startsWith(savedAlive) && livenessOf(state, value).alive ? { ...value, hint: savedAlive + value.hint } : value);
  state.setRecord(id, { ...record, fields: new Map([...record.fields].map(([key, value]) => [key, saved(value)])), items: record.items.map(saved) });
}

// A pointer that already dangles is used by returning it; one that the way out ended escapes.
function checkReturned(act: Activation, state: State, completion: Completion, range: SourceRange): void {
  const { value } = completion;
  if (value.kind !== "entity" || isKnownNull(state, value)) return;
  if (value.token === 0) return checkReturnedInside(act, state, completion, value, range);
  const object = state.objects.get(value.id);
  const whole = wholePointer(state, value);
  if (!object || object.poisoned || !isJudged(act, state, value, whole)) return;
  if (state.objects.get(whole.id)?.poisoned) return;
  const verdict = livenessOf(state, value);
  const use = makeEvent("use", act.site(range), "returned here");
  if (verdict.alive) return useOf(act, state, value, use);
  if (value.hint.startsWith(savedAlive)) {
    // A caller that can be seen uses what was released on the way out, or not: its use says more than the return.
    const owned = verdict.rule === "no-use-after-release";
    soft(act, state, "no-borrow-escape", value, use, verdict.cause, { how: "returned", ...(owned ? { unless: "used" } : {}) });
    if (!owned) state.updateObject(value.id, { poisoned: true });
  } else {
    violate(act, state, verdict.rule, value, use, verdict.cause);
  }
}

function checkReturnedInside(act: Activation, state: State, completion: Completion, value: EntityValue, range: SourceRange): void {
  useOf(act, state, value, makeEvent("use", act.site(range), "returned here"));
  const record = state.records.get(value.id);
  if (!record || record.shared || (record.kind !== "record" && record.kind !== "array")) return;
  for (const inside of [...record.fields.values(), ...record.items]) {
    if (inside.kind === "entity" && inside.hint.startsWith(savedAlive) && !livenessOf(state, inside).alive) checkReturned(act, state, { ...completion, value: inside }, range);
  }
}

/** Hint of a pointer that was put aside for a `return` while it was still good. */
export const savedAlive = "%saved:";
