import type { Block, BlockId, Instruction, NullTest, Terminator, VariableId } from "../ir/types.js";
import { normalSuccessors } from "../ir/uses.js";
import type { Engine } from "./engine.js";
import { mayRefuse } from "./library.js";
import { NativeCalls } from "./screen-natives.js";
import { assume, Borrowed, copyOf, Held, isPointerLike, joinInto, mixed, nothing, plain, unclear, type Content, type Paths } from "./screen-paths.js";
import { moduleEntity, type FunctionInfo, type Value } from "./values.js";

/**
 * Tells of a function whether it is plainly right: whether each pointer that it obtains goes through its life in order on all
 * paths at once, without a look at single paths. Most functions are, and need not be followed. One state stands for all paths
 * that meet at a block, and holds for each call that obtains a pointer what may have become of it; what is not understood, and
 * what may be wrong, is left to the paths. So nothing is ever reported from here, and what is passed must be right whatever
 * path is taken (a first, cheap stage of typestate checking: Fink et al., "Effective typestate verification in the presence of
 * aliasing", ISSTA 2006).
 */
export function isPlainlyRight(engine: Engine, fn: FunctionInfo): boolean {
  const screen = new Screen(engine, fn);
  if (!screen.passes()) return false;
  screen.commit();
  return true;
}

/** A larger function is not worth a first look: it seldom is plainly right. */
const mostBlocks = 400;
/** Variables and instructions that are looked at, each as often as the paths that come together say something new. */
const mostWork = 50_000;

/** Where the contents of a variable of the function that is looked at stand, plus one; 0: nowhere yet. Cleared after each function. */
let places = new Int32Array(4096);

class Screen {
  /** What is known where each block begins. */
  readonly #entries: (Paths | undefined)[] = [];
  /** Blocks that are entered from one place only: what is known there is not kept, for there is nothing to join it with. */
  readonly #single: Uint8Array;
  readonly #pending: Uint8Array;
  /** No block before it is to be followed. */
  #first = 0;
  /** The variables that have a place in the contents of paths. */
  readonly #placed: VariableId[] = [];
  readonly #natives: NativeCalls;
  /** Names of fields that the function writes: what it reads from them may be no unknown. */
  readonly #stored = new Set<string>();

  constructor(
    readonly engine: Engine,
    readonly fn: FunctionInfo,
  ) {
    this.#natives = new NativeCalls(engine, fn);
    const { length } = fn.ir.blocks;
    this.#single = new Uint8Array(length);
    this.#pending = new Uint8Array(length);
  }

  passes(): boolean {
    const { ir, module } = this.fn;
    if (ir.blocks.length > mostBlocks || ir.generator || ir.rest || ir.argumentsVariable !== null || ir.blocks.some(isBeyond)) return false;
    for (const { instructions } of ir.blocks) for (const one of instructions) if (one.op === "store" && typeof one.key === "string") this.#stored.add(one.key);
    if (places.length < module.ir.variables.length) places = new Int32Array(2 * module.ir.variables.length);
    try {
      this.#countEntries();
      this.#enter(0, this.#start(), true);
      return this.#followAll();
    } catch (reason) {
      if (reason !== unclear) throw reason;
      return false;
    } finally {
      for (const variable of this.#placed) places[variable] = 0;
    }
  }

  #countEntries(): void {
    const { blocks } = this.fn.ir;
    const entries = new Uint32Array(blocks.length);
    entries[0] = 1;
    for (const { terminator, handler } of blocks) {
      for (const target of normalSuccessors(terminator)) entries[target]!++;
      // From wherever something may throw.
      if (handler !== null) entries[handler]! += 2;
    }
    entries.forEach((count, block) => (this.#single[block] = count === 1 ? 1 : 0));
  }

  #followAll(): boolean {
    const { blocks } = this.fn.ir;
    // Blocks are numbered about as control reaches them.
    for (let work = 0; this.#first < blocks.length; ) {
      const next = this.#first;
      if (this.#pending[next] === 0) {
        this.#first++;
        continue;
      }
      const entry = this.#entries[next]!;
      const block = blocks[next]!;
      work += entry.contents.length + block.instructions.length + 1;
      if (work > mostWork) return false;
      this.#pending[next] = 0;
      if (this.#single[next] === 1) {
        this.#entries[next] = undefined;
        this.#follow(block, entry);
      } else this.#follow(block, copyOf(entry));
    }
    return true;
  }

  /** Notes what following the function would have noted. */
  commit(): void {
    const { engine, fn } = this;
    engine.followed.add(fn);
    this.#natives.commit();
  }

  #start(): Paths {
    const { ir } = this.fn;
    const paths: Paths = { contents: [], fates: [] };
    ir.params.forEach((variable, index) => {
      const name = ir.paramNames[index] ?? "";
      if (this.engine.nativeName(name) !== null) throw unclear;
      paths.contents[this.#placeOf(variable)] = name === "" ? plain : { kind: "plain", hints: [name] };
    });
    if (ir.receiver !== null) paths.contents[this.#placeOf(ir.receiver)] = ir.static ? mixed : { kind: "plain", hints: ["this"] };
    return paths;
  }

  // `isLast`: they do not go on anywhere else.
  #enter(block: BlockId, paths: Paths, isLast: boolean): void {
    const known = this.#entries[block];
    if (known && !joinInto(known, paths)) return;
    if (!known) this.#entries[block] = isLast ? paths : copyOf(paths);
    this.#pending[block] = 1;
    this.#first = Math.min(this.#first, block);
  }

  #follow(block: Block, paths: Paths): void {
    for (const instruction of block.instructions) if (!this.#step(block, paths, instruction)) return;
    this.#leave(block, paths, block.terminator);
  }

  #leave(block: Block, paths: Paths, end: Terminator): void {
    switch (end.op) {
      case "goto":
        return this.#enter(end.target, paths, true);
      case "branch":
        return this.#branch(paths, this.#read(paths, end.condition), end);
      case "return": {
        const value = end.value === null ? plain : this.#read(paths, end.value);
        if (value.kind === "pointer") this.#natives.use(paths, value.origin, true);
        else if (value.kind !== "plain" && value.kind !== "null" && value.kind !== "test" && value.kind !== "object") throw unclear;
        return this.#end(paths, value.kind === "pointer" ? value.origin : -1);
      }
      case "throw":
        if (this.#read(paths, end.value).kind !== "plain") throw unclear;
        return this.#throw(block, paths, true);
      case "unreachable":
        return;
    }
  }

  #branch(paths: Paths, condition: Content, { whenTrue, whenFalse }: Extract<Terminator, { op: "branch" }>): void {
    if (condition.kind === "mixed") throw unclear;
    const test = condition.kind === "pointer" ? this.#test(condition.origin, "truthiness", false) : condition;
    if (test.kind !== "test") {
      this.#enter(whenTrue, paths, false);
      return this.#enter(whenFalse, paths, true);
    }
    const other = copyOf(paths);
    if (assume(paths, test.origin, test.nullWhen)) this.#enter(whenTrue, paths, true);
    if (assume(other, test.origin, !test.nullWhen)) this.#enter(whenFalse, other, true);
  }

  // Out of the function: nothing may be held any more but what is returned.
  #end({ fates }: Paths, returned: number): void {
    if (fates.some((fate, origin) => origin !== returned && (fate & Held) !== 0)) throw unclear;
  }

  #throw(block: Block, paths: Paths, isLast = false): void {
    if (block.handler === null) this.#end(paths, -1);
    else this.#enter(block.handler, paths, isLast);
  }

  // What cannot be seen may throw; whether that is followed out of a function is a matter of the settings.
  #mayThrow(block: Block, paths: Paths): void {
    if (block.handler !== null || this.engine.options.checkThrowingCalls) this.#throw(block, paths);
  }

  // False where control does not go on.
  #step(block: Block, paths: Paths, instruction: Instruction): boolean {
    switch (instruction.op) {
      case "constant":
        if (typeof instruction.value === "string" && this.engine.contracts.has(instruction.value)) throw unclear;
        return this.#write(paths, instruction.to, instruction.value === null || instruction.value === undefined ? nothing : plain);
      case "copy": {
        const content = this.#read(paths, instruction.from);
        if (instruction.leaves && (content.kind === "pointer" || content.kind === "mixed")) throw unclear;
        return this.#write(paths, instruction.to, content);
      }
      case "declare":
        return this.#isOwn(instruction.variable) || this.#fail();
      case "load":
        return this.#write(paths, instruction.to, this.#load(this.#read(paths, instruction.object), instruction.key));
      case "object":
        return this.#write(paths, instruction.to, { kind: "object" });
      case "store":
        return this.#store(this.#read(paths, instruction.object), instruction.key, this.#read(paths, instruction.from));
      case "global":
        return this.#write(paths, instruction.to, this.#global(instruction.name));
      case "native":
        return this.#write(paths, instruction.to, { kind: "native", ref: instruction.ref });
      case "call":
        return this.#call(block, paths, instruction);
      case "construct":
        return this.#construct(block, paths, instruction);
      case "await":
        return this.#write(paths, instruction.to, this.#await(block, paths, this.#read(paths, instruction.from)));
      case "iterate":
        return this.#write(paths, instruction.to, this.#iterated(this.#read(paths, instruction.from), instruction.kind === "async"));
      case "next": {
        const iterator = this.#read(paths, instruction.iterator);
        if (iterator.kind !== "iterator") throw unclear;
        if (iterator.suspends) this.#suspend(block, paths);
        this.#write(paths, instruction.done, plain);
        return this.#write(paths, instruction.to, { kind: "plain", hints: iterator.hints });
      }
      case "closeIterator":
        return true;
      case "not":
        return this.#write(paths, instruction.to, this.#not(this.#read(paths, instruction.from)));
      case "compare":
        return this.#write(paths, instruction.to, this.#compare(this.#read(paths, instruction.left), this.#read(paths, instruction.right), instruction.test));
      case "nullTest":
        return this.#write(paths, instruction.to, this.#tested(this.#read(paths, instruction.from), instruction.test));
      case "pure":
        if (instruction.operands.some((operand) => isPointerLike(this.#read(paths, operand)))) throw unclear;
        return this.#write(paths, instruction.to, plain);
      case "assertNonNull": {
        const content = this.#read(paths, instruction.from);
        if (content.kind === "mixed") throw unclear;
        return content.kind !== "pointer" || assume(paths, content.origin, false);
      }
      case "typeHint":
      case "unmatched":
      case "discard":
        return true;
      case "catch":
        return this.#write(paths, instruction.to, plain);
      default:
        return this.#fail();
    }
  }

  #fail(): never {
    throw unclear;
  }

  #isOwn(id: VariableId): boolean {
    const variable = this.fn.module.ir.variables[id];
    return variable?.owner === this.fn.ir.id && !variable.captured;
  }

  // The place of a variable among the contents of paths: they are numbered as they are met.
  #placeOf(id: VariableId): number {
    if (places[id] === 0) {
      if (!this.#isOwn(id)) throw unclear;
      places[id] = this.#placed.push(id);
    }
    return places[id]! - 1;
  }

  #write({ contents }: Paths, id: VariableId, content: Content): true {
    const place = this.#placeOf(id);
    while (contents.length < place) contents.push(plain);
    contents[place] = content;
    return true;
  }

  #read({ contents }: Paths, id: VariableId): Content {
    if (places[id] !== 0 || this.#isOwn(id)) return contents[places[id]! - 1] ?? plain;
    const variable = this.fn.module.ir.variables[id];
    if (variable?.owner !== 0) throw unclear;
    const number = this.fn.module.variableBase + id;
    return this.#outer(number, variable.name);
  }

  // What a variable of top-level code holds for good, or an unknown.
  #outer(number: number, name: string): Content {
    const { index, settledCells, moduleCells } = this.engine;
    const settled = settledCells.get(index.moduleCell(number)) ?? moduleCells.get(number) ?? index.staticValues.get(number);
    if (settled) return this.#settled(settled, null);
    if (index.declaredClass(number) || index.selves.has(number)) throw unclear;
    return { kind: "outer", id: moduleEntity(number), hint: name };
  }

  #settled(value: Value, key: string | null): Content {
    switch (value.kind) {
      case "native":
        return value.args.length === 0 ? { kind: "native", ref: value.ref } : mixed;
      case "constant":
        return value.value === null || value.value === undefined ? nothing : plain;
      case "builtin":
        return value.receiver === null && !value.name.startsWith(".") ? { kind: "library", name: value.name } : mixed;
      case "entity":
        return value.token === 0 ? { kind: "outer", id: value.id, hint: key !== null && this.engine.nativeName(value.hint) === null ? key : value.hint } : mixed;
      default:
        return mixed;
    }
  }

  #global(name: string): Content {
    if (name === "undefined") return nothing;
    const ref = this.engine.index.globalBindings.get(name);
    if (ref !== undefined) return ref === null ? mixed : { kind: "native", ref };
    return this.engine.isLibrary(name) ? { kind: "library", name } : { kind: "plain", hints: [name] };
  }

  // A field may be computed, or a member of a class of the program, whatever is known of the object here.
  #load(object: Content, key: Extract<Instruction, { op: "load" }>["key"]): Content {
    const { engine } = this;
    if (typeof key !== "string") throw unclear;
    if (object.kind === "library") return this.#loadLibrary(object.name, key);
    if (object.kind !== "plain" && object.kind !== "outer") throw unclear;
    const record = object.kind === "outer" ? engine.moduleRecords.records.get(object.id) : undefined;
    if (record?.accessors?.has(key)) throw unclear;
    const field = record?.fields.get(key);
    if (field) return this.#settled(field, key);
    if (this.#stored.has(key) || this.engine.index.memberKeys.has(key) || engine.types.isDescribed(key) || engine.index.fields.containers.has(key) || engine.index.fields.aliases.has(key) || engine.tableNames.has(key)) throw unclear;
    const bound = engine.index.fieldBindings.get(key);
    if (bound !== undefined) return bound === null ? mixed : { kind: "native", ref: bound };
    if (record && record.kind !== "open") throw unclear;
    if (engine.program.language.methods.has(key)) return { kind: "method", name: key };
    return { kind: "plain", hints: [key] };
  }

  #loadLibrary(name: string, key: string): Content {
    const whole = [`${name}.${key}`, `${name}:${key}`].find((known) => this.engine.isLibrary(known));
    if (whole === undefined) throw unclear;
    return { kind: "library", name: whole };
  }

  #store(object: Content, key: Extract<Instruction, { op: "store" }>["key"], from: Content): true {
    const known = object.kind === "outer" && this.engine.moduleRecords.records.has(object.id);
    const isPlace = object.kind === "object" || object.kind === "plain" || (object.kind === "outer" && !known);
    if (!isPlace || typeof key !== "string" || this.engine.index.memberKeys.has(key) || (from.kind !== "plain" && from.kind !== "null" && from.kind !== "test" && from.kind !== "object")) throw unclear;
    return true;
  }

  #iterated(from: Content, suspends: boolean): Content {
    const known = from.kind === "outer" && this.engine.moduleRecords.records.has(from.id);
    if (known || (from.kind !== "plain" && from.kind !== "outer") || this.engine.index.memberKeys.has("@@iterator") || this.engine.index.memberKeys.has("@@asyncIterator")) throw unclear;
    return { kind: "iterator", suspends, hints: from.kind === "outer" ? [from.hint] : from.hints };
  }

  #await(block: Block, paths: Paths, from: Content): Content {
    if (from.kind !== "plain" && from.kind !== "null") throw unclear;
    this.#suspend(block, paths);
    return from.kind === "plain" ? from : plain;
  }

  // Other code runs: a borrow may end meanwhile. And what is waited for may fail.
  #suspend(block: Block, paths: Paths): void {
    if (paths.fates.some((fate) => (fate & Borrowed) !== 0)) throw unclear;
    this.#throw(block, paths);
  }

  #not(from: Content): Content {
    const test = from.kind === "pointer" ? this.#test(from.origin, "truthiness", true) : from;
    if (test.kind === "mixed") throw unclear;
    return from.kind === "test" ? { ...from, nullWhen: !from.nullWhen } : test.kind === "test" ? test : plain;
  }

  // The literal is on the right. What two pointers have in common proves nothing.
  #compare(left: Content, right: Content, test: NullTest | null): Content {
    if (left.kind === "mixed" || right.kind === "mixed") throw unclear;
    if (left.kind !== "pointer") return plain;
    return test === null ? plain : this.#test(left.origin, test, true);
  }

  #tested(from: Content, test: NullTest): Content {
    if (from.kind === "mixed") throw unclear;
    return from.kind === "pointer" ? this.#test(from.origin, test, true) : plain;
  }

  #test(origin: number, test: NullTest, nullWhen: boolean): Content {
    // Whether `undefined` stands for NULL depends on what else the variable may hold.
    if (test === "=== undefined" || this.#natives.bindingOf(origin).ineffective.includes(test)) throw unclear;
    return { kind: "test", origin, nullWhen };
  }

  #call(block: Block, paths: Paths, instruction: Extract<Instruction, { op: "call" }>): boolean {
    if (instruction.args.some(({ spread }) => spread)) throw unclear;
    const callee = this.#read(paths, instruction.callee);
    const args = instruction.args.map(({ value }) => this.#read(paths, value));
    const receiver = instruction.receiver === null ? null : this.#read(paths, instruction.receiver);
    switch (callee.kind) {
      case "native":
        return this.#write(paths, instruction.to, this.#natives.call(paths, instruction, callee.ref, args));
      case "library":
        return this.#library(block, paths, instruction, callee.name, args);
      case "method":
        if (this.engine.program.language.methods.get(callee.name)?.kind !== "inspect" || receiver?.kind !== "plain" || !args.every((arg) => arg.kind === "plain" || arg.kind === "null")) throw unclear;
        return this.#write(paths, instruction.to, plain);
      case "plain":
      case "outer": {
        const name = this.#nameOf(callee, instruction.calleeName);
        if (name !== null) return this.#write(paths, instruction.to, this.#natives.call(paths, instruction, this.engine.refByName(name), args));
        if (callee.kind === "outer" && this.engine.moduleRecords.records.has(callee.id)) throw unclear;
        this.#hand(receiver === null ? args : [...args, receiver]);
        this.#mayThrow(block, paths);
        return this.#write(paths, instruction.to, plain);
      }
      default:
        throw unclear;
    }
  }

  #nameOf(callee: Extract<Content, { kind: "plain" | "outer" }>, inText: string): string | null {
    const { engine } = this;
    if (engine.isAssertion(inText)) throw unclear;
    const known = (hint: string): string | null => engine.nativeName(hint) ?? engine.nativeName(inText);
    if (callee.kind === "outer") return known(callee.hint);
    const name = known(callee.hints[0] ?? "");
    if (callee.hints.some((hint) => known(hint) !== name)) throw unclear;
    return name;
  }

  #construct(block: Block, paths: Paths, instruction: Extract<Instruction, { op: "construct" }>): true {
    if (instruction.args.some(({ spread }) => spread)) throw unclear;
    const callee = this.#read(paths, instruction.callee);
    const args = instruction.args.map(({ value }) => this.#read(paths, value));
    if (callee.kind === "library") {
      const model = this.engine.program.language.constructors.get(callee.name);
      if (model?.kind !== "inspect" || args.some((arg) => arg.kind === "mixed")) throw unclear;
      if (mayRefuse(model, block)) this.#mayThrow(block, paths);
    } else {
      if (callee.kind !== "plain") throw unclear;
      this.#hand(args);
      this.#mayThrow(block, paths);
    }
    return this.#write(paths, instruction.to, plain);
  }

  // False where the call does not come back.
  #library(block: Block, paths: Paths, instruction: Extract<Instruction, { op: "call" }>, name: string, args: readonly Content[]): boolean {
    const model = this.engine.libraryModel(name);
    if (model?.kind === "exit") return false;
    if (model?.kind === "throw" && args.every((arg) => arg.kind === "plain")) {
      this.#throw(block, paths);
      return false;
    }
    // What becomes of a look at a pointer may be a test of it.
    const ignored = block.instructions.some(({ op }, index) => op === "discard" && block.instructions[index - 1] === instruction);
    if (model?.kind !== "inspect" || args.some((arg) => arg.kind === "mixed" || (arg.kind === "pointer" && !ignored))) throw unclear;
    if (mayRefuse(model, block)) this.#mayThrow(block, paths);
    return this.#write(paths, instruction.to, plain);
  }

  // Code that cannot be seen gets something.
  #hand(contents: readonly Content[]): void {
    for (const content of contents) {
      if (content.kind === "outer") {
        if (this.engine.moduleRecords.records.has(content.id)) throw unclear;
        this.#refuseNative(content.hint);
      } else if (content.kind === "plain") content.hints.forEach((hint) => this.#refuseNative(hint));
      else if (content.kind !== "null" && content.kind !== "test" && content.kind !== "object") throw unclear;
    }
  }

  // What is asked of code by the name of a native function may be that function.
  #refuseNative(hint: string): void {
    if (this.engine.contracts.has(hint)) throw unclear;
  }
}

const beyond: ReadonlySet<Instruction["op"]> = new Set(["spread", "append", "closure", "accessor", "class", "callback", "storeGlobal", "import", "superCall", "superLoad", "yield", "take", "unknown"]);

function isBeyond({ instructions }: Block): boolean {
  return instructions.some(({ op }) => beyond.has(op));
}
