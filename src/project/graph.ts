import { specifiersOf } from "./imports.js";
import type { Resolver } from "./resolution.js";

/** A set of modules that can be analysed on its own: no import leads out of it to another relevant module. */
export interface Component {
  /** Absolute paths, sorted. */
  readonly files: readonly string[];
}

export interface GraphInput {
  /** Every file that may take part. */
  readonly files: Iterable<string>;
  /** Files that mention a native function. */
  readonly hits: ReadonlySet<string>;
  readonly resolver: Resolver;
  readonly read: (path: string) => string | null;
}

/**
 * Cuts the relevant part of a project into programs. Relevant are the files that mention a native function, those
 * that import one of them (directly or through others: wrappers and what uses wrappers), and what all of these
 * import.
 */
export function relevantComponents({ files, hits, resolver, read }: GraphInput): Component[] {
  const imports = new Map<string, readonly string[]>();
  const importsOf = (file: string): readonly string[] => {
    let targets = imports.get(file);
    if (targets === undefined) imports.set(file, (targets = resolvedImports(file, resolver, read)));
    return targets;
  };
  return connected(relevantFiles(files, hits, importsOf), importsOf);
}

/** The files that mention a native function, those that import one of them, and what all of these import. */
export function relevantFiles(files: Iterable<string>, hits: ReadonlySet<string>, importsOf: (file: string) => readonly string[]): ReadonlySet<string> {
  const importers = new Map<string, string[]>();
  for (const file of new Set([...files, ...hits])) {
    for (const target of importsOf(file)) pushTo(importers, target, file);
  }
  const core = closure(hits, (file) => importers.get(file) ?? []);
  return closure(core, importsOf);
}

function resolvedImports(file: string, resolver: Resolver, read: (path: string) => string | null): readonly string[] {
  const text = read(file);
  if (text === null) return [];
  const targets = new Set<string>();
  for (const specifier of specifiersOf(file, text)) {
    const target = resolver.resolve(file, specifier);
    if (target !== null && target !== file) targets.add(target);
  }
  return [...targets];
}

function closure(start: Iterable<string>, next: (file: string) => Iterable<string>): Set<string> {
  const reached = new Set(start);
  for (const file of reached) for (const further of next(file)) reached.add(further);
  return reached;
}

/** Cuts some files where no import joins them. */
export function connected(files: ReadonlySet<string>, importsOf: (file: string) => readonly string[]): Component[] {
  const neighbours = new Map<string, string[]>();
  for (const file of files) {
    for (const target of importsOf(file)) {
      if (!files.has(target)) continue;
      pushTo(neighbours, file, target);
      pushTo(neighbours, target, file);
    }
  }
  const placed = new Set<string>();
  const components: Component[] = [];
  for (const file of [...files].sort()) {
    if (placed.has(file)) continue;
    const members = closure([file], (member) => neighbours.get(member) ?? []);
    for (const member of members) placed.add(member);
    components.push({ files: [...members].sort() });
  }
  return components;
}

function pushTo(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
