import type { FunctionContract } from "../contracts/model.js";
import type { NativeRef } from "../ir/types.js";
import type { Activation } from "./activation.js";
import type { Arg, CallSite } from "./calls.js";
import { makeEvent, type Engine } from "./engine.js";
import { truthOf } from "./facts.js";
import { contextBehind, provablyDifferent } from "./invalidation.js";
import { unknownObject, type Event, type State } from "./state.js";
import type { EntityValue, Value } from "./values.js";
import { record, soft, useOf, violate } from "./violations.js";

/** One call of a native function under its contract. */
export interface NativeCall {
  readonly act: Activation;
  readonly site: CallSite;
  readonly ref: NativeRef;
  readonly contract: FunctionContract;
  readonly args: readonly Arg[];
  readonly event: Event;
  /** The contract is what tags of a declaration say. */
  readonly tagged: boolean;
}

/** Judges the name that a native function is called by and what it is given. */
export function judgeArguments(call: NativeCall, state: State): void {
  judgeName(call, state);
  call.contract.params.forEach((cls, index) => judgeArgument(call, state, index, cls));
}

function judgeName({ act, site, contract }: NativeCall, state: State): void {
  const extra = site.calleeRange ? nameThatHides(act.engine, contract, site.name) : null;
  if (extra && site.calleeRange) record(act, state, "prefer-explicit-ownership", null, null, makeEvent("use", act.site(site.calleeRange), "the name hides what it does"), null, extra);
}

/** What there is to say of a function that is called by a name which hides what it does; null for any other. */
export function nameThatHides(engine: Engine, contract: FunctionContract, name: string): Readonly<Record<string, string>> | null {
  if (!contract.prefer || !engine.isTrackedFunction(contract) || name !== contract.name) return null;
  const replacement = contract.returns?.ownership === "owned" ? contract.prefer.owned : contract.prefer.borrowed;
  return { function: contract.name, replacement: replacement ?? contract.prefer.borrowed ?? contract.prefer.owned ?? "", owned: contract.prefer.owned ?? "", ownership: contract.returns?.ownership ?? "" };
}

function judgeArgument(call: NativeCall, state: State, index: number, cls: string | null): void {
  const { act, contract, args, event } = call;
  const arg = args[index];
  if (!arg) return;
  const refused = contract.null[index] === "crash" || contract.null[index] === "error";
  if (refused && cls !== null) judgeNull(call, state, arg);
  if (arg.value.kind !== "entity") return;
  if (cls !== null && !cls.endsWith("*")) adopt(state, arg.value, cls);
  if (!isReleased(contract, index)) useOf(act, state, arg.value, { ...event, site: arg.site, text: `passed to \`${contract.name}\` here` });
}

/** Native code may write numbers where it is shown a place for them: what lay in a list or an object that it was given nobody knows any more. */
export function forgetNumbers({ act, contract, args }: NativeCall, state: State): void {
  for (const [index, { value }] of args.entries()) {
    if (value.kind !== "entity" || contract.effects.some((effect) => effect.kind === "out" && effect.param === index)) continue;
    const place = act.record(state, value.id);
    if (place?.kind !== "array" && place?.kind !== "record") continue;
    const written = (item: Value): Value => (item.kind === "constant" && (typeof item.value === "number" || typeof item.value === "bigint") ? state.unknown() : item);
    if (![...place.items, ...place.fields.values()].some((item) => written(item) !== item)) continue;
    state.setRecord(value.id, { ...place, items: place.items.map(written), fields: new Map([...place.fields].map(([key, item]) => [key, written(item)])) });
  }
}

/** True for an argument of which the function gives a reference back. */
export function isReleased(contract: FunctionContract, index: number): boolean {
  return contract.effects.some((effect) => effect.kind === "release" && effect.param === index);
}

/** An unknown that goes where a class is wanted is an object of that class. */
export function adopt(state: State, value: EntityValue, cls: string): void {
  const known = state.objects.get(value.id);
  if (!known) {
    if (!state.records.has(value.id) || state.records.get(value.id)!.kind === "open") state.setObject(value.id, { ...unknownObject, class: cls });
  } else if (known.class === null || known.class.startsWith("(")) {
    state.updateObject(value.id, { class: cls });
  }
}

function judgeNull(call: NativeCall, state: State, arg: Arg): void {
  const { act, contract, event } = call;
  const use = { ...event, site: arg.site, text: `passed to \`${contract.name}\`, which does not accept NULL` };
  const cls = contract.params[call.args.indexOf(arg)] ?? "";
  if (arg.value.kind === "constant") {
    const { place, nothing } = state.language.spelling;
    const literal = !place.test(textOf(act, arg)) || nothing.test(textOf(act, arg));
    if ((arg.value.value === null || arg.value.value === 0n) && !literal && act.engine.contracts.isTracked(cls)) record(act, state, "require-null-check", null, { ...unknownObject, class: cls }, use, null, { function: contract.name, name: textOf(act, arg) });
    return;
  }
  if (arg.value.kind !== "entity" || arg.value.token === 0) return;
  const object = state.objects.get(arg.value.id);
  if (object && !object.poisoned && object.nullable && truthOf(state, arg.value) === false && act.engine.contracts.isTracked(object.class ?? "")) {
    violate(act, state, "require-null-check", arg.value, use, state.tokens.get(arg.value.token)?.acquired ?? null, { function: contract.name });
    return;
  }
  if (!object || object.poisoned || !object.nullable || object.tested || truthOf(state, arg.value) !== undefined) return;
  // Of what came through a pointer the result tells whether it may be NULL, if anything: no contract says that there may be none all the same.
  const by = act.engine.contracts.function(object.by);
  if (by?.returns?.class !== object.class && by?.effects.some((effect) => effect.kind === "out" && effect.class === object.class)) return;
  if (!act.engine.contracts.isTracked(object.class ?? "")) return;
  soft(act, state, "require-null-check", arg.value, use, state.tokens.get(arg.value.token)?.acquired ?? null, { function: contract.name });
  state.updateObject(arg.value.id, { tested: true });
}

function textOf(act: Activation, arg: Arg): string {
  return act.text(arg.site);
}

/** An object of one context goes to another one, or to a connection of another one. */
export function judgeContext(call: NativeCall, state: State): void {
  const { act, args, event } = call;
  for (const arg of args) {
    const value = arg.value;
    const object = value.kind === "entity" ? state.objects.get(value.id) : undefined;
    if (!object || object.context === 0 || object.poisoned || value.kind !== "entity") continue;
    for (const other of args) {
      if (other === arg || other.value.kind !== "entity") continue;
      const target = state.objects.get(other.value.id);
      if (!target || (target.context !== 0 && contextBehind(state, other.value.id) === other.value.id)) continue;
      const context = target.link !== 0 ? target.link : state.objects.get(object.context)?.class === target.class ? other.value.id : 0;
      if (context === 0 || !provablyDifferent(act, state, object.context, context)) continue;
      if (act.engine.contracts.isTracked(object.class ?? "")) soft(act, state, "no-cross-context", value, { ...event, text: "given to another context here" }, state.tokens.get(value.token)?.acquired ?? null, {});
      return;
    }
  }
}
