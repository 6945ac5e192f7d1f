/** The little language of the random programs: what a statement can be. How it is written is in print.ts. */
export type Statement =
  | { readonly kind: "get1" | "get0"; readonly to: string; readonly connection: string }
  | { readonly kind: "free" | "use" | "count"; readonly pointer: string }
  | { readonly kind: "end"; readonly call: string; readonly connection: string }
  | { readonly kind: "copy"; readonly to: string; readonly from: string }
  | { readonly kind: "forget"; readonly pointer: string }
  | { readonly kind: "flag"; readonly flag: string; readonly value: boolean }
  | { readonly kind: "if"; readonly condition: Condition; readonly then: Block; readonly otherwise: Block }
  | { readonly kind: "loop"; readonly form: "while" | "do" | "of"; readonly body: Block }
  | { readonly kind: "try"; readonly body: Block; readonly handler: Block | null; readonly last: Block | null }
  | { readonly kind: "switch"; readonly subject: string; readonly first: Block; readonly second: Block; readonly falls: boolean }
  | { readonly kind: "leave"; readonly how: "return" | "throw" | "break" | "continue" | "give"; readonly pointer: string }
  | { readonly kind: "suspend" }
  | { readonly kind: "work" }
  | { readonly kind: "helper"; readonly name: string; readonly first: string; readonly second: string }
  | { readonly kind: "fromHelper"; readonly to: string; readonly name: string; readonly connection: string }
  /** `box` and `same` are two names of one record, `pair` is an array. */
  | { readonly kind: "store"; readonly record: Holder; readonly field: "x" | "y"; readonly from: string }
  | { readonly kind: "load"; readonly to: string; readonly record: Holder; readonly field: "x" | "y"; readonly pattern: boolean }
  | { readonly kind: "swap"; readonly left: string; readonly right: string }
  | { readonly kind: "closure"; readonly body: Block; readonly times: 1 | 2 | "each" | "within" }
  | { readonly kind: "interior"; readonly pointer: string }
  | { readonly kind: "readInterior" }
  /** A method of the object `h`, or of the one that a `using` block holds. */
  | { readonly kind: "method"; readonly name: "load" | "close" | "open"; readonly flag: string }
  | { readonly kind: "make"; readonly from: string }
  | { readonly kind: "using"; readonly from: string; readonly loads: boolean; readonly body: Block }
  | Extra;

/** Statements of the levels beside the ladder, each about one part of the language. */
export type Extra =
  // jumps
  | { readonly kind: "choose"; readonly to: string; readonly form: "ternary" | "else" | "or fill" | "fill"; readonly from: string; readonly connection: string }
  | { readonly kind: "guarded"; readonly form: "flag and" | "pointer and" | "ternary" | "comma" | "unless"; readonly pointer: string; readonly other: string }
  | { readonly kind: "assignTest"; readonly to: string; readonly connection: string; readonly negated: boolean; readonly body: Block }
  | { readonly kind: "labelled"; readonly form: "while" | "for" | "ever" | "once" | "block"; readonly body: Block }
  | { readonly kind: "jump"; readonly how: "break" | "continue"; readonly out: number }
  | { readonly kind: "cases"; readonly subject: string; readonly clauses: readonly { readonly falls: boolean; readonly body: Block }[] }
  // answers
  | { readonly kind: "answer"; readonly ok: boolean; readonly pointer: string }
  | { readonly kind: "ask"; readonly form: "if" | "unless" | "variable" | "throws"; readonly first: string; readonly then: Block; readonly otherwise: Block }
  | { readonly kind: "askBoth"; readonly to: string; readonly form: "pattern" | "record" | "default"; readonly connection: string }
  // containers
  | { readonly kind: "put"; readonly container: Container; readonly pointer: string }
  | { readonly kind: "take"; readonly to: string; readonly how: "pop" | "shift" | "get" | "first" | "pattern" }
  | { readonly kind: "drop"; readonly container: Container; readonly pointer: string; readonly all: boolean }
  | { readonly kind: "each"; readonly container: Container; readonly form: "of" | "forEach"; readonly does: "free" | "use" | "copy"; readonly pointer: string }
  | { readonly kind: "ifAny"; readonly container: Container; readonly pointer: string; readonly then: Block }
  // generators
  | { readonly kind: "yield"; readonly pointer: string }
  | { readonly kind: "consume"; readonly form: "of" | "next" | "all"; readonly to: string; readonly first: string; readonly body: Block }
  // promises
  | { readonly kind: "asyncClosure"; readonly form: "now" | "later"; readonly body: Block }
  | { readonly kind: "reaction"; readonly form: "then" | "finally" | "catch"; readonly on: "resolved" | "helper"; readonly body: Block }
  // disposal
  | { readonly kind: "stack"; readonly entries: readonly { readonly how: "defer" | "adopt"; readonly pointer: string; readonly body: Block }[]; readonly body: Block; readonly moves: boolean }
  // classes
  | { readonly kind: "static"; readonly name: "keep" | "drop"; readonly pointer: string };

export type Container = "items" | "map" | "set";

export type Holder = "box" | "same" | "pair";
export type Block = readonly Statement[];

/** A test: of a pointer, in one of the ways of the binding, or of something that nobody knows. */
export type Condition = { readonly kind: "flag"; readonly text: string } | { readonly kind: "null"; readonly pointer: string; readonly form: number; readonly and: string };

/** A function beside the main one: it takes a pointer and a flag, or gives a pointer. */
export interface Helper {
  readonly name: string;
  readonly body: Block;
  readonly async: boolean;
}

/** The class of `h`: its methods work on `this.s`. */
export interface Owner {
  readonly load: Block;
  readonly close: Block;
  /** What its constructor does once the fields are set. */
  readonly begin: Block;
  /** The class that it extends: a method of its own, one that is overridden, and static ones that work on `Owner.last`. */
  readonly base: { readonly open: Block; readonly close: Block; readonly keep: Block; readonly drop: Block; readonly closesFirst: boolean } | null;
}

export type Binding = "ambient" | "koffi" | "bun" | "deno" | "frida" | "wasm";
export type Layout = "one file" | "names" | "barrel" | "namespace" | "commonjs";

export interface RandomProgram {
  readonly helpers: readonly Helper[];
  readonly owner: Owner | null;
  readonly body: Block;
  readonly async: boolean;
  readonly binding: Binding;
  readonly layout: Layout;
  /** Helpers and class have a file of their own. */
  readonly split: boolean;
}

/** What a helper gives, as its name says. */
export function lastOf(name: string): string {
  if (isGiver(name)) return "return s;";
  return { check: "return false;", both: "return { ok: false, s: null };", each: "" }[name] ?? "";
}

/** Helpers that give a pointer have names that say so. */
export function isGiver(name: string): boolean {
  return name.startsWith("obtain");
}

export function isAsync(name: string): boolean {
  return name.endsWith("Later");
}
