import vm from "node:vm";
import type { Argument, Block, BlockId, ClassId, FieldKey, FunctionId, FunctionIr, Instruction, ModuleIr, VariableId } from "../../src/ir/types.js";

/**
 * Runs lowered code, so that a test can compare what it does with what the source does. Not lowered exactly, and so
 * not to be used in compared programs: literal text of templates, regular expressions, classes that extend built-in ones.
 */
export function interpret(module: ModuleIr, globals: Record<string, unknown>): unknown {
  const machine = new Machine(module, globals);
  return machine.run();
}

interface Cell {
  value: unknown;
}

interface Frame {
  readonly fn: FunctionIr;
  readonly cells: Map<VariableId, Cell>;
  thrown: unknown;
}

interface ClassValue {
  readonly id: ClassId;
  readonly superclass: unknown;
  readonly frame: Frame;
}

type Request = { kind: "await"; value: unknown } | { kind: "yield"; value: unknown; delegate: boolean; abandoned: BlockId | null };
type Callable = (this: unknown, ...args: unknown[]) => unknown;

class Machine {
  private readonly classes = new WeakMap<object, ClassValue>();
  private readonly classById = new Map<ClassId, object>();

  constructor(
    private readonly module: ModuleIr,
    private readonly globals: Record<string, unknown>,
  ) {}

  run(): unknown {
    return this.closure(0, { fn: this.module.functions[0]!, cells: new Map(), thrown: undefined }).call(undefined);
  }

  private closure(id: FunctionId, outer: Frame): Callable {
    const fn = this.module.functions[id]!;
    const captured = fn.captures.map((variable): [VariableId, Cell] => [variable, cellOf(outer, variable)]);
    const start = (receiver: unknown, args: unknown[]): Frame => this.frame(fn, captured, receiver, args);
    const run = (frame: Frame): unknown => {
      if (fn.generator) return fn.async ? this.asyncGenerator(frame, 0) : this.generator(frame, 0);
      return fn.async ? this.promise(frame) : this.plain(frame);
    };
    return function (...args) {
      return run(start(this, args));
    };
  }

  private frame(fn: FunctionIr, captured: [VariableId, Cell][], receiver: unknown, args: unknown[]): Frame {
    const frame: Frame = { fn, cells: new Map(captured), thrown: undefined };
    fn.params.forEach((variable, index) => frame.cells.set(variable, { value: fn.rest && index === fn.params.length - 1 ? args.slice(index) : args[index] }));
    if (fn.receiver !== null) frame.cells.set(fn.receiver, { value: receiver });
    if (fn.argumentsVariable !== null) frame.cells.set(fn.argumentsVariable, { value: [...args] });
    return frame;
  }

  private plain(frame: Frame): unknown {
    const steps = this.steps(frame, 0);
    const end = steps.next();
    if (!end.done) throw new Error(`a suspension in the plain function ${frame.fn.name}`);
    return end.value;
  }

  private async promise(frame: Frame): Promise<unknown> {
    const steps = this.steps(frame, 0);
    let state = steps.next();
    while (!state.done) state = await settle(steps, state.value.value);
    return state.value;
  }

  private *generator(frame: Frame, from: BlockId): Generator<unknown, unknown, unknown> {
    const steps = this.steps(frame, from);
    let state = steps.next();
    while (!state.done) {
      const request = state.value as Extract<Request, { kind: "yield" }>;
      let resume: (() => IteratorResult<Request, unknown>) | null = null;
      try {
        const sent = request.delegate ? yield* request.value as Generator : yield request.value;
        resume = () => steps.next(sent);
      } catch (error) {
        resume = () => steps.throw(error);
      } finally {
        if (!resume && request.abandoned !== null) yield* this.generator(frame, request.abandoned);
      }
      state = resume();
    }
    return state.value;
  }

  private async *asyncGenerator(frame: Frame, from: BlockId): AsyncGenerator<unknown, unknown, unknown> {
    const steps = this.steps(frame, from);
    let state = steps.next();
    while (!state.done) {
      const request: Request = state.value;
      if (request.kind === "await") {
        state = await settle(steps, request.value);
        continue;
      }
      let resume: (() => IteratorResult<Request, unknown>) | null = null;
      try {
        const sent = request.delegate ? yield* request.value as AsyncGenerator : yield request.value;
        resume = () => steps.next(sent);
      } catch (error) {
        resume = () => steps.throw(error);
      } finally {
        if (!resume && request.abandoned !== null) yield* this.asyncGenerator(frame, request.abandoned);
      }
      state = resume();
    }
    return state.value;
  }

  private *steps(frame: Frame, from: BlockId): Generator<Request, unknown, unknown> {
    let block: Block = frame.fn.blocks[from]!;
    for (let budget = 100_000; budget > 0; budget--) {
      const read = (id: VariableId): unknown => cellOf(frame, id).value;
      try {
        for (const instruction of block.instructions) yield* this.execute(instruction, frame);
        const { terminator } = block;
        if (terminator.op === "return") return terminator.value === null ? undefined : read(terminator.value);
        if (terminator.op === "throw") throw read(terminator.value);
        if (terminator.op === "unreachable") throw new Error("control came to an unreachable place");
        block = frame.fn.blocks[terminator.op === "goto" ? terminator.target : read(terminator.condition) ? terminator.whenTrue : terminator.whenFalse]!;
      } catch (error) {
        if (block.handler === null) throw error;
        frame.thrown = error;
        block = frame.fn.blocks[block.handler]!;
      }
    }
    throw new Error("the program does not end");
  }

  private *execute(instruction: Instruction, frame: Frame): Generator<Request, void, unknown> {
    const read = (id: VariableId): never => cellOf(frame, id).value as never;
    const write = (id: VariableId, value: unknown): void => void (cellOf(frame, id).value = value);
    const key = (one: FieldKey): PropertyKey => (typeof one === "string" ? propertyKey(one) : read(one.computed));
    switch (instruction.op) {
      case "constant":
        { write(instruction.to, instruction.value); return; }
      case "copy":
        { write(instruction.to, read(instruction.from)); return; }
      case "declare":
        return void frame.cells.set(instruction.variable, { value: undefined });
      case "load":
        { write(instruction.to, read(instruction.object)[key(instruction.key)]); return; }
      case "store":
        (read(instruction.object) as Record<PropertyKey, unknown>)[key(instruction.key)] = read(instruction.from);
        return;
      case "object":
        { write(instruction.to, instruction.kind === "array" ? [] : {}); return; }
      case "spread":
        { spread(read(instruction.object), read(instruction.from), instruction.except ?? []); return; }
      case "append":
        return void (read(instruction.object) as unknown[]).push(read(instruction.from));
      case "closure":
        { write(instruction.to, this.closure(instruction.function, frame)); return; }
      case "accessor":
        return void Object.defineProperty(read(instruction.object), instruction.key, { [instruction.kind]: this.closure(instruction.function, frame), enumerable: true, configurable: true });
      case "class":
        { write(instruction.to, this.makeClass(instruction.class, instruction.superclass === null ? null : read(instruction.superclass), frame)); return; }
      case "global":
        { write(instruction.to, instruction.name in this.globals ? this.globals[instruction.name] : (globalThis as Record<string, unknown>)[instruction.name]); return; }
      case "storeGlobal":
        this.globals[instruction.name] = read(instruction.from);
        return;
      case "call": {
        const callee: unknown = read(instruction.callee);
        if (typeof callee !== "function") throw new TypeError("not a function");
        write(instruction.to, Reflect.apply(callee, instruction.receiver === null ? undefined : read(instruction.receiver), argumentList(instruction.args, read))); return;
      }
      case "construct":
        { write(instruction.to, Reflect.construct(read(instruction.callee), argumentList(instruction.args, read))); return; }
      case "superCall": {
        const { superclass } = this.classes.get(this.classById.get(instruction.class)!)!;
        this.initialize(superclass as object, read(instruction.receiver), argumentList(instruction.args, read));
        this.initializeFields(this.classById.get(instruction.class)!, read(instruction.receiver)); return;
      }
      case "superLoad": {
        const own = this.classById.get(instruction.class)!;
        const parent = this.classes.get(own)!.superclass as { prototype: object };
        write(instruction.to, Reflect.get(instruction.static ? parent : parent.prototype, propertyKey(instruction.key))); return;
      }
      case "await":
        { write(instruction.to, yield { kind: "await", value: read(instruction.from) }); return; }
      case "yield":
        { write(instruction.to, yield { kind: "yield", value: read(instruction.from), delegate: instruction.delegate, abandoned: instruction.abandoned }); return; }
      case "iterate":
        { write(instruction.to, startIteration(read(instruction.from), instruction.kind)); return; }
      case "next": {
        const { iterator, isAsync } = read(instruction.iterator) as Iteration;
        const step = iterator.next();
        const { done, value } = (isAsync ? yield { kind: "await", value: step } : step) as IteratorResult<unknown>;
        write(instruction.done, done ?? false);
        write(instruction.to, value); return;
      }
      case "take": {
        const from = read(instruction.from);
        write(instruction.to, isIterator(from) ? taken(from, instruction.count) : from);
        return;
      }
      case "closeIterator": {
        const { iterator, isAsync } = read(instruction.iterator) as Iteration;
        const closed = iterator.return?.();
        if (isAsync) yield { kind: "await", value: closed };
        return;
      }
      case "not":
        { write(instruction.to, !read(instruction.from)); return; }
      case "compare":
        { write(instruction.to, instruction.strict ? read(instruction.left) === read(instruction.right) : looselyEqual(read(instruction.left), read(instruction.right))); return; }
      case "pure":
        { write(instruction.to, pure(instruction.operator, instruction.operands.map(read))); return; }
      case "catch":
        { write(instruction.to, frame.thrown); return; }
      case "unknown":
        { write(instruction.to, undefined); return; }
      case "assertNonNull":
      case "typeHint":
      case "unmatched":
      case "discard":
        return;
      case "native":
      case "bind":
      case "callback":
      case "import":
      case "nullTest":
        throw new Error(`not interpreted: ${instruction.op}`);
    }
  }

  private makeClass(id: ClassId, superclass: unknown, frame: Frame): object {
    const initialize = this.initialize.bind(this);
    const made = function (this: object, ...args: unknown[]): void {
      initialize(made, this, args);
    };
    if (superclass !== null) {
      Object.setPrototypeOf(made, superclass as object);
      Object.setPrototypeOf(made.prototype, (superclass as { prototype: object }).prototype);
    }
    this.classes.set(made, { id, superclass, frame });
    this.classById.set(id, made);
    for (const member of this.module.classes[id]!.members) {
      const target: object = member.static ? made : made.prototype;
      const name = propertyKey(member.key);
      const body = this.closure(member.function, frame);
      if (member.kind === "method") Object.defineProperty(target, name, { value: body, writable: true, configurable: true });
      else Object.defineProperty(target, name, { ...Object.getOwnPropertyDescriptor(target, name), [member.kind]: body, configurable: true });
    }
    return made;
  }

  private initialize(owner: object, receiver: object, args: unknown[]): void {
    const { id, superclass, frame } = this.classes.get(owner)!;
    const { constructor } = this.module.classes[id]!;
    if (superclass === null) this.initializeFields(owner, receiver);
    if (constructor !== null) this.closure(constructor, frame).apply(receiver, args);
    else if (superclass !== null) {
      this.initialize(superclass as object, receiver, args);
      this.initializeFields(owner, receiver);
    }
  }

  private initializeFields(owner: object, receiver: unknown): void {
    const { id, frame } = this.classes.get(owner)!;
    const { fieldInitializer } = this.module.classes[id]!;
    if (fieldInitializer !== null) this.closure(fieldInitializer, frame).call(receiver);
  }
}

interface Iteration {
  readonly iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly isAsync: boolean;
}

function startIteration(from: unknown, kind: "values" | "keys" | "async"): Iteration {
  if (kind === "keys") {
    const keys: string[] = [];
    for (const name in from as object) keys.push(name);
    return { iterator: keys[Symbol.iterator](), isAsync: false };
  }
  const source = from as Iterable<unknown> & AsyncIterable<unknown>;
  const isAsync = kind === "async" && typeof source[Symbol.asyncIterator] === "function";
  if (kind !== "async") return { iterator: source[Symbol.iterator](), isAsync: false };
  return { iterator: isAsync ? source[Symbol.asyncIterator]() : awaitEach(source), isAsync: true };
}

// `for await` over a plain iterable waits for its elements.
async function* awaitEach(source: Iterable<unknown>): AsyncGenerator {
  for (const value of source) yield await value;
}

async function settle(steps: Generator<Request, unknown, unknown>, awaited: unknown): Promise<IteratorResult<Request, unknown>> {
  let value: unknown;
  try {
    value = await awaited;
  } catch (error) {
    return steps.throw(error);
  }
  return steps.next(value);
}

function cellOf(frame: Frame, id: VariableId): Cell {
  let cell = frame.cells.get(id);
  if (!cell) frame.cells.set(id, (cell = { value: undefined }));
  return cell;
}

const wellKnown: Readonly<Record<string, symbol>> = { "@@iterator": Symbol.iterator, "@@asyncIterator": Symbol.asyncIterator };

function propertyKey(key: string): PropertyKey {
  return wellKnown[key] ?? key;
}

function argumentList(args: readonly Argument[], read: (id: VariableId) => unknown): unknown[] {
  return args.flatMap((argument) => (argument.spread ? [...(read(argument.value) as Iterable<unknown>)] : [read(argument.value)]));
}

function spread(object: object, from: unknown, except: readonly string[]): void {
  if (Array.isArray(object)) object.push(...[...(from as Iterable<unknown>)].slice(except.length));
  else for (const [key, value] of Object.entries(from ?? {})) if (!except.includes(key)) (object as Record<string, unknown>)[key] = value;
}

const looselyEqual = vm.runInThisContext("(left, right) => left == right") as (left: unknown, right: unknown) => boolean;

function pure(operator: string, operands: readonly number[]): unknown {
  if (operator === "template") return operands.join("");
  const [first, ...others] = operands as [number, ...number[]];
  if (others.length === 0) return unaryOperators[operator]?.(first);
  return others.reduce<unknown>((left, right) => binaryOperators[operator]?.(left as number, right), first);
}

const unaryOperators: Readonly<Record<string, (operand: number) => unknown>> = {
  typeof: (operand) => typeof operand,
  "-": (operand) => -operand,
  "+": (operand) => -(-operand),
  "~": (operand) => ~operand,
};

// Typed as if all operands were numbers: what others give is left to the language.
const binaryOperators: Readonly<Record<string, (left: number, right: number) => unknown>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
  "**": (left, right) => left ** right,
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "^": (left, right) => left ^ right,
  "<<": (left, right) => left << right,
  ">>": (left, right) => left >> right,
  "<": (left, right) => left < right,
  ">": (left, right) => left > right,
  "<=": (left, right) => left <= right,
  ">=": (left, right) => left >= right,
  in: (left, right) => left in (right as unknown as object),
  instanceof: (left, right) => (left as unknown) instanceof (right as unknown as new () => object),
};

function isIterator(value: unknown): value is Iterable<unknown> {
  return value instanceof Object && !Array.isArray(value) && Symbol.iterator in value;
}

function taken(from: Iterable<unknown>, count: number | null): unknown[] {
  if (count === null) return [...from];
  const items: unknown[] = [];
  const iterator = from[Symbol.iterator]();
  while (items.length < count) {
    const { done, value } = iterator.next();
    if (done === true) return items;
    items.push(value);
  }
  iterator.return?.();
  return items;
}
