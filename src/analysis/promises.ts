import type { BuiltinModel } from "../ir/language.js";
import type { Continuation } from "./activation.js";
import { promiseOf } from "./async.js";
import type { BuiltinCall } from "./builtins.js";
import { invoke, returned, unknownCall, type Arg } from "./calls.js";
import { deferClosure } from "./closures.js";
import { makeEvent } from "./engine.js";
import { setsVariables } from "./later.js";
import { giveAway } from "./sharing.js";
import { emptyRecord, freshId, type State } from "./state.js";
import { entity, undefinedValue, type Value } from "./values.js";

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

/** The two functions that an executor gets are called. */
export function settlePromise(state: State, callee: Extract<Value, { kind: "builtin" }>, args: readonly Arg[], k: Continuation): void {
  const target = callee.receiver;
  if (target?.kind === "entity") {
    const record = state.records.get(target.id);
    if (record?.status === "pending") state.setRecord(target.id, { ...record, status: callee.name === "%settle" ? "fulfilled" : "rejected:reject", items: [args[0]?.value ?? undefinedValue] });
  }
  k(state, returned(undefinedValue));
}
