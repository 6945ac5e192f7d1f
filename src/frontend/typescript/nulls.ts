import { ts } from "ts-morph";
import type { Constant } from "../../ir/types.js";
import type { ScopeTable } from "./scopes.js";
import { unwrap } from "./syntax.js";

/** A literal that can stand for NULL in a comparison. */
export interface NullLiteral {
  /** How it is named in a `NullTest`. */
  readonly text: string;
  readonly value: Constant;
  readonly nullPointer: boolean;
}

/** The NULL that an expression spells, or null when it is no such literal. */
export function nullLiteral(expression: ts.Expression, scopes: ScopeTable): NullLiteral | null {
  const node = unwrap(expression);
  if (node.kind === ts.SyntaxKind.NullKeyword) return { text: "null", value: null, nullPointer: false };
  if (ts.isVoidExpression(node)) return { text: "undefined", value: undefined, nullPointer: false };
  if (ts.isNumericLiteral(node) && Number(node.text) === 0) return { text: "0", value: 0, nullPointer: false };
  if (ts.isBigIntLiteral(node) && /^0(x0+|0*)n$/i.test(node.text)) return { text: "0n", value: 0n, nullPointer: false };
  if (isNullAddress(node)) return { text: '"0x0"', value: "0x0", nullPointer: false };
  if (isNullPointer(node, scopes)) return { text: "NULL", value: null, nullPointer: true };
  return ts.isIdentifier(node) && node.text === "undefined" && !scopes.references.has(node) ? { text: "undefined", value: undefined, nullPointer: false } : null;
}

/** `NULL`, `ptr(0)`, `ptr("0x0")`, `new NativePointer(0)`. */
export function isNullPointer(node: ts.Expression, scopes: ScopeTable): boolean {
  if (ts.isIdentifier(node)) return node.text === "NULL" && !scopes.references.has(node);
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const { expression } = node;
  const [address] = node.arguments ?? [];
  if (!address || !ts.isIdentifier(expression) || scopes.references.has(expression)) return false;
  const makesPointer = ts.isCallExpression(node) ? expression.text === "ptr" : expression.text === "NativePointer";
  return makesPointer && ((ts.isNumericLiteral(address) && Number(address.text) === 0) || isNullAddress(address));
}

/** `ref.NULL`: the NULL of a layer for native calls. */
export function isNullMember(node: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(node) && node.name.text === "NULL" && ts.isIdentifier(node.expression);
}

function isNullAddress(node: ts.Expression): boolean {
  return ts.isStringLiteralLike(node) && /^0x0+$/.test(node.text);
}
