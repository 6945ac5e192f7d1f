import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, relative, isAbsolute } from "node:path";
import { contractsFor } from "./contracts.js";
import { sourceFilesBelow } from "./discovery.js";
import { DiskFileSystem, withoutMark } from "./file-system.js";
import { connected, relevantFiles } from "./graph.js";
import { specifiersIn } from "./imports.js";
import { wordTest } from "./mentions.js";
import { coveringPieces } from "./needles.js";
import { Resolver } from "./resolution.js";
import type { AnalysisSettings } from "./settings.js";

type NameSettings = Pick<AnalysisSettings, "classes" | "contracts" | "dialect">;

/** What the graph of a project needs to know of a file; its imports only where some file mentions a name. */
class Facts {
  #specifiers: readonly string[] | undefined;

  constructor(
    readonly text: string,
    readonly hit: boolean,
  ) {}

  get specifiers(): readonly string[] {
    return (this.#specifiers ??= specifiersIn(this.text));
  }
}

class DiskFacts extends Facts {
  constructor(
    text: string,
    hit: boolean,
    readonly size: number,
    readonly modified: number,
  ) {
    super(text, hit);
  }
}

interface Graph {
  readonly relevant: ReadonlySet<string>;
  readonly imports: (file: string) => readonly string[];
}

/**
 * The files of one project and their imports, kept up to date between the key strokes of an editor. Who calls a
 * wrapper or releases a field may stand in a file that the open one does not import, so all of them are looked at
 * once; after that the files of the program at hand are asked for changes each time, the others now and then.
 */
export class EditorIndex {
  readonly #mentions: (text: string) => boolean;
  readonly #disk = new Map<string, DiskFacts>();
  #walked: ReadonlySet<string> = new Set();
  #anyHit = false;
  #resolver = new Resolver(new DiskFileSystem());
  #nextWalk = 0;
  #version = 0;
  #graph: { readonly key: string; readonly specifiers: readonly string[]; readonly graph: Graph } | undefined;
  #open: { readonly path: string; readonly facts: Facts } | undefined;

  /** `root`: null when the file belongs to no project; then only what it imports counts. */
  constructor(
    readonly root: string | null,
    settings: NameSettings,
  ) {
    const names = contractsFor(settings).relevantNames();
    const pieces = coveringPieces(names);
    const isName = wordTest(names);
    this.#mentions = (text) => pieces.some((piece) => text.includes(piece)) && isName(text);
  }

  /** The files that make up one program with an open file, which may differ from what is on disk; null when it has nothing to do with native objects. */
  programOf(path: string, text: string): readonly string[] | null {
    this.#walkIfDue();
    const open = this.#openFacts(path, text);
    if (!open.hit && !this.#anyHit && this.root !== null) return null;
    for (let version = -1; version !== this.#version; ) {
      version = this.#version;
      const { relevant, imports } = this.#graphWith(path, open);
      if (!relevant.has(path)) return null;
      const files = connected(relevant, imports).find((component) => component.files.includes(path))?.files ?? [];
      for (const file of files) if (file !== path) this.#factsOf(file, true);
      if (version === this.#version) return files;
    }
    return null;
  }

  /** Text of another file of the program. */
  text(file: string): string {
    return this.#disk.get(file)?.text ?? "";
  }

  resolve(from: string, specifier: string): string | null {
    return this.#resolver.resolve(from, specifier);
  }

  #openFacts(path: string, text: string): Facts {
    if (this.#open?.path === path && this.#open.facts.text === text) return this.#open.facts;
    const onDisk = this.#disk.get(path);
    const facts = onDisk?.text === text ? onDisk : new Facts(text, this.#mentions(text));
    this.#open = { path, facts };
    return facts;
  }

  // The graph depends on an open file only through its imports and on whether it mentions a name.
  #graphWith(path: string, open: Facts): Graph {
    const key = `${this.#version} ${path} ${open.hit}`;
    const known = this.#graph;
    if (known?.key === key && sameItems(known.specifiers, open.specifiers)) return known.graph;
    if (this.root === null) this.#resolver = new Resolver(new DiskFileSystem());
    const importCache = new Map<string, readonly string[]>();
    const factsOf = (file: string): Facts | undefined => (file === path ? open : this.#factsOf(file, false));
    const imports = (file: string): readonly string[] => {
      let targets = importCache.get(file);
      if (targets === undefined) importCache.set(file, (targets = this.#targets(file, factsOf(file)?.specifiers ?? [])));
      return targets;
    };
    const files = reachable([...this.#walked, path], imports);
    const hits = new Set([...files].filter((file) => factsOf(file)?.hit === true));
    const graph = { relevant: relevantFiles(files, hits, imports), imports };
    this.#graph = { key: `${this.#version} ${path} ${open.hit}`, specifiers: open.specifiers, graph };
    return graph;
  }

  #targets(file: string, specifiers: readonly string[]): readonly string[] {
    const targets = specifiers.map((specifier) => this.#resolver.resolve(file, specifier));
    return [...new Set(targets.filter((target): target is string => target !== null && target !== file))];
  }

  #factsOf(file: string, again: boolean): DiskFacts | undefined {
    const known = this.#disk.get(file);
    if (known !== undefined && !again) return known;
    const stats = statSync(file, { throwIfNoEntry: false });
    if (known !== undefined && known.size === stats?.size && known.modified === stats.mtimeMs) return known;
    if (known !== undefined) this.#version++;
    if (!stats?.isFile()) {
      this.#disk.delete(file);
      return undefined;
    }
    const text = withoutMark(readFileSync(file, "utf8"));
    const facts = new DiskFacts(text, this.#mentions(text), stats.size, stats.mtimeMs);
    this.#disk.set(file, facts);
    return facts;
  }

  // Looking through a project may take a while: it gets a hundredth of the time.
  #walkIfDue(): void {
    const start = Date.now();
    if (this.root === null || start < this.#nextWalk) return;
    const files = sourceFilesBelow(this.root);
    const changed = files.size !== this.#walked.size || [...files].some((file) => !this.#walked.has(file));
    if (changed) {
      this.#walked = files;
      this.#resolver = new Resolver(new DiskFileSystem(files));
      this.#version++;
    }
    this.#anyHit = [...files].reduce((any, file) => this.#factsOf(file, true)?.hit === true || any, false);
    this.#nextWalk = Date.now() + Math.max(1000, 100 * (Date.now() - start));
  }
}

let indexes: readonly { readonly key: string; readonly index: EditorIndex }[] = [];

/** The index for a file's project; those of the last few projects are kept. */
export function editorIndexFor(path: string, cwd: string, settings: NameSettings): EditorIndex {
  const root = projectRoot(path, cwd);
  const key = JSON.stringify([root, root === null ? dirname(path) : null, settings.classes, settings.contracts, settings.dialect]);
  const found = indexes.find((entry) => entry.key === key) ?? { key, index: new EditorIndex(root, settings) };
  if (indexes[0] !== found) indexes = [found, ...indexes.filter((entry) => entry !== found)].slice(0, 4);
  return found.index;
}

// A linter that was started in the home folder, or at the root of the disk, has no project there.
function projectRoot(path: string, cwd: string): string | null {
  const inside = relative(cwd, path);
  const isInside = inside !== "" && !inside.startsWith("..") && !isAbsolute(inside);
  return isInside && cwd !== homedir() && dirname(cwd) !== cwd ? cwd : null;
}

function reachable(start: Iterable<string>, imports: (file: string) => readonly string[]): Set<string> {
  const reached = new Set(start);
  for (const file of reached) for (const target of imports(file)) reached.add(target);
  return reached;
}

function sameItems(left: readonly string[], right: readonly string[]): boolean {
  return left === right || (left.length === right.length && left.every((item, index) => item === right[index]));
}
