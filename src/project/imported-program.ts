import type { ProgramInput } from "./analyze.js";
import { DiskFileSystem, withoutMark } from "./file-system.js";
import { specifiersOf } from "./imports.js";
import { linksOf } from "./links.js";
import { displayPath } from "./paths.js";
import { Resolver } from "./resolution.js";

/** A file on disk and all that it imports, as a program. */
export function importedProgram(path: string, cwd: string): ProgramInput {
  const disk = new DiskFileSystem();
  const resolver = new Resolver(disk);
  const texts = new Map<string, string>([[path, withoutMark(disk.read(path) ?? "")]]);
  for (const [file, text] of texts) {
    for (const specifier of specifiersOf(file, text)) {
      const target = resolver.resolve(file, specifier);
      if (target !== null && !texts.has(target)) texts.set(target, withoutMark(disk.read(target) ?? ""));
    }
  }
  const names = new Map([...texts.keys()].map((file) => [displayPath(cwd, file), file]));
  const sources = [...names].map(([name, file]) => ({ path: name, text: texts.get(file) ?? "" }));
  const links = linksOf(sources, (from, specifier) => {
    const target = resolver.resolve(names.get(from) ?? from, specifier);
    return target === null ? null : displayPath(cwd, target);
  });
  return { sources, links };
}
