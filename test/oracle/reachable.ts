import type { FunctionFacts } from "./instrument.js";
import { isObject } from "./unknowns.js";
import { Pointer } from "./values.js";

/** What the program's functions close over, and what only the runtime knows of other objects. */
export interface Closures {
  capturesOf(fn: object): { readonly facts: FunctionFacts; readonly values: readonly (() => unknown)[] } | undefined;
  /** Values behind an object that reveals none: the result of a promise, the members of an unknown. Null where its properties tell. */
  contentOf(value: object): readonly unknown[] | null;
}

/** The pointers that somebody who holds the values can get at. A closure counts for the variables that it may release. */
export function reachablePointers(values: readonly unknown[], closures: Closures): Set<Pointer> {
  const found = new Set<Pointer>();
  const seen = new Set<object>();
  const queue = [...values];
  while (queue.length > 0) {
    const value = queue.pop();
    if (!isObject(value) || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Pointer) found.add(value);
    else queue.push(...contents(value, closures));
  }
  return found;
}

function contents(value: object, closures: Closures): readonly unknown[] {
  const content = closures.contentOf(value);
  const captured = closures.capturesOf(value);
  if (captured !== undefined) {
    const known = content === null ? [] : [...content];
    captured.values.forEach((read, index) => {
      if (captured.facts.captures[index]?.mayRelease !== false) known.push(readSafely(read));
    });
    return known;
  }
  return content ?? ownValues(value);
}

function ownValues(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  // A class has its static fields; the rest of a function is none of the program's making.
  if (typeof value === "function") return Object.values(value);
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object Map]") return [...(value as Map<unknown, unknown>).entries()].flat();
  if (tag === "[object Set]") return [...(value as Set<unknown>)];
  return Reflect.ownKeys(value).flatMap((key) => {
    const property = Reflect.getOwnPropertyDescriptor(value, key);
    return property === undefined || !("value" in property) ? [] : [property.value];
  });
}

function readSafely(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
