import type { Block, FunctionIr, ModuleIr, VariableId } from "./types.js";
import { operandsOf, resultsOf, successors, terminatorOperands } from "./uses.js";

/** The rules of the intermediate language that a module breaks, as sentences; none for a sound module. */
export function verifyModule(module: ModuleIr): string[] {
  const problems: string[] = [];
  module.variables.forEach((variable, index) => {
    if (variable.id !== index) problems.push(`variable ${index} has the number ${variable.id}`);
    if (!module.functions[variable.owner]) problems.push(`variable ${index} belongs to no function`);
  });
  module.functions.forEach((fn, index) => {
    if (fn.id !== index) problems.push(`function ${index} has the number ${fn.id}`);
    problems.push(...verifyFunction(module, fn).map((problem) => `${fn.name}: ${problem}`));
  });
  for (const one of module.classes) {
    for (const id of [one.constructor, one.fieldInitializer, ...one.members.map((member) => member.function)])
      if (id !== null && !module.functions[id]) problems.push(`class ${one.name} has an unknown function ${id}`);
    for (const variable of one.fieldTypes.values()) if (!module.variables[variable]) problems.push(`class ${one.name} has an unknown field type`);
  }
  for (const one of module.exports) if (one.kind === "variable" && module.variables[one.variable]?.owner !== 0) problems.push(`the export ${one.name} is no variable of the module`);
  return problems;
}

function verifyFunction(module: ModuleIr, fn: FunctionIr): string[] {
  const problems: string[] = [];
  if (fn.blocks.length === 0) problems.push("it has no entry block");
  const captures = new Set(fn.captures);
  const use = (id: VariableId, where: string): void => {
    const variable = module.variables[id];
    if (!variable) problems.push(`${where}: variable ${id} does not exist`);
    else if (variable.owner !== fn.id && !captures.has(id)) problems.push(`${where}: ${variable.name}%${id} belongs to function ${variable.owner} and is not captured`);
    else if (variable.owner !== fn.id && !variable.captured) problems.push(`${where}: ${variable.name}%${id} is not marked as captured`);
  };
  for (const id of [...fn.params, ...(fn.receiver === null ? [] : [fn.receiver]), ...(fn.argumentsVariable === null ? [] : [fn.argumentsVariable])]) use(id, "parameters");
  verifyCaptures(module, fn, problems);
  fn.blocks.forEach((block, index) => {
    if (block.id !== index) problems.push(`block ${index} has the number ${block.id}`);
    verifyBlock(module, fn, block, use, problems);
  });
  return problems;
}

function verifyBlock(module: ModuleIr, fn: FunctionIr, block: Block, use: (id: VariableId, where: string) => void, problems: string[]): void {
  const where = `b${block.id}`;
  for (const target of successors(block)) if (!fn.blocks[target]) problems.push(`${where}: there is no block ${target}`);
  // A dead block would only be here by mistake: the builder drops them.
  if (block.terminator.op === "unreachable") problems.push(`${where}: it has no end`);
  block.instructions.forEach((instruction, index) => {
    for (const id of operandsOf(instruction)) use(id, `${where}.${index} ${instruction.op}`);
    for (const id of resultsOf(instruction)) use(id, `${where}.${index} ${instruction.op}`);
    if ((instruction.op === "closure" || instruction.op === "accessor") && !module.functions[instruction.function]) problems.push(`${where}.${index}: there is no function ${instruction.function}`);
    if ((instruction.op === "class" || instruction.op === "superCall" || instruction.op === "superLoad") && !module.classes[instruction.class]) problems.push(`${where}.${index}: there is no class ${instruction.class}`);
    if (instruction.op === "catch" && index > 0) problems.push(`${where}.${index}: a catch that is not first in its block`);
  });
  for (const id of terminatorOperands(block.terminator)) use(id, `${where} ${block.terminator.op}`);
}

// What a function captures, the functions between it and the owner capture too.
function verifyCaptures(module: ModuleIr, fn: FunctionIr, problems: string[]): void {
  if (fn.parent === null) return;
  const parent = module.functions[fn.parent];
  for (const id of fn.captures) {
    const owner = module.variables[id]?.owner;
    if (owner === fn.id) problems.push(`it captures its own variable ${id}`);
    else if (owner !== fn.parent && !parent?.captures.includes(id)) problems.push(`its capture ${id} is not a capture of ${parent?.name ?? "its parent"}`);
  }
}
