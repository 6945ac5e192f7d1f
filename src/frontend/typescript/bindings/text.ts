import { ts } from "ts-morph";
import type { SourceRange } from "../../../ir/types.js";
import type { BindingScope } from "./types.js";

/** A name in the source: its text, the node that holds it and its exact place. */
export interface Name {
  readonly text: string;
  readonly node: ts.Node;
  readonly range: SourceRange;
  /** True when only a variable is called so: what the native function is bound to may have a better name. */
  readonly weak?: boolean;
}

/** Stands in a `Text` for a part that cannot be seen; no C name contains it. */
export const UNKNOWN = "\uFFFF";

/** A constant string, put together of pieces that each stand somewhere in the source. */
export interface Text {
  readonly value: string;
  readonly pieces: readonly Piece[];
}

interface Piece {
  readonly offset: number;
  readonly value: string;
  readonly node: ts.Node;
}

/** The expression without parentheses, `as`, `satisfies`, `!` and the like, and without the `0,` that compilers put before what they call. */
export function unwrap(expression: ts.Expression): ts.Expression {
  let inner = expression;
  for (;;) {
    if (
      ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner) || ts.isSatisfiesExpression(inner) ||
      ts.isNonNullExpression(inner) || ts.isTypeAssertionExpression(inner)
    ) {
      inner = inner.expression;
    } else if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.CommaToken && ts.isNumericLiteral(inner.left)) inner = inner.right;
    else return inner;
  }
}

/** Follows names to the expressions that they stand for: variables, and properties of constant objects. */
export function resolve(expression: ts.Expression, scope: BindingScope, depth = 8): ts.Expression {
  const inner = unwrap(expression);
  if (depth === 0) return inner;
  if (ts.isIdentifier(inner)) {
    const initializer = scope.initializerOf(inner);
    return initializer === undefined ? inner : resolve(initializer, scope, depth - 1);
  }
  if (ts.isPropertyAccessExpression(inner)) {
    const object = resolve(inner.expression, scope, depth - 1);
    const property = ts.isObjectLiteralExpression(object) ? propertyOf(object, inner.name.text, scope) : undefined;
    return property === undefined ? inner : resolve(property, scope, depth - 1);
  }
  return inner;
}

/** The value of a property of an object literal, spreads of visible objects included. */
export function propertyOf(object: ts.ObjectLiteralExpression, key: string, scope: BindingScope): ts.Expression | undefined {
  for (const property of [...object.properties].reverse()) {
    if (ts.isSpreadAssignment(property)) {
      const spread = resolve(property.expression, scope);
      const found = ts.isObjectLiteralExpression(spread) && spread !== object ? propertyOf(spread, key, scope) : undefined;
      if (found !== undefined) return found;
    } else if (property.name !== undefined && keyOf(property.name, scope)?.text === key) {
      if (ts.isPropertyAssignment(property)) return property.initializer;
      if (ts.isShorthandPropertyAssignment(property)) return property.name;
    }
  }
  return undefined;
}

/** The key that a property name stands for, or null for one computed at run time. */
export function keyOf(name: ts.PropertyName, scope: BindingScope): Name | null {
  if (ts.isComputedPropertyName(name)) return nameOf(textOf(name.expression, scope));
  if (ts.isStringLiteralLike(name)) return nameOf({ value: name.text, pieces: [{ offset: 0, value: name.text, node: name }] });
  return { text: name.text, node: name, range: { start: name.getStart(), end: name.end } };
}

/** The string that the expression is known to have, with `UNKNOWN` for parts that are not known; null for no string. */
export function textOf(expression: ts.Expression, scope: BindingScope): Text | null {
  const inner = resolve(expression, scope);
  if (ts.isStringLiteralLike(inner)) return literalText(inner, inner.text);
  if (ts.isTemplateExpression(inner)) {
    const spans = inner.templateSpans.flatMap((span) => [textOf(span.expression, scope) ?? literalText(span.expression, UNKNOWN), literalText(span.literal, span.literal.text)]);
    return concatenate([literalText(inner.head, inner.head.text), ...spans]);
  }
  if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const left = textOf(inner.left, scope);
    const right = textOf(inner.right, scope);
    if (left === null && right === null) return null;
    return concatenate([left ?? literalText(inner.left, UNKNOWN), right ?? literalText(inner.right, UNKNOWN)]);
  }
  return null;
}

function literalText(node: ts.Node, value: string): Text {
  return { value, pieces: [{ offset: 0, value, node }] };
}

function concatenate(texts: readonly Text[]): Text {
  const pieces: Piece[] = [];
  let value = "";
  for (const text of texts) {
    for (const piece of text.pieces) pieces.push({ ...piece, offset: value.length + piece.offset });
    value += text.value;
  }
  return { value, pieces };
}

const C_NAME = /^[A-Za-z_$][\w$]*$/;

/** The text as a name, if all of it is one. */
export function nameOf(text: Text | null): Name | null {
  return text !== null && C_NAME.test(text.value) ? nameAt(text, 0, text.value.length) : null;
}

/** A part of the text as a name. */
export function nameAt(text: Text, offset: number, length: number): Name {
  const name = text.value.slice(offset, offset + length);
  const piece = text.pieces.find((one) => one.offset <= offset && offset + length <= one.offset + one.value.length) ?? text.pieces[0];
  if (piece === undefined) throw new Error("a text has at least one piece");
  return { text: name, node: piece.node, range: rangeInside(piece.node, name, offset - piece.offset) };
}

// A literal starts with one character of punctuation (a quote, a backquote, the brace that ends a template's span).
// Escapes before the name shift it: then the name is searched for, and where that fails the whole node stands for it.
function rangeInside(node: ts.Node, name: string, offset: number): SourceRange {
  const start = node.getStart();
  const source = node.getSourceFile().text.slice(start, node.end);
  const at = source.startsWith(name, offset + 1) ? offset + 1 : source.search(new RegExp(`(?<![\\w$])${name.replace(/\$/g, "\\$")}(?![\\w$])`));
  return at < 0 ? { start, end: node.end } : { start: start + at, end: start + at + name.length };
}
