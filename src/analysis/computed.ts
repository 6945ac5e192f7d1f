import { giveReferences, loseSight } from "./closures.js";
import { type JsRecord, type State } from "./state.js";
import { valueKey, type Value } from "./values.js";

/** The field under a key that is known only at run time, if it was read or written before. */
export function computedField(record: JsRecord, key: Value): Value | undefined {
  const wanted = valueKey(key);
  return record.computed.find((entry) => valueKey(entry.key) === wanted)?.value;
}

type Entry = JsRecord["computed"][number];

/** Of the entries of a table those that are followed: every function under a key that is known, and the last few others. */
export function followedEntries(entries: readonly Entry[]): readonly Entry[] {
  const others = new Set(entries.filter(({ key, value }) => !isNamedCode(key, value)).slice(0, -3));
  return others.size === 0 ? entries : entries.filter((entry) => !others.has(entry));
}

/** True for a function under a key that is known: it brings no more states, however many there are. */
export function isNamedCode(key: Value, value: Value): boolean {
  return key.kind === "constant" && isCode(value);
}

/** True for what can be called and holds nothing of the path. */
export function isCode(value: Value): boolean {
  return value.kind === "native" || value.kind === "class" || value.kind === "function";
}

/** Something is read under a key of which nobody knows which it is: it may be any of those that were put in. */
export function giveComputed(state: State, record: JsRecord, key: Value): void {
  for (const entry of record.computed) if (key.kind !== "constant" || entry.key.kind !== "constant") giveReferences(state, entry.value);
}

/** What a container that nobody knows all of gives for a key: the same until something else is put in or taken out. */
export function readComputed(state: State, id: number, record: JsRecord, key: Value, value: Value): Value {
  const reads = record.computed.filter(({ read }) => read).slice(-1);
  state.setRecord(id, { ...record, computed: [...record.computed.filter((entry) => !entry.read || reads.includes(entry)), { key, value, read: true }] });
  return value;
}

/** Something else lies in a container from now on: what was read under any key may be another by now. */
export function forgetReads(state: State, id: number): void {
  const record = state.records.get(id);
  if (record?.computed.some(({ read }) => read)) state.setRecord(id, { ...record, computed: record.computed.filter(({ read }) => !read) });
}

/** Puts something under a key that is known only at run time. */
export function setComputed(state: State, id: number, record: JsRecord, key: Value, value: Value): void {
  const wanted = valueKey(key);
  const entries = [...record.computed.filter((entry) => valueKey(entry.key) !== wanted), { key, value }];
  // What is no longer followed is somebody's, as far as one can tell.
  for (const { value: dropped } of entries.slice(0, -2)) loseSight(state, dropped);
  state.setRecord(id, { ...record, computed: entries.slice(-2), overflow: record.overflow || entries.length > 2 });
}
