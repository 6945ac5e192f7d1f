/**
 * Generates what the package ships of the contract table, and the published schema.
 *
 *   npm run contracts            writes src/contracts/data/*.json(l) and schema/contracts.schema.json
 *   npm run contracts -- --check fails when one of them is not what the readable table gives
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { compileTable } from "./contracts/compile.js";
import { publishedSchema } from "./contracts/published-schema.js";
import { tableProblems } from "./contracts/table-schema.js";
import type { RawTable } from "../src/contracts/raw.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const data = "src/contracts/data";
const repair = "npm run contracts";

main(process.argv.slice(2));

function main(args: readonly string[]): void {
  const table = JSON.parse(readFileSync(path.join(root, data, "openssl-contracts.json"), "utf8")) as RawTable;
  const problems = tableProblems(table);
  if (problems.length > 0) fail(problems.map((problem) => `${data}/openssl-contracts.json: ${problem}`));

  const compiled = compileTable(table);
  const files = { ...prefixed(data, compiled), "schema/contracts.schema.json": publishedSchema() };
  if (!args.includes("--check")) return write(files);
  const stale = Object.entries(files).filter(([name, text]) => contentOf(path.join(root, name)) !== text);
  if (stale.length > 0) fail(stale.map(([name]) => `${name} is out of date; run: ${repair}`));
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text);
}

function prefixed(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function fail(lines: readonly string[]): never {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exit(1);
}
