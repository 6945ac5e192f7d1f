import { ts } from "ts-morph";
import { contains, descendants, functionAround, nodeAt, unwrapped, type Source } from "./source.js";

/**
 * How code at `at` can call a native function: the text of a callee that is bound to it in this file, or that has the
 * shape of a call that is known to work (`lib.SSL_get1_session` gives `lib.SSL_SESSION_free`). Undefined when neither is there.
 */
export function calleeFor(source: Source, name: string, at: ts.Node, model: ts.CallExpression | undefined): string | undefined {
  return sameObject(source, name, model) ?? localName(source, name, at) ?? otherObject(source, name, at) ?? ambient(source, name, model) ?? sameShape(source, name, model);
}

/** The call that a finding speaks of: the one at the place, or the one that its expression wraps. */
export function callAt(source: Source, site: { readonly start: number; readonly end: number }): ts.CallExpression | undefined {
  const node = unwrapped(nodeAt(source, site));
  if (ts.isCallExpression(node)) return node;
  if (ts.isExpressionStatement(node)) return callAt(source, { start: node.expression.getStart(source.file), end: node.expression.end });
  for (let current: ts.Node = node; !ts.isSourceFile(current) && !ts.isStatement(current); current = current.parent) {
    if (ts.isCallExpression(current) && contains(current.expression, node)) return current;
  }
  return undefined;
}

// The callee of the model call with the other name, if the file uses that somewhere.
function sameObject(source: Source, name: string, model: ts.CallExpression | undefined): string | undefined {
  const shaped = shapeOf(source, name, model);
  return shaped !== undefined && [...descendants(source.file)].some((node) => isMember(node) && node.getText(source.file) === shaped) ? shaped : undefined;
}

// A table in this file that lists the model's function but not this one has no such member.
function sameShape(source: Source, name: string, model: ts.CallExpression | undefined): string | undefined {
  const callee = model?.expression;
  if (callee === undefined || !isMember(callee)) return undefined;
  const member = memberName(callee);
  const listed = [...descendants(source.file)].some((node) => ts.isPropertyAssignment(node) && node.name.getText(source.file).replace(/["']/gu, "") === member);
  return listed ? undefined : shapeOf(source, name, model);
}

function shapeOf(source: Source, name: string, model: ts.CallExpression | undefined): string | undefined {
  const callee = model?.expression;
  if (callee === undefined || !isMember(callee)) return undefined;
  const member = memberName(callee);
  if (member === undefined || !/^_?[A-Za-z]\w*_\w+$/u.test(member)) return undefined;
  const object = callee.expression.getText(source.file);
  const own = member.startsWith("_") ? `_${name}` : name;
  return ts.isPropertyAccessExpression(callee) ? `${object}.${own}` : `${object}[${callee.argumentExpression.getText(source.file).replace(member, own)}]`;
}

function localName(source: Source, name: string, at: ts.Node): string | undefined {
  for (const node of descendants(source.file)) {
    const bound = boundName(node, name);
    if (bound !== undefined && isVisible(bound, at)) return bound.text;
  }
  return undefined;
}

// The identifier that a declaration binds to the native function.
function boundName(node: ts.Node, name: string): ts.Identifier | undefined {
  if ((ts.isFunctionDeclaration(node) || ts.isParameter(node)) && node.name !== undefined && ts.isIdentifier(node.name)) return node.name.text === name ? node.name : undefined;
  if (ts.isImportSpecifier(node)) return (node.propertyName ?? node.name).text === name ? node.name : undefined;
  if (ts.isBindingElement(node) && ts.isIdentifier(node.name)) {
    const from = node.propertyName ?? node.name;
    return ts.isIdentifier(from) && (from.text === name || from.text === `_${name}`) ? node.name : undefined;
  }
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return undefined;
  if (node.name.text === name) return node.name;
  return node.initializer !== undefined && binds(node.initializer, name) ? node.name : undefined;
}

// `lib.func("void SSL_SESSION_free(SSL_SESSION *s)")`, `new NativeFunction(addr["SSL_SESSION_free"], …)`, `lib.SSL_SESSION_free`.
function binds(initializer: ts.Expression, name: string): boolean {
  const inner = unwrapped(initializer);
  if (isMember(inner)) return memberName(inner) === name;
  if (!ts.isCallExpression(inner) && !ts.isNewExpression(inner)) return false;
  const word = new RegExp(`(?<![\\w$])_?${name}(?![\\w$])`, "u");
  const literal = (node: ts.Node): boolean => ts.isStringLiteralLike(node) && word.test(node.text) && node.text.split("(").length <= 2;
  return (inner.arguments ?? []).some((argument) => literal(argument) || (isMember(argument) && memberName(argument) === name) || (ts.isCallExpression(argument) && argument.arguments.some(literal)));
}

// `ffi.SSL_SESSION_free` somewhere else in the file, on an object that can be named here too.
function otherObject(source: Source, name: string, at: ts.Node): string | undefined {
  for (const node of descendants(source.file)) {
    if (!isMember(node)) continue;
    const member = memberName(node);
    if (member !== name && member !== `_${name}`) continue;
    if (ts.isBinaryExpression(node.parent) && node.parent.left === node) continue;
    const root = rootOf(node.expression);
    const reachable = root.kind === ts.SyntaxKind.ThisKeyword ? functionAround(root).parent === functionAround(at).parent : ts.isIdentifier(root) && isNameVisible(source, root.text, at);
    if (reachable) return node.getText(source.file);
  }
  return undefined;
}

// Where one function of the library is a global that nothing in the file declares, so are the others.
function ambient(source: Source, name: string, model: ts.CallExpression | undefined): string | undefined {
  const callee = model?.expression;
  return callee !== undefined && ts.isIdentifier(callee) && !isDeclared(source, callee.text) && !isDeclared(source, name) ? name : undefined;
}

function rootOf(expression: ts.Expression): ts.Expression {
  return isMember(expression) ? rootOf(expression.expression) : expression;
}

function isNameVisible(source: Source, name: string, at: ts.Node): boolean {
  const declared = declarationsOf(source, name);
  return declared.length === 0 || declared.some((node) => isVisible(node, at));
}

function isDeclared(source: Source, name: string): boolean {
  return declarationsOf(source, name).length > 0;
}

function declarationsOf({ file }: Source, name: string): ts.Identifier[] {
  return [...descendants(file)].filter((node): node is ts.Identifier => ts.isIdentifier(node) && node.text === name && isDeclarationName(node));
}

function isDeclarationName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent) || ts.isParameter(parent) || ts.isFunctionDeclaration(parent) || ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent) || ts.isClassDeclaration(parent)) && parent.name === node;
}

/** True when the declared name can be seen from the node: they share the block or function of the declaration. */
function isVisible(declared: ts.Identifier, at: ts.Node): boolean {
  let scope: ts.Node = declared.parent.parent;
  const parameter = ts.isParameter(declared.parent) ? declared.parent.parent : undefined;
  while (parameter === undefined && !ts.isBlock(scope) && !ts.isSourceFile(scope) && !ts.isModuleBlock(scope) && !ts.isCaseBlock(scope) && !ts.isFunctionLike(scope)) scope = scope.parent;
  return contains(parameter ?? scope, at);
}

type MemberExpression = ts.PropertyAccessExpression | (ts.ElementAccessExpression & { readonly argumentExpression: ts.StringLiteralLike });

function isMember(node: ts.Node): node is MemberExpression {
  return ts.isPropertyAccessExpression(node) || (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression));
}

function memberName(node: MemberExpression): string | undefined {
  return ts.isPropertyAccessExpression(node) ? node.name.text : node.argumentExpression.text;
}
