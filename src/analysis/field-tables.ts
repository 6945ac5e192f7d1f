import type { NativeRef } from "../ir/types.js";
import type { Engine } from "./engine.js";
import { settledValue } from "./settled.js";
import { emptyRecord } from "./state.js";
import { inherited } from "./stored-fields.js";
import { entity, globalField, type ClassValue, type EntityValue, type Value } from "./values.js";

/** What is put into a record where it is made, as far as it is a native function or another such record, by its program-wide number. */
export type Content = NativeRef | number;

/**
 * The record of native functions that a class keeps in a field: made there, or what top-level code opened, also as the default of
 * a parameter. What it holds does not depend on the path, if all stores to the field agree.
 */
export function tableOfField(engine: Engine, cls: ClassValue, key: string): EntityValue | null {
  const { fields } = engine.index;
  if (fields.looselyStored.has(key)) return null;
  const [first = null, ...others] = (inherited(fields.sources, cls, key)?.known ?? []).map((number) => tableBehind(engine, number, 0));
  return isTable(engine, first) && others.every((other) => other?.id === first.id) ? first : null;
}

/** The names of such fields. The records are made on the way, so that their members are seen among those of top-level code. */
export function tableNames(engine: Engine): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [field, sources] of engine.index.fields.sources) {
    const name = field.slice(field.indexOf(".", field.indexOf(".") + 1) + 1);
    if (sources?.some((number) => isTable(engine, tableBehind(engine, number, 0)))) found.add(name);
  }
  return found;
}

function isTable(engine: Engine, found: EntityValue | null): found is EntityValue {
  return found !== null && holdsNatives(engine, found, 0);
}

function tableBehind(engine: Engine, number: number, depth: number): EntityValue | null {
  if (depth > 4) return null;
  const settled = settledValue(engine, number);
  if (settled) return settled.kind === "entity" ? settled : null;
  const made = engine.index.fields.contents.get(number);
  if (made) return tableOf(engine, number, made);
  const member = engine.index.members.get(number);
  const object = member && tableBehind(engine, member.object, depth + 1);
  const field = object && engine.moduleRecords.records.get(object.id)?.fields.get(member.key);
  if (field) return field.kind === "entity" ? field : null;
  const [first = null, ...others] = (engine.index.fields.copies.get(number) ?? []).flatMap((source) => tableBehind(engine, source, depth + 1) ?? []);
  return others.every((other) => other.id === first?.id) ? first : null;
}

// One record for all that read it, as if top-level code had made it.
function tableOf(engine: Engine, number: number, content: ReadonlyMap<string, Content>): EntityValue {
  const table = entity(globalField(-number, "%table"));
  if (engine.moduleRecords.records.has(table.id)) return table;
  const fields = [...content].flatMap(([key, held]): [string, Value][] => {
    if (typeof held !== "number") return [[key, { kind: "native", ref: held, args: [] }]];
    const inner = engine.index.fields.contents.get(held);
    return inner ? [[key, tableOf(engine, held, inner)]] : [];
  });
  engine.moduleRecords.setRecord(table.id, { ...emptyRecord, kind: "record", fields: new Map(fields), overflow: true, shared: true });
  return table;
}

function holdsNatives(engine: Engine, table: EntityValue, depth: number): boolean {
  const record = engine.moduleRecords.records.get(table.id);
  return depth < 3 && record !== undefined && [...record.fields.values()].some((value) => value.kind === "native" || (value.kind === "entity" && holdsNatives(engine, value, depth + 1)));
}
