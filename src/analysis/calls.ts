import type { Site } from "../findings.js";
import type { SourceRange, VariableId } from "../ir/types.js";
import type { Activation, Completion, Continuation, Outcome, Position } from "./activation.js";
import { settled } from "./async.js";
import { callBuiltin, constructBuiltin, perform } from "./builtins.js";
import { describe, eventKey, hiddenReferences, transplant, wholeNumbering, type Numbering } from "./canonical.js";
import { abandonInstance } from "./construction.js";
import { answerOf, makeEvent, wrapEvent } from "./engine.js";
import { settleKnown } from "./facts.js";
import { forwardingOf } from "./forwarding.js";
import { makeGenerator } from "./generators.js";
import { invalidateBroadcast } from "./invalidation.js";
import { callNative } from "./native.js";
import { collectionBelow, collectionModel } from "./members.js";
import { giveAway } from "./sharing.js";
import { emptyRecord, freshId, State, type Event, type NativeObject, type Token } from "./state.js";
import { taggedContract } from "./tags.js";
import type { Step } from "./transfer.js";
import { entity, expression, renameValue as renameAll, undefinedValue, type ClassValue, type FunctionValue, type Value } from "./values.js";
import { savedAlive } from "./exits.js";
import { isReference, judgeRunning, livenessOf, record, useOf } from "./violations.js";
import { unknownCall } from "./unseen-calls.js";
import { writeVariable } from "./writes.js";

export interface Arg {
  readonly value: Value;
  readonly site: Site;
  readonly spread: boolean;
}

/** Where a call stands. */
export interface CallSite {
  readonly act: Activation;
  readonly at: Position;
  readonly range: SourceRange;
  /** The callee's name in the text. */
  readonly name: string;
  readonly calleeRange?: SourceRange;
  /** No call stands in the text: what happens inside is told where it happens. */
  readonly implied?: boolean;
  readonly method?: string | null;
}

/** Goes on after the instruction with the result in `to`, or to the handler when the call threw. */
export function resumeWith(act: Activation, at: Position, to: VariableId | null, range: SourceRange): Continuation {
  return (state, completion) => {
    if (completion.kind === "throw") {
      act.schedule(() => act.throwFrom(at.block, state, completion, range));
      return;
    }
    if (to !== null) writeVariable(act, state, to, completion.value, range);
    act.resume({ block: at.block, index: at.index + 1 }, state);
  };
}

export function returned(value: Value): Completion {
  return { kind: "return", value, cause: "throw", event: null };
}

/** Calls a value. Each outcome goes to `k`, at once or later. */
export function invoke(state: State, site: CallSite, callee: Value, receiver: Value | null, given: readonly Arg[], k: Continuation): Step {
  const { engine } = site.act;
  const args = callee.kind === "function" ? given : flatten(site.act, state, given);
  switch (callee.kind) {
    case "function": {
      const bound = callee.args.map((value): Arg => ({ value, site: site.act.site(site.range), spread: false }));
      callFunction(state, site, callee, callee.receiver ?? receiver, [...bound, ...args], k);
      return "stop";
    }
    case "native": {
      const bound = callee.args.map((value): Arg => ({ value, site: site.act.site(site.range), spread: false }));
      callNative(state, site, callee.ref, [...bound, ...args], k);
      return "stop";
    }
    case "builtin":
      callBuiltin(state, site, callee, receiver, args, k);
      return "stop";
    case "entity": {
      const target = state.records.get(callee.id);
      if (target?.kind === "callback" && target.items[0]) return invoke(state, site, target.items[0], receiver, args, k);
      const name = engine.nativeName(callee.hint) ?? engine.nativeName(site.name);
      if (name !== null) callNative(state, site, engine.refByName(name), args, k);
      else if (engine.isAssertion(site.name)) callBuiltin(state, site, { kind: "builtin", name: site.name, receiver: null }, null, args, k);
      else unknownCall(state, site, callee, receiver, args, k);
      return "stop";
    }
    default: {
      const name = callee.kind === "constant" ? engine.nativeName(site.name) : null;
      if (name !== null) callNative(state, site, engine.refByName(name), args, k);
      else if (callee.kind === "constant" && (callee.value === null || callee.value === undefined)) throwHere(state, site, k);
      else unknownCall(state, site, callee, receiver, args, k);
      return "stop";
    }
  }
}

function throwHere(state: State, site: CallSite, k: Continuation): void {
  k(state, { kind: "throw", value: state.object("error"), cause: "throw", event: makeEvent("throw", site.act.site(site.range), "throws here: there is no function to call") });
}

function callFunction(state: State, site: CallSite, callee: FunctionValue, receiver: Value | null, args: readonly Arg[], k: Continuation): void {
  const { act } = site;
  const { fn } = callee;
  if (!fn.ir.hasBody) {
    const contract = taggedContract(fn);
    if (contract) callNative(state, site, { ...act.engine.refByName(contract.name), async: fn.ir.async }, args, k, contract);
    else unknownCall(state, site, callee, receiver, args, k);
    return;
  }
  const forwarding = forwardingOf(act.engine, fn);
  const later = forwarding && args.every((arg) => !arg.spread) ? args[forwarding.parameter] : undefined;
  if (forwarding && later?.value.kind === "function") return perform({ ...forwarding.model, callback: 0 }, { state, site, receiver: null, args: [later], k });
  const spread = expandSpread(act, state, args);
  if (fn.ir.generator) return k(state, returned(makeGenerator(act, state, callee, receiver, spread.values)));
  const after = fn.ir.async ? settled(k) : k;
  if (act.engine.isPassedOver(fn, state, args)) {
    // The same question gets the same answer, if an unknown one.
    const asked = [...(receiver ? [receiver] : []), ...args.map((arg) => arg.value)].every((value) => value.kind === "entity" || value.kind === "constant");
    const answer = expression(`${answerOf}${fn.index}`, [receiver ?? undefinedValue, ...args.map((arg) => arg.value)]);
    return unknownCall(state, site, callee, receiver, args, (last, completion) => after(last, asked && completion.kind === "return" ? returned(answer) : completion));
  }
  enterFunction(state, site, callee, receiver, spread, after);
}

// `f(...list)` with a list of known elements is `f(a, b)`.
function flatten(act: Activation, state: State, args: readonly Arg[]): readonly Arg[] {
  if (!args.some((arg) => arg.spread)) return args;
  return args.flatMap((arg) => {
    const list = arg.spread && arg.value.kind === "entity" ? act.record(state, arg.value.id) : undefined;
    return list?.kind === "array" ? list.items.map((value) => ({ value, site: arg.site, spread: false })) : [arg];
  });
}

interface Spread {
  readonly values: readonly Value[];
  /** From here on nothing is known of the arguments. */
  readonly unknownFrom: number | null;
}

function expandSpread(act: Activation, state: State, args: readonly Arg[]): Spread {
  const values: Value[] = [];
  for (const arg of args) {
    if (!arg.spread) {
      values.push(arg.value);
      continue;
    }
    const record = arg.value.kind === "entity" ? act.record(state, arg.value.id) : undefined;
    if (!record || record.kind === "open" || record.overflow) return { values, unknownFrom: values.length };
    values.push(...record.items);
  }
  return { values, unknownFrom: null };
}

/** Runs a function of the program from the part of the state that it can reach, and puts each outcome back into the caller's state. */
export function enterFunction(state: State, site: CallSite, callee: FunctionValue, receiver: Value | null, args: Spread, k: Continuation, refused?: () => void): void {
  const { fn } = callee;
  const rest = fn.ir.rest ? fn.ir.params.length - 1 : -1;
  const roots: [string | number, Value][] = [];
  // What it never reads makes no difference to it.
  const { liveIn } = site.act.engine.graph(fn);
  const isRead = (variable: number): boolean => liveIn[0]!.has(variable) || fn.module.ir.variables[variable]!.captured;
  fn.ir.params.forEach((variable, index) => {
    if (index === rest || !isRead(variable)) return;
    roots.push([index, args.values[index] ?? (args.unknownFrom !== null ? state.unknown() : undefinedValue)]);
  });
  if (fn.ir.receiver !== null && isRead(fn.ir.receiver)) roots.push([receiverRoot, receiver ?? undefinedValue]);
  if (rest >= 0 || fn.ir.argumentsVariable !== null) {
    const restItems = rest >= 0 ? args.values.slice(rest) : args.values;
    restItems.forEach((value, index) => roots.push([`rest${index}`, value]));
  }
  const entry: Entry = {
    roots,
    key: `${roots.length}|${args.unknownFrom ?? ""}|${callee.receiver ? "b" : ""}`,
    entry: (numbering) => entryState(state, numbering, callee, roots, rest, args),
    holdsPointers: roots.some(([, value]) => value.kind === "function" || (value.kind === "entity" && state.objects.has(value.id))),
    refused: refused ?? (() => unknownCall(state, site, callee, receiver, args.values.map((value): Arg => ({ value, site: site.act.site(site.range), spread: false })), k)),
  };
  follow(state, site, callee, entry, k);
}

const receiverRoot = "%receiver";

/** How a function is entered. */
export interface Entry {
  /** What it gets, each under a name of its own. */
  readonly roots: readonly (readonly [string | number, Value])[];
  /** What else tells this kind of entry from others. */
  readonly key: string;
  /** Where in its code it is entered; at its start where nothing is said. */
  readonly at?: Position;
  readonly entry: (numbering: Numbering) => State;
  readonly holdsPointers: boolean;
  /** It is not followed: there are too many entries. */
  readonly refused: () => void;
}

/** Follows a function from an entry, and puts each outcome back into the caller's state. */
export function follow(state: State, site: CallSite, callee: FunctionValue, how: Entry, k: Continuation): void {
  const { act } = site;
  const { engine } = act;
  const { fn } = callee;
  const cells = [...callee.cells].sort(([a], [b]) => a - b);
  const globals = engine.changedGlobals(state);
  const { digest, numbering } = describe(state, { roots: how.roots, ids: [...cells.map(([, cell]) => cell), ...new Set(globals)], dependents: true, cap: true, sites: false });
  const call = makeEvent("call", act.site(site.range), `in the call of \`${fn.ir.name}\``);
  const incoming = numbering.order.map((id) => numbering.ids.get(id)!);
  engine.budget.spend(digest.length >> 6, state.tokens.size === 0);
  for (const [variable] of cells) digest.number(variable);
  digest.text(how.key);
  const deliver = (outcome: Outcome): void => act.schedule(() => {
    const [after, completion] = applyOutcome(site, state, numbering, outcome, call, fn.ir.async && !fn.ir.generator);
    k(after, completion.cause === "throw" && engine.wasPassedOver(fn) ? { ...completion, cause: "call" } : completion);
  });
  if (!engine.enter(fn, digest.value, () => how.entry(numbering), deliver, incoming, how.holdsPointers, how.at)) how.refused();
}

/** The part of a state that was written down, under its canonical numbers; `own`: what is no caller's, with where it came from. */
export function transplanted(from: State, numbering: Numbering, own: ReadonlyMap<number, Event> = new Map()): { entry: State; value: (old: Value) => Value; number: (old: number) => number } {
  const entry = new State(from.language);
  const number = (old: number): number => numbering.ids.get(old) ?? old;
  const token = (old: number): number => numbering.tokens.get(old) ?? 0;
  const hidden = hiddenReferences(from, numbering);
  transplant(from, entry, numbering, number, token, (found, old) => ({ ...found, outer: !own.has(old), acquired: own.get(old) ?? null, ended: null, suspended: found.suspended, stored: found.stored, ...(found.late ? { late: undefined } : {}) }), (object, old) => ({ ...object, ended: null, uncounted: object.uncounted || hidden.has(old) }));
  return { entry, number, value: (old) => (old.kind === "constant" ? old : renameAll(old, number, token)) };
}

function entryState(from: State, numbering: Numbering, callee: FunctionValue, roots: readonly (readonly [string | number, Value])[], rest: number, args: Spread): State {
  const { entry, number, value } = transplanted(from, numbering);
  const { fn } = callee;
  for (const [cellVariable, cell] of callee.cells) entry.setFrameCell(cellVariable, number(cell));
  const restItems: Value[] = [];
  for (const [name, given] of roots) {
    if (typeof name === "number") placeIn(entry, fn, fn.ir.params[name]!, value(given));
    else if (name === receiverRoot) placeIn(entry, fn, fn.ir.receiver!, value(given));
    else restItems.push(value(given));
  }
  if (rest >= 0 || fn.ir.argumentsVariable !== null) {
    const list = freshId();
    entry.setRecord(list, { ...emptyRecord, kind: "array", items: restItems, overflow: args.unknownFrom !== null });
    if (rest >= 0) placeIn(entry, fn, fn.ir.params[rest]!, entity(list));
    if (fn.ir.argumentsVariable !== null) placeIn(entry, fn, fn.ir.argumentsVariable, entity(list));
  }
  return entry;
}

/** Gives a variable of a function its value on entry. */
export function placeIn(entry: State, fn: FunctionValue["fn"], variable: number, value: Value): void {
  if (fn.module.ir.variables[variable]!.captured) {
    const cell = freshId();
    entry.setFrameCell(fn.module.variableBase + variable, cell);
    entry.setCell(cell, value);
  } else {
    entry.setVar(variable, value);
  }
}

/** What it takes to put an outcome back, in instructions followed. */
const outcomeCost = 10;

/** The caller's state after the call, for one outcome of the callee. */
function applyOutcome(site: CallSite, before: State, numbering: Numbering, outcome: Outcome, call: Event, runsOn: boolean): [State, Completion] {
  const { act } = site;
  act.engine.budget.spend(outcomeCost, before.tokens.size === 0);
  const state = before.fork();
  const ids = new Map<number, number>();
  const tokens = new Map<number, number>();
  const fresh = new Set<number>();
  // What came with the call has its canonical number there; the rest is new here.
  const id = (old: number): number => {
    if (old < 0) return old;
    const original = numbering.order[old - 1];
    if (original !== undefined) return original;
    let found = ids.get(old);
    if (found === undefined) ids.set(old, (found = freshId()));
    return found;
  };
  const token = (old: number): number => {
    const original = numbering.tokenOrder[old - 1];
    if (original !== undefined) return original;
    let found = tokens.get(old);
    if (found === undefined) {
      tokens.set(old, (found = freshId()));
      fresh.add(found);
    }
    return found;
  };
  const callee = outcome.state;
  const old = new Map<number, Token>(), oldObjects = new Map<number, NativeObject>();
  for (const original of numbering.tokenOrder) {
    const known = state.tokens.get(original);
    if (known) old.set(original, known);
  }
  for (const original of numbering.order) {
    const known = state.objects.get(original);
    if (known) oldObjects.set(original, known);
    if (original < 0 && !callee.cells.has(original) && !callee.records.has(original)) continue;
    state.deleteCell(original);
    state.deleteRecord(original);
    state.deleteObject(original);
  }
  for (const original of numbering.tokenOrder) state.deleteToken(original);
  dropFacts(state, numbering);
  const everything = wholeNumbering(callee);
  const around = (event: Event): Event => (site.implied ? event : wrapEvent(call, event));
  const wrap = (event: Event | null): Event | null => event && around(event);
  transplant(callee, state, everything, id, token,
    (found, oldId) => {
      const known = old.get(token(oldId));
      if (!known) return { ...found, outer: false, name: "", acquired: wrap(found.acquired), ended: wrap(found.ended), suspended: wrap(found.suspended), stored: found.stored && { ...found.stored, event: around(found.stored.event) }, overwritten: found.overwritten && { ...found.overwritten, event: around(found.overwritten.event) }, ...(found.inStead ? { inStead: around(found.inStead) } : {}) };
      const stored = found.stored && found.stored !== known.stored ? { ...found.stored, event: around(found.stored.event) } : known.stored;
      const suspended = isReference(found) || !found.suspended ? (isReference(found) ? known.suspended : null) : (known.suspended ?? wrap(found.suspended));
      const lateEnd = runsOn && found.lateEnd === "done" && known.lateEnd !== "done" ? "running" : found.lateEnd;
      const late = found.late ? { event: around(found.late.event), running: found.late.running || runsOn } : known.late;
      return { ...found, outer: known.outer, acquired: known.acquired, name: known.name, ended: found.ended ? wrap(found.ended) : known.ended, suspended, stored, overwritten: known.overwritten, ...(late ? { late } : {}), ...(lateEnd ? { lateEnd } : {}) };
    },
    (object, oldId) => {
      const known = oldObjects.get(id(oldId));
      const earlier = known?.ended && !known.dead ? { earlier: known.ended } : {};
      const ends = object.dead && known !== undefined && !known.dead;
      const inside = object.late ?? (ends && before.awaited ? "done" : undefined);
      const late = ends && runsOn && inside === "done" && object.late !== undefined ? "running" : inside;
      // Until it has come that far what kept the object still does, and may let go of it first.
      const anchors = ends && late === "running" ? known.anchors : object.anchors;
      return { ...object, anchors, ...(late ? { late } : {}), ended: object.ended ? { ...around(object.ended), ...earlier } : (known?.ended ?? null), uncounted: known ? known.uncounted : object.uncounted };
    });
  state.mayThrow = before.mayThrow || callee.mayThrow;
  saturate(state, fresh);
  settleKnown(state);
  for (const broadcast of callee.broadcasts) invalidateBroadcast(act, state, { ...broadcast, context: id(broadcast.context), event: around(broadcast.event) }, new Set(numbering.order));
  judgePending(site, state, callee, old, oldObjects, id, token, call);
  if ([...old.values()].some(({ late }) => late?.running)) judgeRunning(act, state);
  const completion = outcome.completion;
  const value = received(state, renameAll(completion.value, id, token));
  return [state, { ...completion, value, event: wrap(completion.event) }];
}

// What its function put aside for the `return` and released on the way out is a pointer like others to the caller.
function received(state: State, value: Value): Value {
  return value.kind === "entity" && value.hint.startsWith(savedAlive) && !livenessOf(state, value).alive ? { ...value, hint: value.hint.slice(savedAlive.length) } : value;
}

// More than two references to one object from one place stand for any number.
function saturate(state: State, fresh: ReadonlySet<number>): void {
  for (const id of fresh) {
    const token = state.tokens.get(id);
    if (token?.status !== "held" || !token.acquired || (token.kind !== "owned" && token.kind !== "retained")) continue;
    const key = eventKey(token.acquired);
    const same = state.held(token.object).filter((other) => other !== id && state.tokens.get(other)!.acquired !== null && eventKey(state.tokens.get(other)!.acquired!) === key);
    if (same.length < 2) continue;
    state.deleteToken(same[0]!);
    state.updateObject(token.object, { uncounted: true, many: true });
  }
}

function dropFacts(state: State, numbering: Numbering): void {
  for (const [key, fact] of state.facts) if (fact.value.kind === "entity" && numbering.ids.has(fact.value.id)) state.deleteFact(key);
}

// What the callee did to the caller's objects is judged here, if they are the caller's own; else further up.
function judgePending(site: CallSite, state: State, callee: State, old: ReadonlyMap<number, Token>, oldObjects: ReadonlyMap<number, NativeObject>, id: (old: number) => number, token: (old: number) => number, call: Event): void {
  const around = (event: Event): Event => (site.implied ? event : wrapEvent(call, event));
  for (const violation of callee.pending) {
    const known = old.get(token(violation.token)) ?? null;
    const object = oldObjects.get(id(violation.object)) ?? null;
    const use = around(violation.use);
    const cause = violation.cause ? around(violation.cause) : (known?.ended ?? object?.ended ?? known?.suspended ?? null);
    if (known?.outer) state.pending = [...state.pending, { ...violation, object: id(violation.object), token: token(violation.token), use, cause: violation.cause && cause }];
    else if (!object?.poisoned) record(site.act, state, violation.rule as never, known, object, use, cause, JSON.parse(violation.extra) as Record<string, string>);
  }
}

/** `new callee(…)`. */
export function construct(state: State, site: CallSite, callee: Value, args: readonly Arg[], k: Continuation): Step {
  if (callee.kind === "class" || callee.kind === "function") {
    const id = freshId();
    const cls = callee.kind === "class" ? callee : classOfConstructor(site.act, callee);
    const base = cls && collectionBelow(state.language, cls);
    state.setRecord(id, { ...emptyRecord, kind: base ? "collection" : "instance", status: base?.keyed ? "map" : "", class: cls });
    const instance = entity(id);
    return constructOn(state, site, callee, instance, args, (after, completion) => {
      abandonInstance(site.act, after, id, completion, callee);
      const own = completion.kind === "return" && callee.kind === "function" && completion.value.kind === "entity" ? completion.value : instance;
      k(after, completion.kind === "throw" ? completion : returned(own));
    });
  }
  if (callee.kind === "builtin" && constructBuiltin(state, site, callee.name, args, k)) return "stop";
  unknownCall(state, site, callee, null, args, (after, completion) => k(after, completion.kind === "throw" || completion.value.kind !== "entity" ? completion : returned({ ...after.object(), hint: completion.value.hint })));
  return "stop";
}

// A function may be the constructor of a class whose methods lie in its prototype.
function classOfConstructor(act: Activation, { fn }: FunctionValue): ClassValue | null {
  const cls = fn.ir.class === null ? null : act.engine.classValue(fn.module, fn.ir.class);
  return cls?.ir.constructor === fn.ir.id ? cls : null;
}

/** Runs the constructor of a class on an object that exists. */
export function constructOn(state: State, site: CallSite, cls: Value, receiver: Value, args: readonly Arg[], k: Continuation): Step {
  if (cls.kind === "function") return invoke(state, site, cls, receiver, args, k);
  if (cls.kind !== "class") {
    const from = args[0]?.value;
    if (receiver.kind === "entity" && from && from.kind !== "constant" && collectionModel(state.language, cls)) state.updateRecord(receiver.id, { overflow: true });
    for (const arg of args) useOf(site.act, state, arg.value, makeEvent("use", arg.site, "passed on here"));
    giveAway(site.act, state, args.map((arg) => arg.value));
    k(state, returned(undefinedValue));
    return "stop";
  }
  const { constructor, fieldInitializer } = cls.ir;
  const initialize = (after: State, next: Continuation): void => {
    const fn = fieldInitializer === null ? undefined : cls.module.functions[fieldInitializer];
    if (!fn) return next(after, returned(undefinedValue));
    invoke(after, site, { kind: "function", fn, cells: cls.cells, receiver: null, args: [] }, receiver, [], next);
  };
  const body = (after: State, next: Continuation): void => {
    const fn = constructor === null ? undefined : cls.module.functions[constructor];
    if (!fn) return next(after, returned(undefinedValue));
    invoke(after, { ...site, name: cls.ir.name }, { kind: "function", fn, cells: cls.cells, receiver: null, args: [] }, receiver, args, next);
  };
  const chain = (first: (s: State, n: Continuation) => void, second: (s: State, n: Continuation) => void): void =>
    first(state, (after, completion) => (completion.kind === "throw" ? k(after, completion) : second(after, k)));
  if (cls.superclass === null) chain(initialize, body);
  else if (constructor === null) chain((after, next) => void constructOn(after, site, cls.superclass!, receiver, args, next), initialize);
  else body(state, k);
  return "stop";
}
