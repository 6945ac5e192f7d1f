import { ts } from "ts-morph";
import { keyOf, type Name, propertyOf, resolve, textOf, unwrap } from "./text.js";
import type { BindingScope } from "./types.js";

/** A symbol table as it is written: one row a function. */
export interface Table {
  readonly rows: readonly Row[];
  /** Spreads of tables that cannot be seen. */
  readonly spreads: readonly ts.Expression[];
}

export interface Row {
  readonly key: Name;
  readonly value: ts.Expression;
}

/** Reads a table of functions: an object literal, directly or through variables, spreads and `Object.freeze`. */
export function tableOf(expression: ts.Expression, scope: BindingScope): Table | null {
  const object = objectOf(expression, scope);
  if (object === null) return null;
  const rows = new Map<string, Row>();
  const spreads: ts.Expression[] = [];
  for (const property of object.properties) {
    if (ts.isSpreadAssignment(property)) {
      const inner = tableOf(property.expression, scope);
      if (inner === null) spreads.push(property.expression);
      for (const row of inner?.rows ?? []) rows.set(row.key.text, row);
      spreads.push(...(inner?.spreads ?? []));
      continue;
    }
    const key = property.name === undefined ? null : keyOf(property.name, scope);
    const value = ts.isPropertyAssignment(property) ? property.initializer : ts.isShorthandPropertyAssignment(property) ? property.name : null;
    if (key !== null && value !== null) rows.set(key.text, { key, value });
  }
  return { rows: [...rows.values()], spreads };
}

function objectOf(expression: ts.Expression, scope: BindingScope): ts.ObjectLiteralExpression | null {
  const inner = resolve(expression, scope);
  if (ts.isObjectLiteralExpression(inner)) return inner;
  const wrapped = ts.isCallExpression(inner) && inner.arguments.length === 1 ? inner.arguments[0] : undefined;
  return wrapped === undefined ? null : objectOf(wrapped, scope);
}

/** The first of the properties that the row (an object literal) has. */
export function option(row: ts.Expression, keys: readonly string[], scope: BindingScope): ts.Expression | null {
  const object = resolve(row, scope);
  if (!ts.isObjectLiteralExpression(object)) return null;
  for (const key of keys) {
    const value = propertyOf(object, key, scope);
    if (value !== undefined) return value;
  }
  return null;
}

/** Whether the row says `key: true` for one of the keys. */
export function isSet(row: ts.Expression | undefined, keys: readonly string[], scope: BindingScope): boolean {
  const value = row === undefined ? null : option(row, keys, scope);
  return value !== null && resolve(value, scope).kind === ts.SyntaxKind.TrueKeyword;
}

/** The spelling of a type: `"u64"`, `FFIType.u64`, `DataType.External`; "" when it cannot be seen. */
export function typeText(type: ts.Expression | null | undefined, scope: BindingScope): string {
  if (type === null || type === undefined) return "";
  const text = textOf(type, scope);
  if (text !== null) return text.value;
  const inner = unwrap(type);
  return ts.isPropertyAccessExpression(inner) ? inner.name.text : "";
}
