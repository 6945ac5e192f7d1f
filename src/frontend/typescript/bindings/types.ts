import type { ts } from "ts-morph";
import type { NativeRef, SourceRange } from "../../../ir/types.js";

/** What the recogniser asks of the front end's scopes. Nodes must have their parents set. */
export interface BindingScope {
  /** The initialiser of the variable that the identifier means, when nothing else is ever assigned to it. */
  initializerOf(identifier: ts.Identifier): ts.Expression | undefined;
  /** What a pattern takes the identifier's value out of (`const { symbols: { f } } = lib`), by which keys, when nothing else is ever assigned to it. */
  patternOf(identifier: ts.Identifier): { object: ts.Expression; keys: readonly string[] } | undefined;
  /** The import (or `require`) that the identifier comes from; name "default" or "*" for the module itself. */
  importOf(identifier: ts.Identifier): { specifier: string; name: string } | undefined;
  /** The function (with a body) or class that the identifier means, when it is declared and nothing else is ever assigned to it. */
  declarationOf(identifier: ts.Identifier): ts.FunctionDeclaration | ts.ClassDeclaration | undefined;
}

/** One native function and the place in the text that names it. */
export interface NamedNative {
  readonly ref: NativeRef;
  /** The node that holds the name. */
  readonly nameNode: ts.Node;
  /** The name alone: inside the quotes, or inside a C prototype. */
  readonly nameRange: SourceRange;
}

/** One entry of a symbol table: the native function that the record has under `key`. */
export interface LibraryFunction extends NamedNative {
  readonly key: string;
  /** The symbol may be missing without an error. */
  readonly optional: boolean;
}

export type Recognition =
  /** The value is a native function. */
  | ({ readonly kind: "function" } & NamedNative)
  /** The value is a record of native functions, itself in a record under the key `under` when that is not null. */
  | {
      readonly kind: "library";
      readonly functions: readonly LibraryFunction[];
      /** Parts of the table that cannot be seen here: the record may have more functions than those listed. */
      readonly spreads: readonly ts.Expression[];
      readonly under: string | null;
    }
  /** A call of a native function by name. `args`: null when they cannot be seen. */
  | ({ readonly kind: "call"; readonly args: readonly ts.Expression[] | null } & NamedNative)
  /** A function of the program, wrapped so that native code can call it. */
  | { readonly kind: "callback"; readonly function: ts.Expression };
