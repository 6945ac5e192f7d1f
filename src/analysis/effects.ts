import type { BlockId, FunctionIr, Instruction, VariableId } from "../ir/types.js";
import { successors } from "../ir/uses.js";
import { memberOf } from "./members.js";
import type { ProgramIndex } from "./program.js";
import type { FunctionInfo, ModuleInfo } from "./values.js";

/**
 * What functions without natives do that decides where their callers go: they throw by themselves, or write something
 * that outlives them and that code with natives reads. Worked out without following any path.
 */
export class Effects {
  readonly #decided = new Map<FunctionInfo, boolean>();
  readonly #small = new Map<FunctionInfo, boolean>();
  #readByRelevant: { readonly keys: ReadonlySet<string>; readonly modules: ReadonlySet<ModuleInfo> } | null = null;

  constructor(
    readonly index: ProgramIndex,
    readonly relevant: ReadonlySet<FunctionInfo>,
  ) {}

  /** True for a function that a path cannot pass over without being wrong about where it goes on. */
  decide(fn: FunctionInfo): boolean {
    const known = this.#decided.get(fn);
    if (known !== undefined) return known;
    // In a circle the others answer.
    this.#decided.set(fn, false);
    const result = throwsByItself(fn) || fn.ir.blocks.some(({ instructions }) => instructions.some((instruction) => this.#tells(fn, instruction)));
    this.#decided.set(fn, result);
    return result;
  }

  /** True for a function of a few blocks that calls none of the program's, or only such as call none themselves. */
  isSmall(fn: FunctionInfo): boolean {
    const known = this.#small.get(fn);
    if (known !== undefined) return known;
    const small = fn.ir.blocks.length <= 12 && this.#calleesOf(fn).every((callee) => callee.ir.blocks.length <= 12 && this.#calleesOf(callee).length === 0);
    this.#small.set(fn, small);
    return small;
  }

  #calleesOf(fn: FunctionInfo): readonly FunctionInfo[] {
    return fn.ir.blocks.flatMap(({ instructions }) => instructions.flatMap((instruction) => (instruction.op === "call" ? this.#callees(fn, instruction) : [])));
  }

  #tells(fn: FunctionInfo, instruction: Instruction): boolean {
    if (instruction.op === "store") return typeof instruction.key !== "string" || this.#read.keys.has(instruction.key);
    if (instruction.op === "call") return this.#callees(fn, instruction).some((callee) => this.decide(callee));
    if (!("to" in instruction)) return false;
    const variable = fn.module.ir.variables[instruction.to]!;
    return variable.captured && variable.owner !== fn.ir.id && this.#read.modules.has(fn.module);
  }

  // Fields that relevant functions read, and the modules whose captured variables they may read.
  get #read(): { readonly keys: ReadonlySet<string>; readonly modules: ReadonlySet<ModuleInfo> } {
    if (this.#readByRelevant) return this.#readByRelevant;
    const keys = new Set<string>();
    const modules = new Set<ModuleInfo>();
    for (const fn of this.relevant) {
      modules.add(fn.module);
      for (const { instructions } of fn.ir.blocks) for (const instruction of instructions) if (instruction.op === "load" && typeof instruction.key === "string") keys.add(instruction.key);
    }
    return (this.#readByRelevant = { keys, modules });
  }

  #callees(fn: FunctionInfo, call: Extract<Instruction, { op: "call" }>): readonly FunctionInfo[] {
    const inherited = this.#inherited(fn, call.callee);
    if (inherited) return [inherited];
    if (call.method !== null) return this.index.functionsNamed(call.method);
    const held = this.index.functionBehind(fn.module, call.callee);
    return held?.kind === "function" ? [held.fn] : this.index.functionsNamed(call.calleeName);
  }

  // `super.close()` is one method, whatever others have its name.
  #inherited(fn: FunctionInfo, callee: VariableId): FunctionInfo | null {
    for (const { instructions } of fn.ir.blocks) {
      for (const instruction of instructions) {
        if (instruction.op !== "superLoad" || instruction.to !== callee) continue;
        const parent = this.index.classValue(fn.module, instruction.class)?.superclass;
        const member = parent?.kind === "class" ? memberOf(parent, instruction.key, instruction.static, "method") : null;
        return member?.kind === "function" ? member.fn : null;
      }
    }
    return null;
  }
}

// A handler that throws on what it caught has not made up its own mind; a throw that clean-up code passes on has.
function throwsByItself({ ir }: FunctionInfo): boolean {
  const caught = new Set<number>();
  for (const { instructions } of ir.blocks) for (const instruction of instructions) if (instruction.op === "catch") caught.add(instruction.to);
  return ir.blocks.some(({ terminator, handler }) => terminator.op === "throw" && !caught.has(terminator.value) && (handler === null || leavesByThrow(ir, handler)));
}

// Some way from the block on ends in a throw out of the function.
function leavesByThrow(ir: FunctionIr, from: BlockId): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    const block = ir.blocks[id]!;
    if (block.terminator.op === "throw" && block.handler === null) return true;
    for (const next of successors(block)) seen.add(next);
  }
  return false;
}
