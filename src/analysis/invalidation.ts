import type { FunctionContract } from "../contracts/model.js";
import type { Activation } from "./activation.js";
import { inherited } from "./stored-fields.js";
import type { Broadcast, Event, NativeObject, State } from "./state.js";
import type { ClassValue } from "./values.js";

/** Takes the anchors of an owner away from the objects of a class ("*": any) that were borrowed from it. */
export function invalidateOwner(state: State, owner: number, className: string, event: Event, except: number | null): void {
  for (const [id, object] of [...state.objects]) {
    if (id === except) continue;
    const touched = object.anchors.some((anchor) => anchor.owner === owner && matches(className, object, anchor.via));
    if (!touched) continue;
    dropAnchors(state, id, (anchor) => anchor.owner === owner && matches(className, object, anchor.via), event);
  }
  forgetCurrent(state, owner, className, except);
}

function matches(className: string, object: NativeObject, via: string | null): boolean {
  return className === "*" || object.class === className || via === className;
}

function forgetCurrent(state: State, owner: number, className: string, except: number | null): void {
  const object = state.objects.get(owner);
  if (!object || object.current.size === 0) return;
  const current = new Map([...object.current].filter(([, id]) => id === except || (className !== "*" && state.objects.get(id)?.class !== className)));
  state.updateObject(owner, { current });
}

function dropAnchors(state: State, id: number, drop: (anchor: NativeObject["anchors"][number]) => boolean, event: Event): void {
  const object = state.objects.get(id)!;
  const anchors = object.anchors.filter((anchor) => !drop(anchor));
  if (object.late === "running" && anchors.length === 0) return endsEarlier(state, id, event);
  // A reference may keep it alive for now, of which it turns out later that it was never taken.
  state.updateObject(id, { anchors, ended: anchors.length === 0 && !object.dead ? event : object.ended });
  if (anchors.length === 0) settleDeath(state, id, event);
}

// An asynchronous function would have ended it later on: now it has ended for sure.
function endsEarlier(state: State, id: number, event: Event): void {
  state.updateObject(id, { anchors: [], ended: event, late: state.awaited ? "done" : undefined });
  invalidateOwner(state, id, "*", event, null);
}

/** An object dies when neither an anchor nor a reference keeps it; with it goes what was borrowed from it. */
export function settleDeath(state: State, id: number, event: Event): void {
  const object = state.objects.get(id);
  if (!object || object.dead || object.origin === "static" || object.origin === "unknown" || object.anchors.length > 0 || state.held(id).length > 0) return;
  // Its owner let go of it first, and then the last reference went.
  const earlier = object.ended !== null && object.ended !== event ? { earlier: object.ended } : {};
  state.updateObject(id, { dead: true, ended: { ...event, ...earlier }, ...(state.awaited ? { late: "done" } : {}) });
  invalidateOwner(state, id, "*", event, null);
}

/**
 * A context lets go of its sessions: every borrow from a connection that may belong to it ends. Two contexts are
 * different only where this path made both.
 */
export function invalidateContext(act: Activation, state: State, context: number, className: string, event: Event): void {
  for (const [id, object] of [...state.objects]) {
    if (object.class !== className || object.anchors.length === 0) continue;
    if (object.anchors.every((anchor) => anchor.owner === context || mayBelong(act, state, anchor.owner, context))) {
      const owners = object.anchors.map((anchor) => anchor.owner);
      dropAnchors(state, id, () => true, event);
      for (const owner of owners) forgetCurrent(state, owner, className, null);
    }
  }
  if (!act.root) state.broadcasts = [...state.broadcasts.filter((known) => known.context !== context || known.class !== className), { context, class: className, event }];
}

function mayBelong(act: Activation, state: State, connection: number, context: number): boolean {
  const link = state.objects.get(connection)?.link ?? 0;
  return link === 0 || !provablyDifferent(act, state, link, context);
}

/** The context that a getter gave again for a connection that was made from it; any other object is itself. */
export function contextBehind(state: State, id: number): number {
  const object = state.objects.get(id);
  if (!object || object.context === 0) return id;
  return state.objects.get(object.context)?.class === object.class ? object.context : id;
}

/**
 * Two objects that this path, or top-level code before it, made by two calls; or that lie in two fields of one object, into which
 * its class puts nothing but what it makes there.
 */
export function provablyDifferent(act: Activation, state: State, left: number, right: number): boolean {
  return areMadeApart(act, state, left, right) || lieApart(act, state, left, right);
}

function areMadeApart(act: Activation, state: State, left: number, right: number): boolean {
  const made = (asked: number): number | undefined => {
    const id = contextBehind(state, asked);
    return state.objects.get(id)?.origin === "fresh" ? id : act.engine.madeByModules.get(id);
  };
  const [first, second] = [made(left), made(right)];
  return first !== undefined && second !== undefined && first !== second;
}

function lieApart(act: Activation, state: State, left: number, right: number): boolean {
  if (left === right) return false;
  for (const { class: owner, fields } of state.records.values()) {
    if (!owner) continue;
    const holding = (id: number): string | undefined => [...fields].find(([, value]) => value.kind === "entity" && value.id === id)?.[0];
    const [one, other] = [holding(left), holding(right)];
    if (one !== undefined && other !== undefined) return one !== other && [one, other].every((key) => isMadeThere(act, owner, key));
  }
  return false;
}

// A field that its class fills with new objects alone, each from a native function that makes one.
function isMadeThere({ engine }: Activation, owner: ClassValue, key: string): boolean {
  const { fields } = engine.index;
  if (fields.looselyStored.has(key)) return false;
  return inherited(fields.callees, owner, key)?.known?.every((name) => makesNew(engine.contractOf(name))) ?? false;
}

function makesNew(contract: FunctionContract | undefined): boolean {
  const { returns } = contract ?? {};
  return returns?.ownership === "owned" && returns.sameObjectAs === undefined && returns.sameAs === undefined && returns.sameObject === undefined;
}

/** Applies to the rest of the caller's objects what a callee did to a context. */
export function invalidateBroadcast(act: Activation, state: State, broadcast: Broadcast, seen: ReadonlySet<number>): void {
  for (const [id, object] of [...state.objects]) {
    if (seen.has(id) || object.class !== broadcast.class || object.anchors.length === 0) continue;
    if (object.anchors.every((anchor) => mayBelong(act, state, anchor.owner, broadcast.context))) dropAnchors(state, id, () => true, broadcast.event);
  }
  if (!act.root) state.broadcasts = [...state.broadcasts, broadcast];
}
