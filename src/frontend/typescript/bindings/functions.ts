import { ts } from "ts-morph";
import { symbolOf } from "./address.js";
import { type Callee, isMemberOf } from "./callee.js";
import { isDisposable, isDisposableName } from "./disposable.js";
import { type BindingKind, nativeRef, type NativeOptions } from "./profiles.js";
import { parsePrototypes, type Prototype } from "./prototype.js";
import { isSet, option, typeText } from "./rows.js";
import { type Name, nameAt, nameOf, resolve, type Text, textOf } from "./text.js";
import type { BindingScope, NamedNative } from "./types.js";

type Node = ts.CallExpression | ts.NewExpression;

/** `new NativeFunction(address, ret, args)` and `new SystemFunction(…)` of Frida. */
export function fridaFunction(node: Node, callee: Callee, scope: BindingScope): NamedNative | null {
  const [address, result] = node.arguments ?? [];
  const options: NativeOptions = { result: typeText(result, scope), ...(callee.name === "SystemFunction" ? { resultIn: "value" } : {}) };
  return atAddress(node, address, "frida", options, scope);
}

/** `lib.func("void SSL_free(SSL *)")`, `lib.func("SSL_free", "void", ["SSL *"])` of koffi, with or without a calling convention. */
export function koffiFunction(node: Node, _callee: Callee, scope: BindingScope): NamedNative | null {
  const args = node.arguments ?? [];
  const first = args[0] === undefined ? null : textOf(args[0], scope);
  if (args[0] === undefined || first === null) return null;
  if (args.length === 1) return koffiPrototype(first, args[0].getSourceFile());
  const [name, result] = args.length >= 4 ? [args[1], args[2]] : [args[0], args[1]];
  const symbol = name === undefined ? null : nameOf(textOf(name, scope));
  return symbol === null ? null : named(symbol, "koffi", { result: typeText(result, scope), resultGone: isDisposable(result, scope) });
}

/** `koffi.decode(address, type)` where the type is a function's. */
export function koffiDecoded(node: Node, callee: Callee, scope: BindingScope): NamedNative | null {
  const [address, type] = node.arguments ?? [];
  if (address === undefined || type === undefined || !isMemberOf(callee, "koffi")) return null;
  return koffiAt(address, type, scope);
}

/** The function at an address, by a prototype in a string or made with `koffi.proto`. */
export function koffiAt(address: ts.Expression, type: ts.Expression, scope: BindingScope): NamedNative | null {
  const made = resolve(type, scope);
  const text = ts.isCallExpression(made) && made.arguments[0] !== undefined && /\bproto$/.test(made.expression.getText()) ? textOf(made.arguments[0], scope) : textOf(type, scope);
  const prototype = text === null ? null : koffiPrototype(text, type.getSourceFile());
  const symbol = symbolOf(address, scope);
  if (symbol === null || (prototype === null && !ts.isCallExpression(made))) return prototype;
  return named(symbol, "koffi", { result: prototype === null ? "" : "void *", resultGone: prototype?.ref.resultGone ?? false });
}

/** `ffi.ForeignFunction(address, ret, args)` of node-ffi and its successors. */
export function foreignFunction(node: Node, _callee: Callee, scope: BindingScope): NamedNative | null {
  const [address, result] = node.arguments ?? [];
  return atAddress(node, address, "ffi-napi", { result: typeText(result, scope) }, scope);
}

/** `new Deno.UnsafeFnPointer(address, definition)`. */
export function denoFunctionPointer(node: Node, _callee: Callee, scope: BindingScope): NamedNative | null {
  const [address, definition] = node.arguments ?? [];
  return atAddress(node, address, "deno", { result: resultOf(definition, scope), async: isSet(definition, ["nonblocking"], scope) }, scope);
}

/** `new CFunction(…)`: of Bun `({ ptr, returns })`, of txiki.js `(symbol, ret, args)`, of QuickJS `(library, name, …)`. */
export function cFunction(node: Node, _callee: Callee, scope: BindingScope): NamedNative | null {
  const [first, second, third] = node.arguments ?? [];
  if (first === undefined) return null;
  const pointer = option(first, ["ptr"], scope);
  if (pointer !== null) return atAddress(node, pointer, "bun", { result: resultOf(first, scope) }, scope);
  const symbol = textOf(first, scope) === null || second === undefined ? null : nameOf(textOf(second, scope));
  if (symbol !== null) return named(symbol, "quickjs");
  return second === undefined ? null : atAddress(node, first, "txiki", { result: third === undefined ? "" : typeText(second, scope) }, scope);
}

/** `cwrap("SSL_free", null, ["number"], { async: true })` of Emscripten. */
export function cwrap(node: Node, _callee: Callee, scope: BindingScope): NamedNative | null {
  const [name, result, , options] = node.arguments ?? [];
  const symbol = name === undefined ? null : nameOf(textOf(name, scope));
  return symbol === null ? null : named(symbol, "emscripten", { result: typeText(result, scope), async: isSet(options, ["async"], scope) });
}

/** `lib.declare("SSL_free", ctypes.default_abi, ret, …)` of js-ctypes. */
export function ctypesDeclare(node: Node, _callee: Callee, scope: BindingScope): NamedNative | null {
  const [name, abi, result] = node.arguments ?? [];
  if (name === undefined || abi === undefined || !/abi/i.test(resolve(abi, scope).getText())) return null;
  const symbol = nameOf(textOf(name, scope));
  return symbol === null ? null : named(symbol, "ctypes", { result: typeText(result, scope) });
}

/** `lib.getFunction("SSL_free", { arguments, return })` of node:ffi. */
export function nodeFfiFunction(node: Node, _callee: Callee, scope: BindingScope): NamedNative | null {
  const [name, signature] = node.arguments ?? [];
  if (name === undefined || signature === undefined || !ts.isObjectLiteralExpression(resolve(signature, scope))) return null;
  const symbol = nameOf(textOf(name, scope));
  return symbol === null ? null : named(symbol, "node-ffi", { result: resultOf(signature, scope) });
}

function koffiPrototype(text: Text, file: ts.SourceFile): NamedNative | null {
  const prototype: Prototype | undefined = parsePrototypes(text.value)[0];
  if (prototype === undefined) return null;
  const name = nameAt(text, prototype.offset, prototype.name.length);
  return named(name, "koffi", { result: prototype.result, resultGone: isDisposableName(prototype.result, file) });
}

function resultOf(definition: ts.Expression | undefined, scope: BindingScope): string {
  return definition === undefined ? "" : typeText(option(definition, ["returns", "result", "return"], scope), scope);
}

function atAddress(node: Node, address: ts.Expression | undefined, binding: BindingKind, options: NativeOptions, scope: BindingScope): NamedNative | null {
  if (address === undefined) return null;
  const symbol = symbolOf(address, scope);
  const name = symbol === null || symbol.weak === true ? (nameOfTarget(node, address) ?? symbol) : symbol;
  return name === null ? null : named(name, binding, options);
}

export function named(name: Name, binding: BindingKind, options: NativeOptions = {}): NamedNative {
  return { ref: nativeRef(name.text, binding, options), nameNode: name.node, nameRange: name.range };
}

// A stripped library has no names at all: `const SSL_free = new NativeFunction(base.add(0x1234), …)`. What the function
// is stored under names it then, unless the address comes from outside the function: each caller binds another one.
function nameOfTarget(node: Node, address: ts.Expression): Name | null {
  if (mentionsParameter(address)) return null;
  let value: ts.Node = node;
  while (ts.isAsExpression(value.parent) || ts.isParenthesizedExpression(value.parent) || ts.isConditionalExpression(value.parent)) value = value.parent;
  const target = targetOf(value.parent, value);
  return target !== null && /^[A-Za-z][A-Za-z0-9]*_\w*$/.test(target.text) ? { text: target.text, node: target, range: { start: target.getStart(), end: target.end } } : null;
}

function targetOf(parent: ts.Node, value: ts.Node): ts.Identifier | null {
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.initializer === value) return ts.isIdentifier(parent.name) ? parent.name : null;
  if (!ts.isBinaryExpression(parent) || parent.right !== value || parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return null;
  if (ts.isIdentifier(parent.left)) return parent.left;
  return ts.isPropertyAccessExpression(parent.left) && ts.isIdentifier(parent.left.name) ? parent.left.name : null;
}

function mentionsParameter(expression: ts.Expression): boolean {
  const parameters = new Set<string>();
  for (let node: ts.Node = expression; !ts.isSourceFile(node); node = node.parent) {
    if (ts.isFunctionLike(node)) for (const parameter of node.parameters) parameters.add(parameter.name.getText());
  }
  const mentions = (node: ts.Node): boolean => (ts.isIdentifier(node) && parameters.has(node.text)) || (ts.forEachChild(node, mentions) ?? false);
  return mentions(expression);
}
