import type { ts } from "ts-morph";
import type { Argument, NativeRef, VariableId } from "../../ir/types.js";
import type { LateBinding, Recognition } from "./bindings/index.js";
import { argumentsOf } from "./chains.js";
import type { FunctionContext, Target } from "./context.js";
import { evaluate, value } from "./expressions.js";

/** Lowers a call that the recogniser knows to make, or to be a call of, native functions. */
export function emitRecognition(fn: FunctionContext, node: ts.CallExpression | ts.NewExpression, recognition: Recognition, to: Target | null): VariableId {
  const range = fn.range(node);
  switch (recognition.kind) {
    case "function": {
      fn.module.natives.addSite(recognition);
      return native(fn, node, recognition.ref, to);
    }
    case "library":
      return library(fn, node, recognition, to);
    case "call": {
      fn.module.natives.addSite(recognition);
      const callee = native(fn, recognition.nameNode, recognition.ref, null);
      const words = { calleeName: recognition.ref.name, calleeRange: recognition.nameRange };
      if (recognition.args === null) return hiddenCall(fn, node, to);
      const args = argumentsOf(fn, recognition.args);
      const result = fn.late(to, range);
      fn.emit({ op: "call", to: result, callee, receiver: null, args, ...words, method: null, range });
      return result;
    }
    case "callback": {
      const wrapped = evaluate(fn, recognition.function, null);
      const result = fn.late(to, range);
      fn.emit({ op: "callback", to: result, function: wrapped, range });
      return result;
    }
  }
}

/** What the call gave, or the native function that it bound by a name which only a run of the program tells. */
export function emitLateBinding(fn: FunctionContext, node: ts.CallExpression | ts.NewExpression, late: LateBinding, made: VariableId, args: readonly Argument[], to: Target | null): VariableId {
  const range = fn.range(node);
  const given: readonly ts.Expression[] = node.arguments ?? [];
  const read = (part: ts.Expression): VariableId => args[given.indexOf(part)]?.value ?? value(fn, part);
  const symbol = read(late.symbol);
  const result = late.result === null ? null : read(late.result);
  const bound = fn.late(to, range);
  fn.emit({ op: "bind", to: bound, from: made, symbol, result, binding: late.kind, range });
  return bound;
}

/** A member that is a native function by its place. */
export function emitMember(fn: FunctionContext, node: ts.Node, ref: NativeRef, to: Target | null): VariableId {
  return native(fn, node, ref, to);
}

// A record of native functions; what else the library object may have is not known.
function library(fn: FunctionContext, node: ts.Node, recognition: Extract<Recognition, { kind: "library" }>, to: Target | null): VariableId {
  const range = fn.range(node);
  const outer = fn.early(to, range);
  const others = fn.temp(range);
  fn.emit({ op: "object", to: outer, kind: "record", range });
  fn.emit({ op: "unknown", to: others, operands: [], range });
  fn.emit({ op: "spread", object: outer, from: others, range });
  let table = outer;
  if (recognition.under !== null) {
    table = fn.temp(range);
    fn.emit({ op: "object", to: table, kind: "record", range });
    fn.emit({ op: "store", object: outer, key: recognition.under, from: table, range });
  }
  for (const spread of recognition.spreads) fn.emit({ op: "spread", object: table, from: value(fn, spread), range: fn.range(spread) });
  for (const entry of recognition.functions) {
    fn.module.natives.addSite(entry, entry.optional);
    fn.emit({ op: "store", object: table, key: entry.key, from: native(fn, entry.nameNode, entry.ref, null), range: fn.range(entry.nameNode) });
  }
  return outer;
}

// A call by name with arguments that cannot be seen: they may go anywhere.
function hiddenCall(fn: FunctionContext, node: ts.CallExpression | ts.NewExpression, to: Target | null): VariableId {
  const range = fn.range(node);
  const operands = argumentsOf(fn, node.arguments ?? []).map((argument) => argument.value);
  const result = fn.late(to, range);
  fn.emit({ op: "unknown", to: result, operands, range });
  return result;
}

function native(fn: FunctionContext, node: ts.Node, ref: NativeRef, to: Target | null): VariableId {
  const range = fn.range(node);
  const result = fn.late(to, range);
  fn.emit({ op: "native", to: result, ref, range });
  return result;
}

