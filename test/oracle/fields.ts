import { ts } from "ts-morph";
import { functionAround } from "./scopes.js";

/** What the program's text says of its fields and classes, for the decisions that speak of the whole program. */
export interface FieldUses {
  /** True unless everything that reads a field of that name only looks at it. */
  mayBeReleased(name: string): boolean;
  /** True for a class with a method that may give back what its fields hold. */
  releases(className: string): boolean;
  /** Fields that some function assigns. */
  readonly assigned: ReadonlySet<string>;
}

export function fieldUses(files: readonly ts.SourceFile[], usesOnly: (callee: string) => boolean): FieldUses {
  const released = new Set<string>();
  const assigned = new Set<string>();
  const classes = new Set<string>();
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
    else if (ts.isSpreadAssignment(node)) computed = true;
    else if (ts.isClassLike(node) && node.name !== undefined && node.members.some((member) => isReleasing(member, usesOnly))) classes.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(file);
  return { mayBeReleased: (name) => computed || released.has(name.replace("$p_", "#")), releases: (name) => classes.has(name), assigned };
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

function isReleasing(member: ts.ClassElement, usesOnly: (callee: string) => boolean): boolean {
  if (ts.isConstructorDeclaration(member)) return false;
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) found ||= !usesOnly(node.expression.getText().split(".").at(-1) ?? "");
    if (!found) ts.forEachChild(node, visit);
  };
  visit(member);
  return found;
}
