import type { Arg } from "./calls.js";
import { giveReferences } from "./closures.js";
import { emptyRecord, freshId, type JsRecord, type State } from "./state.js";
import { behindAddress, entity, expression, valueKey, type EntityValue, type Value } from "./values.js";

/** The integer behind a pointer, or undefined where that cannot be told. */
export function pointeeOf(state: State, pointer: number): number | undefined {
  const known = valueBehind(state, pointer);
  return known?.kind === "constant" ? Number(known.value) : undefined;
}

/** What was written through a pointer of which something is known. */
export function valueBehind(state: State, pointer: number): Value | undefined {
  return state.records.get(pointer)?.fields.get(pointee);
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
export function writePointee(state: State, operand: Value, given: readonly Value[]): void {
  const pointer = pointerBehind(state, operand) ?? operand;
  if (pointer.kind !== "entity") return;
  const number = given.findLast((value) => value.kind === "constant" && typeof value.value === "number");
  if (number) return rememberPointee(state, pointer, number);
  const [written, other] = given.filter((value) => value.kind !== "constant" && value.kind !== "builtin").map(behindAddress);
  if (written?.kind === "entity" && !other && state.objects.has(written.id) && valueBehind(state, pointer.id)) rememberPointee(state, pointer, written);
  else if (written) forgetPointee(state, pointer);
}

/** A look at what stands behind a pointer, of which something is known: what is written there is written through the pointer. Null of any other. */
export function lookThrough(state: State, operand: Value): EntityValue | null {
  const pointer = pointerBehind(state, operand) ?? operand;
  if (pointer.kind !== "entity" || !state.records.get(pointer.id)?.fields.has(pointee)) return null;
  const look = entity(freshId());
  state.setRecord(look.id, { ...emptyRecord, kind: "open", shared: true, fields: new Map([[pointerField, pointer]]) });
  return look;
}

/** The pointer that an object looks through. */
export function pointerBehind(state: State, look: Value): Value | undefined {
  return look.kind === "entity" ? state.records.get(look.id)?.fields.get(pointerField) : undefined;
}

/** Memory that native code may put pointers into, or a view of memory that is there already. */
export function makeCells(state: State, args: readonly Arg[], { parts, sized }: { readonly parts: number; readonly sized?: boolean }): Value {
  const [first, offset] = args.map(({ value }) => value);
  const known = first?.kind === "entity" ? memoryBehind(state, first.id) : null;
  const memory = known ?? freshId();
  if (known === null) {
    const own = sized || args.every(({ value }) => value.kind !== "entity" || state.records.get(value.id)?.kind === "array");
    state.setRecord(memory, { ...emptyRecord, kind: "array", status: cells, overflow: true, shared: !own });
  } else if (!isStart(offset)) {
    shareCells(state, memory);
  }
  if (parts === 1) return entity(memory);
  const id = freshId();
  state.setRecord(id, { ...emptyRecord, kind: "array", status: parts === 0 ? bytes : halves, overflow: true, fields: new Map([[memoryField, entity(memory)]]) });
  return entity(id);
}

/** The memory that an object is, or is a view of. */
export function memoryBehind(state: State, id: number): number | null {
  const record = state.records.get(id);
  if (record?.status === cells) return id;
  const memory = record && isView(record) ? record.fields.get(memoryField) : undefined;
  return memory?.kind === "entity" ? memory.id : null;
}

/** True for a view of memory whose elements are no pointers. */
export function isView({ status }: JsRecord): boolean {
  return status === bytes || status === halves;
}

/** What a view gives under a key: the memory itself, its measures, or a part of a pointer; undefined for what is not seen through. */
export function loadOfView(state: State, id: number, view: JsRecord, key: string): Value | undefined {
  const memory = memoryBehind(state, id);
  if (memory === null) return undefined;
  if (state.language.properties.get(key)?.kind === "memory") return entity(memory);
  const pointer = state.records.get(memory)?.items[0];
  if (!pointer || !isView(view) || !/^\d+$/.test(key)) return undefined;
  // A part alone is a number like any other: whether the others join it nobody knows yet.
  giveReferences(state, pointer);
  if (view.status !== halves || (key !== "0" && key !== "1")) return undefined;
  return expression("part", [pointer], key);
}

/** The elements of a view are read: what lies in the memory may be put together of them. */
export function givePieces(state: State, id: number, view: JsRecord): void {
  const pointer = isView(view) ? state.records.get(memoryBehind(state, id) ?? 0)?.items[0] : undefined;
  if (pointer) giveReferences(state, pointer);
}

/** The pointer of which two numbers are the halves, however they are put together. */
export function joined(operands: readonly Value[]): Value | null {
  const parts: Extract<Value, { kind: "expression" }>[] = [];
  const collect = (value: Value): boolean => {
    if (value.kind !== "expression") return value.kind === "constant";
    if (value.operator !== "part") return value.operands.every(collect);
    parts.push(value);
    return true;
  };
  if (!operands.some((operand) => operand.kind === "expression") || !operands.every(collect)) return null;
  const pointer = parts[0]?.operands[0];
  const whole = pointer && new Set(parts.map(({ tag }) => tag)).size === 2 && parts.every(({ operands: [other] }) => valueKey(other!) === valueKey(pointer));
  return whole ? expression("address", [pointer]) : null;
}

/** The bytes may be read, or written, in other ways from now on. */
export function shareCells(state: State, id: number): void {
  const record = state.records.get(id);
  if (!record) return;
  for (const item of record.items) giveReferences(state, item);
  state.setRecord(id, { ...record, shared: true });
}

/** True for the offset of what lies first in memory. */
export function isStart(offset: Value | undefined): boolean {
  return offset === undefined || (offset.kind === "constant" && (offset.value === undefined || Number(offset.value) === 0));
}

/** Status of such memory: what is in it counts as its elements. */
export const cells = "cells";

// Status of views: of bytes and the like, and of numbers half as wide as a pointer.
const bytes = "bytes";
const halves = "halves";

// Fields that no program can name.
const pointee = "%pointee";
const memoryField = "%memory";
const pointerField = "%pointer";
