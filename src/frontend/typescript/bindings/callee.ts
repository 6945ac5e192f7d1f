import { ts } from "ts-morph";
import { NodeNotes } from "../node-notes.js";
import { resolve, textOf, unwrap } from "./text.js";
import type { BindingScope } from "./types.js";

/** What a call calls, as far as the text tells: `ffi.Library`, `dlopen` imported from "bun:ffi". */
export interface Callee {
  /** The function's own name: what it is imported as, or the last part of a member access. */
  readonly name: string;
  /** The object that it is a member of, or null. */
  readonly receiver: ts.Expression | null;
  /** Leftmost name of the member access: `Deno` of `Deno.UnsafeCallback.threadSafe`. */
  readonly root: string;
  /** The module that the leftmost name comes from, without `node:`, or "". */
  readonly module: string;
}

/** Describes the callee of a call or `new` expression; null when it has no name. */
export function calleeOf(node: ts.CallExpression | ts.NewExpression, scope: BindingScope): Callee | null {
  const callee = unwrap(node.expression);
  if (ts.isIdentifier(callee)) return describe(callee.text, null, callee, scope);
  if (ts.isPropertyAccessExpression(callee)) return describe(callee.name.text, callee.expression, callee.expression, scope);
  if (ts.isElementAccessExpression(callee)) {
    const key = textOf(callee.argumentExpression, scope);
    return key === null ? null : describe(key.value, callee.expression, callee.expression, scope);
  }
  return null;
}

/** The name of a callee that no import or variable gives another name to; null where that takes a closer look. */
export function plainName(node: ts.CallExpression | ts.NewExpression, scope: BindingScope): string | null {
  const callee = unwrap(node.expression);
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  return ts.isIdentifier(callee) && scope.importOf(callee) === undefined && scope.initializerOf(callee) === undefined ? callee.text : null;
}

/** Whether the receiver is the module itself, by import or by its usual name: `koffi.register`, `k.register`. */
export function isMemberOf(callee: Callee, module: string): boolean {
  return callee.module === module || (callee.module === "" && callee.receiver !== null && callee.root === module);
}

function describe(name: string, receiver: ts.Expression | null, start: ts.Expression, scope: BindingScope): Callee {
  const root = rootOf(start, scope);
  if (root === null) return { name, receiver, root: "", module: "" };
  const imported = scope.importOf(root);
  const importedName = receiver === null && imported !== undefined && !["default", "*", "module.exports"].includes(imported.name) ? imported.name : name;
  return { name: importedName, receiver, root: root.text, module: imported?.specifier.replace(/^node:/, "") ?? "" };
}

// `const D = Deno; D.dlopen(…)`, `const { dlopen } = Deno` and `const open = Deno.dlopen` all start at `Deno`.
function rootOf(expression: ts.Expression, scope: BindingScope): ts.Identifier | null {
  let inner = unwrap(expression);
  if (ts.isIdentifier(inner) && scope.importOf(inner) === undefined) inner = resolve(inner, scope);
  inner = chainStart(inner);
  return ts.isIdentifier(inner) ? inner : ts.isIdentifier(expression) ? expression : null;
}

/** Chains of so many links are walked anew each time. */
const shortChain = 16;

const knownStarts = new NodeNotes<ts.Expression, ts.Expression>();

// What a chain of members and calls starts with. Every link of a chain is asked, so each of a long one is walked past once.
function chainStart(expression: ts.Expression): ts.Expression {
  const passed: ts.Expression[] = [];
  let inner = expression;
  for (;;) {
    const known = knownStarts.get(inner);
    if (known !== undefined) {
      inner = known;
      break;
    }
    if (!(ts.isPropertyAccessExpression(inner) || ts.isElementAccessExpression(inner) || ts.isCallExpression(inner))) break;
    passed.push(inner);
    inner = unwrap(inner.expression);
  }
  if (passed.length > shortChain) for (const link of passed) knownStarts.set(link, inner);
  return inner;
}
