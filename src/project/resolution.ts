import { createRequire, isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import type * as getTsconfigModule from "get-tsconfig";
import { resolveExports, resolveImports } from "resolve-pkg-maps";
import type { FileSystem } from "./file-system.js";

// A linter that comes by no relevant file resolves nothing, and would wait for this longer than for all the rest of the plugin.
const require = createRequire(import.meta.url);
const tsconfigReader = (): typeof getTsconfigModule => require("get-tsconfig") as typeof getTsconfigModule;

/**
 * Finds the file that an import means, as TypeScript and Node do, without either: relative paths with the
 * extensions that stand for each other, folders, `tsconfig` paths, and the packages of the workspace itself.
 * Packages that are installed are no part of the program.
 */
export class Resolver {
  readonly #answers = new Map<string, string | null>();
  readonly #tsconfigCache: getTsconfigModule.Cache = new Map();
  readonly #pathsOf = new Map<string, ((specifier: string) => string[]) | null>();
  readonly #manifests = new Map<string, Manifest | null>();

  /** `packages`: folders of the workspace's packages by name, as far as they are known. */
  constructor(
    private readonly files: FileSystem,
    private readonly packages: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** Absolute path of the module that `specifier` means in the file `from`, or null. */
  resolve(from: string, specifier: string): string | null {
    const folder = dirname(from);
    const key = `${folder}\0${specifier}`;
    let answer = this.#answers.get(key);
    if (answer === undefined) this.#answers.set(key, (answer = this.#find(from, folder, specifier)));
    return answer;
  }

  #find(from: string, folder: string, written: string): string | null {
    const specifier = written.replace(/[?#](?=[^/]*$)(?!^).*$/, (query) => (written.startsWith("#") ? query : ""));
    if (specifier.startsWith("./") || specifier.startsWith("../") || specifier === "." || specifier === "..") return this.#atPath(resolve(folder, specifier), specifier.endsWith("/"));
    if (specifier.startsWith("/")) return this.#atPath(specifier);
    if (specifier.startsWith("file:")) return null;
    if (specifier.startsWith("#")) return this.#ofOwnPackage(folder, specifier) ?? this.#byTsconfig(from, specifier);
    return this.#byTsconfig(from, specifier) ?? (isBuiltin(specifier) ? null : this.#inPackage(folder, specifier));
  }

  #atPath(path: string, folderOnly = false): string | null {
    if (!folderOnly) {
      for (const candidate of candidates(path)) if (this.files.isFile(candidate)) return candidate;
    }
    const main = this.#manifest(path);
    if (main !== null) {
      for (const entry of [main.source, main.types, main.module, main.main]) {
        const found = typeof entry === "string" && entry !== "." && entry !== "./" ? this.#atOutput(path, entry) : null;
        if (found !== null) return found;
      }
    }
    for (const extension of appended) {
      const index = join(path, `index${extension}`);
      if (this.files.isFile(index)) return index;
    }
    return null;
  }

  #byTsconfig(from: string, specifier: string): string | null {
    for (const path of this.#paths(dirname(from))?.(specifier) ?? []) {
      const found = this.#atPath(path);
      if (found !== null && !isInstalled(found)) return found;
    }
    return null;
  }

  #paths(folder: string): ((specifier: string) => string[]) | null {
    let matcher = this.#pathsOf.get(folder);
    if (matcher !== undefined) return matcher;
    const name = ["tsconfig.json", "jsconfig.json"].find((file) => this.files.isFile(join(folder, file)));
    const parent = dirname(folder);
    if (name === undefined) matcher = parent === folder ? null : this.#paths(parent);
    else matcher = this.#matcherOf(folder, name);
    this.#pathsOf.set(folder, matcher);
    return matcher;
  }

  #matcherOf(folder: string, name: string): ((specifier: string) => string[]) | null {
    try {
      const { createPathsMatcher, getTsconfig } = tsconfigReader();
      const found = getTsconfig(folder, name, this.#tsconfigCache);
      return found === null ? null : createPathsMatcher(found);
    } catch {
      // A broken tsconfig is the compiler's to report; here it only means that nothing is mapped.
      return null;
    }
  }

  // `#name` by the `imports` of the nearest package.
  #ofOwnPackage(folder: string, specifier: string): string | null {
    const own = this.#nearestManifest(folder);
    if (own?.manifest.imports === undefined) return null;
    return this.#firstOutput(own.folder, attempt(() => resolveImports(own.manifest.imports as never, specifier, conditions)));
  }

  // A package of the workspace: itself by its own name, one that the walk met, or one that is linked.
  #inPackage(folder: string, specifier: string): string | null {
    const parts = specifier.split("/");
    const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
    const inside = parts.slice(specifier.startsWith("@") ? 2 : 1).join("/");
    const home = this.packages.get(name) ?? this.#ownHome(folder, name) ?? this.#linkedHome(folder, name);
    if (home === null) return null;
    const manifest = this.#manifest(home);
    if (manifest?.exports !== undefined) return this.#firstOutput(home, attempt(() => resolveExports(manifest.exports as never, inside, conditions)));
    return inside === "" ? this.#atPath(home, true) : (this.#atPath(join(home, inside)) ?? this.#atPath(join(home, "src", inside)));
  }

  #ownHome(folder: string, name: string): string | null {
    const own = this.#nearestManifest(folder);
    return own?.manifest.name === name ? own.folder : null;
  }

  #linkedHome(folder: string, name: string): string | null {
    for (let here = folder; ; here = dirname(here)) {
      const home = join(here, "node_modules", name);
      if (this.files.isFile(join(home, "package.json"))) {
        const real = this.files.real(home);
        return isInstalled(`${real}/`) ? null : real;
      }
      if (dirname(here) === here) return null;
    }
  }

  #firstOutput(folder: string, paths: readonly string[]): string | null {
    for (const path of paths) {
      const found = this.#atOutput(folder, path);
      if (found !== null) return found;
    }
    return null;
  }

  // A manifest names what is published; in the repository only the source of it may exist.
  #atOutput(folder: string, path: string): string | null {
    const source = path.replace(/^(\.\/)?(?:dist|lib|build|out|esm|cjs)\/(?:(?:esm|cjs|src)\/)?/, "$1src/").replace(/\.d\.([mc]?ts)$/, ".$1");
    for (const candidate of [source, path]) {
      const full = join(folder, candidate);
      for (const file of candidates(full)) if (this.files.isFile(file)) return file;
    }
    return null;
  }

  #nearestManifest(folder: string): { readonly folder: string; readonly manifest: Manifest } | null {
    for (let here = folder; ; here = dirname(here)) {
      const manifest = this.#manifest(here);
      if (manifest !== null) return { folder: here, manifest };
      if (dirname(here) === here) return null;
    }
  }

  #manifest(folder: string): Manifest | null {
    let manifest = this.#manifests.get(folder);
    if (manifest === undefined) {
      const path = join(folder, "package.json");
      const text = this.files.isFile(path) ? this.files.read(path) : null;
      this.#manifests.set(folder, (manifest = text === null ? null : parseManifest(text)));
    }
    return manifest;
  }
}

interface Manifest {
  readonly name?: unknown;
  readonly main?: unknown;
  readonly module?: unknown;
  readonly types?: unknown;
  readonly source?: unknown;
  readonly exports?: unknown;
  readonly imports?: unknown;
}

const conditions = ["source", "development", "import", "require", "node", "default"];

function parseManifest(text: string): Manifest | null {
  const value = attempt(() => [JSON.parse(text) as unknown])[0];
  return typeof value === "object" && value !== null ? value : null;
}

function attempt<T>(work: () => T[]): T[] {
  try {
    return work();
  } catch {
    return [];
  }
}

function isInstalled(path: string): boolean {
  return path.includes("/node_modules/");
}

// Declarations come last: a body says more than a type.
const appended = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts", ".d.mts", ".d.cts"];
const standsFor: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".js", ".jsx", ".d.ts"],
  ".jsx": [".tsx", ".jsx", ".d.ts"],
  ".mjs": [".mts", ".mjs", ".d.mts"],
  ".cjs": [".cts", ".cjs", ".d.cts"],
  ".ts": [".ts"],
  ".tsx": [".tsx"],
  ".mts": [".mts"],
  ".cts": [".cts"],
};

// The files that a path may mean, likeliest first. JSON and other data carry no code.
function candidates(path: string): string[] {
  const dot = path.lastIndexOf(".");
  const extension = dot > path.lastIndexOf("/") ? path.slice(dot) : "";
  const stem = path.slice(0, path.length - extension.length);
  const exact = (standsFor[extension] ?? []).map((other) => stem + other);
  return extension === ".json" ? [] : [...exact, ...appended.map((other) => path + other)];
}
