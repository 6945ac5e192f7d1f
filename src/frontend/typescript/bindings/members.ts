import { ts } from "ts-morph";
import type { NativeRef } from "../../../ir/types.js";
import { nativeRef } from "./profiles.js";
import { resolve, unwrap } from "./text.js";
import type { BindingScope } from "./types.js";

/**
 * The native function that a member is by its place alone: `Module._SSL_free`, `instance.exports.SSL_free`,
 * `lo.load("libssl").libssl.SSL_free`, whether it is read by a member access or by destructuring. Null for any other.
 */
export function recognizeMember(object: ts.Expression, key: string, scope: BindingScope): NativeRef | null {
  if (!/^\w+$/.test(key) || key === "memory") return null;
  const owner = resolve(object, scope);
  if (isWasmExports(owner)) return nativeRef(withoutUnderscore(key), "wasm");
  if (isLoLibrary(owner)) return nativeRef(key, "lo");
  // Only functions have the underscore in front; `Module.HEAPU8` and the like have none.
  return (isEmscriptenModule(owner) || isEmscriptenModule(unwrap(object))) && /^_[A-Za-z]/.test(key) ? nativeRef(withoutUnderscore(key), "emscripten") : null;
}

function withoutUnderscore(name: string): string {
  return /^_[A-Za-z]/.test(name) ? name.slice(1) : name;
}

// `module.exports` and a bare `exports` are CommonJS.
function isWasmExports(owner: ts.Expression): boolean {
  if (ts.isIdentifier(owner)) return owner.text === "wasmExports";
  if (!ts.isPropertyAccessExpression(owner)) return false;
  if (owner.name.text === "wasmExports") return true;
  return owner.name.text === "exports" && /(?:instance|wasm)\w*$/i.test(lastWord(owner.expression));
}

function isEmscriptenModule(owner: ts.Expression): boolean {
  return /^(?:Module|asm|\w*Module|wasm\w*)$/.test(lastWord(owner)) || isModuleFactory(owner);
}

// `const m = await createOpenSSLModule()`, `await Module()`.
function isModuleFactory(owner: ts.Expression): boolean {
  const call = ts.isAwaitExpression(owner) ? owner.expression : owner;
  return ts.isCallExpression(call) && /(?:Module|[Ww]asm\w*)$/.test(lastWord(call.expression));
}

// `lo.load("libssl")` gives a record with the library under its name.
function isLoLibrary(owner: ts.Expression): boolean {
  const call = ts.isPropertyAccessExpression(owner) ? owner.expression : owner;
  return ts.isCallExpression(call) && ts.isPropertyAccessExpression(call.expression) && lastWord(call.expression.expression) === "lo" && ["load", "library"].includes(call.expression.name.text);
}

function lastWord(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : "";
}
