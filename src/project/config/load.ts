import { createRequire } from "node:module";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ParseError } from "jsonc-parser";
import { shippedPlace } from "../../shipped.js";
import { UserError } from "../user-error.js";
import type { UserConfig } from "./types.js";

/** A configuration together with the file that it came from. */
export interface LoadedConfig {
  readonly path: string;
  readonly value: UserConfig;
}

/** Loads a configuration and those that it builds on: the ones it extends first, itself last. */
export async function loadConfig(path: string, above: readonly string[] = []): Promise<LoadedConfig[]> {
  if (above.includes(path)) throw new UserError([`${path}: "extends" leads back to this file: ${[...above.slice(above.indexOf(path)), path].map((file) => basename(file)).join(" -> ")}`]);
  const { checkConfig } = await import("./check.js");
  const value = checkConfig(await loadValue(path), path);
  const bases = value.extends === undefined ? [] : typeof value.extends === "string" ? [value.extends] : value.extends;
  const chain: LoadedConfig[] = [];
  for (const base of bases) chain.push(...(await loadConfig(locateBase(base, path), [...above, path])));
  return [...chain, { path, value }];
}

function locateBase(base: string, from: string): string {
  if (/^[./]/.test(base)) return resolve(dirname(from), base);
  try {
    return createRequire(from).resolve(base);
  } catch {
    throw new UserError([`${from}: "extends" names the package "${base}", which is not installed; a file is written as "./${base}"`]);
  }
}

/** Loads the value that a file of data or code holds: JSON with comments, JavaScript or TypeScript. */
export async function loadValue(path: string): Promise<unknown> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UserError([`${path}: there is no such file`]);
  if (stats.isDirectory()) throw new UserError([`${path}: this is a folder; name the file in it, as ${join(path, "session-lint.config.json")}`]);
  const extension = extname(path);
  if (basename(path) === "package.json") return section(await parseJson(path));
  if (extension === ".json" || extension === ".jsonc") return parseJson(path);
  if ([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"].includes(extension)) return runModule(path);
  throw new UserError([`${path}: a file that ends in "${extension}" cannot be loaded; use .ts, .mts, .js, .mjs, .json or .jsonc`]);
}

function section(manifest: unknown): unknown {
  return typeof manifest === "object" && manifest !== null ? ((manifest as Record<string, unknown>)["session-lint"] ?? {}) : {};
}

async function parseJson(path: string): Promise<unknown> {
  const text = readText(path);
  const { parse, printParseErrorCode } = await import("jsonc-parser");
  const errors: ParseError[] = [];
  const value = parse(text, errors, { allowTrailingComma: true }) as unknown;
  const [first] = errors;
  if (first === undefined) return value;
  const before = text.slice(0, first.offset).split("\n");
  const what = printParseErrorCode(first.error).replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  throw new UserError([`${path}:${before.length}:${(before.at(-1) ?? "").length + 1}: not valid JSON: ${what}`]);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError([`${path}: cannot be read: ${firstLine(error)}`]);
  }
}

async function runModule(path: string): Promise<unknown> {
  let loaded: unknown;
  try {
    loaded = /\.[mc]?ts$/.test(path) ? await runTypeScript(path) : await import(`${pathToFileURL(path).href}?${statSync(path).mtimeMs}`);
  } catch (error) {
    throw new UserError([`${path}: cannot be loaded: ${firstLine(error)}`]);
  }
  const value = typeof loaded === "object" && loaded !== null && "default" in loaded ? loaded.default : undefined;
  if (value === undefined) throw new UserError([`${path}: has no default export; write \`export default defineConfig({ … })\``]);
  return value;
}

async function runTypeScript(path: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  return createJiti(import.meta.url, { fsCache: false, moduleCache: false, alias: { "session-lint": indexPath() } }).import(path);
}

// The package's own index, built or not, whatever is installed where the configuration lies.
function indexPath(): string {
  const built = fileURLToPath(shippedPlace("dist/src/index.js"));
  return existsSync(built) ? built : fileURLToPath(shippedPlace("src/index.ts"));
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] ?? "").replace(/^[A-Za-z]*Error: /, "");
}
