import type { ts } from "ts-morph";
import type { NativeRef } from "../../../ir/types.js";
import type { BindingScope, Recognition } from "./types.js";

export type { BindingScope, LibraryFunction, NamedNative, Recognition } from "./types.js";

/** What a call or `new` expression binds, if it is one of the known ways to bind a native function. */
export function recognize(_node: ts.CallExpression | ts.NewExpression, _scope: BindingScope): Recognition | null {
  return null;
}

/**
 * The native function that a member of a WebAssembly module stands for: `Module._SSL_free`, `instance.exports.SSL_free`.
 * Null for any other member.
 */
export function recognizeMember(_node: ts.PropertyAccessExpression | ts.ElementAccessExpression, _scope: BindingScope): NativeRef | null {
  return null;
}
