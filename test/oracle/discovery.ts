import { unknownArguments } from "./entries.js";
import type { Runtime } from "./runtime.js";
import { isObject } from "./unknowns.js";

type Fn = (...args: unknown[]) => unknown;
type Names = Map<string, Map<string, unknown>>;

/**
 * Names that some function of the program binds to native functions: fields, static members, module variables,
 * globals. An entry that runs before that function has run sees them bound all the same.
 */
export interface Discovery {
  readonly fields: Names;
  readonly statics: Names;
  readonly variables: ReadonlyMap<string, unknown>;
}

export const nothingDiscovered: Discovery = { fields: new Map(), statics: new Map(), variables: new Map() };

/** Runs everything in the program once, in any state, to see what it binds. */
export function discover(runtime: Runtime, isBound: (value: unknown) => boolean): Discovery {
  const fields: Names = new Map();
  const statics: Names = new Map();
  const variables = new Map<string, unknown>();
  const attempt = (action: () => unknown): unknown => {
    try {
      const result = action();
      if (result instanceof runtime.environment.promise) void runtime.environment.when(result as Promise<unknown>, () => undefined, () => undefined);
      return result;
    } catch {
      return undefined;
    } finally {
      runtime.stopped = null;
    }
  };
  for (const fn of [...runtime.functions.values()]) attempt(() => (fn.value as Fn)(...unknownArguments(runtime, fn.facts)));
  for (const [value, known] of [...runtime.classes]) {
    const facts = known.facts.make < 0 ? null : runtime.factsOf(known.facts.make);
    const instance = attempt(() => Reflect.construct(value as new () => object, facts === null ? [] : unknownArguments(runtime, facts)) as unknown);
    for (const [id, key, isStatic, kind] of known.facts.methods) {
      const receiver = isStatic ? value : instance;
      if (kind === "method" && isObject(receiver)) attempt(() => (Reflect.get(receiver, key) as Fn).apply(receiver, unknownArguments(runtime, runtime.factsOf(id))));
    }
    note(fields, known.name, instance, isBound);
    note(statics, known.name, value, isBound);
  }
  for (const { name, get } of runtime.moduleVariables) if (isBound(attempt(get))) variables.set(name, get());
  return { fields, statics, variables };
}

function note(names: Names, className: string, holder: unknown, isBound: (value: unknown) => boolean): void {
  if (!isObject(holder)) return;
  const bound = new Map<string, unknown>();
  for (const key of Object.keys(holder)) {
    const value = Reflect.get(holder, key) as unknown;
    if (isBound(value)) bound.set(key, value);
  }
  names.set(className, bound);
}
