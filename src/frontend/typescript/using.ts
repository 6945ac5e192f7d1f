import { ts } from "ts-morph";
import type { SourceRange, VariableId } from "../../ir/types.js";
import { withFinally } from "./completion.js";
import { branchOnNullish } from "./conditions.js";
import type { FunctionContext } from "./context.js";
import { initialize } from "./patterns.js";

/** `using` or `await using`. */
export function isUsing(list: ts.VariableDeclarationList): boolean {
  // `await using` is the flags of `using` and `const` together.
  return (list.flags & ts.NodeFlags.Using) !== 0;
}

function isAwaitUsing(list: ts.VariableDeclarationList): boolean {
  return isUsing(list) && (list.flags & ts.NodeFlags.Const) !== 0;
}

/** Declares the variables of a `using` list, runs `body`, and disposes of them on every way out, last first. */
export function disposed(fn: FunctionContext, list: ts.VariableDeclarationList, body: () => void, from = 0): void {
  const declaration = list.declarations[from];
  if (!declaration) return body();
  initialize(fn, declaration);
  const rest = (): void => disposed(fn, list, body, from + 1);
  if (ts.isIdentifier(declaration.name)) disposedVariable(fn, list, declaration.name, rest);
  else rest();
}

/** Runs `body` and disposes of the variable on every way out. */
export function disposedVariable(fn: FunctionContext, list: ts.VariableDeclarationList, name: ts.Identifier, body: () => void): void {
  const binding = fn.module.scopes.declared.get(name);
  if (!binding) return body();
  const range = fn.range(name);
  const variable = fn.module.variableOf(binding);
  const isAsync = isAwaitUsing(list);
  withFinally(fn, range, body, () => dispose(fn, variable, isAsync, range));
}

function dispose(fn: FunctionContext, variable: VariableId, isAsync: boolean, range: SourceRange): void {
  const { builder } = fn;
  const [present, after] = [builder.newBlock(), builder.newBlock()];
  branchOnNullish(fn, variable, after, present, range, null);
  builder.start(present);
  const method = fn.temp(range);
  if (isAsync) {
    const [fallback, found] = [builder.newBlock(), builder.newBlock()];
    fn.emit({ op: "load", to: method, object: variable, key: "@@asyncDispose", range });
    branchOnNullish(fn, method, fallback, found, range, null);
    builder.start(fallback);
    fn.emit({ op: "load", to: method, object: variable, key: "@@dispose", range });
    builder.start(found);
  } else fn.emit({ op: "load", to: method, object: variable, key: "@@dispose", range });
  const result = fn.temp(range);
  const key = isAsync ? "@@asyncDispose" : "@@dispose";
  fn.emit({ op: "call", to: result, callee: method, receiver: variable, args: [], calleeName: key, calleeRange: range, method: key, range });
  if (isAsync) fn.emit({ op: "await", to: fn.temp(range), from: result, range });
  builder.start(after);
}
