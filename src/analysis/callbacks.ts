import type { CallbackContract, CallbackEffect, FunctionContract } from "../contracts/model.js";
import type { BuiltinModel } from "../ir/language.js";
import { Activation, type Completion } from "./activation.js";
import type { Arg, CallSite } from "./calls.js";
import { invoke } from "./calls.js";
import { makeEvent, siteOf, type Engine } from "./engine.js";
import { outerRoots } from "./exits.js";
import { isKnownNull, truthOf } from "./facts.js";
import { unreachableOwner } from "./owners.js";
import { reach } from "./reach.js";
import { pointeeOf, rememberPointee, valueBehind } from "./pointees.js";
import { rootEntry } from "./roots.js";
import type { State } from "./state.js";
import { emptyRecord, freshId, unknownObject, type Token } from "./state.js";
import { constant, entity, type Cells, type FunctionInfo, type FunctionValue, type Value } from "./values.js";
import { livenessOf, record } from "./violations.js";

/** A function is registered as a callback of the table: it is followed with the arguments that native code gives it. */
export function registerCallback(act: Activation, state: State, contract: FunctionContract, args: readonly Arg[]): void {
  if (contract.callback === null) return;
  const callback = act.engine.contracts.callback(contract.callback);
  if (!callback) return;
  const fn = contract.callbackParam === null ? firstFunction(state, args) : functionOf(state, args[contract.callbackParam]?.value);
  if (!fn) return;
  const { engine } = act;
  engine.addRoot(`callback:${callback.name}:${fn.fn.index}`, () => followCallback(engine, fn, callback));
}

function firstFunction(state: State, args: readonly Arg[]): FunctionValue | null {
  for (const arg of args) {
    const fn = functionOf(state, arg.value);
    if (fn) return fn;
  }
  return null;
}

function functionOf(state: State, value: Value | undefined): FunctionValue | null {
  if (value?.kind === "function") return value.fn.ir.hasBody ? value : null;
  if (value?.kind !== "entity") return null;
  const known = state.records.get(value.id);
  if (known?.kind === "callback") return functionOf(state, known.items[0]);
  // `cb.pointer` of a callback object.
  return null;
}

function followCallback(engine: Engine, callee: FunctionValue, callback: CallbackContract): void {
  const { fn } = callee;
  const { entry, incoming, params } = rootEntry(engine, fn);
  const tokens = new Map<number, number>();
  callback.params.forEach((param, index) => {
    const value = params[index];
    if (!param || !value || param.class.endsWith("*") || !engine.contracts.isTracked(param.class)) return;
    const variable = fn.module.ir.variables[fn.ir.params[index]!]!;
    const acquired = makeEvent("borrow", siteOf(fn.module, variable.range), param.ownership === "counted" ? "comes with one reference" : "lent for the call");
    const token = freshId();
    const counted = param.ownership === "counted";
    entry.setObject(value.id, { ...unknownObject, class: param.class, origin: counted ? "fresh" : "borrowed", anchors: counted ? [] : [{ owner: unreachableOwner, via: null }], tested: true });
    entry.setToken(token, { kind: counted ? "owned" : "borrowed", object: value.id, status: "held", acquired, ended: null, suspended: null, stored: null, overwritten: null, outer: false, name: variable.name, ref: null, parent: null, condition: null, callback: counted ? "counted" : "borrowed" });
    tokens.set(index, token);
    place(entry, fn, index, entity(value.id, token));
  });
  for (const { kind, what, param, ifPointee } of callback.effects) {
    const flag = ifPointee && params[ifPointee.param];
    if (flag) rememberPointee(entry, flag, constant(1));
    const slot = kind === "give" && what === "pointee" && param !== undefined && params[param];
    if (slot) rememberPointee(entry, slot, constant(null));
  }
  const activation = new Activation(engine, fn, incoming, true, (act, state, completion) => judge(act, state, completion, callback, tokens, params));
  engine.hooked.add(fn);
  engine.runRoot(activation, entry);
}

function place(entry: State, fn: FunctionInfo, index: number, value: Value): void {
  const variable = fn.ir.params[index]!;
  const cell = entry.frame.get(fn.module.variableBase + variable);
  if (cell === undefined) entry.setVar(variable, value);
  else entry.setCell(cell, value);
}

/** What happened to each argument is held against what is returned, on this path. */
function judge(act: Activation, state: State, completion: Completion, callback: CallbackContract, tokens: ReadonlyMap<number, number>, params: readonly { readonly id: number }[]): void {
  if (completion.kind === "throw") return;
  for (const effect of callback.effects) {
    if (effect.kind === "accept" && effect.param !== undefined) judgeAccept(act, state, completion, callback, tokens.get(effect.param), params[effect.param]);
    else if (effect.kind === "give" && effect.what === "pointee") judgeWritten(act, state, completion, callback, effect, params[effect.param ?? -1]);
  }
  if (callback.effects.some((effect) => effect.what === "return")) judgeResult(act, state, completion, callback, params);
}

function judgeAccept(act: Activation, state: State, completion: Completion, callback: CallbackContract, id: number | undefined, param: { readonly id: number } | undefined): void {
  const token = id === undefined ? undefined : state.tokens.get(id);
  if (!token || id === undefined || !param) return;
  const object = state.objects.get(param.id);
  if (!object || object.poisoned || isKnownNull(state, entity(param.id))) return;
  const accepted = resultTruth(state, completion);
  if (accepted === undefined) return;
  const outside = reach(state, { values: [], ids: outerRoots(act, state).ids.filter((root) => root !== param.id) });
  const tokens = [...state.tokens].filter(([, found]) => found.object === token.object);
  const kept = tokens.some(([other, found]) => outside.tokens.has(other) || found.stored !== null) || inInstance(state, token);
  // Whoever cannot be seen may have kept it.
  const stored = kept || tokens.some(([, found]) => found.status === "given");
  // Which of several references a release gives back does not matter, only how many are left.
  const counted = tokens.map(([, found]) => found).filter(({ kind }) => kind === "owned" || kind === "retained");
  const left = counted.filter(({ status }) => status === "held" || status === "given").length;
  const held = counted.filter(({ status }) => status === "held").length;
  if (accepted && left > 0 && held === left && !stored) report(act, state, token, callback, "kept", "returns non-zero though the session was neither kept nor released");
  else if (accepted && left > 1 && held > 1 && stored) report(act, state, token, callback, "counted", "keeps two references to the session and has the use of one");
  else if (!accepted && left === 0) report(act, state, token, callback, "released", "returns 0 though the reference was already given back");
  else if (!accepted && left === 1 && kept) report(act, state, token, callback, "stored", "returns 0 though the session was kept");
}

/** A pointer that the callback writes where one of its arguments leads: what is returned says whether the library takes it. */
function judgeWritten(act: Activation, state: State, completion: Completion, callback: CallbackContract, { ifReturn }: CallbackEffect, slot: { readonly id: number } | undefined): void {
  const value = slot && valueBehind(state, slot.id);
  const token = value?.kind === "entity" ? state.tokens.get(value.token) : undefined;
  if (value?.kind !== "entity" || !token || isKnownNull(state, value)) return;
  const object = state.objects.get(value.id);
  const gives = ifReturn === "any" ? true : resultTruth(state, completion);
  if (!object || object.poisoned || gives === undefined || !act.engine.contracts.isTracked(object.class ?? "")) return;
  const counted = [...state.tokens.values()].filter((other) => other.object === value.id && (other.kind === "owned" || other.kind === "retained") && other.status !== "released");
  if (gives && counted.length === 0 && (token.kind === "borrowed" || token.status === "released")) report(act, state, token, callback, "unheld", "gives away an object of which it holds no reference");
  if (gives || !counted.includes(token) || token.stored !== null) return;
  const outside = reach(state, { values: [], ids: outerRoots(act, state).ids.filter((root) => root !== slot?.id) });
  if (!outside.tokens.has(value.token)) report(act, state, token, callback, "written", "returns 0 though it wrote an object with a reference, which nobody gives back");
}

function inInstance(state: State, token: Token): boolean {
  for (const found of state.records.values()) {
    if (found.kind === "instance" && [...found.fields.values(), ...found.items].some((value) => value.kind === "entity" && value.id === token.object)) return true;
  }
  return false;
}

function resultTruth(state: State, completion: Completion): boolean | undefined {
  return truthOf(state, completion.value);
}

/** A callback that returns an object: given away or lent, by what was written through one of its arguments. */
function judgeResult(act: Activation, state: State, completion: Completion, callback: CallbackContract, params: readonly { readonly id: number }[]): void {
  const { value } = completion;
  if (value.kind !== "entity" || isKnownNull(state, value)) return;
  const token = state.tokens.get(value.token);
  const object = state.objects.get(value.id);
  if (!object || object.poisoned || !act.engine.contracts.isTracked(object.class ?? "") || (token && !livenessOf(state, value).alive)) return;
  const give = callback.effects.find((effect) => effect.kind === "give" && effect.what === "return");
  const condition = give?.ifPointee;
  const flag = condition && params[condition.param];
  const written = flag && pointeeOf(state, flag.id);
  if (flag && written === undefined) return;
  const gives = give !== undefined && (condition === undefined || written === (condition.is ?? 0));
  const held = state.held(value.id).length > 0;
  if (gives && !held && token?.kind === "borrowed") report(act, state, token, callback, "given", "gives away a session of which it holds no reference");
  if (gives) return;
  // What it was obtained with, or counted up by here: returning it hands on neither.
  const outside = reach(state, outerRoots(act, state));
  for (const [id, own] of state.tokens) {
    if (own.object !== value.id || own.status !== "held" || own.outer || !(own.kind === "retained" || (own.kind === "owned" && id === value.token))) continue;
    if (!outside.tokens.has(id) && own.stored === null) report(act, state, own, callback, "lent", "returns a session with a reference that nobody gives back: the library counts its own");
    state.updateToken(id, { status: "given" });
  }
}

function report(act: Activation, state: State, token: Token, callback: CallbackContract, what: string, text: string): void {
  const range = act.currentRange;
  record(act, state, "session-callback-contract", token, state.objects.get(token.object) ?? null, makeEvent("return", act.site(range), text), token.ended ?? token.stored?.event ?? null, { callback: callback.name, what, text });
  state.updateObject(token.object, { poisoned: true });
}

type Hooks = Extract<BuiltinModel, { kind: "hooks" }>;

/** Hooks: the functions of one object run later, one first and one then, with one receiver that the two share. */
export function registerHooks(act: Activation, state: State, model: Hooks, value: Value | undefined): void {
  if (value?.kind !== "entity") return;
  const hooks = state.records.get(value.id);
  if (!hooks) return;
  const fns = [...hooks.fields].filter((entry): entry is [string, FunctionValue] => entry[1].kind === "function" && entry[1].fn.ir.hasBody);
  const first = fns.find(([key]) => key === model.first) ?? fns[0];
  if (!first) return;
  const { engine } = act;
  for (const [, fn] of fns) engine.hooked.add(fn.fn);
  const rest = fns.filter((entry) => entry !== first);
  engine.addRoot(`hooks:${fns.map(([, fn]) => fn.fn.index).join(",")}`, () => followHooks(engine, model, first[1].fn, rest.map(([, fn]) => fn)));
}

// What the two share of the variables around them.
function cellsAround(act: Activation, state: State, { ir, module }: FunctionInfo): Cells {
  const around = ir.captures.filter((variable) => module.ir.variables[variable]!.owner !== 0).map((variable) => module.variableBase + variable);
  return new Map(around.map((number) => [number, act.cellOf(state, number)]));
}

function followHooks(engine: Engine, model: Hooks, first: FunctionInfo, rest: readonly FunctionValue[]): void {
  const { entry, incoming, receiver } = rootEntry(engine, first);
  if (receiver !== null) {
    entry.setRecord(receiver, { ...emptyRecord, kind: "open", shared: false });
    incoming.splice(incoming.indexOf(receiver), 1);
  }
  const activation = new Activation(engine, first, incoming, true, null, (act, state, completion, done) => {
    const next = rest[0];
    if (completion.kind === "throw" || !next || receiver === null) return done(state);
    const arg = { value: state.unknown(model.result), site: act.site(act.currentRange), spread: false };
    const site: CallSite = { act, at: { block: 0, index: 0 }, range: act.currentRange, name: model.then, implied: true };
    invoke(state, site, { ...next, cells: cellsAround(act, state, next.fn) }, entity(receiver), [arg], (after) => done(after));
  });
  activation.handedOn = receiver;
  engine.runRoot(activation, entry);
}
