import { readFileSync, type Stats } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { contractsFor } from "./contracts.js";
import { sourceFilesBelow } from "./discovery.js";
import { DiskFileSystem, statsOf, withoutMark } from "./file-system.js";
import { connected, relevantFiles } from "./graph.js";
import { declarationsOf, specifiersIn } from "./imports.js";
import { wordTest } from "./mentions.js";
import { coveringPieces } from "./needles.js";
import { packagesOf } from "./packages.js";
import { Resolver } from "./resolution.js";
import { scanFiles } from "./scan.js";
import type { AnalysisSettings } from "./settings.js";

type NameSettings = Pick<AnalysisSettings, "classes" | "contracts" | "dialect">;

/** What the graph of a project needs to know of a file; its text and its imports only where some file mentions a name. */
class Facts {
  #text: string | undefined;
  #hit: boolean | undefined;
  #specifiers: readonly string[] | undefined;

  /** `mentions` tells whether a text has a name in it; null: this one is known to have none. */
  constructor(
    private readonly read: () => string,
    private readonly mentions: ((text: string) => boolean) | null,
  ) {}

  get text(): string {
    return (this.#text ??= this.read());
  }

  get hit(): boolean {
    return (this.#hit ??= this.mentions?.(this.text) ?? false);
  }

  get specifiers(): readonly string[] {
    return (this.#specifiers ??= specifiersIn(this.text));
  }
}

class DiskFacts extends Facts {
  readonly size: number;
  readonly modified: number;

  constructor(file: string, { size, mtimeMs }: Stats, mentions: ((text: string) => boolean) | null) {
    super(() => textOf(file), mentions);
    this.size = size;
    this.modified = mtimeMs;
  }

  describes(stats: Stats | undefined): boolean {
    return this.size === stats?.size && this.modified === stats.mtimeMs;
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
  readonly #pieces: readonly string[];
  readonly #mentions: (text: string) => boolean;
  readonly #disk = new Map<string, DiskFacts>();
  #files: readonly string[] = [];
  /** Those files, and the packages among them: what imports can lead to. */
  #listing: readonly string[] = [];
  #anyHit = false;
  #resolver = new Resolver(new DiskFileSystem());
  #nextWalk = 0;
  /** How often the project was looked through and nothing had changed. */
  #quietWalks = 0;
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
    this.#pieces = pieces;
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
    const facts = new Facts(() => text, this.#mentions);
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
    const files = reachable([...this.#files, path], imports);
    const hits = new Set([...files].filter((file) => factsOf(file)?.hit === true));
    const graph = { relevant: relevantFiles(files, hits, imports), imports };
    this.#graph = { key: `${this.#version} ${path} ${open.hit}`, specifiers: open.specifiers, graph };
    return graph;
  }

  #targets(file: string, specifiers: readonly string[]): readonly string[] {
    const declarations = declarationsOf(file);
    const targets = (declarations === null ? specifiers : [...specifiers, declarations]).map((specifier) => this.#resolver.resolve(file, specifier));
    return [...new Set(targets.filter((target): target is string => target !== null && target !== file))];
  }

  #factsOf(file: string, again: boolean): DiskFacts | undefined {
    const known = this.#disk.get(file);
    if (known !== undefined && !again) return known;
    const stats = statsOf(file);
    if (known?.describes(stats) === true) return known;
    return this.#replace(file, stats?.isFile() === true ? new DiskFacts(file, stats, this.#mentions) : undefined);
  }

  #replace(file: string, facts: DiskFacts | undefined): DiskFacts | undefined {
    if (this.#disk.has(file)) this.#version++;
    if (facts === undefined) this.#disk.delete(file);
    else this.#disk.set(file, facts);
    return facts;
  }

  // What is new or has changed is scanned as bytes: most files have no name in them, and nobody needs their text.
  #renew(files: readonly string[]): void {
    const stats = new Map(files.map((file) => [file, statsOf(file)] as const));
    const changed = files.filter((file) => this.#disk.get(file)?.describes(stats.get(file)) !== true);
    const hits = new Set(scanFiles(changed, this.#pieces).hits);
    for (const file of changed) {
      const seen = stats.get(file);
      this.#replace(file, seen?.isFile() === true ? new DiskFacts(file, seen, hits.has(file) ? this.#mentions : null) : undefined);
    }
  }

  // Looking through a project may take a while: it gets a hundredth of the time, and less while nothing changes.
  #walkIfDue(): void {
    const start = Date.now();
    if (this.root === null || start < this.#nextWalk) return;
    const before = this.#version;
    const { files, manifests } = sourceFilesBelow(this.root);
    const disk = new DiskFileSystem(files);
    const packages = packagesOf(manifests, disk);
    const listing = [...files, ...[...packages].flat()];
    if (!sameItems(this.#listing, listing)) {
      this.#listing = listing;
      this.#files = files;
      this.#resolver = new Resolver(disk, packages);
      this.#version++;
    }
    this.#renew(files);
    this.#anyHit = files.some((file) => this.#disk.get(file)?.hit === true);
    this.#quietWalks = this.#version === before ? Math.min(this.#quietWalks + 1, 4) : 0;
    this.#nextWalk = Date.now() + (1 + this.#quietWalks) * Math.max(1000, 100 * (Date.now() - start));
  }
}

/** The last answer: most files are asked about with the same settings, one after the other. */
let latest: { readonly cwd: string; readonly settings: NameSettings; readonly index: EditorIndex } | undefined;
let indexes: readonly { readonly key: string; readonly index: EditorIndex }[] = [];

// A file that went away since it was seen is as good as empty.
function textOf(file: string): string {
  try {
    return withoutMark(readFileSync(file, "utf8"));
  } catch {
    return "";
  }
}

/** The index for a file's project; those of the last few projects are kept. */
export function editorIndexFor(path: string, cwd: string, settings: NameSettings): EditorIndex {
  if (latest?.settings === settings && latest.cwd === cwd && latest.index.root === cwd && isInside(path, cwd)) return latest.index;
  const root = projectRoot(path, cwd);
  const key = JSON.stringify([root, root === null ? dirname(path) : null, settings.classes, settings.contracts, settings.dialect]);
  const found = indexes.find((entry) => entry.key === key) ?? { key, index: new EditorIndex(root, settings) };
  if (indexes[0] !== found) indexes = [found, ...indexes.filter((entry) => entry !== found)].slice(0, 4);
  latest = { cwd, settings, index: found.index };
  return found.index;
}

// A linter that was started in the home folder, or at the root of the disk, has no project there.
function projectRoot(path: string, cwd: string): string | null {
  return isInside(path, cwd) && cwd !== homedir() && dirname(cwd) !== cwd ? cwd : null;
}

function isInside(path: string, folder: string): boolean {
  if (path.startsWith(folder + sep)) return true;
  const inside = relative(folder, path);
  return inside !== "" && !inside.startsWith("..") && !isAbsolute(inside);
}

function reachable(start: Iterable<string>, imports: (file: string) => readonly string[]): Set<string> {
  const reached = new Set(start);
  for (const file of reached) for (const target of imports(file)) reached.add(target);
  return reached;
}

function sameItems(left: readonly string[], right: readonly string[]): boolean {
  return left === right || (left.length === right.length && left.every((item, index) => item === right[index]));
}
