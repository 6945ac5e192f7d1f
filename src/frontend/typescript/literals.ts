import { ts } from "ts-morph";
import type { VariableId } from "../../ir/types.js";
import type { FunctionContext, Target } from "./context.js";
import { value } from "./expressions.js";
import { emitClosure, enqueue } from "./functions.js";
import { propertyKey } from "./patterns.js";

/** `[a, , ...b]`. */
export function arrayLiteral(fn: FunctionContext, node: ts.ArrayLiteralExpression, to: Target | null): VariableId {
  const range = fn.range(node);
  const object = fn.early(to, range);
  fn.emit({ op: "object", to: object, kind: "array", range });
  let isIndexKnown = true;
  node.elements.forEach((element, index) => {
    const part = fn.range(element);
    if (ts.isSpreadElement(element)) {
      isIndexKnown = false;
      fn.emit({ op: "spread", object, from: value(fn, element.expression), range: part });
    } else if (!isIndexKnown) fn.emit({ op: "append", object, from: value(fn, element), range: part });
    else if (!ts.isOmittedExpression(element)) fn.emit({ op: "store", object, key: String(index), from: value(fn, element), range: part });
  });
  return object;
}

/** `{ a, b: 1, [k]: 2, ...c, m() {}, get x() {} }`. */
export function objectLiteral(fn: FunctionContext, node: ts.ObjectLiteralExpression, to: Target | null): VariableId {
  const range = fn.range(node);
  const object = fn.early(to, range);
  fn.emit({ op: "object", to: object, kind: "record", range });
  for (const property of node.properties) member(fn, property, object);
  return object;
}

function member(fn: FunctionContext, property: ts.ObjectLiteralElementLike, object: VariableId): void {
  const range = fn.range(property);
  if (ts.isSpreadAssignment(property)) {
    fn.emit({ op: "spread", object, from: value(fn, property.expression), range });
    return;
  }
  const key = propertyKey(fn, property.name);
  if (ts.isPropertyAssignment(property)) {
    if (typeof key === "string") fn.module.fields.note(key, null, property.initializer);
    fn.emit({ op: "store", object, key, from: value(fn, property.initializer), range });
  } else if (ts.isShorthandPropertyAssignment(property)) {
    if (typeof key === "string") fn.module.fields.note(key, null, property.name);
    fn.emit({ op: "store", object, key, from: value(fn, property.name), range });
  } else if (ts.isMethodDeclaration(property) || typeof key !== "string") {
    const method = fn.temp(range);
    emitClosure(fn, property, method);
    fn.emit({ op: "store", object, key, from: method, range });
  } else accessor(fn, property, object, key);
}

function accessor(fn: FunctionContext, property: ts.AccessorDeclaration, object: VariableId, key: string): void {
  const info = fn.module.scopes.functionOf.get(property);
  if (info) fn.emit({ op: "accessor", object, key, kind: ts.isGetAccessor(property) ? "get" : "set", function: enqueue(fn.module, info), range: fn.range(property) });
}
