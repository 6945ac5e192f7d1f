import type { State } from "./state.js";
import { children, type FunctionValue, type Value } from "./values.js";

export interface Reach {
  readonly ids: ReadonlySet<number>;
  readonly tokens: ReadonlySet<number>;
}

/** Which captured variables of a function count as reached through it. */
export type Through = (fn: FunctionValue) => Iterable<number>;

const everything: Through = (fn) => fn.cells.values();

/** Everything that can be reached from some values and ids by reading fields, elements, captured variables; without `reads` not by what was only read from a container. */
export function reach(state: State, roots: { readonly values: readonly Value[]; readonly ids: readonly number[] }, through: Through = everything, reads = true): Reach {
  const ids = new Set<number>();
  const tokens = new Set<number>();
  const queue: number[] = [];
  const addId = (id: number): void => {
    if (ids.has(id)) return;
    ids.add(id);
    queue.push(id);
  };
  const add = (value: Value): void => {
    if (value.kind === "entity") {
      addId(value.id);
      if (value.token !== 0) tokens.add(value.token);
      return;
    }
    // The result of a comparison or of arithmetic leads nowhere; an address is the pointer in another form.
    if (value.kind === "expression" && value.operator !== "address") return;
    if (value.kind === "function") for (const cell of through(value)) addId(cell);
    if (value.kind === "class") {
      for (const cell of value.cells.values()) addId(cell);
      addId(value.statics);
    }
    for (const child of children(value)) add(child);
  };
  roots.values.forEach(add);
  roots.ids.forEach(addId);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const cell = state.cells.get(next);
    if (cell) add(cell);
    const record = state.records.get(next);
    if (!record) continue;
    for (const field of record.fields.values()) add(field);
    for (const item of record.items) add(item);
    for (const { value, read } of record.computed) if (reads || !read) add(value);
    if (record.accessors) for (const pair of record.accessors.values()) for (const fn of [pair.get, pair.set]) if (fn) add(fn);
  }
  return { ids, tokens };
}
