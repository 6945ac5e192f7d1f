import type { FunctionIr, Instruction } from "../ir/types.js";
import type { FunctionInfo } from "./values.js";

/** All instructions of a function, block by block. */
export function instructionsOf(ir: FunctionIr): Instruction[] {
  return ir.blocks.flatMap(({ instructions }) => instructions);
}

/** A function and those that stand in it. */
export function functionsWithin(fn: FunctionInfo): FunctionInfo[] {
  return [fn, ...instructionsOf(fn.ir).flatMap((instruction) => (instruction.op === "closure" ? functionsWithin(fn.module.functions[instruction.function]!) : []))];
}
