import type { Argument, Block, BlockId, Instruction, Terminator, VariableId } from "./types.js";

/** The variables that an instruction reads, in evaluation order. */
export function operandsOf(instruction: Instruction): readonly VariableId[] {
  switch (instruction.op) {
    case "constant":
    case "declare":
    case "object":
    case "closure":
    case "native":
    case "global":
    case "import":
    case "superLoad":
    case "catch":
    case "unmatched":
      return [];
    case "copy":
    case "take":
    case "await":
    case "yield":
    case "iterate":
    case "not":
    case "nullTest":
    case "assertNonNull":
    case "discard":
    case "storeGlobal":
      return [instruction.from];
    case "load":
      return typeof instruction.key === "string" ? [instruction.object] : [instruction.object, instruction.key.computed];
    case "store":
      return typeof instruction.key === "string" ? [instruction.object, instruction.from] : [instruction.object, instruction.key.computed, instruction.from];
    case "spread":
    case "append":
      return [instruction.object, instruction.from];
    case "accessor":
      return [instruction.object];
    case "class":
      return instruction.superclass === null ? [] : [instruction.superclass];
    case "callback":
      return [instruction.function];
    case "bind":
      return instruction.result === null ? [instruction.from, instruction.symbol] : [instruction.from, instruction.symbol, instruction.result];
    case "call":
      return withArguments(instruction.receiver === null ? [instruction.callee] : [instruction.callee, instruction.receiver], instruction.args);
    case "construct":
      return withArguments([instruction.callee], instruction.args);
    case "superCall":
      return withArguments([instruction.receiver], instruction.args);
    case "next":
    case "closeIterator":
      return [instruction.iterator];
    case "compare":
      return [instruction.left, instruction.right];
    case "pure":
    case "unknown":
      return instruction.operands;
    case "typeHint":
      return [instruction.variable, instruction.class];
  }
}

/** The variables that an instruction sets. */
export function resultsOf(instruction: Instruction): readonly VariableId[] {
  if (instruction.op === "declare") return [instruction.variable];
  if (instruction.op === "next") return [instruction.to, instruction.done];
  return "to" in instruction ? [instruction.to] : [];
}

/** The variables that a terminator reads. */
export function terminatorOperands(terminator: Terminator): readonly VariableId[] {
  if (terminator.op === "branch") return [terminator.condition];
  if (terminator.op === "throw") return [terminator.value];
  return terminator.op === "return" && terminator.value !== null ? [terminator.value] : [];
}

/** Where the terminator of a block leads when nothing throws. */
export function normalSuccessors(terminator: Terminator): readonly BlockId[] {
  if (terminator.op === "goto") return [terminator.target];
  return terminator.op === "branch" ? [terminator.whenTrue, terminator.whenFalse] : [];
}

const noBlocks: BlockId[] = [];

/** The clean-up blocks that a generator enters when it is abandoned at a `yield` of the block. */
export function abandonedSuccessors(block: Block): readonly BlockId[] {
  let targets: BlockId[] = noBlocks;
  for (const instruction of block.instructions)
    if (instruction.op === "yield" && instruction.abandoned !== null) targets = [...targets, instruction.abandoned];
  return targets;
}

/** All blocks that control can go to from a block, each once. */
export function successors(block: Block): readonly BlockId[] {
  const { terminator, handler } = block;
  const all = terminator.op === "branch" && terminator.whenTrue === terminator.whenFalse ? [terminator.whenTrue] : [...normalSuccessors(terminator)];
  if (handler !== null && !all.includes(handler)) all.push(handler);
  for (const target of abandonedSuccessors(block)) if (!all.includes(target)) all.push(target);
  return all;
}

/** False for instructions that only move values about. */
export function mayThrow(instruction: Instruction): boolean {
  switch (instruction.op) {
    case "constant":
    case "copy":
    case "declare":
    case "object":
    case "append":
    case "closure":
    case "accessor":
    case "native":
    case "bind":
    case "not":
    case "compare":
    case "assertNonNull":
    case "typeHint":
    case "unmatched":
    case "discard":
    case "catch":
      return false;
    default:
      return true;
  }
}

function withArguments(variables: VariableId[], args: readonly Argument[]): readonly VariableId[] {
  for (const { value } of args) variables.push(value);
  return variables;
}
