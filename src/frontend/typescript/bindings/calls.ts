import { ts } from "ts-morph";
import { type Callee, calleeOf, isMemberOf } from "./callee.js";
import { cFunction, denoFunctionPointer, koffiAt, named } from "./functions.js";
import { isSet, option, typeText } from "./rows.js";
import { nameOf, resolve, textOf } from "./text.js";
import type { BindingScope, NamedNative, Recognition } from "./types.js";

type Node = ts.CallExpression | ts.NewExpression;
type Call = Extract<Recognition, { kind: "call" }>;

/** `Module.ccall("SSL_free", null, ["number"], [p], { async: true })` of Emscripten. */
export function ccall(node: Node, _callee: Callee, scope: BindingScope): Call | null {
  const [name, result, , args, options] = node.arguments ?? [];
  const symbol = name === undefined ? null : nameOf(textOf(name, scope));
  return symbol === null ? null : calling(named(symbol, "emscripten", { result: typeText(result, scope), async: isSet(options, ["async"], scope) }), args === undefined ? [] : elementsOf(args, scope));
}

/** `load({ library, funcName: "SSL_free", retType, paramsType, paramsValue: [p] })` of ffi-rs. */
export function ffiRsLoad(node: Node, _callee: Callee, scope: BindingScope): Call | null {
  const request = node.arguments?.[0];
  const name = request === undefined ? null : option(request, ["funcName"], scope);
  const symbol = name === null ? null : nameOf(textOf(name, scope));
  if (request === undefined || symbol === null) return null;
  const args = option(request, ["paramsValue"], scope);
  const native = named(symbol, "ffi-rs", { result: typeText(option(request, ["retType"], scope), scope), async: isSet(request, ["runInNewThread"], scope), resultGone: isSet(request, ["freeResultMemory"], scope) });
  return calling(native, args === null ? [] : elementsOf(args, scope));
}

/**
 * `koffi.call(address, type, p)`, `call("SSL_free", p)` of qjs-ffi, `new Deno.UnsafeFnPointer(address, …).call(p)` and
 * `new CFunction(…).call(p)`: in the last two, unlike `Function.prototype.call`, without a receiver in front.
 */
export function callMember(node: Node, callee: Callee, scope: BindingScope): Call | null {
  const args = node.arguments ?? [];
  if (callee.receiver === null) return quickJsCall(callee, args, scope);
  const [address, type] = args;
  if (isMemberOf(callee, "koffi") && address !== undefined && type !== undefined) {
    const native = koffiAt(address, type, scope);
    return native === null ? null : calling(native, args.slice(2));
  }
  return onFunctionObject(callee.receiver, args, scope);
}

/** `new CFunction("libssl.so", "SSL_free", …).invoke(p)` of QuickJS. */
export function invokeMember(node: Node, callee: Callee, scope: BindingScope): Call | null {
  return callee.receiver === null ? null : onFunctionObject(callee.receiver, node.arguments ?? [], scope);
}

function quickJsCall(callee: Callee, args: readonly ts.Expression[], scope: BindingScope): Call | null {
  if (callee.module !== "" && !callee.module.includes('ffi')) return null;
  const symbol = args[0] === undefined || !ts.isStringLiteralLike(resolve(args[0], scope)) ? null : nameOf(textOf(args[0], scope));
  return symbol === null ? null : calling(named(symbol, "quickjs"), args.slice(1));
}

function onFunctionObject(receiver: ts.Expression, args: readonly ts.Expression[], scope: BindingScope): Call | null {
  const object = resolve(receiver, scope);
  const constructor = ts.isNewExpression(object) ? calleeOf(object, scope) : null;
  if (constructor === null || !ts.isNewExpression(object)) return null;
  const native = constructor.name === "UnsafeFnPointer" ? denoFunctionPointer(object, constructor, scope) : constructor.name === "CFunction" ? cFunction(object, constructor, scope) : null;
  return native === null ? null : calling(native, args);
}

function elementsOf(array: ts.Expression, scope: BindingScope): readonly ts.Expression[] | null {
  const literal = resolve(array, scope);
  return ts.isArrayLiteralExpression(literal) ? literal.elements : null;
}

function calling(native: NamedNative, args: readonly ts.Expression[] | null): Call {
  return { kind: "call", ...native, args };
}
