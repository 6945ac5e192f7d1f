import type { Instruction, VariableId } from "../ir/types.js";
import type { ProgramIndex } from "./program.js";
import type { FunctionInfo, ModuleInfo } from "./values.js";

/**
 * Which functions outlive the function that makes them: those that it returns, exports, or stores where others find
 * them. What is read off the text; a function that is only called, or only handed to a call, does not count.
 */
export class Lasting {
  readonly #flows = new Map<ModuleInfo, Flows>();
  readonly #known = new Map<FunctionInfo, boolean>();

  constructor(readonly index: ProgramIndex) {}

  /** True for a variable of a function around `fn` that lives on with functions that outlive that one. */
  outlives(variable: number, fn: FunctionInfo): boolean {
    const { module, id } = this.index.variable(variable);
    const owner = module.ir.variables[id]?.owner;
    if (owner === 0) return true;
    if (owner === undefined || module !== fn.module) return false;
    for (let inner: FunctionInfo | undefined = fn; inner && inner.ir.id !== owner; inner = inner.ir.parent === null ? undefined : module.functions[inner.ir.parent]) {
      if (this.lasts(inner)) return true;
    }
    return false;
  }

  /** True for a function that others than the code around it may call. */
  lasts(fn: FunctionInfo): boolean {
    let known = this.#known.get(fn);
    if (known === undefined) this.#known.set(fn, (known = this.#flowsOf(fn.module).leaves(fn)));
    return known;
  }

  #flowsOf(module: ModuleInfo): Flows {
    let flows = this.#flows.get(module);
    if (!flows) this.#flows.set(module, (flows = new Flows(module, this.index)));
    return flows;
  }
}

/** Where the functions of one module go: from variable to variable, and out of the function that made them. */
class Flows {
  /** Variables that lead out. */
  readonly #out = new Set<VariableId>();
  readonly #next = new Map<VariableId, VariableId[]>();
  /** Functions in which a variable is called. */
  readonly #callers = new Map<VariableId, FunctionInfo[]>();
  /** Free names, and members of what they stand for. */
  readonly #names = new Map<VariableId, string>();
  /** Variables that hold a function, or the object or class that has it as a member. */
  readonly #holders = new Map<number, VariableId[]>();

  constructor(
    readonly module: ModuleInfo,
    readonly index: ProgramIndex,
  ) {
    for (const variable of module.ir.variables) if (variable.exported) this.#out.add(variable.id);
    for (const fn of module.functions) {
      for (const variable of fn.ir.params) this.#out.add(variable);
      if (fn.ir.receiver !== null) this.#out.add(fn.ir.receiver);
      for (const { instructions, terminator } of fn.ir.blocks) {
        for (const instruction of instructions) this.#note(fn, instruction);
        if (terminator.op === "return" && terminator.value !== null) this.#out.add(terminator.value);
      }
    }
  }

  leaves(fn: FunctionInfo): boolean {
    const seen = new Set<VariableId>();
    const functions = new Set([fn]);
    for (const inner of functions) {
      const queue = [...(this.#holders.get(inner.ir.id) ?? [])];
      for (let variable = queue.pop(); variable !== undefined; variable = queue.pop()) {
        if (seen.has(variable)) continue;
        seen.add(variable);
        if (this.#out.has(variable) || (fn.ir.parent !== 0 && this.module.ir.variables[variable]!.owner === 0)) return true;
        queue.push(...(this.#next.get(variable) ?? []));
        for (const caller of this.#callers.get(variable) ?? []) if (caller.ir.id !== fn.ir.parent) functions.add(caller);
      }
    }
    return false;
  }

  #note(fn: FunctionInfo, instruction: Instruction): void {
    if (instruction.op === "global") this.#names.set(instruction.to, instruction.name);
    if (instruction.op === "load" && typeof instruction.key === "string" && this.#names.has(instruction.object)) this.#names.set(instruction.to, `${this.#names.get(instruction.object)}.${instruction.key}`);
    switch (instruction.op) {
      case "closure":
        return note(this.#holders, instruction.function, instruction.to);
      case "accessor":
        return note(this.#holders, instruction.function, instruction.object);
      case "class":
        for (const { ir } of this.module.functions) if (ir.class === instruction.class) note(this.#holders, ir.id, instruction.to);
        return;
      case "copy":
      case "take":
        // What is put into the copy is put into the thing itself.
        note(this.#next, instruction.to, instruction.from);
        return note(this.#next, instruction.from, instruction.to);
      case "store":
      case "spread":
      case "append":
        return note(this.#next, instruction.from, instruction.object);
      case "storeGlobal":
        this.#out.add(instruction.from);
        return;
      case "callback":
        this.#out.add(instruction.function);
        return;
      case "load":
      case "global":
      case "import":
      case "next":
      case "await":
        // What it is put into was there before.
        this.#out.add(instruction.to);
        return;
      case "call":
        return this.#noteCall(fn, instruction);
      default:
    }
  }

  #noteCall(fn: FunctionInfo, call: Extract<Instruction, { op: "call" }>): void {
    note(this.#callers, call.callee, fn);
    const { language } = this.index.program;
    const model = language.functions.get(this.#names.get(call.callee) ?? call.calleeName) ?? (call.method === null ? undefined : (language.methods.get(call.method) ?? language.collectionMethods.get(call.method)));
    const named = call.method === null ? undefined : language.lastNames.get(call.method);
    call.args.forEach(({ value }, at) => {
      if ((model?.kind === "callLater" && model.callback === at) || (model?.kind === "hooks" && model.callbacks === at)) this.#out.add(value);
      else if (model?.kind === "identity") note(this.#next, value, call.to);
      else if (call.receiver !== null && (model?.kind === "array" || model?.kind === "collection")) note(this.#next, value, call.receiver);
      else if (named) note(this.#next, value, at === 0 ? call.to : call.args[0]!.value);
    });
    if (named?.kind === "object" && call.args[0]) note(this.#next, call.args[0].value, call.to);
  }
}

function note<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const known = lists.get(key);
  if (known) known.push(item);
  else lists.set(key, [item]);
}
