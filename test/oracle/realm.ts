import vm from "node:vm";

/** What belongs to the realm that a program runs in. */
export interface Realm {
  readonly promise: PromiseConstructor;
  /** Errors that the run time itself throws. */
  readonly mistakes: readonly (new () => Error)[];
  /** A function of the realm that calls the given one. */
  wrap(fn: (value: unknown) => unknown): (value: unknown) => unknown;
}

/**
 * A realm for programs. Making one takes longer than many a program: those that leave the run time's own objects as
 * they are may have it one after the other.
 */
export class ProgramRealm {
  readonly own: Realm;
  private readonly context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
  private readonly builtIn: ReadonlySet<string>;
  private readonly start = new vm.Script("$run()");
  private defined: string[] = [];

  constructor() {
    shareSymbols(this.context);
    this.own = vm.runInContext(realmSource, this.context) as Realm;
    this.builtIn = new Set(vm.runInContext("Object.getOwnPropertyNames(globalThis)", this.context) as string[]);
  }

  evaluate(code: string): unknown {
    return vm.runInContext(code, this.context);
  }

  /** Runs something in the realm until nothing is left to do. */
  run(action: () => void): void {
    this.context["$run"] = action;
    this.start.runInContext(this.context);
  }

  isBuiltIn(name: string): boolean {
    return this.builtIn.has(name);
  }

  define(name: string, get: () => unknown, set: (value: unknown) => void): void {
    Object.defineProperty(this.context, name, { configurable: true, get, set });
    this.defined.push(name);
  }

  /** Forgets the globals of the last program. */
  clear(): void {
    for (const name of this.defined) Reflect.deleteProperty(this.context, name);
    this.defined = [];
  }
}

// Disposal symbols are not in every realm of every Node.js.
function shareSymbols(context: vm.Context): void {
  const symbol = vm.runInContext("Symbol", context) as object;
  for (const name of ["dispose", "asyncDispose"] as const) if (!(name in symbol)) Object.defineProperty(symbol, name, { value: Symbol[name] });
}

// Reactions run in the queue of the realm that their function is from, so they are wrapped in the program's own.
const realmSource = "({ promise: Promise, mistakes: [TypeError, ReferenceError, RangeError], wrap: (f) => (v) => f(v) })";
