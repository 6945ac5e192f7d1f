import type { Arg } from "./calls.js";
import { giveReferences } from "./closures.js";
import { emptyRecord, freshId, type State } from "./state.js";
import { entity, type EntityValue, type Value } from "./values.js";

/** The integer behind a pointer, or undefined where that cannot be told. */
export function pointeeOf(state: State, pointer: number): number | undefined {
  const known = state.records.get(pointer)?.fields.get(pointee);
  return known?.kind === "constant" ? Number(known.value) : undefined;
}

/** Says what stands behind a pointer. */
export function rememberPointee(state: State, pointer: EntityValue, value: Value): void {
  const record = state.records.get(pointer.id) ?? { ...emptyRecord, kind: "open", shared: true };
  state.setRecord(pointer.id, { ...record, fields: new Map(record.fields).set(pointee, value) });
}

/** The pointer goes where it cannot be followed: whatever stood behind it may be another number now. */
export function forgetPointee(state: State, pointer: Value): void {
  if (pointer.kind === "entity" && state.records.get(pointer.id)?.fields.has(pointee)) rememberPointee(state, pointer, state.unknown());
}

/** A call may write through a pointer what it is given beside it: a number, or what nobody knows; a name of a type is none. */
export function writePointee(state: State, pointer: Value, given: readonly Value[]): void {
  if (pointer.kind !== "entity") return;
  const number = given.find((value) => value.kind === "constant" && typeof value.value === "number");
  if (number) rememberPointee(state, pointer, number);
  else if (given.some((value) => value.kind !== "constant" && value.kind !== "builtin")) forgetPointee(state, pointer);
}

/** Memory that native code may put pointers into, one for each element; made over other memory it is seen through that as well. */
export function makeCells(state: State, args: readonly Arg[]): Value {
  const id = freshId();
  const own = args.every(({ value }) => value.kind !== "entity" || state.records.get(value.id)?.kind === "array");
  state.setRecord(id, { ...emptyRecord, kind: "array", status: cells, overflow: true, shared: !own });
  return entity(id);
}

/** The bytes may be read, or written, in other ways from now on. */
export function shareCells(state: State, id: number): void {
  const record = state.records.get(id);
  if (!record) return;
  for (const item of record.items) giveReferences(state, item);
  state.setRecord(id, { ...record, shared: true });
}

/** Status of such memory: what is in it counts as its elements. */
export const cells = "cells";

// A field that no program can name.
const pointee = "%pointee";
