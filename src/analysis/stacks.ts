import type { BuiltinModel } from "../ir/language.js";
import type { Completion, Continuation } from "./activation.js";
import type { BuiltinCall } from "./builtins.js";
import { invoke, returned } from "./calls.js";
import { unknownCall } from "./unseen-calls.js";
import { load } from "./heap.js";
import { emptyRecord, freshId, type State } from "./state.js";
import { entity, undefinedValue, type Value } from "./values.js";
import { settle } from "./async.js";
import { deferClosure, escapeValue, giveReferences } from "./closures.js";
import { makeEvent } from "./engine.js";
import { disposeMethod } from "./library.js";

type Model = Extract<BuiltinModel, { kind: "disposableStack" | "finalizationRegistry" }>;

/** `new DisposableStack()`, `new FinalizationRegistry(cleanUp)`. */
export function constructStack(model: Model, { state, args, k }: BuiltinCall): void {
  const id = freshId();
  state.setRecord(id, { ...emptyRecord, kind: model.kind === "disposableStack" ? "stack" : "registry", items: [], fields: new Map<string, Value>([["clean", args[0]?.value ?? undefinedValue]]) });
  k(state, returned(entity(id)));
}

/** A stack keeps what is to be done, newest last; disposing of it does it in reverse order. */
export function callStack(model: Model, call: BuiltinCall): void {
  const { state, site, receiver, args, k } = call;
  const record = receiver?.kind === "entity" ? state.records.get(receiver.id) : undefined;
  const first = args[0]?.value ?? undefinedValue;
  if (model.kind === "finalizationRegistry") {
    if (receiver?.kind === "entity" && record?.kind === "registry" && model.operation === "register") {
      if (args[1]) escapeValue(site.act, state, args[1].value, makeEvent("escape", site.act.site(site.range), "kept for later here"));
      giveReferences(state, args[1]?.value ?? undefinedValue);
      state.setRecord(receiver.id, { ...record, items: [...record.items, args[1]?.value ?? undefinedValue].slice(-3) });
    } else if (record?.kind !== "registry") return unknownCall(state, site, null, receiver, args, k);
    return k(state, returned(undefinedValue));
  }
  if (receiver?.kind !== "entity" || record?.kind !== "stack") return unknownCall(state, site, null, receiver, args, k);
  const add = (action: Value, value: Value): void => {
    const event = makeEvent("escape", site.act.site(site.range), "handed to the stack here");
    deferClosure(site.act, state, action, event, false);
    giveReferences(state, value);
    if (action.kind === "builtin" && action.receiver) giveReferences(state, action.receiver);
    const pair = freshId();
    state.setRecord(pair, { ...emptyRecord, kind: "array", items: [action, value] });
    state.setRecord(receiver.id, { ...record, items: [...record.items, entity(pair)].slice(-6) });
  };
  switch (model.operation) {
    case "defer":
      add(first, undefinedValue);
      return k(state, returned(undefinedValue));
    case "adopt":
      add(args[1]?.value ?? undefinedValue, first);
      return k(state, returned(first));
    case "use":
      add({ kind: "builtin", name: "%dispose", receiver: first }, undefinedValue);
      return k(state, returned(first));
    case "move": {
      const id = freshId();
      state.setRecord(id, { ...record });
      state.setRecord(receiver.id, { ...record, items: [] });
      return k(state, returned(entity(id)));
    }
    case "dispose":
    case "disposeAsync": {
      state.setRecord(receiver.id, { ...record, items: [] });
      return disposeAll(state, { items: record.items, waits: model.operation === "disposeAsync" }, record.items.length - 1, call);
    }
    case "new":
      return k(state, returned(undefinedValue));
  }
}

/** Each entry is disposed of, whatever the ones before it threw; the first failure is thrown when all are through. */
function disposeAll(state: State, entries: { readonly items: readonly Value[]; readonly waits: boolean }, index: number, call: BuiltinCall, failure: Completion | null = null): void {
  const { site, k } = call;
  const pair = entries.items[index];
  if (!pair) return k(state, failure ?? returned(undefinedValue));
  const record = pair.kind === "entity" ? state.records.get(pair.id) : undefined;
  const action = record?.items[0] ?? undefinedValue;
  const value = record?.items[1] ?? undefinedValue;
  const next: Continuation = (after, completion) => disposeAll(after, entries, index - 1, call, completion.kind === "throw" ? (failure ?? completion) : failure);
  // What is no promise of the program's own may be none at all, and does not reject.
  const waited: Continuation = (after, completion) => (entries.waits && completion.kind === "return" && isPromise(after, completion.value) ? settle(after, completion.value, site, next, 0) : next(after, completion));
  if (action.kind === "builtin" && action.name === "%dispose") {
    const target = action.receiver ?? undefinedValue;
    if (target.kind === "constant") return next(state, returned(undefinedValue));
    const method = load(state, target, "@@dispose", site, next);
    const chosen = method === null || method.kind === "function" ? method : load(state, target, "@@asyncDispose", site, next);
    if (chosen === null) return;
    if (chosen.kind !== "function") return next(state, returned(undefinedValue));
    return void invoke(state, { ...site, name: disposeMethod(state.language, false) }, chosen, target, [], waited);
  }
  const args = value.kind === "constant" && value.value === undefined ? [] : [{ value, site: site.act.site(site.range), spread: false }];
  invoke(state, { ...site, name: "" }, action, null, args, waited);
}

function isPromise(state: State, value: Value): boolean {
  return value.kind === "entity" && state.records.get(value.id)?.kind === "promise";
}
