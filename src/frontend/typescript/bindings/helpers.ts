import { ts } from "ts-morph";
import { NodeNotes } from "../node-notes.js";
import { propertyOf, resolve, unwrap } from "./text.js";
import type { BindingScope } from "./types.js";

/** A function of this file that a call reaches, seen from inside: its parameters stand for the arguments. */
export interface VisibleCall {
  readonly function: ts.FunctionLikeDeclaration;
  /** The scope inside, where parameters have the arguments as initialisers. */
  readonly scope: BindingScope;
  /** The values that it may return. */
  readonly returns: readonly ts.Expression[];
  /** True when returning a value is all that it does. */
  readonly onlyReturns: boolean;
  /** The caller's expressions that the body's expressions (its parameters, spread or not) stand for; null when one is anything else. */
  substitute(expressions: readonly ts.Expression[]): readonly ts.Expression[] | null;
}

/** The function that the call runs, if its body is in this file and it gives its value back directly. */
export function visibleCall(node: ts.CallExpression | ts.NewExpression, scope: BindingScope): VisibleCall | null {
  if (ts.isNewExpression(node)) return null;
  const called = functionOf(unwrap(node.expression), scope);
  if (called?.body === undefined || called.asteriskToken !== undefined) return null;
  if (ts.getModifiers(called)?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword)) return null;
  const inside = parameterScope(called, node.arguments, scope);
  return { function: called, scope: inside, ...returnsOf(called), substitute: (expressions) => substitute(expressions, called, node.arguments, inside) };
}

function functionOf(callee: ts.Expression, scope: BindingScope): ts.FunctionLikeDeclaration | null {
  if (ts.isIdentifier(callee)) {
    const value = scope.initializerOf(callee);
    const inner = value === undefined ? undefined : unwrap(value);
    return inner === undefined ? declaredFunction(callee, scope) : isFunction(inner) ? inner : null;
  }
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const receiver = unwrap(callee.expression);
  if (receiver.kind === ts.SyntaxKind.ThisKeyword) return methodOf(ts.findAncestor(receiver, ts.isClassLike), callee.name.text);
  if (!ts.isIdentifier(receiver)) return null;
  const object = resolve(receiver, scope);
  if (ts.isObjectLiteralExpression(object)) return methodOfLiteral(object, callee.name.text, scope);
  return methodOf(declaredClass(receiver, scope), callee.name.text);
}

function isFunction(node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

function declaredFunction(identifier: ts.Identifier, scope: BindingScope): ts.FunctionDeclaration | null {
  const declaration = scope.declarationOf(identifier);
  return declaration !== undefined && ts.isFunctionDeclaration(declaration) ? declaration : null;
}

function declaredClass(identifier: ts.Identifier, scope: BindingScope): ts.ClassDeclaration | undefined {
  const declaration = scope.declarationOf(identifier);
  return declaration !== undefined && ts.isClassDeclaration(declaration) ? declaration : undefined;
}

function methodOf(owner: ts.ClassLikeDeclaration | undefined, name: string): ts.FunctionLikeDeclaration | null {
  for (const member of owner?.members ?? []) {
    if (member.name === undefined || !("text" in member.name) || member.name.text !== name) continue;
    if (ts.isMethodDeclaration(member)) return member;
    if (ts.isPropertyDeclaration(member) && member.initializer !== undefined && isFunction(member.initializer)) return member.initializer;
  }
  return null;
}

function methodOfLiteral(object: ts.ObjectLiteralExpression, name: string, scope: BindingScope): ts.FunctionLikeDeclaration | null {
  const method = object.properties.find((property) => ts.isMethodDeclaration(property) && ts.isIdentifier(property.name) && property.name.text === name);
  if (method !== undefined) return method as ts.MethodDeclaration;
  const value = propertyOf(object, name, scope);
  return value !== undefined && isFunction(unwrap(value)) ? (unwrap(value) as ts.ArrowFunction) : null;
}

const returnsCache = new NodeNotes<ts.FunctionLikeDeclaration, { returns: readonly ts.Expression[]; onlyReturns: boolean }>();

function returnsOf(called: ts.FunctionLikeDeclaration): { returns: readonly ts.Expression[]; onlyReturns: boolean } {
  const known = returnsCache.get(called);
  if (known !== undefined) return known;
  const found = collectReturns(called);
  returnsCache.set(called, found);
  return found;
}

function collectReturns(called: ts.FunctionLikeDeclaration): { returns: readonly ts.Expression[]; onlyReturns: boolean } {
  const body = called.body;
  if (body === undefined || !ts.isBlock(body)) return { returns: body === undefined ? [] : [body], onlyReturns: true };
  const returns: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) returns.push(node.expression);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  return { returns, onlyReturns: body.statements.length === 1 && returns.length === 1 && ts.isReturnStatement(body.statements[0] ?? body) };
}

function parameterScope(called: ts.FunctionLikeDeclaration, args: readonly ts.Expression[], outer: BindingScope): BindingScope {
  const values = new Map<string, ts.Expression>();
  called.parameters.forEach((parameter, index) => {
    const rest = parameter.dotDotDotToken === undefined ? undefined : ts.factory.createArrayLiteralExpression(args.slice(index));
    const value = rest ?? args[index] ?? parameter.initializer;
    if (value === undefined || ts.isSpreadElement(value)) return;
    if (ts.isIdentifier(parameter.name)) values.set(parameter.name.text, value);
    else if (ts.isObjectBindingPattern(parameter.name)) bindPattern(parameter.name, value, outer, values);
  });
  return {
    importOf: (identifier) => outer.importOf(identifier),
    declarationOf: (identifier) => outer.declarationOf(identifier),
    patternOf: (identifier) => outer.patternOf(identifier),
    initializerOf: (identifier) => (isInside(identifier, called) ? values.get(identifier.text) : undefined) ?? outer.initializerOf(identifier),
  };
}

function bindPattern(pattern: ts.ObjectBindingPattern, value: ts.Expression, scope: BindingScope, values: Map<string, ts.Expression>): void {
  const object = resolve(value, scope);
  if (!ts.isObjectLiteralExpression(object)) return;
  for (const element of pattern.elements) {
    if (!ts.isIdentifier(element.name)) continue;
    const key = element.propertyName === undefined ? element.name.text : ts.isIdentifier(element.propertyName) ? element.propertyName.text : undefined;
    const property = key === undefined ? undefined : propertyOf(object, key, scope);
    if (property !== undefined) values.set(element.name.text, property);
  }
}

/** Whether the node stands in the text of the other, in the same file. */
export function isInside(node: ts.Node, outer: ts.Node): boolean {
  return node.pos >= outer.pos && node.end <= outer.end && node.getSourceFile() === outer.getSourceFile();
}

function substitute(expressions: readonly ts.Expression[], called: ts.FunctionLikeDeclaration, args: readonly ts.Expression[], inside: BindingScope): readonly ts.Expression[] | null {
  const given = expressions.flatMap((expression): readonly (ts.Expression | null)[] => {
    if (!isInside(expression, called)) return [expression];
    if (ts.isSpreadElement(expression)) return spreadArguments(expression.expression, called, args);
    const value = ts.isIdentifier(expression) ? inside.initializerOf(expression) : undefined;
    return [value !== undefined && !isInside(value, called) ? value : null];
  });
  return given.every((expression): expression is ts.Expression => expression !== null) ? given : null;
}

// `...rest` of a rest parameter: the arguments from there on.
function spreadArguments(spread: ts.Expression, called: ts.FunctionLikeDeclaration, args: readonly ts.Expression[]): readonly (ts.Expression | null)[] {
  const index = called.parameters.findIndex((parameter) => parameter.dotDotDotToken !== undefined && ts.isIdentifier(spread) && ts.isIdentifier(parameter.name) && parameter.name.text === spread.text);
  return index < 0 ? [null] : args.slice(index);
}
