import { maxItems } from "./lists.js";
import { forgetLength, isOwnLength, isSome, lengthsOf } from "./lengths.js";
import type { Fact, State } from "./state.js";
import { expression, valueKey, type Value } from "./values.js";

/**
 * Two walks over one list of unknown length take the same number of steps. How many the first one took is a fact of the
 * path, kept under a value that stands for the length: its truth (none, or some), and the number while it is small and
 * some local array was filled meanwhile.
 */
export function walkOf(from: Value): Value | null {
  if (from.kind === "entity") return expression("walk", [from]);
  return from.kind === "expression" && (from.operator === "keys" || from.operator === "elements") ? expression("walk", from.operands) : null;
}

/** The function that takes one step of such a walk: an object that holds the element, and whether there was one. */
export const stepOfWalk = "%step";

/** Whether the path has learned how many elements there are, or at least asked. */
export function isAsked(state: State, walk: Value): boolean {
  return state.facts.has(valueKey(walk)) || isWalked(state, walk) !== undefined;
}

/** Which steps are possible after `taken` of them; null: nobody counts any more. */
export function nextOfWalk(state: State, walk: Value, taken: number | null): { more: boolean; end: boolean } {
  if (taken === null) return { more: true, end: true };
  const exact = exactly(state, walk);
  if (exact !== undefined) return { more: taken < exact, end: taken >= exact };
  const some = taken > 0 ? undefined : isWalked(state, walk);
  const passed = state.facts.get(valueKey(walk))?.not.includes(taken) === true;
  return { more: some ?? true, end: !(some ?? passed) };
}

// Whether there is anything to walk over: by a walk before, or by what was asked of the length.
function isWalked(state: State, walk: Value): boolean | undefined {
  const known = state.facts.get(valueKey(walk))?.truth;
  if (known !== undefined) return known;
  for (const length of lengthsOfWalk(state, walk)) {
    const some = isSome(state, length);
    if (some !== undefined) return some;
  }
  return undefined;
}

function lengthsOfWalk(state: State, walk: Value): Value[] {
  return walk.kind === "expression" ? lengthsOf(state, walk.operands[0]!) : [];
}

function exactly(state: State, walk: Value): number | undefined {
  for (const told of [walk, ...lengthsOfWalk(state, walk)]) {
    const number = state.facts.get(valueKey(told))?.equals?.value;
    if (typeof number === "number") return number;
  }
  return undefined;
}

/** Whether a walk of so many steps is possible; two stand for any larger number. */
export function mayTake(state: State, walk: Value, steps: number): boolean {
  const exact = exactly(state, walk);
  if (exact !== undefined) return Math.min(exact, 2) === steps;
  const some = isWalked(state, walk);
  return some === undefined || some === steps > 0;
}

/** The walk goes on after `taken` steps: there are more elements than that. */
export function learnMore(state: State, walk: Value, taken: number | null = 0): void {
  const known = state.facts.get(valueKey(walk));
  if (!known) learn(state, walk, { truth: true, equals: undefined, not: [] });
  else if (taken && !known.equals && !known.not.includes(taken) && countsReferences(state)) state.setFact({ ...known, not: [...known.not, taken] });
}

/** The walk ends after `taken` steps. */
export function learnEnd(state: State, walk: Value, taken: number | null, makesArray = false): void {
  if (taken === 0) learn(state, walk, { truth: false, equals: undefined, not: [] });
  else if (taken !== null && (makesArray || fillsArray(state) || countsReferences(state))) learn(state, walk, { truth: true, equals: { value: taken }, not: [] });
}

// What a walk shows goes for the length that was asked for before it; one that is asked for later finds it here. The number
// of steps of a walk may stand for larger ones, a length is what it is.
function learn(state: State, walk: Value, fact: Omit<Fact, "value">): void {
  state.setFact({ value: walk, ...fact });
  for (const length of lengthsOfWalk(state, walk)) {
    const known = state.facts.get(valueKey(length));
    if (known?.truth === undefined && (known || isOwnLength(length))) state.setFact({ value: length, truth: fact.truth, equals: undefined, not: known?.not ?? [] });
  }
}

/** A length is forgotten: what was known of it stays with the walks over its list. */
export function toldByLength(state: State, list: Value, length: Value): void {
  const walk = walkOf(list);
  const some = isSome(state, length);
  if (walk && some !== undefined && !state.facts.has(valueKey(walk))) state.setFact({ value: walk, truth: some, equals: state.facts.get(valueKey(length))?.equals, not: [] });
}

/** A list made of all that is in another one: there is something in it where there is in that one. */
export function copyLength(state: State, from: Value, to: Value): void {
  const [known, made] = [walkOf(from), walkOf(to)];
  const some = known && isWalked(state, known);
  if (made && typeof some === "boolean") learn(state, made, { truth: some, equals: undefined, not: [] });
}

/** The steps taken, one more; null once they are too many to count, or no local array grows with them. */
export function oneMore(state: State, walk: Value, taken: number | null): number | null {
  if (taken === null || taken >= maxItems) return null;
  // What the first step does decides whether the others are counted.
  if (taken === 0 && state.tokens.size > 0) return 1;
  return fillsArray(state, Math.min(taken, 1)) || countsReferences(state) || exactly(state, walk) !== undefined ? taken + 1 : null;
}

/** Some list of this code alone has pointers in it. */
export function listsPointers(state: State): boolean {
  for (const { kind, shared, items } of state.records.values()) if (kind === "array" && !shared && items.some((item) => item.kind === "entity" && item.token !== 0)) return true;
  return false;
}

/** References were counted up on this path: how often something is done decides how many there are. */
export function countsReferences(state: State): boolean {
  for (const { kind, status, outer } of state.tokens.values()) if (kind === "retained" && !outer && status !== "transferred") return true;
  for (const { releases } of state.objects.values()) if (releases > 0) return true;
  return false;
}

function fillsArray(state: State, items = 1): boolean {
  for (const record of state.records.values()) if ((record.kind === "array" || record.kind === "collection") && !record.shared && record.items.length >= items) return true;
  return false;
}

/** The list may have another length from now on. */
export function forgetWalk(state: State, list: Value): void {
  const walk = walkOf(list);
  if (walk?.kind !== "expression") return;
  state.deleteFact(valueKey(walk));
  const [walked] = walk.operands;
  if (walked?.kind === "entity") forgetLength(state, walked);
}
