import type { ClassIr, Constant, FunctionIr, ModuleIr, NativeRef } from "../ir/types.js";

/** A function of the program, with numbers that are unique in the program. */
export interface FunctionInfo {
  readonly index: number;
  readonly module: ModuleInfo;
  readonly ir: FunctionIr;
}

/** A module of the program; its variable `v` has the program-wide number `variableBase + v`. */
export interface ModuleInfo {
  readonly index: number;
  readonly ir: ModuleIr;
  readonly variableBase: number;
  readonly functions: FunctionInfo[];
}

/** Cells that a closure shares with the activations around it: program-wide variable number -> cell id. */
export type Cells = ReadonlyMap<number, number>;

/** A class of the program at run time. `statics` is the entity whose record holds the static fields. */
export interface ClassValue {
  readonly kind: "class";
  readonly ir: ClassIr;
  readonly module: ModuleInfo;
  readonly superclass: Value | null;
  readonly cells: Cells;
  readonly statics: number;
}

/**
 * What the analysis knows of a value. An entity is anything with an identity that matters: an unknown, an object of
 * the program, a native object. Its aspects (fields, references, facts) live in the state under its id.
 */
export type Value =
  | { readonly kind: "constant"; readonly value: Constant }
  /** `token`: how this pointer came to the program (0: not known). `hint`: the last name by which it was reached. */
  | { readonly kind: "entity"; readonly id: number; readonly token: number; readonly hint: string }
  | { readonly kind: "function"; readonly fn: FunctionInfo; readonly cells: Cells; readonly receiver: Value | null; readonly args: readonly Value[] }
  | { readonly kind: "native"; readonly ref: NativeRef; readonly args: readonly Value[] }
  | { readonly kind: "builtin"; readonly name: string; readonly receiver: Value | null }
  /** A pure expression over other values: equal expressions have equal, if unknown, results. */
  | { readonly kind: "expression"; readonly operator: string; readonly operands: readonly Value[]; readonly tag: string }
  | ClassValue;

export type EntityValue = Extract<Value, { kind: "entity" }>;
export type FunctionValue = Extract<Value, { kind: "function" }>;

export const noCells: Cells = new Map();
/** Hint of what is no pointer and, where nobody waits for it by itself, no promise either: results of native code and of the library, numbers. */
export const plainResult = "%result";
export const undefinedValue: Value = { kind: "constant", value: undefined };
export const trueValue: Value = { kind: "constant", value: true };
export const falseValue: Value = { kind: "constant", value: false };

export function constant(value: Constant): Value {
  return { kind: "constant", value };
}

export function entity(id: number, token = 0, hint = ""): EntityValue {
  return { kind: "entity", id, token, hint };
}

/** The identity of what a module variable of unknown content holds at first. */
export function moduleEntity(variable: number): number {
  return -(variable * 4 + 8_000_000_000);
}

const globalFields = new Map<string, number>();

/** The identity of what a field of an object of top-level code holds at first. */
export function globalField(id: number, key: string): number {
  const name = `${id}.${key}`;
  let found = globalFields.get(name);
  if (found === undefined) globalFields.set(name, (found = -(6_000_000_000 + globalFields.size)));
  return found;
}

/** The entity whose record holds the properties of a function that exists once: one that top-level code makes. Null for others. */
export function propertiesOf({ fn }: FunctionValue): EntityValue | null {
  const { class: owner, id, parent } = fn.ir;
  // A function whose prototype makes a class of it is the class as well.
  return parent === 0 && (owner === null || fn.module.ir.classes[owner]!.constructor === id) ? entity(-(7_000_000_000 + fn.index)) : null;
}

export function functionValue(fn: FunctionInfo, cells: Cells = noCells): FunctionValue {
  return { kind: "function", fn, cells, receiver: null, args: [] };
}

export function expression(operator: string, operands: readonly Value[], tag = ""): Value {
  return { kind: "expression", operator, operands, tag };
}

/** A key that is equal for equal values of one state. */
export function valueKey(value: Value): string {
  switch (value.kind) {
    case "entity":
      return `e${value.id}`;
    case "constant":
      return constantKey(value.value);
    case "expression":
      return `(${value.operator} ${value.operands.map(valueKey).join(" ")})`;
    case "function":
      return `f${value.fn.index}${value.receiver ? `<${valueKey(value.receiver)}>` : ""}${value.args.length > 0 ? `[${value.args.map(valueKey).join(",")}]` : ""}{${[...value.cells.values()].join(",")}}`;
    case "native":
      return `n:${value.ref.name}:${value.ref.binding}`;
    case "builtin":
      return `b:${value.name}${value.receiver ? `<${valueKey(value.receiver)}>` : ""}`;
    case "class":
      return `k${value.module.index}.${value.ir.id}{${value.statics}}`;
  }
}

export function constantKey(value: Constant): string {
  return typeof value === "string" ? JSON.stringify(value) : typeof value === "bigint" ? `${value}n` : String(value);
}

/** Truthiness that the value has in every state, or undefined. */
export function staticTruth(value: Value): boolean | undefined {
  switch (value.kind) {
    case "constant":
      return Boolean(value.value);
    case "function":
    case "builtin":
    case "class":
      return true;
    default:
      // A native function may be missing from the library, so a test of it goes both ways.
      return undefined;
  }
}

/** The least that a length, a length less a number, or a counter beyond what is counted can be. */
export function leastOf(value: Value | undefined): number {
  if (value?.kind !== "expression") return -Infinity;
  const [left, right] = value.operands;
  if (value.operator === "length") return Number(value.tag);
  if (value.operator === "beyond") return left?.kind === "constant" ? Number(left.value) + 1 : -Infinity;
  return value.operator === "-" && right?.kind === "constant" ? leastOf(left) - Number(right.value) : -Infinity;
}

/** The pointer of which a number is the address; any other value itself. */
export function behindAddress(value: Value): Value {
  return value.kind === "expression" && value.operator === "address" ? value.operands[0]! : value;
}

/** True for the constants that stand for a NULL pointer in some binding. */
export function isNullConstant(value: Value): boolean {
  return value.kind === "constant" && (value.value === null || value.value === undefined || value.value === 0 || value.value === 0n || value.value === "0x0");
}

/** The values directly inside a value. */
export function children(value: Value): readonly Value[] {
  switch (value.kind) {
    case "expression":
      return value.operands;
    case "function":
      return value.receiver ? [value.receiver, ...value.args] : value.args;
    case "native":
      return value.args;
    case "builtin":
      return value.receiver ? [value.receiver] : [];
    case "class":
      return value.superclass ? [value.superclass] : [];
    default:
      return [];
  }
}

/** The same value with ids replaced; the value itself where none is. */
export function renameValue(value: Value, id: (old: number) => number, token: (old: number) => number): Value {
  switch (value.kind) {
    case "constant":
      return value;
    case "entity": {
      const renamed = id(value.id);
      const carried = value.token === 0 ? 0 : token(value.token);
      return renamed === value.id && carried === value.token ? value : { kind: "entity", id: renamed, token: carried, hint: value.hint };
    }
    case "expression":
      return { ...value, operands: value.operands.map((operand) => renameValue(operand, id, token)) };
    case "function":
      return value.cells.size === 0 && !value.receiver && value.args.length === 0
        ? value
        : { ...value, cells: renameCells(value.cells, id), receiver: value.receiver && renameValue(value.receiver, id, token), args: value.args.map((arg) => renameValue(arg, id, token)) };
    case "native":
      return value.args.length === 0 ? value : { ...value, args: value.args.map((arg) => renameValue(arg, id, token)) };
    case "builtin":
      return value.receiver ? { ...value, receiver: renameValue(value.receiver, id, token) } : value;
    case "class": {
      const statics = id(value.statics);
      const superclass = value.superclass && renameValue(value.superclass, id, token);
      return value.cells.size === 0 && statics === value.statics && superclass === value.superclass ? value : { ...value, cells: renameCells(value.cells, id), statics, superclass };
    }
  }
}

export function renameCells(cells: Cells, id: (old: number) => number): Cells {
  return cells.size === 0 ? cells : new Map([...cells].map(([variable, cell]) => [variable, id(cell)]));
}
