import { ts } from "ts-morph";
import type { FieldKey, SourceRange, VariableId } from "../../ir/types.js";
import type { FunctionContext } from "./context.js";
import { giveUp } from "./depth.js";
import { evaluate, into, typeHint, value } from "./expressions.js";
import { initializerOf } from "./natives.js";
import type { Binding } from "./scopes.js";
import { accessKey, declaredType, isAccess, staticKey, unwrapAll } from "./syntax.js";

/** Something that can be assigned, its parts evaluated. */
export type Place =
  | { readonly kind: "binding"; readonly binding: Binding }
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "field"; readonly object: VariableId; readonly key: FieldKey; readonly node: ts.Expression }
  | { readonly kind: "nothing" };

type Pattern = ts.ObjectLiteralExpression | ts.ArrayLiteralExpression;

export function isPattern(node: ts.Node): node is Pattern {
  return ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node);
}

/** Evaluates the parts of an assignment target; code up to the offset `until` runs before the assignment. */
export function place(fn: FunctionContext, node: ts.Expression, until: number): Place {
  const binding = fn.module.scopes.references.get(node);
  if (binding) return { kind: "binding", binding };
  if (ts.isIdentifier(node)) return { kind: "global", name: node.text };
  if (!isAccess(node)) {
    giveUp(fn, node, null);
    return { kind: "nothing" };
  }
  const name = globalMember(fn, node);
  if (name !== null) return { kind: "global", name };
  const object = value(fn, node.expression, until);
  return { kind: "field", object, key: fieldKey(fn, node, until), node };
}

/** The key of an access; a computed one is evaluated here. */
export function fieldKey(fn: FunctionContext, node: ts.PropertyAccessExpression | ts.ElementAccessExpression, until = node.end): FieldKey {
  const key = accessKey(node);
  if (key !== null) return key;
  return { computed: value(fn, (node as ts.ElementAccessExpression).argumentExpression, until) };
}

/** The name of a global written as a member of the global object: `globalThis.x`. */
export function globalMember(fn: FunctionContext, node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | null {
  const object = unwrapAll(node.expression);
  if (!ts.isIdentifier(object) || !["globalThis", "global", "window", "self"].includes(object.text)) return null;
  return fn.module.scopes.references.has(object) ? null : accessKey(node);
}

/** The value of a place before it is assigned. */
export function readPlace(fn: FunctionContext, from: Place, node: ts.Node): VariableId {
  if (from.kind === "binding") return fn.module.variableOf(from.binding);
  const range = fn.range(node);
  const to = fn.temp(range);
  if (from.kind === "field") fn.emit({ op: "load", to, object: from.object, key: from.key, range });
  else if (from.kind === "global") fn.emit({ op: "global", to, name: from.name, range });
  else fn.emit({ op: "unknown", to, operands: [], range });
  return to;
}

export function writePlace(fn: FunctionContext, to: Place, from: VariableId, range: SourceRange): void {
  if (to.kind === "binding") fn.assign(to.binding, from, range);
  else if (to.kind === "field") fn.emit({ op: "store", object: to.object, key: to.key, from, range });
  else if (to.kind === "global") fn.emit({ op: "storeGlobal", name: to.name, from, range });
}

/** Assigns a value that an expression of the text gives: the field may thereby be bound to a native function. */
export function assignPlace(fn: FunctionContext, to: Place, from: VariableId, expression: ts.Expression, range: SourceRange): void {
  if (to.kind === "field" && typeof to.key === "string" && isAccess(to.node)) fn.module.fields.note(to.key, classOfObject(fn, to.node.expression), expression);
  writePlace(fn, to, from, range);
}

/** Assigns the parts of a value to the places in an assignment pattern. `source`: the expression that the value comes from, where there is one. */
export function assignPattern(fn: FunctionContext, pattern: Pattern, value: VariableId, source: ts.Expression | null = null): void {
  if (ts.isArrayLiteralExpression(pattern)) {
    const from = taken(fn, pattern, value, source);
    pattern.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      if (ts.isSpreadElement(element)) assignPart(fn, element.expression, rest(fn, element, from, indexKeys(index), "array"));
      else assignPart(fn, element, loadPart(fn, from, String(index), element));
    });
    return;
  }
  const from = value;
  const seen: string[] = [];
  for (const property of pattern.properties) {
    if (ts.isSpreadAssignment(property)) assignPart(fn, property.expression, rest(fn, property, from, seen, "record"));
    else if (ts.isShorthandPropertyAssignment(property)) {
      seen.push(property.name.text);
      const part = loadPart(fn, from, property.name.text, property);
      if (property.objectAssignmentInitializer) applyDefault(fn, part, property.objectAssignmentInitializer);
      assignPart(fn, property.name, part);
    } else if (ts.isPropertyAssignment(property)) {
      const key = propertyKey(fn, property.name);
      if (typeof key === "string") seen.push(key);
      assignPart(fn, property.initializer, loadPart(fn, from, key, property));
    }
  }
}

/** Sets the variables of a declared name or pattern. `source`: the expression that the value comes from, where there is one. */
export function bindPattern(fn: FunctionContext, name: ts.BindingName, from: VariableId, source: ts.Expression | null = null): void {
  if (ts.isIdentifier(name)) {
    const binding = fn.module.scopes.declared.get(name);
    if (binding) fn.assign(binding, from, fn.range(name));
  } else if (ts.isArrayBindingPattern(name)) {
    const list = taken(fn, name, from, source);
    name.elements.forEach((element, index) => {
      if (ts.isOmittedExpression(element)) return;
      if (element.dotDotDotToken) bindPattern(fn, element.name, rest(fn, element, list, indexKeys(index), "array"));
      else bindElement(fn, element, list, String(index), null);
    });
  } else {
    const seen: string[] = [];
    for (const element of name.elements) {
      if (element.dotDotDotToken) {
        bindPattern(fn, element.name, rest(fn, element, from, seen, "record"));
        continue;
      }
      const key = element.propertyName ? propertyKey(fn, element.propertyName) : ts.isIdentifier(element.name) ? element.name.text : "";
      if (typeof key === "string") seen.push(key);
      bindElement(fn, element, from, key, source);
    }
  }
}

/** Declares a variable: the value of its initialiser is made in the variable itself. */
export function initialize(fn: FunctionContext, declaration: ts.VariableDeclaration): void {
  const { name, initializer } = declaration;
  if (ts.isIdentifier(name)) {
    const binding = fn.module.scopes.declared.get(name);
    if (!binding) return;
    const variable = fn.module.variableOf(binding);
    if (initializer) {
      const fresh = binding.kind !== "var" || binding.writes.length === 0;
      fn.copy(evaluate(fn, initializer, { variable, fresh }), variable, fn.range(declaration));
      fn.assigned(binding, fn.range(declaration));
    }
    typeHint(fn, variable, declaredType(declaration));
  } else if (initializer) bindPattern(fn, name, value(fn, initializer), initializer);
}

/** `if (variable === undefined) variable = default`. */
export function applyDefault(fn: FunctionContext, variable: VariableId, defaultValue: ts.Expression): void {
  const { builder } = fn;
  const range = fn.range(defaultValue);
  const [missing, after] = [builder.newBlock(), builder.newBlock()];
  const isMissing = fn.temp(range);
  const right = fn.constant(undefined, range);
  fn.emit({ op: "compare", to: isMissing, strict: true, left: variable, right, test: null, range });
  builder.branch(isMissing, missing, after, range);
  builder.start(missing);
  into(fn, defaultValue, variable);
  builder.start(after);
}

/** The key of a property in a literal or pattern; a computed one is evaluated here. */
export function propertyKey(fn: FunctionContext, name: ts.PropertyName): FieldKey {
  const key = staticKey(name);
  if (key !== null) return key;
  return ts.isComputedPropertyName(name) ? { computed: value(fn, name.expression, Number.MAX_SAFE_INTEGER) } : "";
}

/** The class that an object is an instance of (or is itself), as far as the text shows. */
export function classOfObject(fn: FunctionContext, object: ts.Expression): number | null {
  const { scopes } = fn.module;
  const node = unwrapAll(object);
  const binding = scopes.references.get(node);
  if (!binding) return null;
  if (binding.kind === "receiver") return known(scopes.classOf.get(binding.node)?.id ?? binding.owner.class?.id);
  if (binding.kind === "class" && binding.declaration) return known(scopes.classOf.get(binding.declaration)?.id);
  const initializer = ts.isIdentifier(node) ? initializerOf(node, scopes) : undefined;
  return initializer?.kind === ts.SyntaxKind.ThisKeyword ? classOfObject(fn, initializer) : null;
}

function bindElement(fn: FunctionContext, element: ts.BindingElement, from: VariableId, key: FieldKey, source: ts.Expression | null): void {
  const binding = ts.isIdentifier(element.name) ? fn.module.scopes.declared.get(element.name) : undefined;
  const range = fn.range(element);
  const part = binding ? fn.module.variableOf(binding) : fn.temp(range);
  const native = source && typeof key === "string" ? fn.module.natives.member(source, key) : null;
  if (native) fn.emit({ op: "native", to: part, ref: native, range });
  else fn.emit({ op: "load", to: part, object: from, key, range });
  if (element.initializer) applyDefault(fn, part, element.initializer);
  if (binding) fn.assigned(binding, range);
  else bindPattern(fn, element.name, part);
}

function assignPart(fn: FunctionContext, target: ts.Expression, part: VariableId): void {
  const node = unwrapAll(target);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    applyDefault(fn, part, node.right);
    assignPart(fn, node.left, part);
  } else if (isPattern(node)) assignPattern(fn, node, part);
  else writePlace(fn, place(fn, node, node.end), part, fn.range(node));
}

function loadPart(fn: FunctionContext, from: VariableId, key: FieldKey, node: ts.Node): VariableId {
  const range = fn.range(node);
  const to = fn.temp(range);
  fn.emit({ op: "load", to, object: from, key, range });
  return to;
}

function rest(fn: FunctionContext, node: ts.Node, from: VariableId, except: readonly string[], kind: "record" | "array"): VariableId {
  const range = fn.range(node);
  const to = fn.temp(range);
  fn.emit({ op: "object", to, kind, range });
  fn.emit({ op: "spread", object: to, from, except, range });
  return to;
}

// What the elements of a pattern are read from by position.
function taken(fn: FunctionContext, pattern: ts.ArrayLiteralExpression | ts.ArrayBindingPattern, from: VariableId, source: ts.Expression | null): VariableId {
  if (source && ts.isArrayLiteralExpression(unwrapAll(source))) return from;
  const { elements } = pattern;
  const last = elements[elements.length - 1];
  const all = last !== undefined && (ts.isSpreadElement(last) || (ts.isBindingElement(last) && last.dotDotDotToken !== undefined));
  const range = fn.range(pattern);
  const to = fn.temp(range);
  fn.emit({ op: "take", to, from, count: all ? null : elements.length, range });
  return to;
}

function indexKeys(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}

function known(classId: number | undefined): number | null {
  return classId === undefined || classId < 0 ? null : classId;
}
