import type { FunctionFacts } from "./instrument.js";
import type { Registered, Runtime } from "./runtime.js";
import { isObject } from "./unknowns.js";

type Fn = (...args: unknown[]) => unknown;

/** The functions of the program that can be called from outside: what the top-level code makes, and the members of its classes. */
export function entriesOf(runtime: Runtime): number[] {
  const functions = [...runtime.functions.values()].filter((fn) => fn.maker.facts === null).map((fn) => fn.facts.id);
  const members = [...runtime.classes.values()].filter((known) => known.maker.facts === null).flatMap(({ facts }) => [...facts.methods.map((method) => method[0]), ...(facts.make < 0 ? [] : [facts.make])]);
  return [...new Set([...functions, ...members])];
}

/** Calls an entry with values that nothing is known of; gives a promise where it does not end at once. */
export function callEntry(runtime: Runtime, id: number, assigned: ReadonlySet<string>): Promise<unknown> | undefined {
  forgetModuleState(runtime, assigned);
  const entry = find(runtime, id);
  return entry === undefined ? undefined : drive(runtime, entry.facts, entry.call(unknownArguments(runtime, entry.facts)));
}

/** Runs one of the closures that the entry made and nobody called, as something that happens later. */
export function runDeferred(runtime: Runtime): Promise<unknown> | undefined {
  const deferred = [...runtime.functions.values()].filter((fn) => fn.maker.facts !== null && !runtime.entered.has(fn.facts.id));
  const choice = deferred.length === 0 ? 0 : runtime.world.tape.choose(deferred.length + 1);
  const chosen: Registered | undefined = deferred[choice - 1];
  if (chosen === undefined) return undefined;
  runtime.world.current = null;
  runtime.world.deferred = true;
  return drive(runtime, chosen.facts, (chosen.value as Fn)(...unknownArguments(runtime, chosen.facts)));
}

// Other functions may have run since the module was loaded.
function forgetModuleState(runtime: Runtime, assigned: ReadonlySet<string>): void {
  const { variables, statics } = runtime.discovery;
  for (const { name, get, set } of runtime.moduleVariables) {
    if (!runtime.environment.contracts.has(name) && !runtime.environment.isNative(get())) set(variables.get(name) ?? runtime.world.unknown(name));
  }
  for (const [value, known] of runtime.classes) {
    const native = statics.get(known.name);
    for (const key of Object.keys(value)) if (assigned.has(key) && typeof Reflect.get(value, key) !== "function") Reflect.set(value, key, runtime.world.unknown(key));
    for (const [key, bound] of native ?? []) Reflect.set(value, key, bound);
  }
  const queue = runtime.world.roots.flatMap((read) => read() as unknown[]);
  const seen = new Set<unknown>();
  for (const value of queue) {
    if (!isObject(value) || seen.has(value) || typeof value === "function" || runtime.world.unknownOf(value) !== undefined) continue;
    seen.add(value);
    const tag = Object.prototype.toString.call(value);
    if (tag === "[object Map]" || tag === "[object Set]" || tag === "[object Array]") runtime.open.add(value);
    else for (const key of Object.keys(value)) if (assigned.has(key)) Reflect.set(value, key, runtime.world.unknown(key));
  }
}

function find(runtime: Runtime, id: number): { readonly facts: FunctionFacts; call(args: unknown[]): unknown } | undefined {
  for (const fn of runtime.functions.values()) if (fn.facts.id === id) return { facts: fn.facts, call: (args) => Reflect.apply(fn.value as Fn, runtime.world.unknown("this"), args) };
  for (const [value, known] of runtime.classes) {
    if (known.facts.make === id) return { facts: runtime.factsOf(id), call: (args) => Reflect.construct(value as new () => object, args) as unknown };
    for (const [method, key, isStatic, kind] of known.facts.methods) {
      if (method !== id) continue;
      const receiver = isStatic ? value : unknownInstance(runtime, value);
      return { facts: runtime.factsOf(id), call: (args) => callMember(receiver, isStatic ? value : Reflect.get(value, "prototype"), key, kind, args) };
    }
  }
  return undefined;
}

function callMember(receiver: object, holder: unknown, key: PropertyKey, kind: "method" | "get" | "set", args: unknown[]): unknown {
  const property = Reflect.getOwnPropertyDescriptor(holder as object, key);
  if (kind === "get") return property?.get?.call(receiver) as unknown;
  if (kind === "set") return property?.set?.call(receiver, args[0]);
  return (property?.value as Fn | undefined)?.apply(receiver, args);
}

/** An instance of a class of the program of whose fields nothing is known. */
function unknownInstance(runtime: Runtime, constructor: object): object {
  const target = Object.create(Reflect.get(constructor, "prototype") as object) as object;
  const facts = runtime.classes.get(constructor)?.facts;
  return new Proxy(target, {
    get: (object, key, receiver) => {
      if (key in object || typeof key === "symbol" || key === "then") return Reflect.get(object, key, receiver) as unknown;
      const type = facts?.fields[key];
      const bound = runtime.discovery.fields.get(runtime.classes.get(constructor)?.name ?? "")?.get(key);
      if (bound !== undefined) return bound;
      const value = (type === null || type === undefined ? undefined : instanceOfNamed(runtime, type)) ?? runtime.environment.nativeByName(key) ?? runtime.world.unknown(key);
      Reflect.set(object, key, value);
      return value;
    },
  });
}

function instanceOfNamed(runtime: Runtime, name: string): object | undefined {
  for (const [value, known] of runtime.classes) if (known.name === name) return unknownInstance(runtime, value);
  return undefined;
}

export function unknownArguments(runtime: Runtime, facts: FunctionFacts): unknown[] {
  return facts.params.flatMap((param) => {
    if (param.rest) return [runtime.world.unknown("rest")];
    if (param.optional && runtime.world.tape.choose(2) === 1) return [undefined];
    return [(param.type === null ? undefined : instanceOfNamed(runtime, param.type)) ?? runtime.world.unknown("parameter")];
  });
}

// Whoever takes the elements may stop at any of them: that counts as a call that throws.
function abandons(runtime: Runtime): boolean {
  if (!runtime.world.settings.checkThrowingCalls || runtime.world.tape.choose(2) === 0) return false;
  runtime.world.callThrows++;
  return true;
}

function drive(runtime: Runtime, facts: FunctionFacts, result: unknown): Promise<unknown> | undefined {
  if (result instanceof runtime.environment.promise) return result as Promise<unknown>;
  if (!facts.generator || !isObject(result)) return undefined;
  const next = Reflect.get(result, "next") as Fn;
  if (!facts.async) {
    for (let step = next.call(result) as IteratorResult<unknown>; step.done !== true; ) {
      if (abandons(runtime)) return void (Reflect.get(result, "return") as Fn).call(result);
      step = next.call(result, runtime.world.unknown("sent")) as IteratorResult<unknown>;
    }
    return undefined;
  }
  const again = (): Promise<unknown> =>
    runtime.environment.when(
      next.call(result, runtime.world.unknown("sent")) as Promise<unknown>,
      (step) => ((step as IteratorResult<unknown>).done === true ? undefined : again()),
      (error) => {
        throw error;
      },
    );
  return again();
}
