import type { RuleId } from "../findings.js";
import type { Activation } from "./activation.js";
import { makeEvent } from "./engine.js";
import { isKnownNull } from "./facts.js";
import { lostReference } from "./owners.js";
import type { Event, JsRecord, NativeObject, State, Token } from "./state.js";
import { entity, type EntityValue, type Value } from "./values.js";

/** Whether a pointer is still good, and if not, which rule its use breaks and what broke it. */
export type Liveness = { readonly alive: true } | { readonly alive: false; readonly rule: RuleId; readonly cause: Event | null };

const good: Liveness = { alive: true };

export function livenessOf(state: State, pointer: EntityValue, depth = 0): Liveness {
  const token = state.tokens.get(pointer.token);
  const object = state.objects.get(pointer.id);
  if (!token || !object || depth > 16) return good;
  switch (token.kind) {
    case "owned":
    case "retained":
      if (token.status === "released") return token.lateEnd === "running" || state.held(token.object).length > 0 || isLost(object) ? good : { alive: false, rule: "no-use-after-release", cause: token.ended };
      return token.status === "transferred" && object.dead ? { alive: false, rule: "no-use-after-invalidate", cause: object.ended } : good;
    case "borrowed":
      if (object.dead) return object.late === "running" || isEnding(state, token.object) ? good : { alive: false, rule: "no-use-after-invalidate", cause: object.ended };
      return lostThrough(state, token, object, depth);
    case "interior": {
      const parent = token.parent ? livenessOf(state, token.parent, depth + 1) : good;
      if (parent.alive && object.dead && object.late !== "running") return { alive: false, rule: "no-use-after-invalidate", cause: object.ended };
      return parent.alive ? good : { alive: false, rule: "no-use-after-invalidate", cause: parent.cause };
    }
  }
}

// Its last reference goes in an asynchronous function that need not have come that far.
function isEnding(state: State, object: number): boolean {
  for (const token of state.tokens.values()) if (token.object === object && token.lateEnd === "running") return true;
  return false;
}

// What was borrowed through a reference that was given back does not fall back to what else may keep the owner alive.
function lostThrough(state: State, { parent, object: id }: Token, object: NativeObject, depth: number): Liveness {
  if (!parent || state.held(id).length > 0 || object.anchors.some((anchor) => anchor.owner !== parent.id)) return good;
  const owner = livenessOf(state, parent, depth + 1);
  return owner.alive ? good : { alive: false, rule: "no-use-after-invalidate", cause: owner.cause };
}

/** True where a reference was lost on the path: that was told, and the object lives on. */
export function isLost(object: NativeObject): boolean {
  return object.anchors.some((anchor) => anchor.owner === lostReference);
}

/** The pointer that an interior pointer points into, or the pointer itself. */
export function wholePointer(state: State, pointer: EntityValue): EntityValue {
  for (let current = pointer, depth = 0; depth < 16; depth++) {
    const token = state.tokens.get(current.token);
    if (token?.kind !== "interior" || !token.parent) return current;
    current = token.parent;
  }
  return pointer;
}

/** Judges a use of a pointer: what it points to must live, and no suspension may lie between a borrow and its use. */
export function useOf(act: Activation, state: State, value: Value, use: Event): void {
  if (value.kind !== "entity") return;
  const object = state.objects.get(value.id);
  if (!object) return useInside(act, state, value, use, 0);
  if (object.poisoned || value.token === 0 || isKnownNull(state, value)) return;
  const whole = wholePointer(state, value);
  const wholeObject = state.objects.get(whole.id);
  if (wholeObject?.poisoned || !isJudged(act, state, value, whole)) return;
  const verdict = livenessOf(state, value);
  const before = state.tokens.get(whole.token)?.suspended;
  if (!verdict.alive && before && isPerhaps(verdict.cause)) {
    // That other code ran is sure, that this call ended the borrow is not.
    violate(act, state, "no-borrow-across-suspension", value, use, before);
    return;
  }
  if (!verdict.alive) {
    violate(act, state, verdict.rule, value, use, verdict.cause);
    return;
  }
  const token = state.tokens.get(whole.token);
  if (token?.outer && token.suspended && !token.late && token.kind !== "interior") state.updateToken(whole.token, { late: { event: use, running: false } });
  const suspended = token?.suspended ?? state.tokens.get(value.token)?.suspended;
  if (token?.kind === "borrowed" && suspended && state.held(whole.id).length === 0) {
    soft(act, state, "no-borrow-across-suspension", value, use, suspended);
    for (const [id, other] of state.tokens) if (other.object === whole.id && other.suspended) state.updateToken(id, { suspended: null });
    state.updateToken(value.token, { suspended: null });
  }
}

// What goes with an object of the path: a pointer that was good for nothing already when it was put in. One that died
// in there is not meant: what was closed may be handed on with what says so.
function useInside(act: Activation, state: State, { id }: EntityValue, use: Event, depth: number): void {
  const inside = state.records.get(id);
  if (!inside || inside.shared || depth > 2 || !holders.has(inside.kind)) return;
  for (const value of [...inside.fields.values(), ...inside.items]) {
    if (value.kind !== "entity") continue;
    if (value.hint === goneBefore) useOf(act, state, value, use);
    else if (value.token === 0) useInside(act, state, value, use, depth + 1);
  }
}

const holders: ReadonlySet<JsRecord["kind"]> = new Set(["record", "array", "instance"]);

/** The value as it goes into an object: one that dangles already is marked. */
export function putInside(state: State, value: Value): Value {
  return value.kind === "entity" && value.token !== 0 && !livenessOf(state, value).alive ? { ...value, hint: goneBefore } : value;
}

const goneBefore = "%gone";

function isPerhaps(event: Event | null): boolean {
  let inner = event;
  while (inner?.inner) inner = inner.inner;
  return inner?.perhaps === true;
}

/** True where the pointer, or the one that it points into, is of a class that is switched on. */
export function isJudged(act: Activation, state: State, value: EntityValue, whole: EntityValue): boolean {
  const { contracts } = act.engine;
  const classes = [state.objects.get(value.id)?.class, state.objects.get(whole.id)?.class];
  return classes.some((name) => name !== null && name !== undefined && contracts.isTracked(name));
}

/** Records a violation of an object's rule on this path; after it the object is left alone. */
export function violate(act: Activation, state: State, rule: RuleId, pointer: EntityValue, use: Event, cause: Event | null, extra: Readonly<Record<string, string>> = {}): void {
  const whole = wholePointer(state, pointer);
  report(act, state, rule, pointer, use, cause, extra);
  for (const id of new Set([pointer.id, whole.id])) if (state.objects.has(id)) state.updateObject(id, { poisoned: true });
}

/** Records a violation that does not end the judgement of the object. */
export function soft(act: Activation, state: State, rule: RuleId, pointer: EntityValue, use: Event, cause: Event | null, extra: Readonly<Record<string, string>> = {}): void {
  report(act, state, rule, pointer, use, cause, extra);
}

function report(act: Activation, state: State, rule: RuleId, pointer: EntityValue, use: Event, cause: Event | null, extra: Readonly<Record<string, string>>): void {
  const outer = outerPart(state, pointer);
  if (outer) {
    state.pending = [...state.pending, { rule, object: outer.id, token: outer.token, use, cause, extra: JSON.stringify(extra) }];
    return;
  }
  const token = state.tokens.get(pointer.token) ?? null;
  const object = state.objects.get(pointer.id) ?? null;
  record(act, state, rule, token, object, use, cause, extra);
}

// The pointer itself, or the one that it points into, if that came from the caller: it is the caller's to judge.
function outerPart(state: State, pointer: EntityValue): EntityValue | null {
  const whole = wholePointer(state, pointer);
  return [pointer, whole].find(({ token }) => state.tokens.get(token)?.outer) ?? null;
}

export function record(act: Activation, state: State, broken: RuleId, token: Token | null, object: NativeObject | null, use: Event, cause: Event | null, extra: Readonly<Record<string, string>> = {}): void {
  // What native code lends to a callback is judged by the callback's contract.
  const rule = token?.callback === "borrowed" && broken === "no-release-borrowed" ? "session-callback-contract" : broken;
  act.engine.findings.push({ rule, fn: act.fn, primary: use, cause, token, object, trace: state.trace, exceptional: "no", mayThrow: state.mayThrow, extra });
}

/** Marks every borrow that is held over a suspension, and in an asynchronous function the references of its callers. */
export function suspend(act: Activation, state: State, range: { start: number; end: number }, text: string): void {
  const event = makeEvent("suspend", act.site(range), text);
  if (act.fn.ir.async) state.awaited = true;
  for (const [id, token] of state.tokens) {
    if (!token.suspended && (!isReference(token) || (token.outer && act.fn.ir.async))) state.updateToken(id, { suspended: event });
  }
  waitFor(act, state);
  // By the time that this goes on, the others may have come to their end.
  finishLate(act, state, [...state.tokens].filter(([, { lateEnd }]) => lateEnd === "running").map(([id, { object }]) => entity(object, id)));
}

/** True for what has to be given back. */
export function isReference({ kind }: Token): boolean {
  return kind === "owned" || kind === "retained";
}

/** Somebody waits, or may wait, for the asynchronous functions that still run: what they use later they have used by then. */
export function waitFor(act: Activation, state: State): void {
  for (const [id, { late, outer }] of state.tokens) {
    if (late?.running) state.updateToken(id, { late: outer && act.fn.ir.async ? { ...late, running: false } : undefined });
  }
}

/** Somebody has waited for an asynchronous function: what it gives back or ends it has given back and ended by then. */
export function finishLate(act: Activation, state: State, pointers: readonly Value[]): void {
  for (const pointer of pointers) {
    if (pointer.kind === "entity" && state.objects.get(pointer.id)?.late === "running") state.updateObject(pointer.id, { anchors: [], late: act.fn.ir.async ? "done" : undefined });
    const token = pointer.kind === "entity" ? state.tokens.get(pointer.token) : undefined;
    if (pointer.kind === "entity" && token?.lateEnd === "running") state.updateToken(pointer.token, { lateEnd: token.outer && act.fn.ir.async ? "done" : undefined });
  }
}

/** References that asynchronous functions give back later, and objects that they end, for which no promise answers yet. */
export function endingLater(state: State): EntityValue[] {
  const references = [...state.tokens].filter(([, token]) => token.lateEnd === "running").map(([id, token]) => entity(token.object, id));
  const objects = [...state.objects].filter(([, { late }]) => late === "running").map(([id]) => entity(id));
  const found = [...references, ...objects];
  if (found.length === 0) return found;
  const answered = new Set<string>();
  const keyOf = ({ id, token }: EntityValue): string => (token === 0 ? `o${id}` : `t${token}`);
  for (const { kind, items } of state.records.values()) if (kind === "promise") for (const item of items) if (item.kind === "entity") answered.add(keyOf(item));
  return found.filter((pointer) => !answered.has(keyOf(pointer)));
}

/** What keeps it is gone: an asynchronous function that still runs uses it after that. */
function judgeLate(act: Activation, state: State, id: number): void {
  const token = state.tokens.get(id);
  if (!token?.late?.running || state.objects.get(token.object)?.poisoned) return;
  const pointer = entity(token.object, id);
  const verdict = livenessOf(state, pointer);
  if (!verdict.alive) violate(act, state, verdict.rule, pointer, token.late.event, verdict.cause);
}

/** The same for whatever asynchronous functions that still run use. */
export function judgeRunning(act: Activation, state: State): void {
  for (const id of [...state.tokens.keys()]) judgeLate(act, state, id);
}
