import { readdirSync, type Dirent } from "node:fs";
import { resolve } from "node:path";
import { statsOf } from "./file-system.js";
import { IgnoreFiles } from "./ignore-files.js";

export interface DiscoveryOptions {
  readonly cwd: string;
  /** False: files that `.gitignore` names are looked at too. */
  readonly honourIgnoreFiles: boolean;
  /** Further patterns in the form of `.gitignore`, relative to the working directory. */
  readonly ignorePatterns: readonly string[];
}

export interface Discovery {
  /** Absolute paths, each once, in no particular order. */
  readonly files: string[];
  /** The manifests of the packages on the way. */
  readonly manifests: string[];
  /** Paths that the caller named and that do not exist, or hold no file to look at. */
  readonly unmatched: UnmatchedPath[];
  /** Folders that could not be listed. */
  readonly unreadable: { readonly path: string; readonly reason: string }[];
}

export interface UnmatchedPath {
  readonly path: string;
  readonly reason: "missing" | "empty";
}

/** Whether a name ends like a file of JavaScript or TypeScript. */
export function isSourceFile(name: string): boolean {
  const dot = name.lastIndexOf(".");
  return dot > 0 && sourceExtensions.has(name.slice(dot));
}

const sourceExtensions = new Set([".ts", ".js", ".tsx", ".jsx", ".mts", ".mjs", ".cts", ".cjs"]);

/**
 * The files under the given paths. A file that is named itself is taken whatever its extension and whatever an
 * ignore file says; folders are walked without following symbolic links, so that a loop of links ends.
 */
export async function discover(paths: readonly string[], options: DiscoveryOptions): Promise<Discovery> {
  const walk = new Walk(options);
  for (const path of paths) {
    const found = walk.add(resolve(options.cwd, path));
    if (found !== "missing") {
      if (found === 0) walk.unmatched.push({ path, reason: "empty" });
      continue;
    }
    const matches = await expandGlob(path, options.cwd);
    if (matches === null) walk.unmatched.push({ path, reason: "missing" });
    else if (matches.reduce((count, match) => count + Number(walk.add(match)), 0) === 0) walk.unmatched.push({ path, reason: "empty" });
  }
  return { files: paths.length > 1 ? [...new Set(walk.files)] : walk.files, manifests: walk.manifests, unmatched: walk.unmatched, unreadable: walk.unreadable };
}

/** The files under a folder and the manifests among them, without waiting: for an editor, which asks between two key strokes. */
export function sourceFilesBelow(folder: string): Pick<Discovery, "files" | "manifests"> {
  const walk = new Walk({ cwd: folder, honourIgnoreFiles: true, ignorePatterns: [] });
  walk.add(folder);
  return walk;
}

// A shell expands patterns itself; one in quotes, or on Windows, comes here as it was written.
async function expandGlob(pattern: string, cwd: string): Promise<string[] | null> {
  if (!/[*?[\]{}!]/.test(pattern)) return null;
  const { glob } = await import("tinyglobby");
  const matches = await glob(pattern, { cwd, absolute: true, dot: true, ignore: ["**/node_modules/**", "**/.git/**"] });
  return matches.filter(isSourceFile).sort();
}

class Walk {
  /** In the order of the walk; one that the caller names twice stands here twice. */
  readonly files: string[] = [];
  readonly manifests: string[] = [];
  readonly unmatched: UnmatchedPath[] = [];
  readonly unreadable: { path: string; reason: string }[] = [];
  readonly #ignore: IgnoreFiles;

  constructor(options: DiscoveryOptions) {
    this.#ignore = new IgnoreFiles(options);
  }

  /** Adds a file, or the files of a folder; gives their number. */
  add(path: string): number | "missing" {
    const stats = statsOf(path);
    if (stats === undefined) return "missing";
    const before = this.files.length;
    if (stats.isDirectory()) {
      this.#ignore.enterRoot(path);
      this.#folder(path, path.endsWith("/") ? path : `${path}/`);
      return this.files.length - before;
    }
    this.files.push(path);
    return 1;
  }

  #folder(path: string, prefix: string): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(path, { withFileTypes: true });
    } catch (error) {
      this.unreadable.push({ path, reason: error instanceof Error ? error.message : String(error) });
      return;
    }
    const mark = entries.some((entry) => entry.name === ".gitignore") ? this.#ignore.enterFolder(prefix) : null;
    for (const entry of entries) {
      const { name } = entry;
      if (entry.isDirectory()) {
        if (name === "node_modules" || name === ".git") continue;
        const inner = prefix + name;
        if (!this.#ignore.ignores(`${inner}/`)) this.#folder(inner, `${inner}/`);
      } else if (isSourceFile(name) && entry.isFile()) {
        const file = prefix + name;
        if (!this.#ignore.ignores(file)) this.files.push(file);
      } else if (name === "package.json") {
        this.manifests.push(prefix + name);
      }
    }
    if (mark !== null) this.#ignore.leaveFolder(mark);
  }
}
