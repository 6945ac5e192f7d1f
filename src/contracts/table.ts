import { readShipped } from "../shipped.js";
import type { RawCallback, RawClass, RawFunction } from "./raw.js";

/** names.json: all that a relevance scan needs. Loaded first, and often alone. */
export interface NamesData {
  readonly fingerprint: string;
  readonly classes: readonly string[];
  readonly dialects: readonly string[];
  /** Sorted; the line of a name in functions.jsonl is its index here. */
  readonly names: readonly string[];
  /** For each name, as an index into `classSets`, the classes that make it relevant when they are tracked. */
  readonly touches: readonly number[];
  /** Each a set of classes, as indices into `classes`. */
  readonly classSets: readonly (readonly number[])[];
}

/** model.json: everything but the functions. */
export interface ModelData {
  readonly classes: Readonly<Record<string, RawClass>>;
  readonly opaqueClasses: readonly string[];
  readonly callbacks: Readonly<Record<string, RawCallback>>;
  readonly dialects: Readonly<Record<string, DialectData>>;
  /** For each class those that can keep a pointer of it alive. */
  readonly owners: Readonly<Record<string, readonly string[]>>;
}

/** Contracts that replace those of the same name when the dialect is chosen. */
export interface DialectData {
  readonly functions: Readonly<Record<string, RawFunction>>;
  readonly classes: Readonly<Record<string, RawClass>>;
}

let names: NamesData | undefined;
let model: ModelData | undefined;
let lines: readonly string[] | undefined;

export function loadNames(): NamesData {
  return (names ??= JSON.parse(read("names.json")) as NamesData);
}

export function loadModel(): ModelData {
  return (model ??= JSON.parse(read("model.json")) as ModelData);
}

/** The contract of a built-in function. One line is parsed, not the table. */
export function loadFunction(name: string): RawFunction | undefined {
  const index = positionOf(name);
  if (index === undefined) return undefined;
  lines ??= read("functions.jsonl").split("\n");
  return JSON.parse(lines[index] as string) as RawFunction;
}

export function hasFunction(name: string): boolean {
  return positionOf(name) !== undefined;
}

function read(file: string): string {
  return readShipped(`src/contracts/data/${file}`);
}

let positions: ReadonlyMap<string, number> | undefined;

function positionOf(name: string): number | undefined {
  positions ??= new Map(loadNames().names.map((known, index) => [known, index]));
  return positions.get(name);
}
