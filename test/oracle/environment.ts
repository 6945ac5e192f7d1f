import type { Contracts } from "../../src/contracts/model.js";
import type { FieldUses } from "./fields.js";
import type { Realm } from "./realm.js";
import type { Runtime } from "./runtime.js";
import { isObject } from "./unknowns.js";
import { Pointer } from "./values.js";
import type { World } from "./world.js";

type Fn = (...args: unknown[]) => unknown;
interface Special {
  readonly result: unknown;
}

const dereferencing = /^(read|write)[A-Z]|^(decode|hexdump|toArrayBuffer|getUint|asArrayBuffer)/;
const later = new Set(["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "nextTick"]);
const tables = new Set(["dlopen", "linkSymbols", "Library", "define", "getFunctions", "load"]);
const lookups = /^(find|get)(Global)?(Export|Symbol|Function)ByName$|^(fromName|getFunction|symbol|get|declare|cwrap|func|cdecl|stdcall|fastcall|thiscall|resolve)$/;

/** Stands in for the binding layers and the run time's own library. */
export class Environment {
  private readonly natives = new Map<string, Fn>();
  runtime: Runtime | undefined;

  constructor(
    readonly contracts: Contracts,
    private readonly realm: Realm,
    /** Names of fields that something in the program may release, and the fields that only ever are stored. */
    private readonly fields: Omit<FieldUses, "assigned">,
  ) {}

  get promise(): PromiseConstructor {
    return this.realm.promise;
  }

  when(promise: Promise<unknown>, resolved: (value: unknown) => unknown, rejected: (error: unknown) => unknown): Promise<unknown> {
    return promise.then(this.realm.wrap(resolved), this.realm.wrap(rejected));
  }

  /** The native function of that name, as a value of the program. */
  nativeByName(written: string): Fn | undefined {
    const name = this.contracts.has(written) ? written : written.startsWith("_") && this.contracts.has(written.slice(1)) ? written.slice(1) : undefined;
    if (name === undefined) return undefined;
    let native = this.natives.get(name);
    if (native === undefined) {
      native = (...args) => {
        const runtime = this.runtime as Runtime;
        if (runtime.world.settings.nativeThrows) runtime.mayThrow();
        return runtime.world.library.call(name, args.length === 1 && Array.isArray(args[0]) ? (args[0] as unknown[]) : args);
      };
      this.natives.set(name, native);
    }
    return native;
  }

  isNative(value: unknown): boolean {
    return [...this.natives.values()].includes(value as Fn);
  }

  global(name: string): unknown {
    if (name === "NULL") return null;
    if (name === "console") return silentConsole;
    if (name === "ptr" || name === "BigInt" || name === "Number") return (value: unknown) => (isZero(value) ? null : value);
    if (name === "String") return (value: unknown) => (this.runtime?.opaque(value) ? this.runtime.world.unknowns.result("text", [value]) : String(value));
    if (name === "Boolean") return (value: unknown) => this.runtime?.world.unknowns.truthy(value);
    if (name === "isNullPointer") return (value: unknown) => this.runtime?.world.unknowns.nullish(value);
    return this.nativeByName(name) ?? this.runtime?.world.unknown(name);
  }

  method(runtime: Runtime, receiver: unknown, key: PropertyKey, args: unknown[]): Special | undefined {
    const name = String(key);
    if (receiver instanceof Pointer) return this.pointerMethod(runtime, receiver, name, args);
    if (this.isNative(receiver) && name === "bind") return this.bindArguments(runtime, receiver as object, args);
    if (this.isNative(receiver)) return name === "async" ? { result: Reflect.apply(receiver as Fn, undefined, args.slice(0, -1)) } : undefined;
    if (receiver === this.promise) return this.promiseStatic(runtime, name, args);
    if (runtime.world.unknownOf(receiver) !== undefined) return this.unknownMethod(runtime, receiver, name, args);
    const tag = Object.prototype.toString.call(receiver);
    if (receiver instanceof this.promise && (name === "then" || name === "catch" || name === "finally")) return { result: this.react(runtime, receiver, name, args) };
    if (/Map|Set|Array/.test(tag) && isObject(receiver) && runtime.world.makers.get(receiver) !== runtime.world.current) for (const argument of args) runtime.world.use(argument);
    if (tag === "[object WeakMap]" || tag === "[object WeakSet]") for (const argument of args) runtime.world.give(argument);
    if (name === "bind" && typeof receiver === "function") return this.bindArguments(runtime, receiver, args);
    return isObject(receiver) && runtime.open.has(receiver) ? this.openContainer(runtime, name, args) : undefined;
  }

  // A promise calls one of what it is given, once, and holds them all until then.
  private react(runtime: Runtime, promise: Promise<unknown>, name: "then" | "catch" | "finally", args: unknown[]): unknown {
    let settled = false;
    for (const reaction of args) {
      const known = isObject(reaction) ? runtime.functions.get(reaction) : undefined;
      if (known === undefined) {
        runtime.world.give(reaction);
        continue;
      }
      runtime.world.roots.push(() => (settled || runtime.entered.has(known.facts.id) ? undefined : reaction));
      runtime.world.offer(reaction);
    }
    const result = runtime.invoke(Reflect.get(promise, name), promise, args.map((argument) => this.inPlace(runtime, argument)), name);
    const end = (): void => void (settled = true);
    if (result instanceof this.promise) void this.when(result as Promise<unknown>, end, end);
    return result;
  }

  // A reaction belongs to the function that gave it, wherever others stand when it runs.
  private inPlace(runtime: Runtime, reaction: unknown): unknown {
    const { current } = runtime.world;
    if (!isObject(reaction) || !runtime.functions.has(reaction) || current === null) return reaction;
    return this.realm.wrap((value) => {
      runtime.world.current = current.alive() ?? runtime.world.current;
      return Reflect.apply(reaction as Fn, undefined, [value]);
    });
  }

  // A bound function holds its arguments, for better or for worse.
  private bindArguments(runtime: Runtime, fn: object, args: unknown[]): Special {
    const result = Reflect.apply(Function.prototype.bind, fn, args) as object;
    runtime.boundArguments.set(result, [fn, ...args]);
    return { result };
  }

  construct(runtime: Runtime, args: unknown[], name: string): Special | undefined {
    if (name === "SystemFunction" && args.some((a) => this.isNative(a))) return { result: this.withError(args.find((a) => this.isNative(a)) as Fn) };
    if (name === "NativeFunction" || name === "SystemFunction" || name === "CFunction") return { result: args.find((a) => this.isNative(a)) ?? this.foreign(runtime, args[0]) };
    if (name === "UnsafeFnPointer" && this.isNative(args[0])) return { result: { call: args[0] } };
    if (name === "DisposableStack" || name === "AsyncDisposableStack") return { result: disposableStack(runtime) };
    if (name === "FinalizationRegistry") return { result: { register: (...values: unknown[]) => values.forEach((value) => runtime.world.give(value)), unregister: () => undefined } };
    return undefined;
  }

  /** A call by name on the function `name` of a binding layer (`load({ funcName: … })`). */
  byName(name: string, args: unknown[]): Special | undefined {
    const row = args[0];
    if (!isObject(row) || this.runtime?.world.unknownOf(row) !== undefined) return tables.has(name) ? this.tableCall(args) : undefined;
    const symbol = Reflect.get(row, "funcName") as unknown;
    const values = Reflect.get(row, "paramsValue") as unknown;
    if (typeof symbol === "string" && Array.isArray(values)) return { result: this.nativeByName(symbol)?.(...(values as unknown[])) ?? this.runtime?.unseen(undefined, values, symbol) };
    return tables.has(name) ? this.tableCall(args) : undefined;
  }

  /** True for an error that the run time makes where a program does what it cannot. */
  isMistake(error: unknown): boolean {
    return this.realm.mistakes.some((kind) => error instanceof kind) || (error instanceof Error && this.runtime?.world.thrownKinds.has(error) !== true);
  }

  private tableCall(args: readonly unknown[]): Special | undefined {
    const runtime = this.runtime as Runtime;
    const table = args.find((argument) => isObject(argument) && !Array.isArray(argument) && runtime.world.unknownOf(argument) === undefined);
    return table === undefined ? undefined : { result: this.symbols(runtime, table as object) };
  }

  /** Stands for any function that a binding leads to outside the library. */
  readonly foreignFunction = (...args: unknown[]): unknown => this.runtime?.unseen(undefined, args, "");

  private withError(native: Fn): Fn {
    return (...args) => ({ value: native(...args), errno: this.runtime?.world.unknown("errno") });
  }

  // Bound to an address of which nothing is known: what it is called says nothing any more.
  private foreign(runtime: Runtime, address: unknown): unknown {
    if (address === null || address === undefined) runtime.world.stop("unsupported", "a function bound to an address that is filled in later");
    const result = runtime.world.unknown("foreign");
    const unknown = runtime.world.unknownOf(result);
    // An address that was computed has no name: then that of the variable decides.
    if (unknown !== undefined) unknown.foreign = runtime.world.unknownOf(address)?.isMember === true;
    return result;
  }

  constructed(runtime: Runtime, callee: unknown, instance: object): void {
    for (let at = callee; typeof at === "function"; at = Object.getPrototypeOf(at) as unknown) {
      const known = runtime.classes.get(at);
      if (known !== undefined && this.fields.releases(known.name)) runtime.world.roots.push(() => instance);
    }
  }

  /** True for a class that on some ways through its methods alone gives back what it holds. */
  releasesPerhaps(name: string): boolean {
    return this.fields.releases(name) && !this.fields.alwaysReleases(name);
  }

  /** True for a field that something in the program may give back, whoever's it is. */
  mayBeReleased(key: PropertyKey): boolean {
    return typeof key === "string" && this.fields.mayBeReleased(key);
  }

  /** A pointer is put into a field of an object from outside: somebody must release it from there. */
  storedInField(world: World, pointer: Pointer, key: PropertyKey, local: boolean): void {
    const reference = pointer.reference;
    if (reference === null || !reference.held || reference.given || typeof key !== "string" || /^\d+$/.test(key)) return;
    if (!world.library.isTracked(pointer.object) || pointer.object.isNull === true) return;
    // Whether what gives back such a field ever runs, with anything in it, takes the whole program to say.
    if (this.fields.mayBeReleased(key)) return world.event("require-release", world.here(), false, reference.chain);
    if (local || world.callThrows > 0) world.event("require-release", world.here(), false, reference.chain);
    else world.stored(reference);
    if (local) return;
    reference.given = true;
    pointer.object.failed = true;
  }

  private pointerMethod(runtime: Runtime, pointer: Pointer, name: string, args: unknown[]): Special {
    const world = runtime.world;
    if (name === "isNull") return { result: world.unknowns.isNullPointer(pointer) };
    if (name === "equals") return { result: world.unknowns.equal(pointer, args[0], true) };
    if (name === "toString") return { result: pointer };
    if (name === "toUInt32" || name === "toInt32" || name === "toNumber" || name === "address") return { result: world.unknowns.result(name, [pointer]) };
    if (name === "add" || name === "sub" || name === "offset") return { result: new Pointer(pointer.object, null, pointer, world.current ?? pointer.frame) };
    world.use(pointer);
    if (!dereferencing.test(name)) for (const argument of args) world.give(argument);
    return { result: world.unknown(name) };
  }

  private unknownMethod(runtime: Runtime, receiver: unknown, name: string, args: unknown[]): Special | undefined {
    const native = this.nativeByName(name);
    if (native !== undefined) return undefined;
    const bound = lookups.test(name) || name === "func" ? this.bound(args) : undefined;
    if (bound !== undefined) return { result: bound };
    if (name === "ccall" && typeof args[0] === "string" && this.nativeByName(args[0]) !== undefined) return { result: this.nativeByName(args[0])?.(...(args[3] as unknown[])) };
    const called = this.byName(name, args);
    if (called !== undefined) return called;
    if (name === "isNull" && args.length === 0) return { result: runtime.world.unknowns.nullish(receiver) };
    if ((name === "isNull" || name === "isNullPointer") && args.length === 1) return { result: runtime.world.unknowns.nullish(args[0]) };
    if (name === "value" && args[0] instanceof Pointer) return { result: args[0] };
    if (name === "equals" && args.length === 2) return { result: runtime.world.unknowns.equal(args[0], args[1], true) };
    if (name === "exit" || name === "abort") return runtime.world.stop("exit");
    if (name === "forEach" || name === "map" || name === "some" || name === "every" || name === "filter" || name === "find") return this.eachElement(runtime, receiver, name, args);
    if (name === "then" || name === "catch" || name === "finally") {
      return { result: this.react(runtime, runtime.settle(receiver), name, args) };
    }
    if (later.has(name)) return this.afterwards(runtime, args);
    return undefined;
  }

  private eachElement(runtime: Runtime, receiver: unknown, name: string, args: unknown[]): Special | undefined {
    if (typeof args[0] !== "function" || runtime.world.unknownOf(args[0]) !== undefined) return undefined;
    // It was called now, if only for no element at all, and will not be called later.
    const called = runtime.functions.get(args[0]);
    if (called !== undefined) runtime.entered.add(called.facts.id);
    const results = runtime.some(receiver).map((element, index) => runtime.invoke(args[0], undefined, [element, index, receiver], name));
    return { result: name === "map" ? results : name === "forEach" ? undefined : runtime.world.unknown(name) };
  }

  private afterwards(runtime: Runtime, args: unknown[]): Special {
    for (const argument of args) runtime.world.give(argument);
    return { result: runtime.world.unknown("timer") };
  }

  private promiseStatic(runtime: Runtime, name: string, args: unknown[]): Special | undefined {
    if (!Array.isArray(args[0])) return undefined;
    const items = args[0].map((item: unknown) => (runtime.world.unknownOf(item) === undefined ? item : runtime.settle(item)));
    const combine = Reflect.get(this.promise, name) as (items: unknown[]) => unknown;
    return { result: Reflect.apply(combine, this.promise, [items]) };
  }

  // The content of a container that other functions of the module fill is not known.
  private openContainer(runtime: Runtime, name: string, args: unknown[]): Special | undefined {
    if (/^(get|pop|shift|at|find)$/.test(name)) return { result: runtime.world.unknowns.result(name, [runtime.world.current, ...args]) };
    if (name === "has" || name === "includes") return { result: runtime.world.unknowns.result(name, args) };
    return undefined;
  }

  /** The function that a binding call names: by a prototype, or as a plain string. */
  private bound(args: readonly unknown[]): Fn | undefined {
    if (args.some((argument) => this.isNative(argument))) return args.find((argument) => this.isNative(argument)) as Fn;
    for (const argument of args) {
      if (typeof argument !== "string") continue;
      const name = /([A-Za-z_]\w*)\s*\(/.exec(argument)?.[1] ?? argument;
      const native = this.nativeByName(name);
      if (native !== undefined) return native;
    }
    return undefined;
  }

  private symbols(runtime: Runtime, table: object): unknown {
    const library: Record<string, unknown> = {};
    const symbols: Record<string, unknown> = {};
    for (const [key, row] of Object.entries(table)) {
      const alias = isObject(row) ? (Reflect.get(row, "name") as unknown) : undefined;
      const native = this.nativeByName(typeof alias === "string" ? alias : key);
      library[key] = symbols[key] = native ?? runtime.world.unknown(key);
    }
    library["symbols"] = symbols;
    library["functions"] = symbols;
    return library;
  }
}

function isZero(value: unknown): boolean {
  return value === 0 || value === 0n || value === "0" || value === "0x0";
}

const silentConsole = new Proxy({}, { get: () => () => undefined });

/** What a stack will do; `done` once it has. */
interface Disposal {
  run(): unknown;
  done: boolean;
}

function disposableStack(runtime: Runtime, entries: Disposal[] = []): unknown {
  // What it is to give back it holds until it has done so.
  const hold = (run: () => unknown, value: unknown): undefined => {
    const entry = { run, done: false };
    entries.push(entry);
    runtime.world.offer(value);
    runtime.world.roots.push(() => (entry.done ? undefined : value));
  };
  const stack = {
    use: (value: unknown) => {
      if (isObject(value)) hold(() => (Reflect.get(value, Symbol.dispose) as Fn | undefined)?.call(value), value);
      return value;
    },
    adopt: (value: unknown, release: Fn) => (hold(() => runtime.invoke(release, undefined, [value], ""), value), value),
    defer: (release: Fn) => hold(() => runtime.invoke(release, undefined, [], ""), release),
    move: () => disposableStack(runtime, entries.splice(0)),
    dispose: () => disposeAll(runtime, entries.splice(0)),
    disposeAsync: () => disposeLater(runtime, entries.splice(0).reverse()),
    [Symbol.dispose]: () => stack.dispose(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return stack;
}

/** One entry after the other, whatever those before threw; several failures are one. */
function disposeAll(runtime: Runtime, entries: readonly Disposal[]): undefined {
  const scope = runtime.scope();
  for (const entry of entries) {
    scope.dispose.push(() => {
      try {
        entry.run();
      } finally {
        entry.done = true;
      }
    });
  }
  runtime.leaveScope(scope);
}

function disposeLater(runtime: Runtime, entries: readonly Disposal[]): Promise<unknown> {
  const { promise: Promises } = runtime.environment;
  const scope = runtime.scope();
  const fail = (error: unknown): void => void (scope.failure = { error: scope.failure === null ? error : runtime.error("throw") });
  const step = (index: number): Promise<unknown> => {
    const entry = entries[index];
    if (entry === undefined) return runtime.environment.when(Promises.resolve(undefined), () => runtime.leaveScope(scope), (error) => error);
    const next = (): Promise<unknown> => ((entry.done = true), step(index + 1));
    let result: unknown;
    try {
      result = entry.run();
    } catch (error) {
      if (runtime.stopped !== null) throw runtime.stopped;
      fail(error);
    }
    // That what an unknown result stands for is a promise, and rejects, would be a guess.
    const waited = Promises.resolve(runtime.world.unknownOf(result) === undefined ? result : undefined);
    return runtime.environment.when(waited, next, (error) => (fail(error), next()));
  };
  return step(0);
}
