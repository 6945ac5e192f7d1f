import type { Contracts } from "../contracts/model.js";
import { defaultExport } from "../ir/exports.js";
import type { Block, Instruction, VariableId } from "../ir/types.js";
import type { ProgramIndex } from "./program.js";
import type { ClassValue, FunctionInfo } from "./values.js";

/**
 * The functions worth following on their own: those that may reach a native function of the contracts. What a call
 * leads to is read off the callee's variable where it is the same whatever path is taken, and off its name where not.
 * A function that this leaves out is still followed where one of these calls it.
 */
export function relevantFunctions(index: ProgramIndex, contracts: Contracts, names: ReadonlySet<string>): Set<FunctionInfo> {
  return new Relevance(index, contracts, names).find();
}

/** Propagates from callees to callers: who waits for a name or for a function is looked at once more when it turns out relevant. */
class Relevance {
  readonly #relevant = new Set<FunctionInfo>();
  /** Functions that bind by a text. They are followed, but what calls them matters no more for it: what they bind is known by its own name where it is used. */
  readonly #binding = new Set<FunctionInfo>();
  readonly #words = new Set<string>();
  readonly #aliases = new Map<string, string[]>();
  readonly #waitingForWord = new Map<string, FunctionInfo[]>();
  readonly #waitingForFunction = new Map<FunctionInfo, FunctionInfo[]>();
  readonly #pending: FunctionInfo[] = [];

  constructor(
    readonly index: ProgramIndex,
    readonly contracts: Contracts,
    readonly names: ReadonlySet<string>,
  ) {}

  find(): Set<FunctionInfo> {
    this.#bindAliases();
    this.#bindNames();
    for (const info of this.index.functions) if (this.#look(info)) this.#add(info);
    for (let info = this.#pending.pop(); info; info = this.#pending.pop()) this.#spread(info);
    for (const info of this.#binding) this.#relevant.add(info);
    return this.#relevant;
  }

  // Names that stand for a native function of the contracts.
  #bindNames(): void {
    const { index, contracts } = this;
    for (const name of this.names) this.#addWord(name);
    for (const [name, others] of this.#aliases) if (this.#isKnown(name)) for (const other of others) this.#addWord(other);
    for (const [number, value] of index.staticValues) {
      const { module, id } = index.variable(number);
      if (value.kind === "native" && contracts.has(value.ref.name)) this.#addWord(module.ir.variables[id]!.name);
    }
    for (const [number, { key }] of index.members) {
      if (!contracts.has(key)) continue;
      const { module, id } = index.variable(number);
      const { name } = module.ir.variables[id]!;
      if (name !== "") this.#addWord(name);
    }
    for (const [name, alias] of index.fields.aliases) if (alias !== null && contracts.has(alias)) this.#addWord(name);
    for (const [name, ref] of index.globalBindings) if (ref && contracts.has(ref.name)) this.#addWord(name);
    for (const module of index.modules) for (const binding of module.ir.fieldBindings) if (binding.ref && contracts.has(binding.ref.name)) this.#addWord(binding.key);
  }

  // Names under which imports and exports hand a name on.
  #bindAliases(): void {
    for (const { module, ir } of this.index.functions) {
      for (const block of ir.blocks) {
        for (const instruction of block.instructions) if (instruction.op === "import") this.#alias(instruction.name, module.ir.variables[instruction.to]!.name);
      }
    }
    for (const module of this.index.modules) {
      for (const entry of module.ir.exports) {
        if (entry.kind === "variable") this.#alias(module.ir.variables[entry.variable]!.name, entry.name);
        if (entry.kind !== "reexport") continue;
        const target = this.index.exported(module, entry.specifier, entry.imported);
        this.#alias(target?.kind === "variable" ? target.module.ir.variables[target.variable]!.name : entry.imported, entry.name);
      }
    }
  }

  #alias(name: string, other: string): void {
    if (other === "" || other === name || other === defaultExport || name === defaultExport) return;
    wait(this.#aliases, name, other);
  }

  // A word, and all others that stand for it.
  #addWord(word: string): void {
    if (this.#words.has(word)) return;
    this.#words.add(word);
    for (const caller of this.#waitingForWord.get(word) ?? []) this.#add(caller);
    for (const other of this.#aliases.get(word) ?? []) this.#addWord(other);
  }

  #isKnown(name: string): boolean {
    return this.#words.has(name) || this.contracts.has(name) || (name.startsWith("_") && this.contracts.has(name.slice(1)));
  }

  #add(info: FunctionInfo): void {
    if (this.#relevant.has(info)) return;
    this.#relevant.add(info);
    this.#pending.push(info);
  }

  #spread(info: FunctionInfo): void {
    for (const caller of this.#waitingForFunction.get(info) ?? []) this.#add(caller);
    for (const word of this.#namesOf(info)) this.#addWord(word);
  }

  // Under which names others may call it: its own, those of its exports, and its class's for what makes objects of it.
  #namesOf(info: FunctionInfo): string[] {
    const { module, ir } = info;
    const names: string[] = [];
    for (const entry of module.ir.exports) {
      const held = entry.kind === "variable" ? this.index.staticValues.get(module.variableBase + entry.variable) : undefined;
      if (held?.kind === "function" && held.fn === info && entry.kind === "variable") names.push(entry.name);
    }
    const own = ir.name.slice(ir.name.lastIndexOf(".") + 1);
    const cls = ir.class === null ? undefined : module.ir.classes[ir.class];
    if (cls && (cls.constructor === ir.id || cls.fieldInitializer === ir.id)) names.push(cls.name);
    else if (own !== "<anonymous>" && own !== "<module>") names.push(own);
    return names.filter((name) => name !== "");
  }

  // True for a function that reaches a native by itself; otherwise it waits for what it leads to.
  #look(info: FunctionInfo): boolean {
    // A declaration that says what it does to its arguments stands for its code.
    if (!info.ir.hasBody && info.ir.tags.length > 0) return true;
    if (info.ir.blocks.some((block) => this.#names(info, block))) this.#binding.add(info);
    return info.ir.blocks.some((block) => block.instructions.some((instruction) => this.#leads(info, instruction)));
  }

  // A text that names a native function, or declares one, goes to a function that binds it, or finds it in a table, and calls it perhaps.
  #names({ module }: FunctionInfo, { instructions }: Block): boolean {
    const texts = new Set<VariableId>();
    for (const instruction of instructions) {
      if (instruction.op === "constant" && typeof instruction.value === "string" && this.#isNameOf(instruction.value)) texts.add(instruction.to);
      else if (texts.size > 0 && instruction.op === "call" && instruction.args.some(({ value }) => texts.has(value))) {
        const held = this.index.functionBehind(module, instruction.callee);
        const bodies = held?.kind === "function" ? [held.fn] : this.index.functionsNamed(instruction.calleeName);
        if (bodies.some(callsByText)) return true;
      }
    }
    return false;
  }

  #isNameOf(text: string): boolean {
    const name = /^\w+$/.test(text) ? text : /^[\w\s*]+?\b(\w+)\s*\([^;{}]*\);?$/.exec(text)?.[1];
    return name !== undefined && this.contracts.has(name);
  }

  #leads(info: FunctionInfo, instruction: Instruction): boolean {
    const { module } = info;
    switch (instruction.op) {
      case "native":
        return this.#isKnown(instruction.ref.name);
      case "bind":
        this.#binding.add(info);
        return false;
      case "call":
        if (instruction.method === null ? this.#calls(info, instruction.callee, instruction.calleeName) : this.#named(info, instruction.method) || this.#named(info, instruction.calleeName)) return true;
        return instruction.args.some(({ value }) => this.#handsOn(info, value));
      case "construct":
        return this.#constructs(info, instruction.callee, instruction.calleeName) || instruction.args.some(({ value }) => this.#handsOn(info, value));
      case "store": {
        const handedOn = this.#handsOn(info, instruction.from);
        if (handedOn && typeof instruction.key === "string") this.#addWord(instruction.key);
        return handedOn;
      }
      case "load":
        // `free.call(null, s)` names the function as an object.
        return (typeof instruction.key === "string" && this.#named(info, instruction.key)) || this.#holds(info, instruction.object);
      case "import":
        return this.#imports(info, instruction);
      case "global":
        return this.#named(info, instruction.name);
      case "copy":
      case "take":
        return this.#holds(info, instruction.from);
      case "closure": {
        const inner = module.functions[instruction.function];
        return inner !== undefined && this.#waits(info, inner);
      }
      case "superCall": {
        const cls = this.index.classValue(module, instruction.class);
        return cls?.superclass?.kind === "class" ? this.#makes(info, cls.superclass) : false;
      }
      default:
        return false;
    }
  }

  #calls(info: FunctionInfo, callee: VariableId, name: string): boolean {
    const held = this.index.functionBehind(info.module, callee);
    if (held?.kind === "function") return this.#waits(info, held.fn);
    if (held?.kind === "native") return this.#isKnown(held.ref.name);
    return this.#named(info, name);
  }

  #constructs(info: FunctionInfo, callee: VariableId, name: string): boolean {
    const cls = this.index.classOf(info.module, callee);
    return cls ? this.#makes(info, cls) : this.#calls(info, callee, name);
  }

  #makes(info: FunctionInfo, from: ClassValue): boolean {
    const steps: number[] = [];
    let cls: ClassValue | null = from;
    for (let depth = 0; cls && depth < 20; depth++) {
      for (const step of [cls.ir.constructor, cls.ir.fieldInitializer]) {
        if (step !== null && this.#waits(info, cls.module.functions[step]!)) steps.push(step);
      }
      cls = cls.superclass?.kind === "class" ? cls.superclass : null;
    }
    return steps.length > 0;
  }

  // A variable that is handed on: the function in it may be called there.
  #holds(info: FunctionInfo, variable: VariableId): boolean {
    const held = this.index.functionBehind(info.module, variable);
    if (held?.kind === "function") return this.#waits(info, held.fn);
    const name = info.module.ir.variables[variable]?.name ?? "";
    return name !== "" && this.index.classOf(info.module, variable) === null && this.#named(info, name);
  }

  // `guard(take, ssl)`, `{ get: take }`: a function of a module goes where it is called under another name.
  #handsOn(info: FunctionInfo, variable: VariableId): boolean {
    const { name, owner } = info.module.ir.variables[variable]!;
    return name !== "" && owner === 0 && this.#holds(info, variable);
  }

  #imports(info: FunctionInfo, instruction: Extract<Instruction, { op: "import" }>): boolean {
    const target = this.index.exported(info.module, instruction.specifier, instruction.name);
    const held = target?.kind === "variable" ? this.index.staticValues.get(target.module.variableBase + target.variable) : undefined;
    if (held?.kind === "function") return info.ir.id !== 0 && this.#waits(info, held.fn);
    return info.module.ir.variables[instruction.to]?.name === "" && instruction.name !== "*" && this.#isKnown(instruction.name);
  }

  #named(info: FunctionInfo, name: string): boolean {
    if (name === "") return false;
    if (this.#isKnown(name)) return true;
    wait(this.#waitingForWord, name, info);
    return false;
  }

  #waits(info: FunctionInfo, target: FunctionInfo): boolean {
    if (this.#relevant.has(target)) return true;
    wait(this.#waitingForFunction, target, info);
    return false;
  }
}

function wait<Key, Waiting>(waiting: Map<Key, Waiting[]>, key: Key, info: Waiting): void {
  const known = waiting.get(key);
  if (known) known.push(info);
  else waiting.set(key, [info]);
}

// `lib.func(text)(…)`, `table[name](…)`
function callsByText({ ir }: FunctionInfo): boolean {
  return ir.blocks.some(({ instructions }) => {
    const members = new Set<VariableId>();
    for (const instruction of instructions) {
      if (instruction.op === "bind") return true;
      if (instruction.op === "load" && typeof instruction.key !== "string") members.add(instruction.to);
      else if (instruction.op === "call" && members.has(instruction.callee)) return true;
    }
    return false;
  });
}
