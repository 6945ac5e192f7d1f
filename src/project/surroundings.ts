import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { discover, type Discovery, type DiscoveryOptions } from "./discovery.js";
import { statsOf } from "./file-system.js";

/**
 * The other files of the packages that the given paths lie in. A finding can depend on them (who calls a wrapper,
 * who releases a field), so that naming one file gives the same findings for it as naming its whole project.
 */
export async function surroundingFiles(paths: readonly string[], options: DiscoveryOptions): Promise<Pick<Discovery, "files" | "manifests">> {
  const given = paths.map((path) => resolve(options.cwd, path));
  const roots = new Set(given.flatMap((path) => packageRoot(path) ?? []).filter((root) => !given.includes(root)));
  if (roots.size === 0) return { files: [], manifests: [] };
  const outermost = [...roots].filter((root) => !given.some((path) => root.startsWith(`${path}/`)));
  return discover(outermost, options);
}

// The nearest folder with a manifest; a repository without one is a package of its own.
function packageRoot(path: string): string | null {
  const start = statsOf(path)?.isDirectory() === true ? path : dirname(path);
  let repository: string | null = null;
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (repository === null && existsSync(join(folder, ".git"))) repository = folder;
    if (dirname(folder) === folder) return repository;
  }
}
