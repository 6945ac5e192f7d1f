import { ts } from "ts-morph";
import { functionAround, isReference } from "./scopes.js";

export function isParameterProperty(node: ts.ParameterDeclaration): boolean {
  return (ts.getModifiers(node) ?? []).length > 0;
}

export function isUsing(node: ts.VariableDeclaration): boolean {
  const keyword = ts.isVariableDeclarationList(node.parent) ? node.parent.getFirstToken()?.getText() : undefined;
  return keyword === "using" || keyword === "await";
}

export function isUsingStatement(node: ts.Statement): boolean {
  return ts.isVariableStatement(node) && node.declarationList.declarations.some(isUsing);
}

export function defaultKeyword(node: ts.FunctionDeclaration): ts.Node {
  return ts.getModifiers(node)?.find((m) => m.kind === ts.SyntaxKind.DefaultKeyword) ?? node;
}

/** The last name of a callee expression, or "". */
export function calleeName(node: ts.Expression): string {
  const callee = bare(node);
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  return ts.isElementAccessExpression(callee) && ts.isStringLiteralLike(callee.argumentExpression) ? callee.argumentExpression.text : "";
}

export function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return name.text === "this" ? [] : [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}

export function typeName(type: ts.TypeNode | undefined): string | null {
  return type !== undefined && ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) ? type.typeName.text : null;
}

export function variableName(node: ts.Node): string {
  const parent = node.parent;
  return (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && ts.isIdentifier(parent.name) ? parent.name.text : "<anonymous>";
}

export function isPattern(node: ts.Node): boolean {
  if (!ts.isObjectLiteralExpression(node) && !ts.isArrayLiteralExpression(node)) return false;
  const parent = node.parent;
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.left === node;
  if (ts.isForOfStatement(parent)) return parent.initializer === node;
  if (ts.isParenthesizedExpression(parent)) return false;
  return (ts.isPropertyAssignment(parent) || ts.isArrayLiteralExpression(parent)) && isPattern(ts.isPropertyAssignment(parent) ? parent.parent : parent);
}

export function skipWrappers(node: ts.Node): ts.Node {
  let parent = node.parent;
  while (ts.isParenthesizedExpression(parent) || ts.isNonNullExpression(parent) || ts.isAsExpression(parent)) parent = parent.parent;
  return parent;
}

export function declaresName(around: ts.Node, name: string): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if ((ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) && ts.isIdentifier(node.name) && node.name.text === name) found = true;
    else if (!found) ts.forEachChild(node, visit);
  };
  visit(around);
  return found;
}

export function isExported(statement: ts.VariableStatement): boolean {
  return ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

// Whatever no function uses and no export names is a local variable of the module's own code.
export function usedInFunction(source: ts.SourceFile, name: string): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name && isReference(node)) found ||= ts.isExportSpecifier(node.parent) || ts.isExportAssignment(node.parent) || !ts.isSourceFile(functionAround(node));
    if (!found) ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

export function assignedInFunction(source: ts.SourceFile, name: string): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && ts.isIdentifier(node.left) && node.left.text === name && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) {
      found ||= !ts.isSourceFile(functionAround(node));
    } else if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && ts.isIdentifier(node.operand) && node.operand.text === name && node.operator !== ts.SyntaxKind.ExclamationToken) {
      found ||= !ts.isSourceFile(functionAround(node));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

export function isDerived(node: ts.ConstructorDeclaration): boolean {
  return node.parent.heritageClauses?.some((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword) ?? false;
}

export function receiverOwner(node: ts.Node): ts.Node {
  let owner = functionAround(node);
  while (ts.isArrowFunction(owner)) owner = functionAround(owner);
  return owner;
}

export function usesThis(node: ts.Node): boolean {
  let found = false;
  const visit = (child: ts.Node): void => {
    if (child.kind === ts.SyntaxKind.ThisKeyword) found = true;
    else if (!found && !(ts.isFunctionExpression(child) || ts.isFunctionDeclaration(child) || ts.isClassLike(child))) ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return found;
}

/** The expression without parentheses and assertions. */
export function bare(node: ts.Expression): ts.Expression {
  let inner = node;
  while (ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner) || ts.isNonNullExpression(inner) || ts.isSatisfiesExpression(inner) || ts.isTypeAssertionExpression(inner)) inner = inner.expression;
  return inner;
}
