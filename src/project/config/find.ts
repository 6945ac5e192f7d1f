import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Names of configuration files, in the order in which they win. */
export const configNames = ["ts", "mts", "js", "mjs", "json", "jsonc"].map((extension) => `session-lint.config.${extension}`);

/**
 * The configuration file that a folder falls under: in it or in the nearest folder above that has one; null: none.
 * Every run does this first, so it loads nothing.
 */
export function findConfig(folder: string): string | null {
  const found = [...configNames.map((name) => join(folder, name)), join(folder, "package.json")].find(isConfig);
  const parent = dirname(folder);
  return found ?? (parent === folder ? null : findConfig(parent));
}

function isConfig(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  return !path.endsWith("package.json") || speaksOfUs(path);
}

// A manifest that cannot be read belongs to others.
function speaksOfUs(path: string): boolean {
  try {
    const text = readFileSync(path, "utf8");
    return text.includes('"session-lint"') && Object.hasOwn(JSON.parse(text) as object, "session-lint");
  } catch {
    return false;
  }
}
