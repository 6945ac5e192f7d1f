import { ts } from "ts-morph";
import { unwrapAll } from "./syntax.js";

/** A call of a compiler's helper that runs a generator as the body of an asynchronous function. */
export interface AsyncRun {
  readonly body: ts.FunctionExpression;
  /** The receiver and the list of arguments that the body runs with; null where the helper only makes a function of it. */
  readonly run: { readonly receiver: ts.Expression; readonly list: ts.Expression | null } | null;
}

// Of tsc and tslib, and of esbuild: (receiver, arguments, …, generator).
const runners: ReadonlySet<string> = new Set(["__awaiter", "__async"]);
// Of Babel and SWC: a function is made of a generator.
const wrappers: ReadonlySet<string> = new Set(["_asyncToGenerator", "_async_to_generator", "asyncToGenerator"]);

/** The asynchronous function that a compiler wrote as a generator and a call of its helper, or null. */
export function asyncRun(node: ts.Node): AsyncRun | null {
  if (!ts.isCallExpression(node)) return null;
  const name = calleeName(node.expression);
  const last = node.arguments[node.arguments.length - 1];
  const body = last && unwrapAll(last);
  if (!body || !ts.isFunctionExpression(body) || !body.asteriskToken) return null;
  const [receiver, list] = node.arguments;
  if (runners.has(name) && receiver && list && node.arguments.length >= 3) return { body, run: { receiver, list: isNothing(list) ? null : list } };
  return wrappers.has(name) && node.arguments.length === 1 ? { body, run: null } : null;
}

/** True for a generator that is the body of an asynchronous function: its `yield` is `await`. */
export function isAsyncBody(node: ts.Node): boolean {
  if (!ts.isFunctionExpression(node) || !node.asteriskToken) return false;
  let at: ts.Node = node.parent;
  while (ts.isParenthesizedExpression(at)) at = at.parent;
  return asyncRun(at)?.body === node;
}

// `__awaiter`, `tslib_1.__awaiter`, `(0, tslib_1.__awaiter)`.
function calleeName(expression: ts.Expression): string {
  let callee = unwrapAll(expression);
  while (ts.isBinaryExpression(callee) && callee.operatorToken.kind === ts.SyntaxKind.CommaToken) callee = unwrapAll(callee.right);
  return ts.isIdentifier(callee) ? callee.text : ts.isPropertyAccessExpression(callee) ? callee.name.text : "";
}

function isNothing(node: ts.Expression): boolean {
  return ts.isVoidExpression(node) || node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(node) && node.text === "undefined");
}
