import { ts } from "ts-morph";
import { calleeOf } from "./callee.js";
import { option, tableOf } from "./rows.js";
import { type Name, nameOf, textOf, unwrap } from "./text.js";
import type { BindingScope } from "./types.js";

/**
 * The symbol behind a member of an opened library, by the row of its table: `lib.symbols.free`, or `free` taken out of it by a
 * pattern, where the library is opened in this file. Null for anything else.
 */
export function symbolOfOpened(expression: ts.Expression, scope: BindingScope): Name | null {
  const { start, keys } = pathOf(expression, scope);
  const [under, key] = keys;
  if (!ts.isCallExpression(start) || keys.length !== 2 || (under !== "symbols" && under !== "functions")) return null;
  const argument = start.arguments[1];
  if (argument === undefined || calleeOf(start, scope)?.name !== "dlopen") return null;
  const row = tableOf(argument, scope)?.rows.find((one) => one.key.text === key);
  if (row === undefined) return null;
  const alias = option(row.value, ["name"], scope);
  return (alias === null ? null : nameOf(textOf(alias, scope))) ?? row.key;
}

// What a chain of members starts with, through variables and patterns, and the keys that lead from there.
function pathOf(expression: ts.Expression, scope: BindingScope): { start: ts.Expression; keys: readonly string[] } {
  const keys: string[] = [];
  let inner = unwrap(expression);
  for (let steps = 0; steps < 12; steps++) {
    const before = stepBack(inner, scope);
    if (before === null) break;
    keys.unshift(...before.keys);
    inner = unwrap(before.object);
  }
  return { start: inner, keys };
}

function stepBack(inner: ts.Expression, scope: BindingScope): { object: ts.Expression; keys: readonly string[] } | null {
  if (ts.isPropertyAccessExpression(inner)) return { object: inner.expression, keys: [inner.name.text] };
  if (ts.isElementAccessExpression(inner)) {
    const key = textOf(inner.argumentExpression, scope);
    return key === null ? null : { object: inner.expression, keys: [key.value] };
  }
  if (!ts.isIdentifier(inner)) return null;
  const initializer = scope.initializerOf(inner);
  return initializer === undefined ? (scope.patternOf(inner) ?? null) : { object: initializer, keys: [] };
}
