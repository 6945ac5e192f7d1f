import type { ProgramInput } from "./analyze.js";
import { specifiersOf } from "./imports.js";

/** Which module of the program each import of each module means. */
export type Links = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Resolves the imports of a program once; those that lead out of it are left out. */
export function linksOf(sources: readonly { readonly path: string; readonly text: string }[], resolve: (from: string, specifier: string) => string | null): Links {
  const inside = new Set(sources.map(({ path }) => path));
  const links: Record<string, Record<string, string>> = {};
  for (const { path, text } of sources) {
    const own: Record<string, string> = {};
    for (const specifier of specifiersOf(path, text)) {
      const target = resolve(path, specifier);
      if (target !== null && inside.has(target)) own[specifier] = target;
    }
    if (Object.keys(own).length > 0) links[path] = own;
  }
  return links;
}

/** A part of a program: a file and all that it imports, directly or through others. */
export function importsOf({ sources, links }: ProgramInput, file: string): ProgramInput {
  const reached = new Set([file]);
  for (const path of reached) for (const target of Object.values(links[path] ?? {})) reached.add(target);
  return { sources: sources.filter(({ path }) => reached.has(path)), links: Object.fromEntries(Object.entries(links).filter(([path]) => reached.has(path))) };
}
