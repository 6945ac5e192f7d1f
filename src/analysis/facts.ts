import type { Constant } from "../ir/types.js";
import { settleDeath } from "./invalidation.js";
import { isSome } from "./lengths.js";
import { boundsOf, isBelow, isWithin, orderTruth, wholeBounds } from "./ranges.js";
import type { Condition, Fact, State } from "./state.js";
import { expression, isNullConstant, leastOf, staticTruth, valueKey, type EntityValue, type Value } from "./values.js";

/** What the path knows of the truth of a value; undefined: both are possible. */
export function truthOf(state: State, value: Value): boolean | undefined {
  const fixed = staticTruth(value);
  if (fixed !== undefined) return fixed;
  if (value.kind === "entity") {
    const record = state.records.get(value.id);
    if (record && record.kind !== "open") return true;
    return factTruth(state.facts.get(`e${value.id}`)) ?? (state.ordered && value.token === 0 && isBeyondZero(state, value) ? true : undefined);
  }
  if (value.kind === "expression") {
    const [first, second] = value.operands;
    if (value.operator === "not") return negate(truthOf(state, first!));
    if (value.operator === "address") return truthOf(state, first!);
    if (value.operator === "text") return true;
    if (value.operator === "length") return isSome(state, value);
    if (value.operator === "-") return factTruth(state.facts.get(valueKey(value))) ?? countedDown(state, first!, second!);
    if (value.operator === "beyond") return leastOf(value) > 0 ? true : factTruth(state.facts.get(valueKey(value)));
    if (value.operator === "isnull") return negate(truthOf(state, first!));
    if (value.operator === "===" || value.operator === "==") return equalityTruth(state, value.operator === "===", first!, second!, valueKey(value));
    if (value.operator === "<") return factTruth(state.facts.get(valueKey(value))) ?? orderTruth(state, first!, second!);
  }
  return factTruth(state.facts.get(valueKey(value)));
}

// By what it was compared to, it is a number other than 0.
function isBeyondZero(state: State, value: Value): boolean {
  const { least, leastOpen, most, mostOpen } = boundsOf(state, value);
  return least > 0 || most < 0 || (least === 0 && leastOpen) || (most === 0 && mostOpen);
}

// What is left of a number that is counted down is nothing where the number was no more than that.
function countedDown(state: State, from: Value, less: Value): boolean | undefined {
  if (less.kind !== "constant" || typeof less.value !== "number") return undefined;
  const { least, most } = wholeBounds(state, from);
  if (least > less.value) return true;
  return least === less.value && most === less.value ? false : undefined;
}

function negate(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function factTruth(fact: Fact | undefined): boolean | undefined {
  if (!fact) return undefined;
  return fact.equals ? Boolean(fact.equals.value) : fact.truth;
}

function equalityTruth(state: State, strict: boolean, left: Value, right: Value, key: string): boolean | undefined {
  if (right.kind !== "constant") {
    if (left.kind === "constant") return equalityTruth(state, strict, right, left, key);
    if (valueKey(left) === valueKey(right)) return true;
    if (state.ordered && (isBelow(state, left, right) || isBelow(state, right, left))) return false;
    const bothObjects = (isObject(state, left) && isObject(state, right)) || areApart(state, left, right);
    return bothObjects ? false : (factTruth(state.facts.get(key)) ?? (haveOneTruth(state, left, right) ? undefined : false));
  }
  if (left.kind === "constant") return equalConstants(strict, left.value, right.value);
  if (left.kind === "function" || left.kind === "class" || left.kind === "builtin" || isObject(state, left)) return false;
  if (right.value === undefined && strict && left.kind === "entity" && isElement(state, left)) return false;
  if (typeof right.value === "number" && right.value < leastOf(left)) return false;
  if (isKindTest(state, left, right.value) && truthOf(state, left.operands[0]!)) return true;
  const fact = state.facts.get(valueKey(left));
  if (fact?.equals) return equalConstants(strict, fact.equals.value, right.value);
  if (fact?.not.some((other) => other === right.value)) return false;
  const truth = truthOf(state, left);
  if (typeof right.value === "boolean" && isBoolean(left)) return truth === undefined ? undefined : truth === right.value;
  if (isForm(left) && isNullConstant(right)) return negate(truthOf(state, left.operands[0]!));
  if (isWord(left) && right.value === 0) return negate(truth);
  if (isPointer(state, left) && isNullConstant(right)) return negate(truth);
  // A value that stands for nothing is null, whichever way it was found out.
  if (truth === false && (right.value === null || right.value === undefined)) return true;
  if (truth === true && !right.value) return false;
  if (truth === false && right.value) return false;
  return typeof right.value === "number" && !isWithin(right.value, boundsOf(state, left)) ? false : undefined;
}

/** Hint of a pointer that came out of a list: `undefined` there means that there was none. */
export const elementHint = "%element";

// A pointer that lies in a list, or came out of one, is an element of it, also where it is NULL.
function isElement(state: State, { token, hint }: EntityValue): boolean {
  if (hint === elementHint) return true;
  if (token === 0) return false;
  const isSame = (value: Value): boolean => value.kind === "entity" && value.token === token;
  for (const { kind, items, computed } of state.records.values()) if ((kind === "array" || kind === "collection") && (items.some(isSame) || computed.some(({ value }) => isSame(value)))) return true;
  return false;
}

// Something and nothing are never the same.
function haveOneTruth(state: State, left: Value, right: Value): boolean {
  const one = truthOf(state, left);
  const other = one === undefined ? undefined : truthOf(state, right);
  return other === undefined || one === other;
}

// Two pointers to objects that this path keeps apart, while both are good.
function areApart(state: State, left: Value, right: Value): boolean {
  if (left.kind !== "entity" || right.kind !== "entity" || left.token === 0 || right.token === 0) return false;
  const one = state.objects.get(left.id), other = state.objects.get(right.id);
  return one !== undefined && other !== undefined && !one.dead && !other.dead && one.origin !== "unknown" && other.origin !== "unknown";
}

// The constants of one path are compared as the language does; a loose test against null means null or undefined.
function equalConstants(strict: boolean, left: Constant, right: Constant): boolean {
  if (strict) return left === right;
  if (left === null || left === undefined) return right === null || right === undefined;
  if (right === null || right === undefined) return false;
  return left === right || String(left) === String(right) || Number(left) === Number(right);
}

/** The address of a pointer as a number or text: zero there means NULL. */
function isForm(value: Value): value is Extract<Value, { kind: "expression" }> {
  return value.kind === "expression" && (value.operator === "address" || value.operator === "text");
}

// A number that is zero or truthy: the bits of a mask, a length.
function isWord(value: Value): boolean {
  return value.kind === "expression" && ["&", "|", "^", "<<", ">>", ">>>", "length"].includes(value.operator);
}

function isObject(state: State, value: Value): boolean {
  if (value.kind !== "entity") return false;
  const record = state.records.get(value.id);
  return record !== undefined && record.kind !== "open";
}

/** True for an entity that native code gave or was given: its null-like values all mean NULL. */
export function isPointer(state: State, value: Value): value is EntityValue {
  return value.kind === "entity" && state.objects.has(value.id);
}

/** Adds what a test has shown; false when the path is not feasible. Changes `state`. */
export function assume(state: State, value: Value, truth: boolean): boolean {
  const known = truthOf(state, value);
  if (known !== undefined) return known === truth;
  if (value.kind === "expression") {
    const [first, second] = value.operands;
    switch (value.operator) {
      case "address":
        return assume(state, first!, truth);
      case "not":
      case "isnull":
        return assume(state, first!, !truth);
      case "===":
      case "==":
        if (!assumeEquality(state, value.operator === "===", first!, second!, truth)) return false;
        if (truthOf(state, value) !== undefined) {
          settleConditions(state, value, truth);
          return true;
        }
        break;
    }
    learn(state, value, { truth });
    settleConditions(state, value, truth);
    return true;
  }
  learn(state, value, { truth });
  settleConditions(state, value, truth);
  if (value.kind === "entity" && !truth) becomeNull(state, value.id);
  if (value.kind === "entity" && state.objects.has(value.id)) state.updateObject(value.id, { tested: true });
  return true;
}

function assumeEquality(state: State, strict: boolean, left: Value, right: Value, truth: boolean): boolean {
  if (left.kind === "constant") return right.kind === "constant" ? true : assumeEquality(state, strict, right, left, truth);
  if (right.kind !== "constant") return !truth || shareTruth(state, left, right);
  if (isForm(left) && isNullConstant(right)) return assume(state, left.operands[0]!, !truth);
  if (isPointer(state, left) && isNullConstant(right)) return assume(state, left, !truth);
  if (isWord(left) && right.value === 0) return assume(state, left, !truth);
  if (!truth && isKindTest(state, left, right.value)) return assume(state, left.operands[0]!, false);
  if (typeof right.value === "boolean" && isBoolean(left)) return assume(state, left, right.value === truth);
  if (truth) {
    if (!strict && (right.value === null || right.value === undefined)) {
      learn(state, left, { truth: false });
    } else {
      learn(state, left, { equals: { value: right.value }, truth: Boolean(right.value) });
    }
    if (left.kind === "entity" && !right.value) becomeNull(state, left.id);
  } else {
    const not = !strict && (right.value === null || right.value === undefined) ? [null, undefined] : [right.value];
    learn(state, left, { not, ...(typeof right.value === "boolean" && isBoolean(left) ? { truth: !right.value } : {}) });
  }
  return true;
}

// What is known of one of two equal values goes for the other as well.
function shareTruth(state: State, left: Value, right: Value): boolean {
  const one = truthOf(state, left), other = truthOf(state, right);
  if (one !== undefined) return assume(state, right, one);
  return other === undefined || assume(state, left, other);
}

function isBoolean(value: Value): boolean {
  return value.kind === "expression" && ["===", "==", "<", "not", "isnull", "in", "instanceof"].includes(value.operator);
}

function learn(state: State, value: Value, news: { truth?: boolean; equals?: { value: Constant }; not?: readonly Constant[] }): void {
  const old = state.facts.get(valueKey(value));
  state.setFact({
    value,
    truth: news.truth ?? old?.truth,
    equals: news.equals ?? old?.equals,
    not: news.not ? [...(old?.not ?? []), ...news.not.filter((constant) => !old?.not.includes(constant))] : (old?.not ?? []),
  });
}

/** On the NULL side there is nothing to release and nothing to dangle. */
export function becomeNull(state: State, id: number): void {
  const object = state.objects.get(id);
  if (!object) return;
  for (const [tokenId, token] of state.tokens) {
    if (token.object === id && token.status === "held" && (token.kind === "owned" || token.kind === "retained")) state.updateToken(tokenId, { status: "given" });
  }
  state.setObject(id, { ...object, anchors: [], dead: false, tested: true, origin: "static" });
}

/** True when the path knows that the pointer is NULL. */
export function isKnownNull(state: State, value: Value): boolean {
  return isNullConstant(value) || (value.kind === "entity" && truthOf(state, value) === false);
}

// An effect that depends on the result of its call is undone once the path learns that the call failed.
function settleConditions(state: State, tested: Value, truth: boolean): void {
  for (const [id, token] of state.tokens) {
    const condition = token.condition;
    if (!condition || !mentions(tested, condition.result)) continue;
    const outcomes = [...samples(condition), ...numbersIn(tested)].filter((sample) => evaluate(tested, condition.result, sample) === truth);
    settle(state, id, condition, outcomes);
  }
}

/** Does the same by all that is known, where a callee found out about the result of its caller's call. */
export function settleKnown(state: State): void {
  for (const [id, { condition }] of state.tokens) {
    if (!condition) continue;
    const known = [...state.facts.values()].filter((fact) => mentions(fact.value, condition.result));
    if (known.length === 0) continue;
    const candidates = [...samples(condition), ...known.flatMap((fact) => numbersIn(fact.value))];
    settle(state, id, condition, candidates.filter((sample) => known.every((fact) => agrees(fact, condition.result, sample))));
  }
}

function settle(state: State, id: number, condition: Condition, outcomes: readonly number[]): void {
  if (outcomes.length === 0 || outcomes.some((sample) => succeeded(condition, sample))) return;
  if (condition.otherwise === "held") return state.updateToken(id, { status: "held", condition: null, ended: null });
  const object = state.tokens.get(id)!.object;
  state.deleteToken(id);
  const ended = state.objects.get(object)?.ended;
  if (ended) settleDeath(state, object, ended);
}

function agrees(fact: Fact, result: number, sample: number): boolean {
  const truth = evaluate(fact.value, result, sample);
  if (fact.truth !== undefined && truth !== undefined && truth !== fact.truth) return false;
  if (fact.value.kind !== "entity") return true;
  return (!fact.equals || Number(fact.equals.value) === sample) && !fact.not.some((constant) => constant === sample);
}

// Results that stand for all others; where failure may be a negative number, one of those as well.
function samples(condition: Condition): readonly number[] {
  return condition.success === "nonzero" || condition.success === "pointer" ? [1, 0] : [1, 0, -1];
}

function numbersIn(value: Value): readonly number[] {
  if (value.kind === "constant") return typeof value.value === "number" || typeof value.value === "bigint" ? [Number(value.value)] : [];
  return value.kind === "expression" ? value.operands.flatMap(numbersIn) : [];
}

function succeeded(condition: Condition, sample: number): boolean {
  if (condition.success === "zero") return sample === 0;
  return condition.success === "nonnegative" ? sample >= 0 : condition.success === "positive" ? sample > 0 : sample !== 0;
}

function mentions(value: Value, id: number): boolean {
  if (value.kind === "entity") return value.id === id;
  return value.kind === "expression" && value.operands.some((operand) => mentions(operand, id));
}

/** The truth of a tested expression when the result is the sample; undefined when that cannot be told. */
function evaluate(value: Value, result: number, sample: number): boolean | undefined {
  const number = numeric(value, result, sample);
  if (number !== undefined) return Boolean(number);
  if (value.kind !== "expression") return undefined;
  const [first, second] = value.operands;
  if (value.operator === "not" || value.operator === "isnull") {
    const inner = evaluate(first!, result, sample);
    return inner === undefined ? undefined : !inner;
  }
  const left = first && numeric(first, result, sample);
  const right = second && numeric(second, result, sample);
  if (left === undefined || right === undefined) return undefined;
  if (value.operator === "<") return left < right;
  if (value.operator === "===" || value.operator === "==") return left === right;
  return undefined;
}

function numeric(value: Value, result: number, sample: number): number | undefined {
  if (value.kind === "entity") return value.id === result ? sample : undefined;
  if (value.kind !== "constant") return undefined;
  return typeof value.value === "number" || typeof value.value === "bigint" || typeof value.value === "boolean" ? Number(value.value) : undefined;
}

// `typeof p === "object"` where nobody knows what the binding makes of pointers: what is none is no pointer, its author means.
function isKindTest(state: State, left: Value, right: Constant): left is Extract<Value, { kind: "expression" }> {
  if (right !== state.language.typeNames.object || left.kind !== "expression" || left.operator !== "typeof") return false;
  const [pointer] = left.operands;
  return pointer !== undefined && isPointer(state, pointer) && !state.tokens.get(pointer.token)?.ref?.binding;
}

// What a pointer is never, whatever its binding makes of it; where the binding is known, numbers too.
function neverOfType(state: State, pointer: EntityValue, type: Constant): boolean {
  const { typeNames } = state.language;
  if (type === typeNames.nothing || type === typeNames.text || type === typeNames.truth) return true;
  const ref = state.tokens.get(pointer.token)?.ref;
  return type === typeNames.number && (!ref || ref.binding === "" || ref.ineffective.includes("=== 0"));
}

/** The value of a comparison; constants are folded. */
export function compare(state: State, strict: boolean, left: Value, right: Value, tag: string): Value {
  // A pointer is never of type "undefined".
  if (left.kind === "expression" && left.operator === "typeof" && right.kind === "constant" && isPointer(state, left.operands[0]!) && neverOfType(state, left.operands[0], right.value)) return { kind: "constant", value: false };
  // What is a number of its own type is not null, where NULL is.
  if (left.kind === "expression" && left.operator === "typeof" && right.kind === "constant" && right.value === state.language.typeNames.integer && isPointer(state, left.operands[0]!) && !state.tokens.get(left.operands[0].token)?.ref?.ineffective.includes("=== null")) return expression("not", [expression("isnull", [left.operands[0]], tag)]);
  const value = expression(strict ? "===" : "==", left.kind === "constant" ? [right, left] : [left, right], tag);
  const truth = left.kind === "constant" && right.kind === "constant" ? truthOf(state, value) : undefined;
  return truth === undefined ? value : { kind: "constant", value: truth };
}
