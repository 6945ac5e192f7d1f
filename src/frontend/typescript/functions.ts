import { ts } from "ts-morph";
import { at } from "../../ir/lists.js";
import type { FunctionId, FunctionIr, VariableId } from "../../ir/types.js";
import { fieldInitializers, parameterProperties } from "./classes.js";
import { FunctionContext, type ModuleContext, type Target } from "./context.js";
import { giveUp } from "./depth.js";
import { isAsyncBody } from "./downlevel.js";
import { typeHint, value } from "./expressions.js";
import { moduleBody } from "./modules.js";
import { applyDefault, bindPattern } from "./patterns.js";
import type { FunctionInfo, Scope } from "./scopes.js";
import { statements } from "./statements.js";
import { declaredType, type FunctionNode, hasModifier, isFunctionNode } from "./syntax.js";
import { isAlwaysGiven } from "./given.js";
import { ownershipTags } from "./tags.js";

/** Lowers the functions that wait in the module's queue, and those that these bring up, until none is left. */
export function lowerQueued(module: ModuleContext): void {
  // The list grows while it is walked.
  for (const info of module.queue) {
    const fn = new FunctionContext(module, info, at(module.functions, info.id));
    try {
      body(fn);
      fn.ir.blocks.push(...fn.builder.finish());
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      fn.ir.blocks.push(...overflowed(module, info, fn.ir));
    }
  }
}

/** Gives a function its number; its code is lowered later. */
export function enqueue(module: ModuleContext, info: FunctionInfo): FunctionId {
  if (info.id >= 0) return info.id;
  info.id = module.functions.length;
  module.functions.push(header(module, info));
  module.queue.push(info);
  return info.id;
}

/** The value of a function expression or arrow function. */
export function closure(fn: FunctionContext, node: ts.FunctionExpression | ts.ArrowFunction, to: Target | null): VariableId {
  const { module } = fn;
  const range = fn.range(node);
  const own = node.name && module.scopes.declared.get(node.name);
  if (own?.referenced) {
    // The function's own name is a variable that only its code sees.
    const variable = module.variableOf(own);
    fn.emit({ op: "declare", variable, range });
    emitClosure(fn, node, variable);
    return variable;
  }
  const result = fn.late(to, range);
  emitClosure(fn, node, result);
  return result;
}

export function emitClosure(fn: FunctionContext, node: FunctionNode, to: VariableId): void {
  const info = fn.module.scopes.functionOf.get(node);
  if (info) fn.emit({ op: "closure", to, function: enqueue(fn.module, info), range: fn.range(node) });
  else giveUp(fn, node, { variable: to, fresh: true });
}

/** The start of a scope: new variables, hoisted functions. */
export function enterScope(fn: FunctionContext, scope: Scope | undefined): void {
  if (!scope) return;
  for (const binding of scope.entry) fn.emit({ op: "declare", variable: fn.module.variableOf(binding), range: fn.range(binding.node) });
  for (const node of scope.functions) {
    const binding = fn.module.scopes.declared.get(node.name ?? node);
    if (!binding) continue;
    emitClosure(fn, node, fn.module.variableOf(binding));
    fn.assigned(binding, fn.range(node));
  }
}

function header(module: ModuleContext, info: FunctionInfo): FunctionIr {
  const { node } = info;
  const isFunction = isFunctionNode(node);
  const parameters = isFunction ? parametersOf(node) : [];
  const captures: VariableId[] = [];
  for (const binding of info.captures) captures.push(module.variableOf(binding));
  return {
    id: info.id,
    name: info.name,
    range: module.range(node),
    params: parameters.map((parameter) => parameterVariable(module, info, parameter)),
    paramNames: parameters.map((parameter) => (ts.isIdentifier(parameter.name) ? parameter.name.text : "")),
    alwaysGiven: parameters.map(isAlwaysGiven),
    rest: parameters[parameters.length - 1]?.dotDotDotToken !== undefined,
    receiver: info.receiver ? module.variableOf(info.receiver) : null,
    argumentsVariable: info.arguments ? module.variableOf(info.arguments) : null,
    async: isFunction && (hasModifier(node, ts.SyntaxKind.AsyncKeyword) || isAsyncBody(node)),
    generator: isFunction && "asteriskToken" in node && node.asteriskToken !== undefined && !isAsyncBody(node),
    parent: info.parent ? info.parent.id : null,
    class: info.class && info.class.id >= 0 ? info.class.id : module.prototypeClassOf(node),
    static: info.static,
    captures,
    tags: isFunction ? [...ownershipTags(node), ...(module.scopes.overloadTags.get(node) ?? [])] : [],
    hasBody: !isFunction || node.body !== undefined,
    blocks: [],
  };
}

// A parameter without default or pattern is its own variable; others arrive in one that the body takes apart.
function parameterVariable(module: ModuleContext, info: FunctionInfo, parameter: ts.ParameterDeclaration): VariableId {
  const name = ts.isIdentifier(parameter.name) ? parameter.name : null;
  const binding = name && !parameter.initializer ? module.scopes.declared.get(name) : undefined;
  return binding ? module.variableOf(binding) : module.newVariable(name?.text ?? "", info.id, module.range(parameter));
}

function body(fn: FunctionContext): void {
  const { node, kind } = fn.info;
  if (kind === "module") return moduleBody(fn);
  if (kind === "fields") return fieldInitializers(fn);
  if (!isFunctionNode(node)) return;
  bindParameters(fn, node);
  enterScope(fn, fn.module.scopes.scopeOf.get(node));
  if (ts.isConstructorDeclaration(node) && !isDerived(node)) parameterProperties(fn);
  if (!node.body) return;
  if (ts.isBlock(node.body)) statements(fn, node.body.statements);
  else fn.builder.end({ op: "return", value: value(fn, node.body), range: fn.range(node.body) });
}

function bindParameters(fn: FunctionContext, node: FunctionNode): void {
  parametersOf(node).forEach((parameter, index) => {
    const raw = at(fn.ir.params, index);
    const binding = ts.isIdentifier(parameter.name) ? fn.module.scopes.declared.get(parameter.name) : undefined;
    const variable = binding ? fn.module.variableOf(binding) : raw;
    fn.copy(raw, variable, fn.range(parameter));
    if (parameter.initializer) applyDefault(fn, variable, parameter.initializer);
    if (!binding) bindPattern(fn, parameter.name, variable);
    typeHint(fn, variable, declaredType(parameter));
  });
}

// `this: T` only declares a type.
function parametersOf(node: FunctionNode): ts.ParameterDeclaration[] {
  return node.parameters.filter((parameter) => !(ts.isIdentifier(parameter.name) && parameter.name.text === "this"));
}

function isDerived(node: ts.ConstructorDeclaration): boolean {
  return node.parent.heritageClauses?.some((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword) ?? false;
}

// The stack did not suffice in spite of the depth limit (the caller's own stack was deep): nothing is known of the function.
function overflowed(module: ModuleContext, info: FunctionInfo, ir: FunctionIr): ReturnType<FunctionContext["builder"]["finish"]> {
  const fn = new FunctionContext(module, info, ir);
  const operands = [...ir.params, ...ir.captures, ...(ir.receiver === null ? [] : [ir.receiver])];
  const to = fn.temp(ir.range);
  fn.emit({ op: "unknown", to, operands, range: ir.range });
  fn.builder.end({ op: "return", value: to, range: ir.range });
  return fn.builder.finish();
}
