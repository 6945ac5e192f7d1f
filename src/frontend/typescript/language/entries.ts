import type { BuiltinModel, Operand } from "../../../ir/language.js";

export type Entries = Readonly<Record<string, BuiltinModel>>;

/** The same behaviour under each of the names, separated by blanks. */
export function each(names: string, model: BuiltinModel): Entries {
  return Object.fromEntries(names.trim().split(/\s+/).map((name) => [name, model]));
}

/** The entries under longer names: `under("Promise.", { all })` is `Promise.all`. */
export function under(prefix: string, entries: Entries): Entries {
  return Object.fromEntries(Object.entries(entries).map(([name, model]) => [prefix + name, model]));
}

/** A module's exports: by import (`koffi:decode`), and by the name that the module usually has where it is not seen to be imported (`koffi.decode`). */
export function moduleExports(names: string, entries: Entries): Entries {
  return Object.fromEntries(names.split(" ").flatMap((name) => Object.entries({ ...under(`${name}:`, entries), ...under(`${name}.`, entries) })));
}

export const inspect: BuiltinModel = { kind: "inspect" };
/** They throw where they cannot make anything of what they are given. */
export const refusing: BuiltinModel = { kind: "inspect", throws: "often" };
export const seldomRefusing: BuiltinModel = { kind: "inspect", throws: "seldom" };
/** A function of texts and numbers. */
export const pureFunction: BuiltinModel = { kind: "inspect", pure: true };
export const exit: BuiltinModel = { kind: "exit" };

export function dereference(of: Operand): BuiltinModel {
  return { kind: "dereference", of };
}

/** Writes the argument `value` through the operand. */
export function writeThrough(of: Operand, value: number): BuiltinModel {
  return { kind: "dereference", of, value };
}

/** A look into memory that is not copied. */
export function view(of: Operand): BuiltinModel {
  return { kind: "dereference", of, view: true };
}

/** Reads the pointer that lies in memory of the program's own, at the offset in the argument `at`; of anything else a use. */
export function readPointer(of: Operand, at: number): BuiltinModel {
  return { kind: "pointee", of, at };
}

export function writePointer(of: Operand, at: number, value: number): BuiltinModel {
  return { kind: "pointee", of, at, value };
}

export function interior(of: Operand): BuiltinModel {
  return { kind: "interior", of };
}

export function identity(of: Operand): BuiltinModel {
  return { kind: "identity", of };
}

export function address(of: Operand): BuiltinModel {
  return { kind: "address", of };
}

export function callLater(callback: number): BuiltinModel {
  return { kind: "callLater", callback };
}

/** Registers a listener for an event; `names`: those of the events of which something is to be told. */
export function listener(names: RegExp): BuiltinModel {
  return { kind: "callLater", callback: 1, event: { names, firing: ["emit", "dispatchEvent"] } };
}

export const callOnce = { kind: "callLater", callback: 0, once: true } satisfies BuiltinModel;
