import { makeEvent } from "./engine.js";
import { invoke, returned, type CallSite } from "./calls.js";
import type { Activation, Completion, Continuation, Position } from "./activation.js";
import type { LanguageModel } from "../ir/language.js";
import type { SourceRange } from "../ir/types.js";
import { outerRoots } from "./exits.js";
import { reach } from "./reach.js";
import { emptyRecord, freshId, type JsRecord, type State } from "./state.js";
import type { Step } from "./transfer.js";
import { constant, entity, plainResult, undefinedValue, type Value } from "./values.js";
import { endingLater, finishLate, suspend, waitFor } from "./violations.js";
import { callAfter, callNow, callPerhaps, othersRun } from "./later.js";
import { callNative, forgetMissing } from "./native.js";

/** Turns the outcome of an asynchronous function into a promise. */
export function settled(k: Continuation): Continuation {
  return (state, completion) => {
    const promise = promiseOf(state, completion);
    const ending = endingLater(state);
    k(state, returned(ending.length === 0 ? promise : answering(state, promise, ending)));
  };
}

// A promise that also tells when references are given back.
function answering(state: State, promise: Value, ending: readonly Value[]): Value {
  const id = freshId();
  const { status, items } = (promise.kind === "entity" ? state.records.get(promise.id) : undefined) ?? emptyRecord;
  const rejected = status.startsWith("rejected");
  state.setRecord(id, { ...emptyRecord, kind: "promise", status: rejected ? status : "fulfilled", items: [rejected ? items[0]! : promise, ...ending] });
  return entity(id);
}

export function promiseOf(state: State, completion: Completion): Value {
  if (completion.kind === "return" && completion.value.kind === "entity" && state.records.get(completion.value.id)?.kind === "promise") return completion.value;
  const id = freshId();
  state.setRecord(id, { ...emptyRecord, kind: "promise", status: completion.kind === "return" ? "fulfilled" : `rejected:${completion.cause}`, items: [completion.value] });
  return entity(id);
}

/** `await`: other code runs; a promise that may reject leaves by its handler. */
export function awaitValue(act: Activation, state: State, value: Value, site: CallSite, _at: Position, k: Continuation): Step {
  suspend(act, state, site.range, "suspended here");
  othersRun(act, state, value);
  act.engine.forgetShared(state);
  for (const owner of [...state.objects.keys()]) forgetMissing(state, owner);
  settle(state, value, site, k, 0);
  return "stop";
}

/** Delivers what a promise gives, or the value itself where it is none. */
export function settle(state: State, value: Value, site: CallSite, k: Continuation, depth: number): void {
  const { act } = site;
  const reject = (from: State, reason: Value, cause: "throw" | "reject" | "call"): void =>
    k(from, { kind: "throw", value: reason, cause, event: makeEvent("throw", act.site(site.range), `leaves here when \`${shorten(from.language, act.text(site.range))}\` rejects`) });
  if (value.kind !== "entity") return k(state, returned(value));
  const record = state.records.get(value.id);
  if (record?.kind === "promise" && depth < 20) {
    const [first, second, third] = record.items;
    const ending = record.items.slice(1);
    switch (record.status.split(":")[0]) {
      case "fulfilled":
        waitFor(act, state);
        finishLate(act, state, ending);
        if (first?.kind === "entity" && state.records.get(first.id)?.kind === "promise") return settle(state, first, site, k, depth + 1);
        return k(state, returned(first ?? undefinedValue));
      case "rejected":
        waitFor(act, state);
        finishLate(act, state, ending);
        return reject(state, first ?? state.object("error"), "reject");
      case "native": {
        state.updateRecord(value.id, { status: "fulfilled", items: [] });
        const args = record.items.slice(1).map((arg) => ({ value: arg, site: act.site(site.range), spread: false }));
        return first?.kind === "native" ? callNative(state, site, first.ref, args, (after, completion) => {
          if (completion.kind === "return") after.updateRecord(value.id, { status: "fulfilled", items: [completion.value] });
          k(after, completion);
        }) : k(state, returned(undefinedValue));
      }
      case "chain":
        return settleChain(state, value.id, record.status, [first ?? undefinedValue, second ?? undefinedValue, third ?? undefinedValue], site, k, depth);
      case "all":
      case "allSettled":
      case "race":
        return settleAll(state, value.id, record.status, record.items, record.overflow, site, k, depth);
    }
  }
  if (record && record.kind !== "promise" && record.kind !== "open") return k(state, returned(value));
  if (state.objects.has(value.id)) return k(state, returned(value));
  // An unknown: it may be a promise, which may reject; awaited twice it gives the same.
  const rejected = state.fork();
  const result = state.unknown(value.hint);
  state.setRecord(value.id, { ...(record ?? { ...emptyRecord, shared: true }), kind: "promise", status: "fulfilled", items: [result] });
  k(state, returned(result));
  rejected.setRecord(value.id, { ...(record ?? { ...emptyRecord, shared: true }), kind: "promise", status: "rejected:reject", items: [] });
  reject(rejected, rejected.object("error"), "reject");
}

/** What native functions do in promises that are left over at an exit is done then; one that is handed on is waited for by the caller. */
export function settleNatives(act: Activation, state: State, completion: Completion, range: SourceRange, done: (state: State) => void): boolean {
  const pending = [...state.records].filter(([id, record]) => isPending(record) && !act.isIncoming(id)).map(([id]) => id);
  if (pending.length === 0) return false;
  const left = act.root ? null : reach(state, { values: act.fn.ir.async ? [] : [completion.value], ids: outerRoots(act, state).ids });
  const id = pending.find((found) => !left?.ids.has(found));
  if (id === undefined) return false;
  settle(state, entity(id), { act, at: act.position, range, name: "", implied: true }, (after) => act.schedule(() => done(after)), 0);
  return true;
}

function isPending(record: JsRecord): boolean {
  return record.kind === "promise" && record.status === "native";
}

/**
 * Chains that nobody waited for run to their end before the function is left for good. False when there are none. What
 * their callbacks captured was judged where they were made.
 */
export function settleChains(act: Activation, state: State, completion: Completion, range: SourceRange, done: (state: State) => void): boolean {
  for (const [id, record] of state.records) {
    if (record.kind !== "promise" || !record.status.startsWith("chain") || act.isIncoming(id)) continue;
    if (record.status === callAfter || record.status === callPerhaps) {
      callNow(act, state, id, record, completion, (after) => act.schedule(() => done(after)));
      return true;
    }
    if ([...state.records.values()].some((other) => other.kind === "promise" && other.items.some((item) => item.kind === "entity" && item.id === id))) continue;
    for (const fn of record.items) {
      if (fn.kind !== "function") continue;
      for (const cell of fn.cells.values()) {
        const content = state.cells.get(cell);
        const token = content?.kind === "entity" ? state.tokens.get(content.token) : undefined;
        if (token?.kind === "borrowed") state.updateObject(token.object, { poisoned: true });
      }
    }
    settle(state, entity(id), { act, at: act.position, range, name: "", implied: true }, (after) => {
      if (after.records.get(id)?.status.startsWith("chain")) after.updateRecord(id, { status: "fulfilled", items: [] });
      act.schedule(() => done(after));
    }, 0);
    return true;
  }
  return false;
}

/** `promise.then(f, g)`, `.catch(g)`, `.finally(h)` when the promise is waited for. */
function settleChain(state: State, id: number, status: string, [base, onReturn, onThrow]: readonly [Value, Value, Value], site: CallSite, k: Continuation, depth: number): void {
  const finish: Continuation = (after, completion) => {
    const next: Continuation = (last, end) => {
      last.updateRecord(id, { status: end.kind === "return" ? "fulfilled" : "rejected:reject", items: [end.value] });
      k(last, end);
    };
    next(after, completion);
  };
  // What a callback returns may be a promise itself, see `isNoPromise`.
  const waitUnless = (given: Value | null): Continuation => (after, completion) => (completion.kind === "throw" || isNoPromise(after, completion.value, given) ? finish(after, completion) : settle(after, completion.value, site, finish, depth + 1));
  const run = (from: State, fn: Value, value: Value | null, ifNone: Completion): void => {
    if (fn.kind !== "function" && fn.kind !== "builtin" && fn.kind !== "native") return finish(from, ifNone);
    invoke(from, { ...site, name: "" }, fn, null, value === null ? [] : [{ value, site: site.act.site(site.range), spread: false }], waitUnless(value));
  };
  settle(state, base, site, (after, completion) => {
    if (status === "chain:finally") {
      if (onReturn.kind !== "function") return finish(after, completion);
      const finishAs = (done: State, original: Completion): void => {
        done.updateRecord(id, { status: original.kind === "return" ? "fulfilled" : "rejected:reject", items: [original.value] });
        k(done, original);
      };
      invoke(after, { ...site, name: "" }, onReturn, null, [], (last, end) => {
        if (end.kind === "throw") return finish(last, end);
        if (isNoPromise(last, end.value, null)) return finishAs(last, completion);
        settle(last, end.value, site, (done, waited) => (waited.kind === "throw" ? finish(done, waited) : finishAs(done, completion)), depth + 1);
      });
      return;
    }
    if (completion.kind === "return") run(after, onReturn, completion.value, completion);
    else run(after, onThrow, completion.value, completion);
  }, depth + 1);
}

// What a callback was given, or a member of that (`error.code`), is waited for by nobody.
function isNoPromise(state: State, value: Value, given: Value | null): boolean {
  if (value.kind !== "entity") return false;
  if (value.hint === plainResult) return true;
  if (given?.kind !== "entity") return false;
  return given.id === value.id || [...(state.records.get(given.id)?.fields.values() ?? [])].some((field) => field.kind === "entity" && field.id === value.id);
}

function settleAll(state: State, id: number, status: string, items: readonly Value[], overflow: boolean, site: CallSite, k: Continuation, depth: number): void {
  const step = (from: State, index: number, results: readonly Value[]): void => {
    const item = items[index];
    if (item === undefined) {
      const list = freshId();
      from.setRecord(list, { ...emptyRecord, kind: "array", items: results, overflow });
      const value = status === "race" ? from.unknown() : entity(list);
      from.updateRecord(id, { status: "fulfilled", items: [value] });
      return k(from, returned(value));
    }
    settle(from, item, site, (after, completion) => {
      let result = completion.kind === "return" ? completion.value : undefinedValue;
      if (completion.kind === "throw" && status !== "allSettled") {
        after.updateRecord(id, { status: "rejected:reject", items: [completion.value] });
        return k(after, completion);
      }
      if (status === "allSettled") {
        const entry = freshId();
        const { outcome } = after.language.fieldNames;
        const isValue = completion.kind === "return";
        after.setRecord(entry, { ...emptyRecord, fields: new Map<string, Value>([[outcome.status, constant(isValue ? outcome.fulfilled : outcome.rejected)], [isValue ? outcome.value : outcome.reason, completion.value]]) });
        result = entity(entry);
      }
      step(after, index + 1, [...results, result]);
    }, depth + 1);
  };
  step(state, 0, []);
}

function shorten({ spelling }: LanguageModel, text: string): string {
  const line = text.replace(/\s+/g, " ").replace(spelling.waiting, "");
  return line.length > 40 ? `${line.slice(0, 37)}…` : line;
}
