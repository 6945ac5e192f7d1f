import type { LanguageModel } from "../ir/language.js";
import { isCount, isListLength } from "./library.js";
import { wholeBounds } from "./ranges.js";
import type { JsRecord, State } from "./state.js";
import { constant, entity, expression, globalField, leastOf, valueKey, type EntityValue, type Value } from "./values.js";

/** What a field gives that is read for the first time: under the name of a length, a number of elements. */
export function firstRead(state: State, list: EntityValue, record: JsRecord, key: string, value: EntityValue): Value {
  return isCount(state.language, key) && !record.class ? asWalked(state, list, sizeOf(state.language, key, value)) : value;
}

/** A length with what walks over the list have shown of it. */
export function asWalked(state: State, list: Value, length: Value): Value {
  const walked = state.facts.get(valueKey(expression("walk", [list])));
  if (walked && !state.facts.has(valueKey(length))) state.setFact({ value: length, truth: walked.truth, equals: undefined, not: [] });
  return length;
}

// Lengths are never less than 0; other things than collections have a size as well.
function sizeOf(language: LanguageModel, key: string, value: EntityValue): Value {
  return expression("length", [value], isListLength(language, key) ? "0" : "-Infinity");
}

/** The length of a list of the program of which not all elements are known. What is put in makes it another length. */
export function lengthOf(list: EntityValue, { items }: JsRecord): Value {
  return expression("length", [entity(list.id), constant(items.length)], String(items.length));
}

/** The number of keys that an object has. */
export function numberOfKeys(object: Value): Value {
  return expression("length", [expression("keys", [object])], "0");
}

/** True for a length that stands for one list of this path. */
export function isOwnLength(length: Value): boolean {
  const [of] = length.kind === "expression" ? length.operands : [];
  return of?.kind === "entity" && of.id > 0;
}

/** The unknown number that a length is, where a field holds it. */
export function numberBehind(value: Value): EntityValue | null {
  const [number] = value.kind === "expression" && value.operator === "length" && value.operands.length === 1 ? value.operands : [];
  return number?.kind === "entity" ? number : null;
}

/** An unknown in the place of what a field held: another length, if it was one. */
export function another(state: State, key: string, old: Value): Value {
  const value = state.unknown(key);
  return numberBehind(old) && isCount(state.language, key) ? sizeOf(state.language, key, value) : value;
}

/** How many elements a list has, as far as the program has asked. */
export function lengthsOf(state: State, list: Value): Value[] {
  if (list.kind !== "entity") return [];
  const record = state.records.get(list.id);
  const keys = numberOfKeys(list);
  if (record && record.kind !== "open") return record.overflow ? [lengthOf(list, record), keys] : [];
  const found: Value[] = [keys];
  for (const [key, { kind }] of state.language.properties) {
    if (kind !== "count") continue;
    const known = record?.fields.get(key);
    if (known && numberBehind(known)) found.push(known);
    else if (!known && list.id < 0 && !record?.class) found.push(sizeOf(state.language, key, entity(globalField(list.id, key))));
  }
  return found;
}

/** Whether a length is more than nothing, by what it was compared to. */
export function isSome(state: State, length: Value): boolean | undefined {
  const least = leastOf(length);
  if (least > 0) return true;
  const fact = state.facts.get(valueKey(length));
  if (fact?.equals) return Boolean(fact.equals.value);
  if (fact?.truth !== undefined) return fact.truth;
  const bounds = wholeBounds(state, length);
  const from = Math.max(least, bounds.least);
  return from > 0 ? true : bounds.most <= 0 && from >= 0 ? false : undefined;
}

/** The list is changed: what was known of its length does not go for what it has now. */
export function forgetLength(state: State, list: EntityValue): void {
  const record = state.records.get(list.id);
  const known = lengthsOf(state, list);
  // A length in a field is forgotten with the field: what was read from it before is still the number that it was.
  const inFields = record?.kind === "open" ? [...record.fields].filter(([key, value]) => isCount(state.language, key) && numberBehind(value)) : [];
  if (record && inFields.length > 0) state.setRecord(list.id, { ...record, fields: new Map([...record.fields].filter((field) => !inFields.some(([key]) => key === field[0]))) });
  const gone = known.filter((length) => !inFields.some(([, value]) => value === length)).map(valueKey);
  const told = [...state.facts.keys()].filter((key) => gone.some((length) => key.includes(length)));
  if (told.length === 0) return;
  const kept = gone.filter((length) => isInVariable(state, length));
  for (const key of told) if (!kept.some((length) => key.includes(length))) state.deleteFact(key);
}

// A variable still has the number, or what came of comparing it.
function isInVariable(state: State, length: string): boolean {
  for (const values of [state.vars, state.cells]) for (const value of values.values()) if (value.kind === "expression" && valueKey(value).includes(length)) return true;
  return false;
}
