import type { BuiltinModel } from "../ir/language.js";
import type { Instruction } from "../ir/types.js";
import type { Engine } from "./engine.js";
import type { FunctionInfo } from "./values.js";

type LaterModel = Extract<BuiltinModel, { kind: "callLater" }>;

export interface Forwarding {
  readonly model: LaterModel;
  /** Index of the parameter that is called later. */
  readonly parameter: number;
}

const known = new WeakMap<FunctionInfo, Forwarding | null>();

/** A function that does nothing but have one of its arguments called later: `const later = (fn) => setTimeout(fn, 10)`. Else null. */
export function forwardingOf(engine: Engine, fn: FunctionInfo): Forwarding | null {
  let found = known.get(fn);
  if (found === undefined) known.set(fn, (found = findForwarding(engine, fn)));
  return found;
}

function findForwarding(engine: Engine, fn: FunctionInfo): Forwarding | null {
  const call = onlyCall(fn);
  const name = call && nameOf(fn, call.callee);
  const model = name ? engine.libraryModel(name) : undefined;
  if (!call || model?.kind !== "callLater" || !model.once || call.args.some((arg) => arg.spread)) return null;
  const callback = call.args[model.callback];
  const parameter = callback ? fn.ir.params.indexOf(calledBy(fn, callback.value)) : -1;
  return parameter < 0 || fn.ir.async || fn.ir.generator || fn.ir.rest ? null : { model, parameter };
}

const quiet: ReadonlySet<Instruction["op"]> = new Set(["constant", "declare", "global", "load", "closure", "discard", "call"]);

function onlyCall(fn: FunctionInfo): Extract<Instruction, { op: "call" }> | null {
  const [block, other] = fn.ir.blocks;
  if (!block || other || !block.instructions.every(({ op }) => quiet.has(op))) return null;
  const calls = block.instructions.filter((instruction): instruction is Extract<Instruction, { op: "call" }> => instruction.op === "call");
  return calls.length === 1 && block.terminator.op === "return" ? calls[0]! : null;
}

function definitionOf(fn: FunctionInfo, variable: number): Instruction | undefined {
  return fn.ir.blocks[0]!.instructions.find((instruction) => "to" in instruction && instruction.to === variable);
}

function nameOf(fn: FunctionInfo, variable: number): string | null {
  const definition = definitionOf(fn, variable);
  return definition?.op === "global" ? definition.name : null;
}

// The function itself, or one around it that does no more than call it.
function calledBy(fn: FunctionInfo, variable: number): number {
  const definition = definitionOf(fn, variable);
  const inner = definition?.op === "closure" ? fn.module.functions[definition.function] : undefined;
  const call = inner && onlyCall(inner);
  return call?.args.length === 0 && call.receiver === null ? call.callee : variable;
}
