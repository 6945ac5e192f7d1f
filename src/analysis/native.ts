import type { EffectContract, EffectTarget, FunctionContract, ReturnContract } from "../contracts/model.js";
import type { NativeRef } from "../ir/types.js";
import { perform } from "./builtins.js";
import { makeEvent } from "./engine.js";
import type { Arg, CallSite } from "./calls.js";
import { eventKey } from "./canonical.js";
import { returned } from "./calls.js";
import { mayThrow } from "./unseen-calls.js";
import type { Activation, Continuation } from "./activation.js";
import { deferClosure, giveReferences } from "./closures.js";
import { isKnownNull, truthOf } from "./facts.js";
import { invalidateContext, invalidateOwner, settleDeath } from "./invalidation.js";
import { registerCallback } from "./callbacks.js";
import { cells, memoryBehind } from "./pointees.js";
import { giveAway } from "./sharing.js";
import { emptyRecord, freshId, unknownObject, type Condition, type Event, type State, type Token } from "./state.js";
import { entity, plainResult, valueKey, type EntityValue, type Value } from "./values.js";
import { isLost, judgeRunning, livenessOf, useOf, violate } from "./violations.js";
import { adopt, forgetNumbers, isReleased, judgeArguments, judgeContext, type NativeCall } from "./native-arguments.js";
import { loseUnreachable, noteOuterStore } from "./writes.js";

/** Calls a native function: judges what it is given, applies what the table says, gives its result to `k`. */
export function callNative(state: State, site: CallSite, ref: NativeRef, given: readonly Arg[], k: Continuation, tagged?: FunctionContract): void {
  const { act } = site;
  const { engine } = act;
  if (ref.resultIn !== undefined) return callForResult(state, site, ref, given, k);
  engine.noteCall(act.fn.module, site.range.start);
  const args = (ref.argumentStyle === "array" ? unpack(act, state, given) : given).map(plainPointer);
  const contract = tagged ?? engine.contracts.function(ref.name);
  if (!contract) return callUnlisted(state, site, ref, args, k);
  if (ref.async && !isDropped(site)) {
    args.forEach((arg, index) => {
      if (!isReleased(contract, index)) useOf(act, state, arg.value, makeEvent("use", arg.site, `passed to \`${ref.name}\` here`, ref.name));
    });
    const promise = freshId();
    state.setRecord(promise, { ...emptyRecord, kind: "promise", status: "native", items: [{ kind: "native", ref: { ...ref, async: false, argumentStyle: "positional" }, args: [] }, ...args.map((arg) => arg.value)] });
    return k(state, returned(entity(promise)));
  }
  const event = makeEvent("use", act.site(site.range), "", ref.name);
  const call: NativeCall = { act, site, ref, contract, args, event, tagged: tagged !== undefined };
  judgeArguments(call, state);
  if (tagged) for (const [index, arg] of args.entries()) if (!contract.params[index] && !isReleased(contract, index)) useOf(act, state, arg.value, { ...event, site: arg.site, text: "used here" });
  judgeContext(call, state);
  registerCallback(call.act, state, contract, args);
  forgetNumbers(call, state);
  for (const arg of args) deferClosure(act, state, arg.value, event, contract.callback !== null);
  const result = makeResult(call, state);
  if (contract.effects.length > 0) for (const arg of args) if (arg.value.kind === "entity") forgetMissing(state, arg.value.id);
  for (const effect of inOrder(contract)) applyEffect(call, state, effect, result);
  k(state, returned(result));
}

// What an owner had goes before it gets what takes its place.
function inOrder({ effects }: FunctionContract): readonly EffectContract[] {
  if (!effects.some(({ kind }) => kind === "transfer")) return effects;
  return [...effects.filter(({ kind }) => kind === "invalidate"), ...effects.filter(({ kind }) => kind !== "invalidate")];
}

// Nobody can wait for a promise that is the value of a statement: the work is done all the same.
function isDropped({ act, at }: CallSite): boolean {
  const { instructions } = act.fn.ir.blocks[at.block]!;
  const call = instructions[at.index];
  const next = instructions[at.index + 1];
  return call?.op === "call" && next?.op === "discard" && next.from === call.to;
}

// The result is not the call's own value: it is a field of that value, or goes to a callback.
function callForResult(state: State, site: CallSite, { resultIn, ...ref }: NativeRef, given: readonly Arg[], k: Continuation): void {
  if (resultIn === "callback") return perform({ kind: "asyncCall" }, { state, site, receiver: { kind: "native", ref, args: [] }, args: given, k });
  callNative(state, site, ref, given, (after, completion) => {
    if (completion.kind === "throw") return k(after, completion);
    const id = freshId();
    const { nativeResult } = after.language.fieldNames;
    after.setRecord(id, { ...emptyRecord, fields: new Map([[nativeResult.value, completion.value], [nativeResult.error, after.unknown(nativeResult.error)]]) });
    k(after, returned(entity(id)));
  });
}

// A pointer in the form of its address is the same pointer.
function plainPointer(arg: Arg): Arg {
  const { value } = arg;
  return value.kind === "expression" && value.operator === "address" ? { ...arg, value: value.operands[0]! } : arg;
}

function unpack(act: Activation, state: State, args: readonly Arg[]): readonly Arg[] {
  const first = args[0];
  const list = first?.value.kind === "entity" ? act.record(state, first.value.id) : undefined;
  return list?.kind === "array" && first ? list.items.map((value) => ({ value, site: first.site, spread: false })) : args;
}

// A native function outside every table uses its arguments and may keep them.
function callUnlisted(state: State, site: CallSite, ref: NativeRef, args: readonly Arg[], k: Continuation): void {
  const { act } = site;
  for (const arg of args) useOf(act, state, arg.value, makeEvent("use", arg.site, `passed to \`${ref.name}\` here`, ref.name));
  const event = makeEvent("escape", act.site(site.range), `handed to \`${ref.name}\` here`);
  for (const arg of args) deferClosure(act, state, arg.value, event, false);
  giveAway(act, state, args.map((arg) => arg.value));
  if (ref.async) mayThrow(state, site, k);
  k(state, returned(state.unknown()));
}

function makeResult(call: NativeCall, state: State): Value {
  const { contract, args } = call;
  const { returns } = contract;
  if (!returns) return entity(freshId(), 0, call.ref.async ? "" : plainResult);
  const same = typeof returns.sameAs === "number" ? args[returns.sameAs]?.value : undefined;
  if (same?.kind === "entity" && truthOf(state, same) !== false) return same;
  const owner = returns.from === undefined ? undefined : args[returns.from]?.value;
  if (call.ref.resultGone) return state.unknown();
  if (returns.ownership === "owned") return makeOwned(call, state, returns, owner);
  if (call.ref.resultCopied) return state.unknown();
  if (returns.ownership === "borrowed") return makeBorrowed(call, state, returns, owner);
  const id = freshId();
  state.setObject(id, { ...unknownObject, class: returns.class, origin: returns.ownership === "static" ? "static" : "unknown", nullable: returns.nullable, by: contract.name });
  return entity(id);
}

function newToken(call: NativeCall, kind: Token["kind"], object: number, text: string, parent: EntityValue | null, condition: Condition | null): Token {
  const acquired = { ...call.event, kind: kind === "owned" ? ("acquire" as const) : kind === "retained" ? ("retain" as const) : ("borrow" as const), text };
  return { kind, object, status: "held", acquired, ended: null, suspended: null, stored: null, overwritten: null, outer: false, name: "", ref: call.ref, parent, condition, callback: null };
}

function makeOwned(call: NativeCall, state: State, returns: ReturnContract, owner: Value | undefined): Value {
  const { act, contract } = call;
  // An element of a container of anything: what it is the functions tell that it is given to, and whose it was nobody.
  const isAny = returns.class.startsWith("(");
  const counted = isAny || act.engine.isCounted(returns.class);
  let id = 0;
  if (returns.sameObjectAs !== undefined && owner?.kind === "entity") id = currentObject(call, state, owner, returns.sameObjectAs, returns);
  if (id === 0) {
    id = freshId();
    state.setObject(id, { ...unknownObject, class: returns.class, origin: "fresh", nullable: returns.nullable, by: contract.name, context: contextOf(state, owner) });
  }
  if (!counted) return entity(id);
  const same = state.held(id).filter((other) => sameSite(state.tokens.get(other)!, call.event));
  if (same.length >= 2) {
    state.updateObject(id, { uncounted: true, many: true });
    return entity(id, same[same.length - 1]);
  }
  const token = freshId();
  const made = newToken(call, "owned", id, "one reference obtained here", null, null);
  state.setToken(token, isAny ? { ...made, status: "given" } : made);
  return entity(id, token);
}

function sameSite(token: Token, event: Event): boolean {
  return token.acquired !== null && token.acquired.site.start === event.site.start && token.acquired.site.file === event.site.file && token.acquired.inner === null;
}

function contextOf(state: State, owner: Value | undefined): number {
  if (owner?.kind !== "entity") return 0;
  return state.objects.get(owner.id)?.link ?? 0;
}

/** The object that a getter gives for its owner at the moment. */
function currentObject(call: NativeCall, state: State, owner: EntityValue, getter: string, returns: ReturnContract): number {
  const { contract, args, act } = call;
  adopt(state, owner, contract.params[returns.from ?? 0] ?? "");
  const holder = state.objects.get(owner.id);
  if (!holder) return 0;
  const others = args.filter((_, index) => index !== returns.from).map((arg) => (arg.value.kind === "constant" ? valueKey(arg.value) : null));
  const alias = act.engine.contracts.function(getter)?.aliasOf ?? getter;
  const key = others.includes(null) ? null : `${alias}(${others.join(",")})`;
  const known = key === null ? undefined : holder.current.get(key);
  if (known !== undefined && state.objects.has(known) && !state.objects.get(known)!.dead) return known;
  const id = freshId();
  const gone = (holder.dead && holder.late !== "running") || (holder.origin === "fresh" && state.held(owner.id).length === 0);
  state.setObject(id, { ...unknownObject, class: returns.class, origin: gone ? "unknown" : "borrowed", anchors: [{ owner: owner.id, via: returns.via ?? null }], nullable: returns.nullable, by: contract.name, context: holder.link !== 0 ? holder.link : 0 });
  if (key !== null) state.updateObject(owner.id, { current: new Map(holder.current).set(key, id) });
  return id;
}

function makeBorrowed(call: NativeCall, state: State, returns: ReturnContract, owner: Value | undefined): Value {
  const { contract } = call;
  const token = freshId();
  if (owner?.kind !== "entity") {
    const id = freshId();
    state.setObject(id, { ...unknownObject, class: returns.class, nullable: returns.nullable, by: contract.name });
    return entity(id);
  }
  if (returns.interior) {
    const id = freshId();
    state.setObject(id, { ...unknownObject, class: returns.class, origin: "borrowed", anchors: [{ owner: owner.id, via: returns.via ?? null }], nullable: returns.nullable, by: contract.name });
    state.setToken(token, newToken(call, "interior", id, "points into it from here", owner, null));
    return entity(id, token);
  }
  const id = currentObject(call, state, owner, contract.aliasOf ?? contract.name, returns);
  if (id === 0) return state.unknown();
  const through = state.tokens.get(owner.token)?.kind === "owned" && livenessOf(state, owner).alive ? owner : null;
  state.setToken(token, newToken(call, "borrowed", id, "borrowed here", through, null));
  return entity(id, token);
}

/** What an owner did not have it may have by now. */
export function forgetMissing(state: State, owner: number): void {
  const object = state.objects.get(owner);
  if (!object || object.current.size === 0) return;
  const current = new Map([...object.current].filter(([, id]) => truthOf(state, entity(id)) !== false));
  if (current.size < object.current.size) state.updateObject(owner, { current });
}

function applyEffect(call: NativeCall, state: State, effect: EffectContract, result: Value): void {
  const { args } = call;
  if (!holds(call, effect)) return;
  const at = (target: EffectTarget): Value | undefined => (target === "return" ? result : target === "library" ? undefined : args[target]?.value);
  switch (effect.kind) {
    case "release": {
      const value = at(effect.param);
      if (value) release(call, state, value);
      return;
    }
    case "retain": {
      const value = at(effect.param);
      if (value?.kind === "entity") retain(call, state, value, conditionOf(call, effect, result));
      return;
    }
    case "transfer": {
      const value = at(effect.param);
      if (value?.kind === "entity") transferTo(call, state, value, at(effect.to), effect, conditionOf(call, effect, result));
      return;
    }
    case "share": {
      const value = at(effect.param);
      const to = at(effect.to);
      if (value?.kind === "entity" && to?.kind === "entity" && state.objects.has(value.id)) anchor(state, value.id, to.id);
      return;
    }
    case "out":
      return storeOut(call, state, effect, result);
    case "link": {
      const what = at(effect.what);
      const to = at(effect.to);
      if (what?.kind !== "entity" || to?.kind !== "entity") return;
      const link = effect.relation === "same-context" ? (state.objects.get(to.id)?.link ?? 0) : to.id;
      if (link !== 0) state.updateObject(what.id, { link });
      return;
    }
    case "invalidate": {
      const owner = at(effect.owner);
      if (owner?.kind === "entity") invalidate(call, state, effect, owner, at(effect.exceptSameAs ?? -1));
      return;
    }
    case "keep":
    case "unlink":
      return;
  }
}

/** Whether an effect with conditions on arguments takes place; what cannot be told is taken as "it does". */
function holds(call: NativeCall, effect: EffectContract): boolean {
  const { ifArg } = effect;
  if (!ifArg) return true;
  const value = call.args[ifArg.param]?.value;
  if (value?.kind !== "constant") return true;
  if (ifArg.is !== undefined) return value.value === ifArg.is || Number(value.value) === Number(ifArg.is);
  return true;
}

function conditionOf(call: NativeCall, effect: EffectContract, result: Value): Condition | null {
  if (effect.when !== "success" || result.kind !== "entity") return null;
  const otherwise = effect.kind === "retain" || effect.kind === "out" ? "none" : "held";
  return { result: result.id, success: call.contract.success ?? "pointer", otherwise };
}

// What is made only where there was nothing is not made by a call that failed, and those that do so fail with 0 or less.
function madeCondition({ contract }: NativeCall, effect: EffectContract, result: Value): Condition | null {
  const isMade = effect.ifPointee === "null" && effect.when === undefined && contract.success === "nonzero";
  return isMade && result.kind === "entity" ? { result: result.id, success: "positive", otherwise: "none" } : null;
}

function anchor(state: State, id: number, owner: number): void {
  const object = state.objects.get(id)!;
  if (object.anchors.some((known) => known.owner === owner && known.via === null)) return;
  state.updateObject(id, { anchors: [...object.anchors, { owner, via: null }], origin: object.origin });
}

function retain(call: NativeCall, state: State, value: EntityValue, condition: Condition | null): void {
  const object = state.objects.get(value.id);
  if (!object || object.poisoned || isKnownNull(state, value)) return;
  const same = state.held(value.id).filter((other) => sameSite(state.tokens.get(other)!, call.event));
  if (same.length >= 2) return state.updateObject(value.id, { uncounted: true, many: true });
  if (!call.act.engine.isCounted(object.class)) return;
  const token = newToken(call, "retained", value.id, "one more reference taken here", null, condition);
  const known = state.tokens.get(value.token);
  // A borrow that lies in a field already is counted for that field.
  state.setToken(freshId(), { ...token, name: known?.name ?? "", ref: known?.ref ?? null, stored: known?.kind === "borrowed" ? known.stored : null });
}

function transferTo(call: NativeCall, state: State, value: EntityValue, to: Value | undefined, effect: { param: number; certainty?: "may" | "always"; condition?: string }, condition: Condition | null): void {
  if (isKnownNull(state, value)) return;
  // Given twice in one call it is in place already the second time.
  if (effect.condition !== undefined && call.args.slice(0, effect.param).some((other) => other.value.kind === "entity" && other.value.id === value.id)) return;
  const id = pickReference(state, value);
  if (id === null) {
    // What a tag says is meant of every call, also where the function decides for itself whether it keeps what it got.
    if (call.tagged || (effect.certainty !== "may" && effect.condition === undefined)) judgeUnheld(call, state, value, "given away here", { taken: "yes" });
    return;
  }
  if (effect.certainty === "may" || (effect.condition !== undefined && !isNew(state, value, id))) {
    state.updateToken(id, { status: "given" });
    return;
  }
  const ended = { ...call.event, kind: "escape" as const, text: `\`${call.contract.name}\` took it over here` };
  state.updateToken(id, { status: "transferred", ended, condition });
  if (to?.kind === "entity") anchor(state, value.id, to.id);
}

// What was made on this path and given to nobody is nowhere in place yet: it differs from all that is.
function isNew(state: State, { id }: EntityValue, reference: number): boolean {
  const { origin, anchors } = state.objects.get(id)!;
  const token = state.tokens.get(reference)!;
  return token.status === "held" && !token.outer && origin === "fresh" && anchors.length === 0;
}

// The reference that a call through this pointer gives back: its own, else any that is held on the object.
function pickReference(state: State, value: EntityValue): number | null {
  const own = state.tokens.get(value.token);
  const counted = own && (own.kind === "owned" || own.kind === "retained");
  // The reference that native code gave a callback is the last to go: whether it was one too many the result decides.
  if (counted && own.status === "held" && own.callback === null) return value.token;
  const held = state.held(value.id);
  const isHeld = (id: number): boolean => state.tokens.get(id)!.status === "held";
  // What was counted up is given back through any pointer; what came with another pointer only where this one has nothing left.
  const free = held.find((id) => isHeld(id) && state.tokens.get(id)!.kind === "retained");
  return free ?? (counted && (own.status === "given" || own.status === "held") ? value.token : (held.find(isHeld) ?? held[0] ?? null));
}

function release(call: NativeCall, state: State, value: Value): void {
  const { act, contract } = call;
  if (value.kind !== "entity" || isKnownNull(state, value)) return;
  const object = state.objects.get(value.id);
  if (!object || object.poisoned) return;
  const ended = { ...call.event, kind: "release" as const, text: `\`${contract.name}\` gave it back here` };
  const picked = pickReference(state, value);
  if (picked !== null) {
    // Whether it is the last of more than are followed nobody can say.
    if (object.many && state.held(value.id).length === 1) return state.updateObject(value.id, { poisoned: true });
    const { kind, stored, outer, suspended, acquired } = state.tokens.get(picked)!;
    if (kind === "retained") state.updateObject(value.id, { releases: 1 });
    else if (!outer && acquired) noteInStead(state, value.id, acquired);
    if (stored) act.engine.releasedStores.add(eventKey(stored.event));
    state.updateToken(picked, { status: "released", ended, condition: null, ...(outer && suspended ? { lateEnd: "done" } : {}) });
    settleDeath(state, value.id, ended);
    judgeRunning(act, state);
    return;
  }
  if (!isLost(object) && (!state.tokens.has(value.token) || object.origin === "unknown")) {
    state.updateObject(value.id, { releases: Math.min(object.releases + 1, 2) });
    // Where there is one owner, nothing is left of what the object lent, whoever was that.
    if (act.engine.contracts.class(object.class ?? "")?.refcounted === false) invalidateOwner(state, value.id, "*", ended, null);
    return;
  }
  judgeUnheld(call, state, value, "released here", {});
}

// A reference is given back, or given away, though none is held.
function judgeUnheld({ act, contract, event }: NativeCall, state: State, value: EntityValue, text: string, extra: Readonly<Record<string, string>>): void {
  const object = state.objects.get(value.id);
  const token = state.tokens.get(value.token);
  if (!object || !token || object.poisoned || object.origin === "unknown" || isLost(object) || object.uncounted || !act.engine.contracts.isTracked(object.class ?? "")) return;
  const use = { ...event, kind: "release" as const, text };
  const told = { function: contract.name, ...extra };
  if (token.kind === "owned" || token.kind === "retained") return violate(act, state, token.status === "transferred" ? "no-release-borrowed" : "no-double-release", value, use, token.ended, told);
  // A borrow that was counted and given back: once too often.
  const earlier = [...state.tokens.values()].find((other) => other.object === value.id && other.status === "released" && other.kind === "retained");
  if (object.releases > 0) violate(act, state, "no-double-release", value, use, earlier?.ended ?? token.acquired, told);
  else violate(act, state, "no-release-borrowed", value, use, token.acquired, told);
}

// What was counted up stays behind: which of the references that the object had went is the same to it.
function noteInStead(state: State, object: number, acquired: Event): void {
  for (const id of state.held(object)) if (state.tokens.get(id)!.kind === "retained") state.updateToken(id, { inStead: acquired });
}

function invalidate(call: NativeCall, state: State, effect: Extract<EffectContract, { kind: "invalidate" }>, owner: EntityValue, same: Value | undefined): void {
  const { act, contract } = call;
  const { options } = act.engine;
  if (effect.strict && effect.certainty === "may" && !options.strict) return;
  if (isKnownNull(state, owner)) return;
  const releases = contract.effects.some((other) => other.kind === "release" && other.param === effect.owner);
  // A counted owner lives on while a reference to it is held, and a context while a connection ties itself to it.
  if (releases && (state.held(owner.id).length > 0 || [...state.objects.values()].some((object) => object.link === owner.id && !object.dead && object.class !== null && contract.name !== ""))) return;
  const event = { ...call.event, kind: "invalidate" as const, text: `\`${contract.name}\` ended the borrow here`, ...(effect.strict && effect.certainty === "may" ? { perhaps: true } : {}) };
  if (effect.scope === "context") {
    if (options.flush === "observed" && effect.observed !== undefined) invalidateOwner(state, owner.id, effect.class, event, null);
    else invalidateContext(act, state, owner.id, effect.class, event);
    judgeRunning(act, state);
    return;
  }
  const except = same?.kind === "entity" ? same.id : null;
  invalidateOwner(state, owner.id, effect.class, event, except);
  if (releases) state.updateObject(owner.id, { dead: true, ended: event, ...(state.awaited ? { late: "done" } : { late: undefined }) });
  judgeRunning(act, state);
}

// `*param` receives an object: where the argument is a box that can be seen (an array, an object), its content is set.
function storeOut(call: NativeCall, state: State, effect: Extract<EffectContract, { kind: "out" }>, result: Value): void {
  const { act, args, site } = call;
  const box = args[effect.param]?.value;
  if (box?.kind !== "entity") return;
  const id = memoryBehind(state, box.id) ?? box.id;
  const list = act.record(state, id);
  const isPlace = (list?.kind === "array" || list?.kind === "record") && !(list.status === cells && list.shared);
  const old = isPlace ? list.items[0] : undefined;
  const isSpared = effect.reuses || effect.ifPointee === "null";
  if (isSpared && old && !isKnownNull(state, old)) return;
  const value = effect.ownership === "same-as-return" ? result : outValue(call, state, effect, result);
  if (!isPlace) {
    // Memory that nobody sees through holds the pointer as well.
    giveReferences(state, value);
    return;
  }
  // Out of memory the pointer comes as a number, whatever form the binding gives others.
  if (value.kind === "entity" && value.token !== 0) {
    const { ref } = state.tokens.get(value.token)!;
    state.updateToken(value.token, { ref: list.status === cells || !ref?.written ? null : { ...ref, ...ref.written } });
  }
  if (list.kind === "array") state.setRecord(id, { ...list, items: [value, ...list.items.slice(1)] });
  else state.setField(box.id, state.language.fieldNames.box.content, value);
  noteOuterStore(act, state, value, site.range, "");
  if (old) loseUnreachable(act, state, old, site.range, "");
}

function outValue(call: NativeCall, state: State, effect: Extract<EffectContract, { kind: "out" }>, result: Value): Value {
  const { args, contract } = call;
  const id = freshId();
  const owned = effect.ownership === "owned";
  const owner = effect.from === undefined ? undefined : args[effect.from]?.value;
  state.setObject(id, { ...unknownObject, class: effect.class, origin: owned ? "fresh" : owner?.kind === "entity" ? "borrowed" : "unknown", anchors: !owned && owner?.kind === "entity" ? [{ owner: owner.id, via: null }] : [], nullable: true, by: contract.name });
  if (owned && !call.act.engine.isCounted(effect.class)) return entity(id);
  if (!owned && owner?.kind !== "entity") return entity(id);
  const token = freshId();
  if (effect.interior && owner?.kind === "entity") {
    state.setToken(token, newToken(call, "interior", id, "points into it from here", owner, null));
    return entity(id, token);
  }
  state.setToken(token, newToken(call, owned ? "owned" : "borrowed", id, owned ? "one reference obtained here" : "borrowed here", null, owned && contract.success !== null ? (madeCondition(call, effect, result) ?? conditionOf(call, effect, result)) : null));
  return entity(id, token);
}
