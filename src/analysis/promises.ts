import type { BuiltinModel } from "../ir/language.js";
import type { VariableId } from "../ir/types.js";
import { operandsOf, terminatorOperands } from "../ir/uses.js";
import type { Activation, Continuation } from "./activation.js";
import { promiseOf } from "./async.js";
import { functionsWithin, instructionsOf } from "./bodies.js";
import type { BuiltinCall } from "./builtins.js";
import { invoke, returned, type Arg, type CallSite } from "./calls.js";
import { unknownCall } from "./unseen-calls.js";
import { deferClosure } from "./closures.js";
import { makeEvent } from "./engine.js";
import { setsVariables } from "./later.js";
import { giveAway } from "./sharing.js";
import { emptyRecord, freshId, openRecord, type State } from "./state.js";
import { entity, undefinedValue, type FunctionInfo, type Value } from "./values.js";

/** `Promise.all(…)`, `promise.then(…)` and kin. */
export function promiseOperation(operation: Extract<BuiltinModel, { kind: "promise" }>["operation"], call: BuiltinCall): void {
  const { state, site, receiver, args, k } = call;
  const { act } = site;
  const give = (status: string, items: readonly Value[], overflow = false): void => {
    const id = freshId();
    state.setRecord(id, { ...emptyRecord, kind: "promise", status, items, overflow });
    k(state, returned(entity(id)));
  };
  const first = args[0]?.value ?? undefinedValue;
  switch (operation) {
    case "resolve":
      return k(state, returned(promiseOf(state, returned(first))));
    case "reject":
      return give("rejected:reject", [first]);
    case "all":
    case "allSettled":
    case "race":
    case "any": {
      const list = first.kind === "entity" ? act.record(state, first.id) : undefined;
      if (list?.kind !== "array") {
        giveAway(act, state, [first]);
        return operation === "allSettled" ? give("fulfilled", [state.unknown()]) : k(state, returned(state.unknown()));
      }
      return give(operation === "any" ? "race" : operation, list.items, list.overflow);
    }
    case "then":
    case "catch":
    case "finally": {
      const base = receiver ?? undefinedValue;
      const event = makeEvent("escape", act.site(site.range), "captured by a promise callback");
      const known = base.kind === "entity" && state.records.get(base.id)?.kind === "promise";
      if (base.kind === "entity" && !known && state.records.get(base.id)?.kind === "instance") return unknownCall(state, site, null, receiver, args, k);
      for (const arg of args) if (arg.value.kind === "function") deferClosure(act, state, arg.value, event, true);
      const [onReturn, onThrow] = operation === "catch" ? [undefinedValue, first] : [first, args[1]?.value ?? undefinedValue];
      act.leavesChains ||= setsVariables(onReturn) || setsVariables(onThrow);
      return give(operation === "finally" ? "chain:finally" : "chain:then", [base, onReturn, onThrow]);
    }
    case "try":
      return void invoke(state, { ...site, name: "" }, first, null, args.slice(1), (after, completion) => k(after, returned(promiseOf(after, completion))));
    case "new":
    case "withResolvers":
      return k(state, returned(state.unknown()));
  }
}

/** A promise with the code that settles it. */
export function makePromise(state: State, site: CallSite, executor: Value, k: Continuation): void {
  const { act } = site;
  const id = freshId();
  state.setRecord(id, { ...emptyRecord, kind: "promise", status: "pending" });
  const promise = entity(id);
  const handed: Arg[] = ["%settle", "%reject"].map((builtin) => ({ value: { kind: "builtin" as const, name: builtin, receiver: promise }, site: act.site(site.range), spread: false }));
  invoke(state, { ...site, name: "" }, executor, null, handed, (after, completion) => {
    if (completion.kind === "throw") after.updateRecord(id, { status: "rejected:reject", items: [completion.value] });
    else if (after.records.get(id)?.status === "pending") after.setRecord(id, onlyFulfils(act, executor) ? { ...emptyRecord, kind: "promise", status: "fulfilled", items: [after.unknown()] } : openRecord);
    k(after, returned(promise));
  });
}

const fulfilling = new WeakMap<FunctionInfo, boolean>();

// An executor that leaves rejecting alone, and fulfils later with nothing that could be a promise itself.
function onlyFulfils(act: Activation, executor: Value): boolean {
  if (executor.kind === "builtin") {
    const model = act.engine.program.language.functions.get(executor.name);
    return model?.kind === "callLater" && model.once === true && model.callback === 0;
  }
  if (executor.kind !== "function" || executor.args.length > 0 || !executor.fn.ir.hasBody) return false;
  const { fn } = executor;
  const known = fulfilling.get(fn);
  if (known !== undefined) return known;
  const { params, rest, argumentsVariable } = fn.ir;
  const [fulfil, reject] = params;
  const inside = functionsWithin(fn);
  const found = !rest && argumentsVariable === null && inside.every((inner) => (reject === undefined || !reads(inner, reject)) && (fulfil === undefined || !mayHandOnPromise(inner, fulfil)));
  fulfilling.set(fn, found);
  return found;
}

function reads({ ir }: FunctionInfo, variable: VariableId): boolean {
  return ir.blocks.some(({ instructions, terminator }) => terminatorOperands(terminator).includes(variable) || instructions.some((instruction) => operandsOf(instruction).includes(variable)));
}

function mayHandOnPromise(fn: FunctionInfo, fulfil: VariableId): boolean {
  const instructions = instructionsOf(fn.ir);
  const isAnswer = (variable: VariableId): boolean => instructions.some((instruction) => (instruction.op === "call" || instruction.op === "construct") && instruction.to === variable);
  return instructions.some((instruction) => instruction.op === "call" && instruction.callee === fulfil && instruction.args.some(({ value }) => isAnswer(value)));
}

/** The two functions that an executor gets are called. */
export function settlePromise(state: State, callee: Extract<Value, { kind: "builtin" }>, args: readonly Arg[], k: Continuation): void {
  const target = callee.receiver;
  if (target?.kind === "entity") {
    const record = state.records.get(target.id);
    if (record?.status === "pending") state.setRecord(target.id, { ...record, status: callee.name === "%settle" ? "fulfilled" : "rejected:reject", items: [args[0]?.value ?? undefinedValue] });
  }
  k(state, returned(undefinedValue));
}
