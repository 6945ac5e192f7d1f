import type { ExitKind, Frame } from "./frames.js";
import type { FunctionFacts } from "./instrument.js";
import type { Discovery } from "./discovery.js";
import type { Environment } from "./environment.js";
import { operators } from "./operators.js";
import { isObject } from "./unknowns.js";
import { Pointer, Stop } from "./values.js";
import type { World } from "./world.js";

type Fn = (...args: unknown[]) => unknown;

/** A class of the program, as the instrumented text describes it. */
export interface ClassFacts {
  readonly fields: Readonly<Record<string, string | null>>;
  readonly methods: readonly (readonly [id: number, key: PropertyKey, isStatic: boolean, kind: "method" | "get" | "set"])[];
  readonly make: number;
}

/** What a block with `using` declarations has to dispose of, and what it threw. */
interface DisposalScope {
  readonly dispose: (() => unknown)[];
  failure: { readonly error: unknown } | null;
}

/** A function value or class that exists in this run. */
export interface Registered {
  readonly value: object;
  readonly facts: FunctionFacts;
  readonly values: readonly (() => unknown)[];
  readonly maker: Frame;
  called: boolean;
}

/** The object `$o` that instrumented code talks to: one for each run. */
export class Runtime {
  /** Holds the head of an expression while it is tested. */
  g: unknown;
  readonly meta = { url: "file:///program", dirname: "/", filename: "/program" };
  readonly functions = new Map<object, Registered>();
  readonly classes = new Map<object, { readonly facts: ClassFacts; readonly name: string; readonly maker: Frame }>();
  readonly moduleVariables: { readonly name: string; get(): unknown; set(value: unknown): void }[] = [];
  /** Promises of the program that something outside has to settle. */
  readonly waiting: { resolve(value: unknown): void; reject(reason: unknown): void }[] = [];
  /** The activation that a promise of the program comes from. */
  readonly asyncFrames = new Map<object, Frame>();
  private firstEntered: Frame | null = null;
  /** What a bound function was bound to. */
  readonly boundArguments = new Map<object, readonly unknown[]>();
  /** Containers of the module whose content other functions may have changed. */
  readonly open = new Set<object>();
  readonly moduleFrames = new Map<number, Frame>();
  /** Functions that ran. */
  readonly entered = new Set<number>();
  stopped: Stop | null = null;
  private readonly loopElements = new Map<object, unknown[]>();
  private readonly changes = new Map<object, number>();
  private steps = 0;

  constructor(
    readonly world: World,
    private readonly facts: readonly FunctionFacts[],
    readonly environment: Environment,
    readonly discovery: Discovery,
  ) {}

  module(file: number, values: () => readonly (() => unknown)[], variables: readonly (readonly [string, () => unknown, (value: unknown) => void])[]): Frame {
    this.world.roots.push(() => values().map((read) => safe(read)));
    for (const [name, get, set] of variables) this.moduleVariables.push({ name, get, set });
    const frame = this.world.enter(null, file, undefined, [], []);
    this.moduleFrames.set(file, frame);
    return frame;
  }

  /** The end of a module's own code: what its functions and other modules can reach stays. */
  leaveModule(frame: Frame, exports: unknown, failed: boolean): void {
    this.world.exit(frame, failed ? [] : [exports]);
  }

  factsOf(id: number): FunctionFacts {
    return this.facts[id] as FunctionFacts;
  }

  /** A property is about to be read. */
  l(frame: Frame, line: number, value?: unknown): unknown {
    this.at(frame, line);
    return value;
  }

  /** A `using` binding: its disposal is told to happen there. */
  us(frame: Frame, line: number, value: unknown, scope?: DisposalScope): unknown {
    this.at(frame, line);
    frame.usingLines.push(line);
    if (scope !== undefined && value !== null && value !== undefined) scope.dispose.push(() => Reflect.apply(Reflect.get(Object(value) as object, Symbol.dispose) as Fn, value, []));
    return value;
  }

  scope(): DisposalScope {
    return { dispose: [], failure: null };
  }

  failed(scope: DisposalScope, error: unknown): void {
    scope.failure = { error };
  }

  /** The end of a block with `using` declarations: the last one goes first, and each goes whatever the others throw. */
  leaveScope(scope: DisposalScope): void {
    for (const dispose of scope.dispose.reverse()) {
      if (this.stopped !== null) throw this.stopped;
      try {
        dispose();
      } catch (error) {
        scope.failure = { error: scope.failure === null ? error : this.error("throw") };
      }
    }
    if (scope.failure !== null) throw scope.failure.error;
  }

  /** A module as a whole, as `import *` gives it. */
  whole(exports: unknown): unknown {
    if (!isObject(exports)) return { default: exports };
    return Reflect.get(exports, "__esModule") === true ? exports : { ...exports, default: exports };
  }

  /** What a generator yields goes to whoever asked for it. */
  yl(frame: Frame, line: number, value: unknown): unknown {
    this.at(frame, line);
    this.world.use(value);
    if (value instanceof Pointer && value.reference === null) this.world.showBorrow(value);
    this.world.handOver(frame, value);
    frame.suspended = true;
    return value;
  }

  in(id: number, receiver: unknown, args: readonly unknown[], outer: readonly (() => unknown)[]): Frame {
    this.step();
    this.entered.add(id);
    this.limitRecursion(id);
    const frame = this.world.enter(this.facts[id] as FunctionFacts, (this.facts[id] as FunctionFacts).file, receiver, args, outer);
    this.firstEntered ??= frame;
    return frame;
  }

  private limitRecursion(id: number): void {
    let active = 0;
    for (let frame = this.world.current; frame !== null; frame = frame.parent) if (!frame.exited && frame.facts?.id === id) active++;
    if (active > this.world.settings.rounds) this.world.stop("pruned", "recursion");
  }

  ex(frame: Frame): void {
    if (this.stopped !== null) return;
    if (frame.suspended) this.world.abandon(frame);
    this.world.exit(frame, frame.thrown === null ? [frame.result] : [frame.thrown.error]);
  }

  self(frame: Frame, receiver: unknown): unknown {
    this.at(frame);
    frame.receiver = receiver;
    return receiver;
  }

  ret(frame: Frame, line: number, value: unknown): unknown {
    this.at(frame, line);
    this.unsayReturn(frame);
    const before = this.world.events.length;
    if (frame.facts !== null) this.world.use(value);
    // A record that is made to be handed out may count as a use of what is in it.
    if (isObject(value) && this.world.makers.get(value) === frame) for (const part of Object.values(value)) this.world.use(part, false);
    frame.returned = this.world.events[before] ?? null;
    frame.result = value;
    frame.thrown = null;
    return value;
  }

  // A return that something else overrides may not have been a use.
  private unsayReturn(frame: Frame): void {
    if (frame.returned !== null) frame.returned.first = false;
    frame.returned = null;
  }

  thr(frame: Frame, line: number, value: unknown): unknown {
    this.at(frame, line);
    if (!this.world.thrownKinds.has(value)) this.world.thrownKinds.set(value, "throw");
    return value;
  }

  thrown(frame: Frame, error: unknown): unknown {
    this.known(error);
    this.unsayReturn(frame);
    frame.thrown = { error };
    return error;
  }

  caught(frame: Frame, error: unknown): void {
    this.known(error);
    this.at(frame);
    frame.thrown = null;
  }

  ti(frame: Frame): void {
    this.at(frame);
    frame.tries++;
  }

  to(frame: Frame): void {
    frame.tries--;
  }

  ls(frame: Frame, id: number): void {
    frame.loops.set(id, { rounds: 0, choices: this.world.tape.made });
  }

  /** Prunes what goes round more often than is looked at, by choice. */
  lp(frame: Frame, id: number): void {
    this.at(frame);
    const loop = frame.loops.get(id) ?? { rounds: 0, choices: 0 };
    loop.rounds++;
    frame.loops.set(id, loop);
    if (loop.rounds > this.world.settings.rounds && this.world.tape.made > loop.choices) this.world.stop("pruned");
  }

  t(frame: Frame, value: unknown): boolean {
    this.at(frame);
    return this.world.unknowns.truthy(value);
  }

  n(frame: Frame, value: unknown): boolean {
    this.at(frame);
    return this.world.unknowns.nullish(value);
  }

  eq(frame: Frame, operator: string, left: unknown, right: unknown): boolean {
    this.at(frame);
    return this.world.unknowns.equal(left, right, operator.length === 3) !== operator.startsWith("!");
  }

  bin(frame: Frame, operator: string, left: unknown, right: unknown): unknown {
    this.at(frame);
    if (left instanceof Pointer && right === 0 && (operator === ">" || operator === "<=")) return this.world.unknowns.isNullPointer(left) === (operator === "<=");
    if (this.world.unknownOf(left)?.outcome !== undefined && typeof right === "number") return operators[operator]?.(Number(this.world.unknowns.truthy(left)) as never, right as never);
    if (this.opaque(left) || this.opaque(right)) return this.compared(operator, left, right) ?? this.world.unknowns.result(operator, [left, right]);
    return operators[operator]?.(left as never, right as never);
  }

  // The four orders of two values are one question.
  private compared(operator: string, left: unknown, right: unknown): boolean | undefined {
    const less = (first: unknown, second: unknown): boolean => this.world.unknowns.truthy(this.world.unknowns.result("<", [first, second]));
    if (operator === ">") return less(right, left);
    if (operator === ">=") return !less(left, right);
    return operator === "<=" ? !less(right, left) : undefined;
  }

  unary(frame: Frame, operator: string, value: unknown): unknown {
    this.at(frame);
    if (this.opaque(value)) return this.world.unknowns.result(operator, [value]);
    return operator === "-" ? -(value as number) : operator === "~" ? ~(value as number) : Number(value);
  }

  text(frame: Frame, parts: readonly unknown[]): unknown {
    this.at(frame);
    return parts.some((part) => this.opaque(part)) ? this.world.unknowns.result("text", parts) : parts.join();
  }

  type(frame: Frame, value: unknown): unknown {
    this.at(frame);
    if (value instanceof Pointer) return "object";
    return this.opaque(value) ? this.world.unknowns.result("typeof", [value]) : typeof value;
  }

  nn(frame: Frame, value: unknown): unknown {
    this.at(frame);
    if (value instanceof Pointer) {
      value.object.isNull ??= false;
      if (value.object.isNull) this.world.stop("infeasible");
    }
    const unknown = this.world.unknownOf(value);
    if (unknown !== undefined) unknown.nullish ??= false;
    return value;
  }

  st(frame: Frame, line: number, object: unknown, key: PropertyKey, value: unknown): unknown {
    this.at(frame, line);
    this.noteField(value, object, key);
    if (value instanceof Pointer && isObject(object)) this.noteStore(value, object, key);
    if (value instanceof Pointer && isObject(object) && this.isOutside(frame, object)) {
      // An object of a class may be as local as a variable.
      this.world.use(value, this.classOf(object) === undefined && !this.isMadeAround(object));
      // A record of a function that still runs is that function's own, whoever fills it.
      this.environment.storedInField(this.world, value, key, this.world.makers.get(object)?.exited === false);
    }
    if (!isObject(object)) this.world.stop("infeasible");
    if (this.world.unknownOf(key) === undefined) Reflect.set(object, key, value);
    else this.world.give(value);
    return value;
  }

  out(frame: Frame, line: number, value: unknown): unknown {
    this.at(frame, line);
    // The variable may be one of a function that still runs: then it is as local as any.
    this.world.use(value, frame.parent === null || frame.parent.exited);
    return value;
  }

  /** A pattern puts parts of the value into variables, which may be those of a function around this one. */
  pat(frame: Frame, line: number, value: unknown): unknown {
    this.at(frame, line);
    if (isObject(value) && this.world.unknownOf(value) === undefined) for (const part of Object.values(value)) this.world.use(part, false);
    return value;
  }

  obj(frame: Frame, value: object): object {
    this.at(frame);
    this.world.makers.set(value, frame);
    return value;
  }

  only(holder: object): unknown {
    return Reflect.get(holder, Reflect.ownKeys(holder)[0] as PropertyKey);
  }

  first(value: unknown): unknown {
    return value;
  }

  fn(frame: Frame, id: number, value: object, values: readonly (() => unknown)[]): object {
    this.functions.set(value, { value, facts: this.facts[id] as FunctionFacts, values, maker: frame, called: false });
    return value;
  }

  cls(frame: Frame, value: object, name: string, facts: ClassFacts): object {
    this.classes.set(value, { facts, name, maker: frame });
    return value;
  }

  c(frame: Frame, line: number, callee: unknown, args: unknown[], name: string): unknown {
    this.at(frame, line);
    return this.invoke(callee, undefined, args, name);
  }

  m(frame: Frame, line: number, receiver: unknown, key: PropertyKey, args: unknown[], optional: boolean): unknown {
    this.at(frame, line);
    // NULL is an object in some bindings, with the methods of one.
    if (receiver === null && key === "isNull") return true;
    if (receiver === null && key === "equals") return this.world.unknowns.nullish(args[0]);
    if (receiver === null || receiver === undefined) this.world.stop("infeasible");
    const unknown = this.world.unknownOf(receiver);
    if (unknown !== undefined && key !== "isNull" && key !== "equals") unknown.truthy ??= true;
    const special = this.environment.method(this, receiver, key, args);
    if (special !== undefined) return special.result;
    const callee = Reflect.get(Object(receiver) as object, key, receiver) as unknown;
    if (callee === undefined || callee === null) return optional ? undefined : this.unseen(receiver, args, String(key));
    return this.invoke(callee, receiver, args, String(key));
  }

  make(frame: Frame, line: number, callee: unknown, args: unknown[], name: string): unknown {
    this.at(frame, line);
    const special = this.environment.construct(this, args, name);
    if (special !== undefined) return special.result;
    if (this.world.unknownOf(callee) !== undefined || typeof callee !== "function") return this.unseen(undefined, args, name);
    const result = callee === this.environment.promise ? this.makePromise(args[0]) : (Reflect.construct(callee, args) as object);
    this.current(frame);
    this.world.makers.set(result, frame);
    this.environment.constructed(this, callee, result);
    return result;
  }

  // What a promise is resolved with can be had from the promise.
  private makePromise(executor: unknown): object {
    const results: unknown[] = [];
    const promise = new this.environment.promise((resolve, reject) => {
      const settle = (how: (value: unknown) => void) => (value: unknown) => {
        results.push(value);
        if (this.world.current !== null) this.world.handOver(this.world.current, value);
        how(value);
      };
      this.invoke(executor, undefined, [settle(resolve), settle(reject)], "");
    });
    this.boundArguments.set(promise, results);
    return promise;
  }

  aw(frame: Frame, line: number, value: unknown): unknown {
    this.at(frame, line);
    const Promises = this.environment.promise;
    if (this.world.unknownOf(value) !== undefined) return this.settle(value);
    if (!(value instanceof Promises)) return value;
    return Promises.race([value, new Promises((resolve, reject) => this.waiting.push({ resolve, reject }))]);
  }

  /** A promise that nobody here can see into: it gives something, or rejects. */
  settle(value: unknown): Promise<unknown> {
    const Promises = this.environment.promise;
    const unknown = this.world.unknownOf(value);
    if (unknown?.members.has("$settled") !== true) unknown?.members.set("$settled", this.world.tape.choose(2) === 0 ? { value: this.world.unknown("awaited") } : { error: this.error("reject") });
    const settled = unknown?.members.get("$settled") as { value?: unknown; error?: Error };
    return settled.error !== undefined ? Promises.reject(settled.error) : Promises.resolve(settled.value);
  }

  re(frame: Frame, value?: unknown): unknown {
    this.at(frame);
    frame.suspended = false;
    return value;
  }

  it(frame: Frame, value: unknown, line?: number): unknown {
    this.at(frame);
    if (value === null || value === undefined) this.world.stop("infeasible");
    if (isObject(value) && this.open.has(value)) return this.some(this.world.unknowns.result("elements", [value]));
    if (this.world.unknownOf(value) !== undefined) return this.some(value);
    return isObject(value) && Object.prototype.toString.call(value) === "[object Generator]" ? this.asking(frame, value as Iterator<unknown>, line) : value;
  }

  // A generator goes on where the loop asks it to, not where its body ended.
  private asking(frame: Frame, steps: Iterator<unknown>, line: number | undefined): Iterable<unknown> {
    const next = (): IteratorResult<unknown> => (this.at(frame, line), steps.next());
    const close = (): IteratorResult<unknown> => (this.at(frame, line), steps.return?.() ?? { done: true, value: undefined });
    return { [Symbol.iterator]: () => ({ next, return: close }) };
  }

  keys(frame: Frame, value: unknown): unknown {
    this.at(frame);
    if (this.world.unknownOf(value) === undefined) return value;
    return Object.fromEntries(this.some(value).map((_, index) => [`key${index}`, true]));
  }

  ait(frame: Frame, line: number, value: unknown): unknown {
    this.at(frame, line);
    if (this.world.unknownOf(value) === undefined) return value;
    const Promises = this.environment.promise;
    let rounds = 0;
    const next = (): Promise<unknown> => {
      const way = rounds++ < this.world.settings.rounds ? this.world.tape.choose(3) : this.world.tape.choose(2) * 2;
      if (way === 2) return Promises.reject(this.error("reject"));
      return Promises.resolve(way === 1 ? { done: false, value: this.world.unknown("element") } : { done: true, value: undefined });
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  import(frame: Frame, specifier: unknown, require: (specifier: string) => unknown): unknown {
    this.at(frame);
    return typeof specifier === "string" ? this.environment.promise.resolve(require(specifier)) : this.world.unknown("import");
  }

  /** Some elements, the same ones each time. */
  some(value: unknown): unknown[] {
    const key = value as object;
    let elements = this.loopElements.get(key);
    const known = elements !== undefined;
    // What nobody was given may still have changed while unseen code ran: possible, but not sure.
    if (elements === undefined || this.changes.get(key) !== this.world.unseenCalls) {
      const count = this.world.tape.choose(this.world.settings.rounds + 1);
      if (known && elements?.length !== count) this.world.nonsense = true;
      elements = Array.from({ length: count }, (_, index) => Reflect.get(key, String(index)) as unknown);
      this.loopElements.set(key, elements);
      this.changes.set(key, this.world.unseenCalls);
    }
    return elements;
  }

  invoke(callee: unknown, receiver: unknown, args: unknown[], name: string): unknown {
    if (this.world.unknownOf(callee) !== undefined) {
      const native = this.world.unknownOf(callee)?.foreign === true ? undefined : this.environment.nativeByName(name);
      return native === undefined ? (this.environment.byName(name, args) ?? { result: this.unseen(receiver, args, name) }).result : native(...args);
    }
    if (typeof callee !== "function") {
      if (callee === null || callee === undefined) {
        const native = this.environment.nativeByName(name);
        if (native !== undefined) return native(...args);
      }
      return this.world.stop("infeasible");
    }
    const before = this.world.current as Frame;
    const registered = this.functions.get(callee);
    if (registered !== undefined) registered.called = true;
    const outer = this.firstEntered;
    this.firstEntered = null;
    const result = Reflect.apply(callee as Fn, receiver, args);
    this.current(before);
    const called = this.firstEntered as Frame | null;
    this.firstEntered = outer ?? called;
    if (result instanceof this.environment.promise && receiver instanceof this.environment.promise) this.boundArguments.set(result, [receiver, ...args]);
    // What a generator was given it holds as long as it may go on.
    if (registered?.facts.generator === true && isObject(result)) this.boundArguments.set(result, args);
    if (result instanceof this.environment.promise && called?.facts?.async === true) this.asyncFrames.set(result, called);
    if (result instanceof this.environment.promise) void this.environment.when(result as Promise<unknown>, nothing, nothing);
    return result;
  }

  /** A call of a function that cannot be seen: it uses what it is given, may keep it, and may throw. */
  unseen(receiver: unknown, args: readonly unknown[], name: string): unknown {
    if (name === "assert" || name === "ok") this.assert(args[0]);
    for (const argument of args) this.world.use(argument);
    if (receiver instanceof Pointer) this.world.use(receiver);
    this.world.unseenCalls++;
    this.mayThrow();
    for (const argument of args) this.world.give(argument);
    for (const argument of [receiver, ...args]) this.world.unknownOf(argument)?.forget((value) => this.world.unknownOf(value) !== undefined);
    return this.world.unknown(name === "" ? "result" : name);
  }

  mayThrow(): void {
    if (!this.world.settings.checkThrowingCalls && !this.isHandled()) return;
    if (this.world.tape.choose(2) === 0) return;
    this.world.callThrows++;
    throw this.error("call");
  }

  // What an asynchronous function throws may have a handler that no `try` shows.
  private isHandled(): boolean {
    const { current, settings } = this.world;
    if (current === null || current.inTry()) return current !== null;
    for (let frame: Frame | null = settings.nativeThrows ? current : null; frame !== null; frame = frame.parent) if (frame.facts?.async === true && frame.parent !== null) return true;
    return false;
  }

  private assert(condition: unknown): void {
    if (this.world.unknowns.truthy(condition)) return;
    throw this.error("throw");
  }

  error(kind: ExitKind): Error {
    // Where it comes from is not asked, and costs more than all the rest.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    const error = new Error(kind);
    Error.stackTraceLimit = stackTraceLimit;
    this.world.thrownKinds.set(error, kind);
    return error;
  }

  opaque(value: unknown): boolean {
    return value instanceof Pointer || this.world.unknownOf(value) !== undefined;
  }

  private noteField(value: unknown, object: unknown, key: PropertyKey): void {
    const native = value instanceof Pointer ? value.object : this.world.unknownOf(value)?.object;
    if (native && isObject(object) && typeof key === "string" && this.classOf(object) !== undefined) native.fields.push({ name: key, pointer: value instanceof Pointer ? value : null, place: this.world.here(), shared: this.environment.mayBeReleased(key) });
  }

  private noteStore(pointer: Pointer, object: object, key: PropertyKey): void {
    const known = this.classOf(object);
    const shared = known !== undefined && this.environment.mayBeReleased(key);
    pointer.reference?.stores.push({ ...this.world.here(), shared, perhaps: known !== undefined && (this.environment.releasesPerhaps(known.name) || !this.environment.mayBeReleased(key)) });
  }

  // A class holds its static fields as an instance does its own.
  private classOf(object: object): { readonly name: string } | undefined {
    const itself = this.classes.get(object);
    if (itself !== undefined) return itself;
    const made = Reflect.get(object, "constructor") as unknown;
    return isObject(made) ? this.classes.get(made) : undefined;
  }

  // A record of a function that still runs is as local as its variables, whichever closure of it does the storing.
  private isMadeAround(object: object): boolean {
    return this.world.makers.get(object)?.isAround(this.world.current) === true;
  }

  private isOutside(frame: Frame, object: object): boolean {
    return this.world.makers.get(object) !== frame;
  }

  private at(frame: Frame, line?: number): void {
    this.step();
    this.current(frame);
    if (line !== undefined) frame.line = line;
  }

  private current(frame: Frame): void {
    if (!frame.exited) this.world.current = frame;
  }

  private step(): void {
    if (this.stopped !== null) throw this.stopped;
    if (++this.steps > 20_000) this.world.stop("pruned", "too many steps");
  }

  // What the program throws was seen to be thrown; anything else is an error that its author did not mean.
  private known(error: unknown): void {
    if (error instanceof Stop) this.stopped ??= error;
    if (this.stopped !== null) throw this.stopped;
    if (!this.world.thrownKinds.has(error)) {
      if (!this.environment.isMistake(error)) return;
      this.stopped = new Stop("unsupported", error instanceof Error || isObject(error) ? String(Reflect.get(error, "stack") ?? error) : String(error));
      throw this.stopped;
    }
  }
}

const nothing = (): undefined => undefined;

function safe(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
