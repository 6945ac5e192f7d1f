import { ts } from "ts-morph";
import { NodeNotes } from "../node-notes.js";
import { resolve, textOf } from "./text.js";
import type { BindingScope } from "./types.js";

/**
 * Whether koffi disposes of a result of this type before the caller sees it: `koffi.disposable(…)`, the marker `!` in
 * a type's spelling, or the name of a disposable type.
 */
export function isDisposable(type: ts.Expression | undefined, scope: BindingScope): boolean {
  if (type === undefined) return false;
  const text = textOf(type, scope);
  if (text !== null) return isDisposableName(text.value, type.getSourceFile());
  return isDisposableCall(resolve(type, scope));
}

/** The same for a type in C spelling, as in a prototype. */
export function isDisposableName(spelling: string, file: ts.SourceFile): boolean {
  if (spelling.includes("!")) return true;
  return disposableNames(file).has(spelling.replace(/\b(?:const|struct)\b/g, "").trim());
}

function isDisposableCall(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node)) return false;
  const callee = node.expression;
  return (ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : "") === "disposable";
}

const namesCache = new NodeNotes<ts.SourceFile, ReadonlySet<string>>();

function disposableNames(file: ts.SourceFile): ReadonlySet<string> {
  const known = namesCache.get(file);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = isDisposableCall(node) && node.arguments.length > 1 ? node.arguments[0] : undefined;
    if (name !== undefined && ts.isStringLiteralLike(name)) names.add(name.text);
    ts.forEachChild(node, visit);
  };
  if (file.text.includes("disposable")) visit(file);
  namesCache.set(file, names);
  return names;
}
