import type { BuiltinModel } from "../ir/language.js";
import type { Activation } from "./activation.js";
import { perform, type BuiltinCall } from "./builtins.js";
import { invoke, returned, type Arg, type CallSite } from "./calls.js";
import { unknownCall } from "./unseen-calls.js";
import { giveReferences } from "./closures.js";
import { assume, truthOf } from "./facts.js";
import { hintOf } from "./iteration.js";
import { listOf } from "./lists.js";
import type { State } from "./state.js";
import { constant, undefinedValue, type Value } from "./values.js";
import { learnEnd, learnMore, mayTake, walkOf } from "./walks.js";
import { isBare } from "./widen.js";

/** `forEach`, `map` and kin: the known elements in order; an unknown receiver gives none, one or two unknown ones. */
export function eachElement(model: Extract<BuiltinModel, { kind: "eachElement" }>, { state, site, receiver, args, k }: BuiltinCall): void {
  const { act } = site;
  const given = args[model.callback]?.value;
  const fn = given && asNative(site, given);
  const list = receiver?.kind === "entity" ? act.record(state, receiver.id) : undefined;
  const known = list && (list.kind === "array" || list.kind === "collection");
  const hint = receiver ? hintOf(receiver) : "";
  const items = known ? list.items.map((item) => (item.kind === "entity" && hint !== "" ? { ...item, hint } : item)) : [];
  if (!fn || (fn.kind !== "function" && fn.kind !== "native" && fn.kind !== "builtin")) return unknownCall(state, site, null, receiver, args, k);
  const unknownElements = !known || list.overflow;
  let rounds = 0;
  const walk = !receiver || (known && (!list.overflow || items.length > 0)) ? null : walkOf(receiver);
  const makesArray = model.result === "array" || model.result === "filtered";
  const finish = (from: State, results: readonly Value[], overflow: boolean, taken: number): void => {
    if (walk) learnEnd(from, walk, taken, makesArray);
    k(from, returned(model.elementParam === 1 ? (results[results.length - 1] ?? args[1]?.value ?? from.unknown()) : resultOf(act, model.result, from, model.flat ? flattened(act, from, results) : results, overflow)));
  };
  // `unsure`: elements are in the results that may have been left out.
  const step = (from: State, index: number, extra: number, results: readonly Value[], unsure: boolean): void => {
    const known = items[index];
    if (!known && extra <= 0) return finish(from, results, unsure || (unknownElements && model.result !== "element"), index);
    // Paths through the rounds are not joined between them.
    if (known) act.engine.takeRow();
    if (++rounds > maxRounds) {
      act.engine.giveUp(act.fn, "more ways through a list than are followed");
      return unknownCall(from, site, null, receiver, args, k);
    }
    const element = known ?? from.unknown(hint);
    // Whether an element that is not followed is one of those that are nobody can tell.
    if (!known && model.result === "element" && receiver) giveReferences(from, receiver);
    const actual: Arg[] = [];
    // What the round before gave is the first argument of this one (`reduce`).
    for (let i = 0; i < model.elementParam; i++) actual.push({ value: results[results.length - 1] ?? args[1]?.value ?? from.unknown(), site: act.site(site.range), spread: false });
    actual.push({ value: element, site: act.site(site.range), spread: false }, { value: constant(index), site: act.site(site.range), spread: false });
    invoke(from, { ...site, name: "" }, fn, null, actual, (after, completion) => {
      if (completion.kind === "throw") return k(after, completion);
      const rest = known ? extra : extra - 1;
      // The first element for which the answer is yes is the result.
      if (model.result === "element" && element.kind === "entity" && (element.token !== 0 || isListed(after, element.id))) {
        const other = after.fork();
        if (assume(other, completion.value, false)) step(other, index + 1, rest, results, unsure);
        if (assume(after, completion.value, true)) k(after, returned(element));
        return;
      }
      if (model.result !== "filtered") return step(after, index + 1, rest, [...results, completion.value], unsure || model.result === "element");
      // Which elements are let through matters where pointers are among them.
      if (isBare(after) && truthOf(after, completion.value) === undefined) return step(after, index + 1, rest, [...results, element], true);
      const left = after.fork();
      if (assume(left, completion.value, false)) step(left, index + 1, rest, results, unsure);
      if (assume(after, completion.value, true)) step(after, index + 1, rest, [...results, element], unsure);
    });
  };
  // Elements that are known stand for those that are not.
  const extras = !unknownElements || items.length > 0 ? [0] : known ? [1, 0] : [1, 2, 0];
  for (const extra of extras) {
    if (walk && !mayTake(state, walk, extra)) continue;
    const from = extra === 0 ? state : state.fork();
    if (walk && extra > 0) learnMore(from, walk);
    step(from, 0, extra, [], false);
  }
}

/** `sort` and kin: neighbours among the known elements; of others none, or two. */
export function compareElements(model: Extract<BuiltinModel, { kind: "compareElements" }>, call: BuiltinCall): void {
  const { state, site, receiver, args } = call;
  const { act } = site;
  const finish = (from: State): void => {
    if (model.result === "copy") return perform({ kind: "array", operation: "values" }, { ...call, state: from, args: [] });
    call.k(from, returned(receiver ?? undefinedValue));
  };
  const given = args[model.callback]?.value;
  const fn = given && asNative(site, given);
  if (fn?.kind !== "function" && fn?.kind !== "native") return finish(state);
  const list = receiver?.kind === "entity" ? act.record(state, receiver.id) : undefined;
  const known = list?.kind === "array" ? list : null;
  const hint = receiver ? hintOf(receiver) : "";
  const items = known?.items ?? [];
  const pairs: (readonly [Value, Value])[] = items.slice(1, maxPairs).map((item, index) => [items[index]!, item]);
  if (pairs.length === 0 && (!known || known.overflow)) pairs.push([items[0] ?? state.unknown(hint), state.unknown(hint)]);
  const step = (from: State, index: number): void => {
    const pair = pairs[index];
    if (!pair) return finish(from);
    const actual = pair.map((value): Arg => ({ value, site: act.site(site.range), spread: false }));
    invoke(from, { ...site, name: "" }, fn, null, actual, (after, completion) => (completion.kind === "throw" ? call.k(after, completion) : step(after, index + 1)));
  };
  // A list of which nothing is known may have nothing to compare.
  if (!known || (known.overflow && items.length < 2)) finish(state.fork());
  step(state, 0);
}

const maxPairs = 8;
const maxRounds = 400;

function flattened(act: Activation, state: State, results: readonly Value[]): Value[] {
  return results.flatMap((value) => {
    const list = value.kind === "entity" ? act.record(state, value.id) : undefined;
    return list?.kind === "array" ? [...list.items] : [value];
  });
}

function resultOf(act: Activation, kind: Extract<BuiltinModel, { kind: "eachElement" }>["result"], state: State, results: readonly Value[], overflow: boolean): Value {
  if (kind === "none" || (kind === "element" && !overflow)) return undefinedValue;
  if (kind === "array" || kind === "filtered") return listOf(act, state, results, overflow);
  return state.unknown();
}

/** A name of the contracts that nothing binds is the native function itself. */
export function asNative(site: CallSite, target: Value): Value {
  const name = target.kind === "entity" ? site.act.engine.nativeName(target.hint) : null;
  return name === null ? target : { kind: "native", ref: site.act.engine.refByName(name), args: [] };
}

/** True for what lies in a list. */
export function isListed(state: State, id: number): boolean {
  const record = state.records.get(id);
  return record !== undefined && record.kind !== "open";
}
