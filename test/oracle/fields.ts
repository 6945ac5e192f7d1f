import { ts } from "ts-morph";
import { functionAround } from "./scopes.js";

/** What the program's text says of its fields and classes, for the decisions that speak of the whole program. */
export interface FieldUses {
  /** True unless everything that reads a field of that name only looks at it. */
  mayBeReleased(name: string): boolean;
  /** True for a class with a method that may give back what its fields hold. */
  releases(className: string): boolean;
  /** True where some such method does so whenever it is called. */
  alwaysReleases(className: string): boolean;
  /** Fields that some function assigns. */
  readonly assigned: ReadonlySet<string>;
}

export function fieldUses(files: readonly ts.SourceFile[], usesOnly: (callee: string) => boolean): FieldUses {
  const released = new Set<string>();
  const assigned = new Set<string>();
  const classes = new Set<string>();
  const certain = new Set<string>();
  /** Variables whose value is put into a field: what gives the field back gives such a variable back. */
  const stores: [variable: string, field: string][] = [];
  let computed = false;
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isPropertyAccessExpression(node)) {
      if (isTarget(node)) {
        if (!ts.isSourceFile(functionAround(node))) assigned.add(node.name.text);
      } else if (!onlyLooks(node, usesOnly)) released.add(node.name.text);
      if (ts.isIdentifier(node.expression) && node.expression.text === "Object") computed = true;
    } else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) released.add((node.propertyName ?? node.name).getText().replace("#", ""));
    else if (ts.isElementAccessExpression(node) && !isTarget(node) && !ts.isNumericLiteral(node.argumentExpression) && !ts.isStringLiteral(node.argumentExpression)) computed = true;
    else if (ts.isPropertyAssignment(node) && isTarget(node.parent)) released.add(node.name.getText());
    else if (ts.isSpreadAssignment(node)) computed = true;
    else if (ts.isClassLike(node) && node.name !== undefined && node.members.some((member) => isReleasing(member, node, usesOnly))) {
      classes.add(node.name.text);
      if (node.members.some((member) => isReleasing(member, node, usesOnly) && runsThrough(member))) certain.add(node.name.text);
    }
    if (ts.isCallExpression(node) && !usesOnly(node.expression.getText().split(".").at(-1) ?? "")) {
      // A variable of the same name may hold what such a field held.
      for (const argument of node.arguments) if (ts.isIdentifier(argument)) released.add(argument.text);
    }
    if (ts.isIdentifier(node) && isHandedOn(node)) released.add(node.text);
    if (ts.isIdentifier(node) && isStored(node)) stores.push([node.text, node.parent.left.name.text]);
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(file);
  for (let before = -1; before !== released.size; ) {
    before = released.size;
    for (const [variable, field] of stores) if (released.has(field)) released.add(variable);
  }
  return { mayBeReleased: (name) => computed || released.has(name.replace("$p_", "#")), releases: (name) => classes.has(name), alwaysReleases: (name) => certain.has(name), assigned };
}

// A variable whose value goes to another variable.
function isHandedOn(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isVariableDeclaration(parent)) return parent.initializer === node;
  return ts.isArrayLiteralExpression(parent) || (ts.isBinaryExpression(parent) && parent.right === node && ts.isIdentifier(parent.left));
}

function isStored(node: ts.Identifier): node is ts.Identifier & { readonly parent: ts.BinaryExpression & { readonly left: ts.PropertyAccessExpression } } {
  const { parent } = node;
  return ts.isBinaryExpression(parent) && parent.right === node && ts.isPropertyAccessExpression(parent.left) && isTarget(parent.left);
}

function isTarget(node: ts.Node): boolean {
  return ts.isBinaryExpression(node.parent) && node.parent.left === node && node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

function onlyLooks(node: ts.Expression, usesOnly: (callee: string) => boolean): boolean {
  const parent = node.parent;
  if (ts.isCallExpression(parent) && parent.arguments.includes(node)) return usesOnly(parent.expression.getText().split(".").at(-1) ?? "");
  if (ts.isPropertyAccessExpression(parent)) return /^(isNull|equals|toString|add|read[A-Z]\w*)$/.test(parent.name.text);
  if (ts.isPrefixUnaryExpression(parent) || ts.isIfStatement(parent) || ts.isConditionalExpression(parent)) return true;
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken && parent.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken && parent.operatorToken.kind !== ts.SyntaxKind.BarBarToken;
}

function isReleasing(member: ts.ClassElement, around: ts.ClassLikeDeclaration, usesOnly: (callee: string) => boolean, seen = new Set<ts.ClassElement>()): boolean {
  if (ts.isConstructorDeclaration(member) || seen.has(member)) return false;
  seen.add(member);
  const aliases = aliasesOfFields(member);
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const own = ownMember(node.expression, around);
      found ||= own === undefined ? givesBack(node, aliases, usesOnly) : isReleasing(own, around, usesOnly, seen);
    }
    if (!found) ts.forEachChild(node, visit);
  };
  visit(member);
  return found;
}

// Nothing in it decides which way it goes.
function runsThrough(member: ts.ClassElement): boolean {
  return ts.isMethodDeclaration(member) && (member.body?.statements ?? []).every((statement) => ts.isExpressionStatement(statement) || ts.isVariableStatement(statement));
}

// A call that is given what a field of the object holds, or that is a method of it.
function givesBack(node: ts.CallExpression, aliases: ReadonlySet<string>, usesOnly: (callee: string) => boolean): boolean {
  const isOwn = (part: ts.Node): boolean => part.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(part) && aliases.has(part.text)) || (ts.forEachChild(part, (child) => isOwn(child) || undefined) ?? false);
  return !usesOnly(node.expression.getText().split(".").at(-1) ?? "") && [node.expression, ...node.arguments].some(isOwn);
}

// Variables that are given what a field of the object holds, by a declaration, a pattern, a loop or an assignment.
function aliasesOfFields(member: ts.ClassElement): Set<string> {
  const aliases = new Set<string>();
  const isField = (node: ts.Node | undefined): boolean => node !== undefined && !ts.isCallExpression(node) && /\bthis\b/.test(node.getText());
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && (isField(node.initializer) || (ts.isForOfStatement(node.parent.parent) && isField(node.parent.parent.expression)))) for (const name of node.name.getText().match(/\w+/g) ?? []) aliases.add(name);
    if (ts.isBinaryExpression(node) && isTarget(node.left) && isField(node.right)) for (const name of node.left.getText().match(/\w+/g) ?? []) aliases.add(name);
    ts.forEachChild(node, visit);
  };
  visit(member);
  return aliases;
}

function ownMember(callee: ts.Expression, around: ts.ClassLikeDeclaration): ts.ClassElement | undefined {
  if (!ts.isPropertyAccessExpression(callee) || callee.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  return around.members.find((member) => member.name?.getText() === callee.name.text);
}
