import { ts } from "ts-morph";
import type { ClassMember, FunctionId, VariableId } from "../../ir/types.js";
import type { FunctionContext, Target } from "./context.js";
import { giveUp } from "./depth.js";
import { evaluate, into, value } from "./expressions.js";
import { emitClosure, enqueue, enterScope } from "./functions.js";
import { propertyKey } from "./patterns.js";
import type { ClassInfo } from "./scopes.js";
import { statements } from "./statements.js";
import { declaredType, hasModifier, isFunctionNode, namedType, staticKey } from "./syntax.js";
import { ownershipTags } from "./tags.js";

/** The value of a class; its static initialisers run here. */
export function classValue(fn: FunctionContext, node: ts.ClassLikeDeclaration, to: Target | null): VariableId {
  const info = fn.module.scopes.classOf.get(node);
  if (!info) return giveUp(fn, node, to);
  const range = fn.range(node);
  const decorators = (ts.getDecorators(node) ?? []).map((decorator) => value(fn, decorator.expression));
  const extended = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const superclass = extended ? evaluate(fn, extended.expression, null) : null;
  const computed = computedKeys(fn, node);
  register(fn, node, info);
  const own = ts.isClassExpression(node) && node.name ? fn.module.scopes.declared.get(node.name) : undefined;
  const result = own ? fn.module.variableOf(own) : fn.early(to, range);
  if (own) fn.emit({ op: "declare", variable: result, range });
  fn.emit({ op: "class", to: result, class: info.id, superclass, range });
  for (const [member, key] of computed) if (isFunctionNode(member)) storeComputed(fn, member, key, result);
  staticInitializers(fn, node, info, result);
  if (decorators.length > 0) fn.emit({ op: "unknown", to: fn.temp(range), operands: [...decorators, result], range });
  return result;
}

/** `class C { … }` as a statement. */
export function classDeclaration(fn: FunctionContext, node: ts.ClassDeclaration): void {
  const binding = fn.module.scopes.declared.get(node.name ?? node);
  if (!binding || !fn.module.scopes.classOf.has(node)) return;
  const variable = fn.module.variableOf(binding);
  fn.copy(classValue(fn, node, { variable, fresh: true }), variable, fn.range(node));
  fn.assigned(binding, fn.range(node));
}

/** The code of a class's field initialiser function: instance fields in order. */
export function fieldInitializers(fn: FunctionContext): void {
  const { info, module } = fn;
  const receiver = fn.ir.receiver;
  if (!info.class || receiver === null) return;
  for (const member of info.class.node.members) {
    if (!ts.isPropertyDeclaration(member) || !member.initializer || isStatic(member)) continue;
    const range = fn.range(member);
    const key = staticKey(member.name);
    if (key !== null) module.fields.note(key, info.class.id, member.initializer);
    const from = value(fn, member.initializer);
    // A computed key was evaluated where the class is defined.
    fn.emit({ op: "store", object: receiver, key: key ?? { computed: unknownValue(fn, member.name) }, from, range });
  }
}

/** `constructor(private x: T)`: stores such parameters in the fields that they declare. */
export function parameterProperties(fn: FunctionContext): void {
  const { node } = fn.info;
  const receiver = fn.ir.receiver;
  if (!ts.isConstructorDeclaration(node) || receiver === null) return;
  for (const parameter of node.parameters) {
    const binding = ts.isParameterPropertyDeclaration(parameter, node) && ts.isIdentifier(parameter.name) ? fn.module.scopes.declared.get(parameter.name) : undefined;
    if (binding) fn.emit({ op: "store", object: receiver, key: binding.name, from: fn.module.variableOf(binding), range: fn.range(parameter) });
  }
}

// Gives the class and its members their numbers.
function register(fn: FunctionContext, node: ts.ClassLikeDeclaration, info: ClassInfo): void {
  const { classes, scopes } = fn.module;
  info.id = classes.length;
  const members: ClassMember[] = [];
  let constructor: FunctionId | null = null;
  for (const member of node.members) {
    const own = isFunctionNode(member) ? scopes.functionOf.get(member) : undefined;
    if (!own || !isFunctionNode(member) || (!member.body && ownershipTags(member).length === 0)) continue;
    if (ts.isConstructorDeclaration(member)) constructor = enqueue(fn.module, own);
    else {
      const key = staticKey(member.name);
      const kind = ts.isGetAccessor(member) ? "get" : ts.isSetAccessor(member) ? "set" : "method";
      if (key !== null) members.push({ key, kind, static: isStatic(member), function: enqueue(fn.module, own) });
    }
  }
  const fieldInitializer = info.fields ? enqueue(fn.module, info.fields) : null;
  classes.push({ id: info.id, name: info.name, range: fn.range(node), constructor, fieldInitializer, members, fieldTypes: fieldTypes(fn, node) });
}

function fieldTypes(fn: FunctionContext, node: ts.ClassLikeDeclaration): Map<string, VariableId> {
  const types = new Map<string, VariableId>();
  const note = (key: string | null, type: ts.TypeNode | undefined): void => {
    const named = fn.module.typeVariable(namedType(type));
    if (key !== null && named !== null) types.set(key, named);
  };
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member)) note(staticKey(member.name), declaredType(member));
    if (!ts.isConstructorDeclaration(member)) continue;
    for (const parameter of member.parameters)
      if (ts.isParameterPropertyDeclaration(parameter, member) && ts.isIdentifier(parameter.name)) note(parameter.name.text, declaredType(parameter));
  }
  return types;
}

// Computed keys and the decorators of members are evaluated in order, where the class is defined.
function computedKeys(fn: FunctionContext, node: ts.ClassLikeDeclaration): Map<ts.ClassElement, VariableId> {
  const keys = new Map<ts.ClassElement, VariableId>();
  for (const member of node.members) {
    const parameters = isFunctionNode(member) ? member.parameters.flatMap((parameter) => ts.getDecorators(parameter) ?? []) : [];
    const decorators = [...(ts.canHaveDecorators(member) ? (ts.getDecorators(member) ?? []) : []), ...parameters];
    if (decorators.length > 0) {
      const operands = decorators.map((decorator) => value(fn, decorator.expression, node.end));
      fn.emit({ op: "unknown", to: fn.temp(fn.range(member)), operands, range: fn.range(member) });
    }
    const { name } = member;
    if (name && ts.isComputedPropertyName(name) && staticKey(name) === null) keys.set(member, value(fn, name.expression, node.end));
  }
  return keys;
}

function storeComputed(fn: FunctionContext, member: ts.ClassElement, key: VariableId, object: VariableId): void {
  if (!isFunctionNode(member) || !member.body) return;
  const range = fn.range(member);
  const method = fn.temp(range);
  emitClosure(fn, member, method);
  fn.emit({ op: "store", object, key: { computed: key }, from: method, range });
}

// Static fields and blocks: code of this function, with the class as receiver.
function staticInitializers(fn: FunctionContext, node: ts.ClassLikeDeclaration, info: ClassInfo, object: VariableId): void {
  const outer = fn.staticOwner;
  fn.staticOwner = info;
  if (info.staticReceiver) fn.copy(object, fn.module.variableOf(info.staticReceiver), fn.range(node));
  for (const member of node.members) {
    if (ts.isClassStaticBlockDeclaration(member)) {
      enterScope(fn, fn.module.scopes.scopeOf.get(member));
      statements(fn, member.body.statements);
    } else if (ts.isPropertyDeclaration(member) && isStatic(member) && member.initializer) {
      const range = fn.range(member);
      const key = propertyKey(fn, member.name);
      if (typeof key === "string") fn.module.fields.note(key, info.id, member.initializer);
      const from = fn.temp(range);
      into(fn, member.initializer, from);
      fn.emit({ op: "store", object, key, from, range });
    }
  }
  fn.staticOwner = outer;
}

function unknownValue(fn: FunctionContext, node: ts.Node): VariableId {
  const range = fn.range(node);
  const to = fn.temp(range);
  fn.emit({ op: "unknown", to, operands: [], range });
  return to;
}

function isStatic(member: ts.ClassElement): boolean {
  return hasModifier(member, ts.SyntaxKind.StaticKeyword);
}
