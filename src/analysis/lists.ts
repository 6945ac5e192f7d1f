import type { Activation } from "./activation.js";
import { mostRows } from "./budget.js";
import { isCode } from "./computed.js";
import { emptyRecord, freshId, type State } from "./state.js";
import { entity, type EntityValue, type Value } from "./values.js";

/** Elements of a list are followed up to so many where pointers may be among them. */
export const mostElements = 8;
/** Elements that are appended one by one are followed up to so many. */
export const maxItems = 3;
/** Rows of tables that hold functions. */
const mostRowsOfCode = 64;

/** A new list of what can be seen of the elements. */
export function listOf(act: Activation, state: State, items: readonly Value[], overflow: boolean): EntityValue {
  const id = freshId();
  const most = items.length <= mostElements ? mostElements : mostOf(act, state, items);
  state.setRecord(id, { ...emptyRecord, kind: "array", items: items.slice(0, most), overflow: overflow || items.length > most });
  return entity(id);
}

/** How many elements of that kind are followed. */
export function mostOf(act: Activation, state: State, items: readonly Value[]): number {
  if (act.engine.followsRows && items.every((item) => isRow(state, item, 0))) return mostRows;
  return items.every((item) => isPairWithCode(act, state, item)) ? mostRowsOfCode : mostElements;
}

// A pair of a name and a function, say, of which tables are made.
function isPairWithCode(act: Activation, state: State, value: Value): boolean {
  const row = value.kind === "entity" ? act.record(state, value.id) : undefined;
  return row?.kind === "array" && row.items.some(isCode);
}

// Texts, numbers and functions, and records of them: no pointer is among them.
function isRow(state: State, value: Value, depth: number): boolean {
  if (value.kind === "constant" || value.kind === "builtin" || isCode(value)) return true;
  if (value.kind !== "entity" || value.token !== 0 || state.objects.has(value.id) || depth > 3) return false;
  const record = state.records.get(value.id);
  if (record === undefined) return depth > 0;
  return [...record.fields.values(), ...record.items].every((part) => isRow(state, part, depth + 1));
}

/** Appends to a list that the path has made; false where it is followed no further. */
export function appendTo(state: State, target: Value, value: Value): boolean {
  if (target.kind !== "entity") return false;
  const record = state.records.get(target.id);
  if (!record || record.kind === "open" || record.items.length >= maxItems) {
    if (record && record.kind !== "open") state.setRecord(target.id, { ...record, overflow: true });
    return false;
  }
  state.setRecord(target.id, { ...record, items: [...record.items, value] });
  return true;
}
