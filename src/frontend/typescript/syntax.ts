import { ts } from "ts-morph";

// Whatever is asked of every node is answered from its kind alone: the compiler's own tests are reached through accessors.
const SyntaxKind = ts.SyntaxKind;

/** The expression inside parentheses and type assertions; `s!` stays. */
export function unwrap(node: ts.Expression): ts.Expression {
  let inner = node;
  while (isTransparent(inner)) inner = inner.expression;
  return inner;
}

/** The expression inside parentheses, type assertions and `!`. */
export function unwrapAll(node: ts.Expression): ts.Expression {
  let inner = node;
  while (isTransparent(inner) || isNonNull(inner)) inner = inner.expression;
  return inner;
}

function isNonNull(node: ts.Node): node is ts.NonNullExpression {
  return node.kind === SyntaxKind.NonNullExpression;
}

export type Transparent = ts.ParenthesizedExpression | ts.AsExpression | ts.TypeAssertion | ts.SatisfiesExpression | ts.ExpressionWithTypeArguments;

/** Syntax around an expression that does not change its value. */
export function isTransparent(node: ts.Node): node is Transparent {
  const { kind } = node;
  return kind === SyntaxKind.ParenthesizedExpression || kind === SyntaxKind.AsExpression || kind === SyntaxKind.TypeAssertionExpression || kind === SyntaxKind.SatisfiesExpression || kind === SyntaxKind.ExpressionWithTypeArguments;
}

/** The field key that a property name stands for, or null when it is computed at run time. */
export function staticKey(name: ts.PropertyName | ts.Expression): string | null {
  if (ts.isComputedPropertyName(name)) return staticKey(unwrap(name.expression)) ?? symbolKey(unwrap(name.expression));
  if (ts.isIdentifier(name)) return isComputedPart(name) ? null : name.text;
  if (ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isStringLiteralLike(name)) return name.text;
  if (ts.isNumericLiteral(name)) return String(Number(name.text));
  if (ts.isBigIntLiteral(name)) return name.text.replace(/n$/, "");
  return null;
}

/** `Symbol.dispose` and its kin as a field key. */
export function symbolKey(node: ts.Expression): string | null {
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== "Symbol") return null;
  return ["dispose", "asyncDispose", "iterator", "asyncIterator"].includes(node.name.text) ? `@@${node.name.text}` : null;
}

/** The key of `o.key` or `o["key"]`, or null when it is computed at run time. */
export function accessKey(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): string | null {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  const key = unwrap(node.argumentExpression);
  if (ts.isIdentifier(key)) return null;
  return staticKey(key) ?? symbolKey(key);
}

export function isAccess(node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return node.kind === SyntaxKind.PropertyAccessExpression || node.kind === SyntaxKind.ElementAccessExpression;
}

export function hasModifier(node: ts.Node, kind: ts.ModifierSyntaxKind): boolean {
  const { modifiers } = node as { readonly modifiers?: readonly ts.ModifierLike[] };
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

export function isLogicalOperator(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken;
}

/** All places that an assignment to `target` assigns: variables, fields, and those inside patterns. */
export function assignedPlaces(target: ts.Node): ts.Expression[] {
  const places: ts.Expression[] = [];
  const work: ts.Node[] = [target];
  for (let node = work.pop(); node; node = work.pop()) {
    if (ts.isArrayLiteralExpression(node)) work.push(...node.elements);
    else if (ts.isObjectLiteralExpression(node)) work.push(...node.properties);
    else if (ts.isPropertyAssignment(node)) work.push(node.initializer);
    else if (ts.isShorthandPropertyAssignment(node)) work.push(node.name);
    else if (ts.isSpreadAssignment(node) || ts.isSpreadElement(node) || isTransparent(node) || ts.isNonNullExpression(node)) work.push(node.expression);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) work.push(node.left);
    else if (ts.isExpression(node)) places.push(node);
  }
  return places;
}

/** The identifier by which a declared type names a class, leaving out `null` and `undefined`: `Conn | null` gives `Conn`. */
export function namedType(type: ts.TypeNode | undefined): ts.Identifier | null {
  if (!type) return null;
  if (ts.isParenthesizedTypeNode(type) || ts.isJSDocNullableType(type) || ts.isJSDocNonNullableType(type) || ts.isJSDocOptionalType(type)) return namedType(type.type);
  if (ts.isTypeReferenceNode(type)) return ts.isIdentifier(type.typeName) ? type.typeName : null;
  if (!ts.isUnionTypeNode(type)) return null;
  const rest = type.types.filter((part) => part.kind !== ts.SyntaxKind.UndefinedKeyword && !(ts.isLiteralTypeNode(part) && part.literal.kind === ts.SyntaxKind.NullKeyword));
  return rest.length === 1 ? namedType(rest[0]) : null;
}

/** The type that a declaration states: its annotation or, in JavaScript, its JSDoc comment. */
export function declaredType(node: ts.ParameterDeclaration | ts.VariableDeclaration | ts.PropertyDeclaration): ts.TypeNode | undefined {
  return node.type ?? ((node.flags & ts.NodeFlags.JavaScriptFile) !== 0 ? ts.getJSDocType(node) : undefined);
}

/** True for a declaration that only says what exists elsewhere. */
export function isAmbient(node: ts.Node, source: ts.SourceFile): boolean {
  return source.isDeclarationFile || hasModifier(node, ts.SyntaxKind.DeclareKeyword);
}

export type FunctionNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration | ts.ConstructorDeclaration | ts.AccessorDeclaration;

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  switch (node.kind) {
    case SyntaxKind.FunctionDeclaration:
    case SyntaxKind.FunctionExpression:
    case SyntaxKind.ArrowFunction:
    case SyntaxKind.MethodDeclaration:
    case SyntaxKind.Constructor:
    case SyntaxKind.GetAccessor:
    case SyntaxKind.SetAccessor:
      return true;
    default:
      return false;
  }
}

/** The name that a function expression or class expression gets from where it stands. */
export function nameFromPlace(node: ts.Node): string | null {
  let place = node.parent;
  while (isTransparent(place) || ts.isNonNullExpression(place)) place = place.parent;
  if ((ts.isVariableDeclaration(place) || ts.isParameter(place) || ts.isBindingElement(place)) && ts.isIdentifier(place.name)) return place.name.text;
  if (ts.isPropertyAssignment(place) || ts.isPropertyDeclaration(place)) return staticKey(place.name);
  if (ts.isBinaryExpression(place) && isAssignmentOperator(place.operatorToken.kind)) {
    const target = unwrapAll(place.left);
    if (ts.isIdentifier(target)) return target.text;
    return isAccess(target) ? accessKey(target) : null;
  }
  return ts.isExportAssignment(place) ? "default" : null;
}

/** True for code that a `ts.Node` walk should not enter: types, and declarations that only make types. */
export function isTypeSyntax(node: ts.Node): boolean {
  switch (node.kind) {
    case SyntaxKind.ExpressionWithTypeArguments:
    case SyntaxKind.Identifier:
    case SyntaxKind.CallExpression:
    case SyntaxKind.PropertyAccessExpression:
      return false;
    case SyntaxKind.TypeParameter:
    case SyntaxKind.InterfaceDeclaration:
    case SyntaxKind.TypeAliasDeclaration:
      return true;
    default:
      return ts.isTypeNode(node);
  }
}

function isComputedPart(name: ts.Identifier): boolean {
  return ts.isComputedPropertyName(name.parent);
}
