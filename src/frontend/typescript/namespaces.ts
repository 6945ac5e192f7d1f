import { ts } from "ts-morph";
import type { VariableId } from "../../ir/types.js";
import type { FunctionContext } from "./context.js";
import { evaluate, pure } from "./expressions.js";
import { enterScope } from "./functions.js";
import { propertyKey } from "./patterns.js";
import type { Binding } from "./scopes.js";
import { statements } from "./statements.js";

/** `namespace N { … }`: its code runs here; what it exports are variables and properties of the object `N`. */
export function namespaceDeclaration(fn: FunctionContext, node: ts.ModuleDeclaration): void {
  const binding = fn.module.scopes.declared.get(node.name);
  if (!binding || !node.body) return;
  const scope = fn.module.scopes.scopeOf.get(node);
  startObject(fn, node, binding);
  // The parts of one namespace share a scope, which starts with the first.
  if (isFirstPart(fn, node, binding)) enterScope(fn, scope);
  if (ts.isModuleBlock(node.body)) statements(fn, node.body.statements);
  else if (ts.isModuleDeclaration(node.body)) namespaceDeclaration(fn, node.body);
}

/** `enum E { … }`: an object with its members. */
export function enumDeclaration(fn: FunctionContext, node: ts.EnumDeclaration): void {
  const { declared, scopeOf } = fn.module.scopes;
  const binding = declared.get(node.name);
  if (!binding || !scopeOf.has(node)) return;
  const object = startObject(fn, node, binding);
  let next: number | null = 0;
  for (const member of node.members) {
    const range = fn.range(member);
    const key = propertyKey(fn, member.name);
    const from = member.initializer ? evaluate(fn, member.initializer, null) : next === null ? pure(fn, "enum", [], member, null) : fn.constant(next, range);
    next = member.initializer ? numberAfter(member.initializer) : next === null ? null : next + 1;
    const own = declared.get(member.name);
    if (own?.referenced) fn.assign(own, from, range);
    fn.emit({ op: "store", object, key, from, range });
  }
}

// A declaration that adds to an earlier value of the name (a class, a function, another part) keeps that value.
function startObject(fn: FunctionContext, node: ts.EnumDeclaration | ts.ModuleDeclaration, binding: Binding): VariableId {
  const variable = fn.module.variableOf(binding);
  if (binding.declaration === node) {
    fn.emit({ op: "object", to: variable, kind: "record", range: fn.range(node) });
    fn.assigned(binding, fn.range(node));
  }
  return variable;
}

function isFirstPart(fn: FunctionContext, node: ts.ModuleDeclaration, binding: Binding): boolean {
  if (binding.declaration === node) return true;
  const siblings = ts.isSourceFile(node.parent) || ts.isModuleBlock(node.parent) ? node.parent.statements : [];
  return siblings.find((other) => ts.isModuleDeclaration(other) && fn.module.scopes.declared.get(other.name) === binding) === node;
}

function numberAfter(initializer: ts.Expression): number | null {
  return ts.isNumericLiteral(initializer) ? Number(initializer.text) + 1 : null;
}
