import type { State } from "./state.js";
import { expression, leastOf, valueKey, type Value } from "./values.js";

/** Between which numbers a value lies on the path; `open`: the number itself is not meant. */
export interface Bounds {
  readonly least: number;
  readonly leastOpen: boolean;
  readonly most: number;
  readonly mostOpen: boolean;
}

/** What the path knows of `left < right` by what it was told when it compared one of them to other numbers. */
export function orderTruth(state: State, left: Value, right: Value): boolean | undefined {
  if (numberOf(left) === undefined && numberOf(right) === undefined) return undefined;
  const low = boundsOf(state, left), high = boundsOf(state, right);
  if (low.most < high.least || (low.most === high.least && (low.mostOpen || high.leastOpen))) return true;
  return low.least >= high.most ? false : undefined;
}

/** The numbers between which the comparisons of the path leave a value. */
export function boundsOf(state: State, value: Value): Bounds {
  const known = numberOf(value) ?? (value.kind === "constant" ? undefined : numberOf(state.facts.get(valueKey(value))?.equals));
  if (known !== undefined) return { least: known, leastOpen: false, most: known, mostOpen: false };
  let { leastOpen, most, mostOpen } = anywhere;
  if (value.kind === "constant") return anywhere;
  let least = leastOf(value);
  if (least === 0 && isLength(value) && state.facts.get(valueKey(value))?.truth) least = 1;
  if (!state.ordered) return { ...anywhere, least };
  let key: string | null = null;
  for (const { value: told, truth } of state.facts.values()) {
    if (told.kind !== "expression" || told.operator !== "<" || truth === undefined) continue;
    const [left, right] = told.operands as readonly [Value, Value];
    const [from, to] = [numberOf(left), numberOf(right)];
    if ((from === undefined) === (to === undefined)) continue;
    key ??= valueKey(value);
    if (valueKey(from === undefined ? left : right) !== key) continue;
    // `from < value`, `value < to`, or what is left when that is not so.
    const isLeast = (from !== undefined) === truth;
    const number = from ?? to!;
    if (isLeast && (number > least || (number === least && truth))) [least, leastOpen] = [number, truth];
    if (!isLeast && (number < most || (number === most && truth))) [most, mostOpen] = [number, truth];
  }
  return { least, leastOpen, most, mostOpen };
}

function isLength(value: Value): boolean {
  return value.kind === "expression" && value.operator === "length";
}

/** `left < right` where one of them is a counter less a number. */
export function wholeOrder(state: State, left: Value, right: Value): boolean | undefined {
  const [low, high] = [wholeBounds(state, left), wholeBounds(state, right)];
  return low.most < high.least ? true : low.least >= high.most ? false : undefined;
}

/**
 * A counter goes on from one number to the next. Where it was compared with the last number below a bound (`i === n - 1`), it has reached
 * the bound now or, if it was another number below it, has not.
 */
export function noteStep(state: State, from: Value, next: Value): void {
  const key = valueKey(from);
  const number = numberOf(from);
  for (const { value: told, truth, equals, not } of [...state.facts.values()]) {
    if (told.kind !== "expression") continue;
    const bound = boundAbove(told);
    // A number that is compared with constants has what it was found to be in its own fact.
    if (bound && number !== undefined) {
      if (equals?.value === number) setOrder(state, next, bound, false);
      else if (not.includes(number) && isBelow(state, from, bound)) setOrder(state, next, bound, true);
    }
    if (told.operator !== "===" || truth === undefined) continue;
    const other = told.operands.findIndex((operand) => valueKey(operand) === key);
    const limit = other < 0 ? null : boundAbove(told.operands[1 - other]!);
    if (limit && (truth || isBelow(state, from, limit))) setOrder(state, next, limit, !truth);
  }
}

// The number of which a value is one less.
function boundAbove(value: Value): Value | null {
  const [bound, less] = value.kind === "expression" && value.operator === "-" ? value.operands : [];
  return bound && numberOf(less) === 1 ? bound : null;
}

/** Whether the path knows that one number is less than another. */
export function isBelow(state: State, left: Value, right: Value): boolean {
  return (state.facts.get(valueKey(expression("<", [left, right])))?.truth ?? orderTruth(state, left, right)) === true;
}

function setOrder(state: State, left: Value, right: Value, truth: boolean): void {
  state.setFact({ value: expression("<", [left, right]), truth, equals: undefined, not: [] });
}

/** The whole numbers between which a counter lies. */
export function wholeBounds(state: State, value: Value): { readonly least: number; readonly most: number } {
  const [from, less] = value.kind === "expression" && value.operator === "-" ? value.operands : [];
  const by = numberOf(less);
  if (from && by !== undefined) {
    const { least: low, most: high } = wholeBounds(state, from);
    return { least: low - by, most: high - by };
  }
  const { least, leastOpen, most, mostOpen } = boundsOf(state, value);
  return { least: leastOpen ? Math.floor(least) + 1 : Math.ceil(least), most: mostOpen ? Math.ceil(most) - 1 : Math.floor(most) };
}

/** What a counter is, where the comparisons of the path leave one whole number only. */
export function wholeNumber(state: State, value: Value): number | undefined {
  const { least, most } = wholeBounds(state, value);
  return least === most ? least : undefined;
}

/** Whether a number can be one of those between the bounds. */
export function isWithin(number: number, { least, leastOpen, most, mostOpen }: Bounds): boolean {
  return (leastOpen ? number > least : number >= least) && (mostOpen ? number < most : number <= most);
}

const anywhere: Bounds = { least: -Infinity, leastOpen: false, most: Infinity, mostOpen: false };

function numberOf(value: { readonly kind?: string; readonly value?: unknown } | undefined): number | undefined {
  return value !== undefined && (value.kind === undefined || value.kind === "constant") && typeof value.value === "number" ? value.value : undefined;
}
