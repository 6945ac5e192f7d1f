import { readFileSync, statSync } from "node:fs";
import type { Finding } from "../findings.js";
import { analyzeSources } from "./analyze.js";
import { contractsFor } from "./contracts.js";
import { isFile, withoutMark, type FileSystem } from "./file-system.js";
import { specifiersIn } from "./imports.js";
import { linksOf } from "./links.js";
import { wordTest } from "./mentions.js";
import { displayPath } from "./paths.js";
import { Resolver } from "./resolution.js";
import type { AnalysisSettings } from "./settings.js";

export interface EditorFile {
  /** Absolute path; the file need not exist. */
  readonly path: string;
  /** What is in the editor, saved or not. */
  readonly text: string;
  readonly cwd: string;
  readonly settings: AnalysisSettings;
}

/**
 * The findings in one text, with the modules that it imports read from disk. Synchronous, for ESLint. Modules are
 * kept between calls and looked at again when their size or time of change is another.
 */
export function analyzeFileForEditor({ path, text: given, cwd, settings }: EditorFile): readonly Finding[] {
  const text = withoutMark(given);
  const mentions = mentionsFor(settings);
  const program = new Map([[path, text]]);
  let relevant = mentions(text);
  const resolver = new Resolver(editorFiles);
  for (const [file, content] of program) {
    const specifiers = file === path ? specifiersIn(content) : (moduleFacts(file)?.specifiers ?? []);
    for (const specifier of specifiers) {
      const target = resolver.resolve(file, specifier);
      if (target === null || program.has(target)) continue;
      const facts = moduleFacts(target);
      if (facts === null) continue;
      program.set(target, facts.text);
      relevant ||= facts.mentions(mentions);
    }
  }
  if (!relevant) return [];
  const names = new Map([...program.keys()].map((file) => [displayPath(cwd, file), file]));
  const sources = [...names].map(([name, file]) => ({ path: name, text: program.get(file) ?? "" }));
  const own = displayPath(cwd, path);
  const links = linksOf(sources, (from, specifier) => {
    const target = resolver.resolve(names.get(from) ?? from, specifier);
    return target === null ? null : displayPath(cwd, target);
  });
  return analyzeSources({ sources, links }, settings).findings.filter((finding) => finding.primary.file === own);
}

let lastTest: { readonly key: string; readonly mentions: (text: string) => boolean } | undefined;

function mentionsFor(settings: AnalysisSettings): (text: string) => boolean {
  const key = JSON.stringify([settings.classes, settings.contracts, settings.dialect]);
  if (lastTest?.key !== key) lastTest = { key, mentions: wordTest(contractsFor(settings).relevantNames()) };
  return lastTest.mentions;
}

class ModuleFacts {
  readonly text: string;
  readonly specifiers: readonly string[];
  #tested: { readonly by: (text: string) => boolean; readonly answer: boolean } | undefined;

  constructor(
    text: string,
    readonly size: number,
    readonly modified: number,
  ) {
    this.text = withoutMark(text);
    this.specifiers = specifiersIn(text);
  }

  mentions(test: (text: string) => boolean): boolean {
    if (this.#tested?.by !== test) this.#tested = { by: test, answer: test(this.text) };
    return this.#tested.answer;
  }
}

const modules = new Map<string, ModuleFacts>();

function moduleFacts(path: string): ModuleFacts | null {
  if (!isFile(path)) return null;
  const stats = statSync(path);
  const known = modules.get(path);
  if (known?.size === stats.size && known.modified === stats.mtimeMs) return known;
  const facts = new ModuleFacts(readFileSync(path, "utf8"), stats.size, stats.mtimeMs);
  modules.set(path, facts);
  return facts;
}

const editorFiles: FileSystem = {
  isFile,
  read: (path) => moduleFacts(path)?.text ?? null,
  real: (path) => path,
};
