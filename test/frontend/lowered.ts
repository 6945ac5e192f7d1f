import { expect } from "vitest";
import { lowerModule } from "../../src/frontend/typescript/index.js";
import { printFunction } from "../../src/ir/print.js";
import type { FunctionIr, Instruction, ModuleIr } from "../../src/ir/types.js";
import { verifyModule } from "../../src/ir/verify.js";

/** Lowers a text that must be valid and must give a sound module. */
export function lower(text: string, file = "test.ts"): ModuleIr {
  const { module, problems } = lowerModule(file, text);
  expect(problems).toEqual([]);
  expect(verifyModule(module)).toEqual([]);
  return module;
}

/** The function of a module by its qualified name. */
export function functionNamed(module: ModuleIr, name: string): FunctionIr {
  const found = module.functions.find((fn) => fn.name === name);
  if (!found) throw new Error(`no function ${name} among ${module.functions.map((fn) => fn.name).join(", ")}`);
  return found;
}

/** All instructions of one kind in a function, or in a module. */
export function instructions<O extends Instruction["op"]>(where: ModuleIr | FunctionIr, op: O): Extract<Instruction, { op: O }>[] {
  const functions = "functions" in where ? where.functions : [where];
  return functions.flatMap((fn) => fn.blocks.flatMap((block) => block.instructions)).filter((one): one is Extract<Instruction, { op: O }> => one.op === op);
}

/** The printed code of the function `f` of a text. */
export function printed(text: string, file?: string): string {
  const module = lower(text, file);
  return printFunction(module, functionNamed(module, "f"));
}

/** The name of a variable in the source. */
export function nameOf(module: ModuleIr, id: number | null): string {
  return id === null ? "" : (module.variables[id]?.name ?? "");
}
