import { ts } from "ts-morph";
import { isInside, visibleCall } from "./helpers.js";
import { symbolOfOpened } from "./opened.js";
import { type Name, nameAt, nameOf, type Text, textOf, UNKNOWN, unwrap } from "./text.js";
import type { BindingScope } from "./types.js";

/**
 * The symbol whose address the expression is: `addresses["SSL_free"]`, `Module.findExportByName(lib, "SSL_free")`,
 * `dlsym(lib, "SSL_free")`, directly or through variables and helper functions. Null when the text does not name one.
 */
export function symbolOf(address: ts.Expression, scope: BindingScope, depth = 8): Name | null {
  if (depth === 0) return null;
  const inner = unwrap(address);
  const next = (expression: ts.Expression): Name | null => symbolOf(expression, scope, depth - 1);
  const opened = symbolOfOpened(inner, scope);
  if (opened !== null) return opened;
  if (ts.isIdentifier(inner)) {
    const initializer = scope.initializerOf(inner);
    return (initializer === undefined ? null : next(initializer)) ?? nameOfVariable(inner);
  }
  if (ts.isAwaitExpression(inner)) return next(inner.expression);
  if (ts.isBinaryExpression(inner)) return symbolOfChoice(inner, next);
  if (ts.isConditionalExpression(inner)) return onlyOne(next(inner.whenTrue), next(inner.whenFalse));
  if (ts.isElementAccessExpression(inner)) return nameOf(textOf(inner.argumentExpression, scope)) ?? (ts.isNumericLiteral(inner.argumentExpression) ? next(inner.expression) : null);
  if (ts.isPropertyAccessExpression(inner)) return symbolOfProperty(inner, next);
  if (ts.isCallExpression(inner)) return symbolOfCall(inner, scope, next, depth);
  if (ts.isNewExpression(inner)) return lastName(inner.arguments ?? [], scope) ?? (inner.arguments?.[0] === undefined ? null : next(inner.arguments[0]));
  return null;
}

type Next = (expression: ts.Expression) => Name | null;

function symbolOfChoice(choice: ts.BinaryExpression, next: Next): Name | null {
  switch (choice.operatorToken.kind) {
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return next(choice.left) ?? next(choice.right);
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.CommaToken:
    case ts.SyntaxKind.EqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
    case ts.SyntaxKind.BarBarEqualsToken:
      return next(choice.right);
    default:
      return null;
  }
}

// Two different symbols, one of them chosen at run time: not known.
function onlyOne(left: Name | null, right: Name | null): Name | null {
  return left === null || right === null || left.text === right.text ? (left ?? right) : null;
}

/** Members that give the address of what they are a member of: `DebugSymbol.fromName(n).address`. */
const ADDRESS_MEMBERS = new Set(["address", "addr", "handle", "pointer", "ptr", "value"]);

function symbolOfProperty(access: ts.PropertyAccessExpression, next: Next): Name | null {
  const name = access.name.text;
  if (ADDRESS_MEMBERS.has(name)) return next(access.expression);
  const ofThis = access.expression.kind === ts.SyntaxKind.ThisKeyword;
  return ofThis || ADDRESS_SUFFIX.test(name) ? nameOfVariable(access.name) : { text: name, node: access.name, range: rangeOf(access.name) };
}

const ADDRESS_SUFFIX = /_?(?:addr|address|ptr|pointer)$/i;

// The last resort: `SSL_free_addr` and `SSL_free` say what they hold, `addr` and `target` do not.
function nameOfVariable(identifier: ts.Identifier | ts.PrivateIdentifier): Name | null {
  const text = identifier.text.replace(/^#/, "").replace(ADDRESS_SUFFIX, "");
  return /^[A-Za-z][A-Za-z0-9]*_\w*[A-Za-z0-9]$/.test(text) ? { text, node: identifier, range: rangeOf(identifier), weak: true } : null;
}

function rangeOf(node: ts.Node): { start: number; end: number } {
  return { start: node.getStart(), end: node.end };
}

/** Calls that give back the address they are applied to, or are given. */
const SAME_ADDRESS_METHODS = new Set(["strip", "sign", "or", "blend"]);
const SAME_ADDRESS_FUNCTIONS = new Set(["ptr", "BigInt", "Number"]);

function symbolOfCall(call: ts.CallExpression, scope: BindingScope, next: Next, depth: number): Name | null {
  const callee = unwrap(call.expression);
  const first = call.arguments[0];
  if (ts.isPropertyAccessExpression(callee)) {
    if (SAME_ADDRESS_METHODS.has(callee.name.text)) return next(callee.expression);
    if (callee.name.text === "add" || callee.name.text === "sub") return null;
  }
  if (ts.isIdentifier(callee) && SAME_ADDRESS_FUNCTIONS.has(callee.text) && first !== undefined) return next(first);
  return throughHelper(call, scope, depth) ?? lastName(call.arguments, scope);
}

function throughHelper(call: ts.CallExpression, scope: BindingScope, depth: number): Name | null {
  const helper = visibleCall(call, scope);
  for (const value of helper?.returns ?? []) {
    const symbol = helper === null ? null : symbolOf(value, helper.scope, depth - 1);
    if (symbol !== null && helper !== null && !isInside(symbol.node, helper.function)) return symbol;
  }
  return null;
}

// A lookup takes the library first and the symbol last; file names are no C names.
function lastName(args: readonly ts.Expression[], scope: BindingScope): Name | null {
  for (const argument of [...args].reverse()) {
    const text = textOf(argument, scope);
    const name = text === null ? null : (nameOf(text) ?? nameOfQuery(text));
    if (name !== null) return name;
  }
  return null;
}

// Frida's ApiResolver: `exports:*!SSL_free`, with `/i` for any case.
function nameOfQuery(query: Text): Name | null {
  const match = /!([A-Za-z_]\w*)(?:\/i)?$/.exec(query.value);
  return match?.[1] === undefined || match[1].includes(UNKNOWN) ? null : nameAt(query, match.index + 1, match[1].length);
}
