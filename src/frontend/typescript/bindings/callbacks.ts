import type { ts } from "ts-morph";
import { type Callee, isMemberOf } from "./callee.js";
import { resolve, textOf } from "./text.js";
import type { BindingScope, Recognition } from "./types.js";

type Node = ts.CallExpression | ts.NewExpression;
type Callback = Extract<Recognition, { kind: "callback" }>;

/** The ways to make a pointer of a JavaScript function, by the name of what makes it. */
export const callbackMakers: Readonly<Record<string, (node: Node, callee: Callee, scope: BindingScope) => Callback | null>> = {
  // koffi.register(fn, type), koffi.register(receiver, fn, type)
  register: (node, callee) => (isMemberOf(callee, "koffi") ? callback(node, Math.max(0, (node.arguments?.length ?? 0) - 2)) : null),
  // Bun: (fn, { args, returns }); txiki.js: (ret, args, fn)
  JSCallback: (node) => callback(node, (node.arguments?.length ?? 0) >= 3 ? 2 : 0),
  // Deno: (definition, fn)
  UnsafeCallback: (node) => callback(node, 1),
  threadSafe: (node, callee) => (callee.root === "Deno" ? callback(node, 1) : null),
  // Frida: (fn, ret, args)
  NativeCallback: (node) => callback(node, 0),
  // ffi-napi: (ret, args, fn), (ret, args, abi, fn)
  Callback: (node) => ((node.arguments?.length ?? 0) < 3 ? null : callback(node, (node.arguments?.length ?? 0) - 1)),
  // Emscripten: (fn, "vii")
  addFunction: (node, callee, scope) => (isEmscriptenSignature(node.arguments?.[1], scope) || callee.root === "Module" ? callback(node, 0) : null),
  // node:ffi: (fn), (signature, fn)
  registerCallback: (node) => callback(node, (node.arguments?.length ?? 0) - 1),
};

function callback(node: Node, index: number): Callback | null {
  const value = node.arguments?.[index];
  return value === undefined ? null : { kind: "callback", function: value };
}

function isEmscriptenSignature(argument: ts.Expression | undefined, scope: BindingScope): boolean {
  const text = argument === undefined ? null : textOf(resolve(argument, scope), scope);
  return text !== null && /^[vijfdpe]+$/.test(text.value);
}
