import type { BuiltinModel, Operand } from "../ir/language.js";
import type { Activation, Continuation } from "./activation.js";
import { promiseOf } from "./async.js";
import { runLater } from "./later.js";
import { invoke, returned, type Arg, type CallSite } from "./calls.js";
import { mayThrow, unknownCall } from "./unseen-calls.js";
import { advance, type Way } from "./generators.js";
import { hintOf, keysOf, pairsOf } from "./iteration.js";
import { listOf } from "./lists.js";
import { callArray } from "./collections.js";
import { giveReferences } from "./closures.js";
import { makeEvent } from "./engine.js";
import { assertHolds, callExpectation, expectation, isExpectation, strictTest } from "./assertions.js";
import { compare, truthOf } from "./facts.js";
import { registerHooks } from "./callbacks.js";
import { cells, forgetPointee, isStart, lookThrough, makeCells, memoryBehind, pointerBehind, shareCells, writePointee } from "./pointees.js";
import { makePromise, promiseOperation, settlePromise } from "./promises.js";
import { callStack, constructStack } from "./stacks.js";
import { giveAway } from "./sharing.js";
import { followedEntries } from "./computed.js";
import { asNative, compareElements, eachElement, isListed } from "./each-element.js";
import { defineField, load } from "./heap.js";
import { emptyRecord, freshId, unknownObject, type JsRecord, type State } from "./state.js";
import { isAsyncCall, mayRefuse } from "./library.js";
import { noteNullTest } from "./tests-of-null.js";
import { depthOf } from "./operators.js";
import { nullTest } from "./transfer.js";
import { behindAddress, constant, entity, expression, isNullConstant, plainResult, propertiesOf, undefinedValue, type Value } from "./values.js";
import { useOf } from "./violations.js";
import { stepOfWalk } from "./walks.js";
import { loseUnreachable, noteOuterStore } from "./writes.js";

type Builtin = Extract<Value, { kind: "builtin" }>;

/** One call of a function of the language's library. */
export interface BuiltinCall {
  readonly state: State;
  readonly site: CallSite;
  readonly receiver: Value | null;
  readonly args: readonly Arg[];
  readonly k: Continuation;
}

export function callBuiltin(state: State, site: CallSite, callee: Builtin, receiver: Value | null, args: readonly Arg[], k: Continuation): void {
  const { act } = site;
  const self = callee.receiver ?? receiver;
  if (callee.name === "%settle" || callee.name === "%reject") return settlePromise(state, callee, args, k);
  if (isExpectation(callee)) return callExpectation(callee, { state, site, receiver, args, k });
  const isMethod = callee.name.startsWith(".");
  if (callee.name === stepOfWalk && callee.receiver) {
    const step = freshId();
    state.setRecord(step, { ...emptyRecord, fields: stepFields(state, { ...state.unknown(), hint: hintOf(callee.receiver) }, state.unknown(state.language.fieldNames.step.done)) });
    return k(state, returned(entity(step)));
  }
  if (callee.name === standIn) return k(state, returned(state.unknown()));
  const model = isMethod ? methodModel(act, state, callee.name.slice(1), self) : act.engine.libraryModel(callee.name);
  if (model?.kind === "inspect" && model.gives === "text" && self?.kind === "entity" && self.token !== 0) return k(state, returned(expression("text", [self])));
  if (model?.kind === "inspect" && model.gives === "truth" && args[0]) {
    noteNullTest(act, state, args[0].value, "truthiness", site.range);
    return k(state, returned(truthValue(state, args[0].value)));
  }
  if (!model) {
    const name = act.engine.nativeName(isMethod ? callee.name.slice(1) : site.name);
    if (name !== null) return void invoke(state, site, state.unknown(name), receiver, args, k);
    return unknownCall(state, site, callee, self, args, k);
  }
  // A method of texts that is given a pointer or a function is another one.
  if (isMethod && model.kind === "inspect" && model.pure && args.some(({ value }) => value.kind === "function" || (value.kind === "entity" && state.objects.has(value.id)))) return unknownCall(state, site, callee, self, args, k);
  // What native code may put pointers into is seen through another object from now on.
  if (isMethod && model.kind === "inspect" && model.view && self?.kind === "entity" && state.records.get(self.id)?.status === cells) return unknownCall(state, site, callee, self, args, k);
  // The same name on something that is no pointer, with a pointer or a function for an argument, is another method.
  if (isMethod && pointerKinds.has(model.kind) && !(self?.kind === "entity" && self.token !== 0) && args.some(({ value }) => value.kind === "function" || (value.kind === "entity" && value.token !== 0))) return unknownCall(state, site, callee, self, args, k);
  perform(model, { state, site, receiver: self, args, k });
}

const pointerKinds: ReadonlySet<string> = new Set(["interior", "dereference", "address", "identity", "nullTest"]);

function truthValue(state: State, value: Value): Value {
  const truth = truthOf(state, value);
  return truth === undefined ? expression("not", [expression("not", [value])]) : constant(truth);
}

// The same name means one thing for a set and another for a pointer: what is known of the receiver decides.
function methodModel(act: Activation, state: State, name: string, receiver: Value | null): BuiltinModel | undefined {
  const { language } = act.engine.program;
  const record = receiver?.kind === "entity" ? state.records.get(receiver.id) : undefined;
  if (record?.kind === "collection") return language.collectionMethods.get(name) ?? language.methods.get(name);
  return (record?.kind === "generator" ? language.generatorMethods.get(name) : undefined) ?? language.methods.get(name);
}

function operandOf(call: BuiltinCall, of: Operand): Value {
  return of === "receiver" ? (call.receiver ?? undefinedValue) : (call.args[of]?.value ?? undefinedValue);
}

export function perform(model: BuiltinModel, call: BuiltinCall): void {
  const { state, site, args, k } = call;
  const { act } = site;
  if (!keepsMemory.has(model.kind)) shareMemory(model, call);
  const give = (value: Value): void => k(state, returned(value));
  switch (model.kind) {
    case "inspect":
      if (mayRefuse(model, site.act.fn.ir.blocks[site.at.block]!)) mayThrow(state, site, k);
      return give((model.pure ? answer(call) : null) ?? state.unknown(plainResult));
    case "dereference": {
      const value = behindAddress(operandOf(call, model.of));
      const memory = model.view && value.kind === "entity" ? memoryBehind(state, value.id) : null;
      if (memory !== null) return give(makeCells(state, [{ value: entity(memory), site: act.site(site.range), spread: false }, ...args.slice(1)], { parts: 0 }));
      useOf(act, state, value, makeEvent("use", act.site(site.range), `read through here`));
      const look = model.view ? lookThrough(state, value) : null;
      if (look) return give(look);
      writePointee(state, value, args.filter((_, index) => (model.value === undefined ? index !== model.of : index === model.value)).map((arg) => arg.value));
      if (model.view) forgetPointee(state, value);
      // What is written through a pointer is stored outside.
      args.forEach((arg, index) => {
        if (index === model.of || arg.value.kind !== "entity" || !state.objects.has(arg.value.id)) return;
        useOf(act, state, arg.value, makeEvent("use", arg.site, "stored here"));
        giveReferences(state, arg.value);
      });
      return give(model.view ? interiorOf(act, state, value, site) : state.unknown());
    }
    case "interior": {
      const parent = operandOf(call, model.of);
      forgetPointee(state, parent);
      return give(interiorOf(act, state, parent, site));
    }
    case "identity": {
      const value = operandOf(call, model.of);
      const form = value.kind === "expression" && (value.operator === "text" || value.operator === "address");
      return give(form ? value.operands[0]! : value);
    }
    case "address": {
      const value = operandOf(call, model.of);
      forgetPointee(state, value);
      return give(value.kind === "entity" ? expression("address", [value]) : value);
    }
    case "nullTest":
      return give(nullTest(act, state, operandOf(call, model.of), model.test, site.range));
    case "equals": {
      const left = operandOf(call, model.left);
      const right = operandOf(call, model.right);
      const test = model.test === "===" ? strictTest(right) : model.test;
      if (isNullConstant(right)) return give(nullTest(act, state, left, test, site.range));
      return give(compare(state, true, left, right, test));
    }
    case "assert": {
      const value = operandOf(call, model.of);
      noteNullTest(act, state, value, "truthiness", site.range);
      return assertHolds(call, value, true, value);
    }
    case "assertEqual":
      return assertHolds(call, compare(state, true, operandOf(call, model.left), operandOf(call, model.right), ""), model.equal, undefinedValue);
    case "expectation":
      return give(expectation(operandOf(call, model.of)));
    case "exit":
      return;
    case "throw":
      return k(state, { kind: "throw", value: state.object("error"), cause: "throw", event: makeEvent("throw", act.site(site.range), "throws here") });
    case "compareElements":
      return compareElements(model, call);
    case "callNow": {
      const fn = args[model.callback]?.value;
      return fn ? void invoke(state, { ...site, name: "" }, fn, null, [], k) : give(undefinedValue);
    }
    case "callLater":
      runLater(model, call);
      return give(call.receiver ?? state.unknown());
    case "hooks":
      registerHooks(act, state, model, args[model.callbacks]?.value);
      return give(state.unknown());
    case "invoke":
      return invokeStyle(model.style, call);
    case "standIn": {
      const original = operandOf(call, model.of);
      return give(original.kind === "function" || original.kind === "native" ? original : { kind: "builtin", name: standIn, receiver: null });
    }
    case "eachElement":
      return eachElement(model, call);
    case "array":
    case "collection":
      return callArray(model, call);
    case "generator":
      return goOn(model.operation, call);
    case "cells": {
      const look = args[0] && pointerBehind(state, args[0].value) && isStart(args[1]?.value) ? lookThrough(state, args[0].value) : null;
      if (look) return give(look);
      if (model.over && !(args[0]?.value.kind === "entity" && memoryBehind(state, args[0].value.id) !== null)) return give(state.unknown());
      return give(makeCells(state, args, model));
    }
    case "pointee":
      return accessPointee(model, call);
    case "object":
      return objectOperation(model.operation, call);
    case "promise":
      return promiseOperation(model.operation, call);
    case "disposableStack":
    case "finalizationRegistry":
      return callStack(model, call);
    case "asyncCall":
      return asyncCall(call);
    case "promisify":
      return promisify(operandOf(call, model.of), call);
    case "promiseOfUnknown": {
      for (const arg of args) useOf(act, state, arg.value, makeEvent("use", arg.site, "used here"));
      giveAway(act, state, args.map((arg) => arg.value));
      return give(state.unknown());
    }
  }
}

const keepsMemory: ReadonlySet<BuiltinModel["kind"]> = new Set(["identity", "address", "cells", "pointee", "nullTest", "equals", "assert", "assertEqual"]);

// What only looks at memory may make something of what lies in it; what reads or writes it in parts does nothing to a pointer, unless it is told what.
function shareMemory(model: BuiltinModel, { state, receiver, args }: BuiltinCall): void {
  const looks = model.kind === "inspect" || model.kind === "dereference";
  for (const value of [...(receiver && looks ? [receiver] : []), ...args.map((arg) => arg.value)]) {
    const memory = value.kind === "entity" ? memoryBehind(state, value.id) : null;
    if (memory === null || value.kind !== "entity") continue;
    if (model.kind === "dereference" ? !model.view && args.length > (model.of === "receiver" ? 0 : 1) : memory !== value.id) shareCells(state, memory);
  }
}

// Reads or writes the pointer that lies in memory of the program's own; of anything else it is a use.
function accessPointee(model: Extract<BuiltinModel, { kind: "pointee" }>, call: BuiltinCall): void {
  const { state, args, k } = call;
  const of = operandOf(call, model.of);
  const memory = of.kind === "entity" ? memoryBehind(state, of.id) : null;
  if (memory === null) return perform({ kind: "dereference", of: model.of, ...(model.value === undefined ? {} : { value: model.value }) }, call);
  const offset = args[model.at]?.value;
  const isType = model.typed === true && offset !== undefined && !(offset.kind === "constant" && typeof offset.value === "number");
  const isKnown = isType ? args[model.at + 1] === undefined : isStart(offset);
  const list = state.records.get(memory)!;
  const unread = model.value === undefined && offset?.kind === "constant" && !isType;
  if (!isKnown) {
    // Another place than the first is no concern of the pointer there.
    if (!unread) shareCells(state, memory);
    return k(state, returned(state.unknown()));
  }
  if (model.value === undefined) return k(state, returned(load(state, entity(memory), "0", call.site, k) ?? state.unknown()));
  const old = list.items[0];
  const value = args[model.value]?.value ?? undefinedValue;
  state.setRecord(memory, { ...list, items: [value, ...list.items.slice(1)] });
  if (list.shared) giveReferences(state, value);
  if (old) loseUnreachable(call.site.act, state, old, call.site.range, "");
  k(state, returned(state.unknown()));
}

function interiorOf(act: Activation, state: State, parent: Value, site: CallSite): Value {
  if (parent.kind !== "entity" || parent.token === 0) return state.unknown();
  const id = freshId();
  const acquired = makeEvent("borrow", act.site(site.range), "points into it from here");
  state.setObject(id, { ...unknownObject, origin: "static", class: "memory" });
  const token = freshId();
  state.setToken(token, { kind: "interior", object: id, status: "held", acquired, ended: null, suspended: null, stored: null, overwritten: null, outer: false, name: "", ref: null, parent, condition: null, callback: null });
  return entity(id, token);
}

// The same question of the same texts and numbers gets the same answer.
function answer({ state, site, receiver, args }: BuiltinCall): Value | null {
  const operands = [...(receiver ? [receiver] : []), ...args.map((arg) => arg.value)];
  const plain = (value: Value): boolean => value.kind === "constant" || (value.kind === "builtin" && value.receiver === null) || (value.kind === "expression" && depthOf(value) < 3) || (value.kind === "entity" && !isListed(state, value.id));
  return operands.every(plain) ? expression(`call ${site.name}`, operands) : null;
}

// A function that looks at its arguments at most.
const standIn = "%standIn";

function invokeStyle(style: "call" | "apply" | "applyTo" | "bind", { state, site, receiver, args, k }: BuiltinCall): void {
  if (style === "applyTo") {
    const [fn, self, list] = args;
    return void invoke(state, site, asNative(site, fn?.value ?? undefinedValue), self?.value ?? null, list ? [{ ...list, spread: true }] : [], k);
  }
  const target = asNative(site, receiver ?? undefinedValue);
  const self = args[0]?.value ?? undefinedValue;
  const named = { ...site, name: state.language.spelling.appliedName.exec(site.act.text(site.range))?.[1] ?? site.name };
  if (style === "call") return void invoke(state, named, target, self, args.slice(1), k);
  if (style === "apply") {
    const list = args[1];
    return void invoke(state, named, target, self, list ? [{ ...list, spread: true }] : [], k);
  }
  const bound = args.slice(1).map((arg) => arg.value);
  if (target.kind === "function") return k(state, returned({ ...target, receiver: target.receiver ?? self, args: [...target.args, ...bound] }));
  if (target.kind === "native") return k(state, returned({ ...target, args: [...target.args, ...bound] }));
  k(state, returned(target.kind === "entity" || target.kind === "builtin" ? target : state.unknown()));
}

function stepFields({ language }: State, element: Value, done: Value): ReadonlyMap<string, Value> {
  const { step } = language.fieldNames;
  return new Map([[step.element, element], [step.done, done]]);
}

// `generator.next()`: an object that holds the value, and whether it was the last.
function goOn(way: Way, { state, site, receiver, args, k }: BuiltinCall): void {
  const record = receiver?.kind === "entity" ? state.records.get(receiver.id) : undefined;
  if (receiver?.kind !== "entity" || record?.kind !== "generator") return unknownCall(state, site, null, receiver, args, k);
  const [callee] = record.items;
  const async = callee?.kind === "function" && callee.fn.ir.async;
  advance(state, site, receiver.id, way, args[0]?.value ?? undefinedValue, (after, progress) => {
    if (progress.kind === "throw") return k(after, async ? returned(promiseOf(after, progress.completion)) : progress.completion);
    if (progress.kind === "unknown") return k(after, returned(after.unknown()));
    const step = freshId();
    after.setRecord(step, { ...emptyRecord, fields: stepFields(after, progress.value, constant(progress.kind === "done")) });
    k(after, returned(async ? promiseOf(after, returned(entity(step))) : entity(step)));
  });
}

function objectOperation(operation: Extract<BuiltinModel, { kind: "object" }>["operation"], { state, site, args, k }: BuiltinCall): void {
  const { act } = site;
  const target = args[0]?.value ?? undefinedValue;
  const object = target.kind === "function" ? propertiesOf(target) : target;
  const record = object?.kind === "entity" ? act.record(state, object.id) : undefined;
  switch (operation) {
    case "assign":
      if (object?.kind === "entity") {
        const into = record ?? { ...emptyRecord, kind: "open" as const };
        const fields = new Map(into.fields);
        for (const arg of args.slice(1)) {
          const from = arg.value.kind === "entity" ? act.record(state, arg.value.id) : undefined;
          if (!from) continue;
          for (const [key, value] of from.fields) {
            fields.set(key, value);
            if (into.shared || into.kind === "open" || into.kind === "instance") noteOuterStore(act, state, value, site.range, key, into.class?.ir.name ?? "");
          }
        }
        state.setRecord(object.id, { ...into, fields });
      }
      return k(state, returned(target));
    case "values":
    case "entries": {
      const known: (readonly [Value, Value])[] = record && record.kind !== "open" ? [...[...record.fields].map(([key, value]) => [constant(key), value] as const), ...record.computed.map(({ key, value }) => [key, value] as const)] : [];
      const items = operation === "values" ? known.map(([, value]) => value) : known.map(([key, value]) => pairOf(state, key, value));
      const list = listOf(act, state, items, items.length === 0 || record?.overflow === true);
      return k(state, returned({ ...list, hint: target.kind === "entity" ? target.hint : "" }));
    }
    case "fromEntries": {
      const pairs = pairsIn(act, state, record);
      const id = freshId();
      const entries = pairs.flatMap(([key, value]) => (key && value ? [{ key, value }] : []));
      const named = entries.flatMap(({ key, value }) => (key.kind === "constant" && typeof key.value === "string" ? [[key.value, value] as const] : []));
      const computed = entries.filter(({ key }) => key.kind !== "constant");
      state.setRecord(id, { ...emptyRecord, fields: new Map(named), computed: computed.slice(-3), overflow: !record || record.kind === "open" || record.overflow || entries.length < pairs.length || computed.length > 3 });
      for (const { value } of computed.slice(0, -3)) giveReferences(state, value);
      return k(state, returned(entity(id)));
    }
    case "keys":
      // The keys of one object are as many each time they are asked for.
      if (record?.kind === "record" && (!record.shared || act.engine.followsRows)) return k(state, returned(keysOf(act, state, record)));
      return k(state, returned(target.kind === "entity" && (!record || record.kind === "open") ? expression("keys", [target]) : state.unknown()));
    case "create": {
      if (!isNullConstant(target) || args.length > 1) return k(state, returned(state.unknown()));
      const id = freshId();
      state.setRecord(id, emptyRecord);
      return k(state, returned(entity(id)));
    }
    case "defineProperty":
      if (!defineField(state, target, args[1]?.value, args[2]?.value, site)) giveAway(act, state, [args[2]?.value ?? undefinedValue]);
      return k(state, returned(target));
  }
}

/** `fn.async(a, b, (error, result) => …)`: the work is done elsewhere, then the callback runs with the result. */
function asyncCall({ state, site, receiver, args, k }: BuiltinCall): void {
  const target = receiver ?? undefinedValue;
  const last = args[args.length - 1];
  const callback = last?.value.kind === "function" ? last.value : null;
  if (target.kind !== "native" && !(target.kind === "entity" && site.act.engine.nativeName(target.hint) !== null)) return unknownCall(state, site, null, receiver, args, k);
  if (!callback) return void invoke(state, site, target, null, args, k);
  invoke(state, site, target, null, args.slice(0, -1), (after, completion) => {
    if (completion.kind === "throw") return k(after, completion);
    const result: Arg = { value: completion.value, site: site.act.site(site.range), spread: false };
    invoke(after, { ...site, name: "" }, callback, null, [{ ...result, value: constant(null) }, result], (last, end) => k(last, end.kind === "throw" ? end : returned(undefinedValue)));
  });
}

function promisify(target: Value, { state, k }: BuiltinCall): void {
  if (target.kind === "native") return k(state, returned({ ...target, ref: { ...target.ref, async: true } }));
  if (target.kind === "builtin" && isAsyncCall(state.language, target.name) && target.receiver?.kind === "native") return k(state, returned({ ...target.receiver, ref: { ...target.receiver.ref, async: true } }));
  k(state, returned(state.unknown()));
}

// The pairs in a list of pairs, or in a map.
function pairsIn(act: Activation, state: State, list: JsRecord | undefined): (readonly Value[])[] {
  const rows = list?.status === "map" ? pairsOf(state, list) : list?.kind === "array" ? list.items : [];
  return rows.map((row) => (row.kind === "entity" ? (act.record(state, row.id)?.items ?? []) : []));
}

/** An array of a key and a value. */
export function pairOf(state: State, key: Value, value: Value): Value {
  const id = freshId();
  state.setRecord(id, { ...emptyRecord, kind: "array", items: [key, value] });
  return entity(id);
}

/** `new Name(…)` of the language's library; false when it is none. */
export function constructBuiltin(state: State, site: CallSite, name: string, args: readonly Arg[], k: Continuation): boolean {
  const { act } = site;
  const model = act.engine.program.language.constructors.get(name);
  if (!model) return false;
  if (model.kind === "promise") {
    makePromise(state, site, args[0]?.value ?? undefinedValue, k);
    return true;
  }
  if (model.kind === "disposableStack" || model.kind === "finalizationRegistry") {
    constructStack(model, { state, site, receiver: null, args, k });
    return true;
  }
  if (model.kind === "collection" || model.kind === "array") {
    const id = freshId();
    const from = args[0]?.value;
    const list = from?.kind === "entity" ? act.record(state, from.id) : undefined;
    const isKeyed = model.kind === "collection" && model.keyed === true;
    const items = model.kind === "array" ? args.map((arg) => arg.value) : list?.kind === "array" ? list.items : [];
    if (isKeyed && (list?.kind === "array" || list?.status === "map")) {
      const pairs = pairsIn(act, state, list);
      const entries = pairs.flatMap(([key, value]) => (key && value ? [{ key, value }] : []));
      state.setRecord(id, { ...emptyRecord, kind: "collection", status: "map", items: entries.map((entry) => entry.value), computed: followedEntries(entries), overflow: list.overflow || entries.length < pairs.length });
      k(state, returned(entity(id)));
      return true;
    }
    const sized = model.kind === "array" && args.length === 1;
    state.setRecord(id, { ...emptyRecord, kind: model.kind === "array" ? "array" : "collection", status: isKeyed ? "map" : "", items: sized ? [] : items, overflow: sized || (from !== undefined && from.kind !== "constant" && model.kind === "collection" && (!list || list.overflow)) });
    k(state, returned(entity(id)));
    return true;
  }
  if (model.kind === "inspect") {
    if (mayRefuse(model, site.act.fn.ir.blocks[site.at.block]!)) mayThrow(state, site, k);
    k(state, returned(state.object(plainResult)));
    return true;
  }
  perform(model, { state, site, receiver: null, args, k });
  return true;
}
