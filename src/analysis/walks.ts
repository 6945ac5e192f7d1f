import { maxItems } from "./transfer.js";
import type { State } from "./state.js";
import { expression, valueKey, type Value } from "./values.js";

/**
 * Two walks over one list of unknown length take the same number of steps. How many the first one took is a fact of the
 * path, kept under a value that stands for the length: its truth (none, or some), and the number while it is small and
 * some local array was filled meanwhile.
 */
export function walkOf(from: Value): Value | null {
  if (from.kind === "entity") return expression("walk", [from]);
  return from.kind === "expression" && from.operator === "keys" ? expression("walk", from.operands) : null;
}

/** Which steps are possible after `taken` of them; null: nobody counts any more. */
export function nextOfWalk(state: State, walk: Value, taken: number | null): { more: boolean; end: boolean } {
  const fact = state.facts.get(valueKey(walk));
  if (!fact || taken === null) return { more: true, end: true };
  if (fact.equals) return { more: taken < Number(fact.equals.value), end: taken >= Number(fact.equals.value) };
  return taken > 0 || fact.truth === undefined ? { more: true, end: true } : { more: fact.truth, end: !fact.truth };
}

/** Whether a walk of so many steps is possible; two stand for any larger number. */
export function mayTake(state: State, walk: Value, steps: number): boolean {
  const fact = state.facts.get(valueKey(walk));
  if (fact?.equals) return Math.min(Number(fact.equals.value), 2) === steps;
  return fact?.truth === undefined || fact.truth === steps > 0;
}

/** The walk goes on: there is at least one element. */
export function learnMore(state: State, walk: Value): void {
  if (!state.facts.has(valueKey(walk))) state.setFact({ value: walk, truth: true, equals: undefined, not: [] });
}

/** The walk ends after `taken` steps. */
export function learnEnd(state: State, walk: Value, taken: number | null, makesArray = false): void {
  if (taken === 0) state.setFact({ value: walk, truth: false, equals: undefined, not: [] });
  else if (taken !== null && (makesArray || fillsArray(state))) state.setFact({ value: walk, truth: true, equals: { value: taken }, not: [] });
}

/** The steps taken, one more; null once they are too many to count, or no local array grows with them. */
export function oneMore(state: State, taken: number | null): number | null {
  return taken !== null && taken < maxItems && fillsArray(state, Math.min(taken, 1)) ? taken + 1 : null;
}

function fillsArray(state: State, items = 1): boolean {
  for (const record of state.records.values()) if ((record.kind === "array" || record.kind === "collection") && !record.shared && record.items.length >= items) return true;
  return false;
}

/** The list may have another length from now on. */
export function forgetWalk(state: State, list: Value): void {
  const walk = walkOf(list);
  if (walk) state.deleteFact(valueKey(walk));
}
