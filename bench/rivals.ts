import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** One program that goes over a tree. */
export interface Rival {
  readonly name: string;
  /** Null where it is not installed. */
  readonly command: readonly string[] | null;
  /** How often it runs; the best counts. */
  readonly rounds: number;
}

export interface Measurement {
  readonly milliseconds: number;
  /** Highest resident memory, MiB. */
  readonly memory: number;
}

const root = fileURLToPath(new URL("..", import.meta.url));

/** Everything that is compared; helper scripts are written to `scratch`. */
export function rivals(scratch: string): Rival[] {
  const walk = join(scratch, "walk.cjs");
  writeFileSync(walk, walkSource);
  const parse = join(scratch, "parse.cjs");
  writeFileSync(parse, parseSource(join(root, "node_modules", "ts-morph")));
  const config = join(scratch, "eslint.config.mjs");
  writeFileSync(config, eslintConfig(join(root, "node_modules", "@typescript-eslint", "parser", "dist", "index.js")));
  return [
    { name: "session-lint", command: [process.execPath, join(root, "dist", "cli", "main.js"), "."], rounds: 3 },
    { name: "Node.js walk with `Buffer.includes`", command: [process.execPath, walk, "."], rounds: 3 },
    { name: "`rg -l SSL_`", command: onPath("rg", "-l", "SSL_", "."), rounds: 3 },
    { name: "`oxlint`", command: onPath("oxlint", "."), rounds: 3 },
    { name: "`biome lint`", command: onPath("biome", "lint", "--max-diagnostics=0", "."), rounds: 3 },
    { name: "ESLint, `no-useless-assignment` only", command: [process.execPath, join(root, "node_modules", "eslint", "bin", "eslint.js"), "--no-config-lookup", "-c", config, "."], rounds: 1 },
    { name: "`ts.createSourceFile` over all files", command: [process.execPath, parse, "."], rounds: 3 },
  ];
}

/** The best of some runs of the program in a folder. */
export async function measure(rival: Rival, folder: string): Promise<Measurement | null> {
  if (rival.command === null) return null;
  const runs: Measurement[] = [];
  for (let round = 0; round < rival.rounds; round++) runs.push(await once(rival.command, folder));
  return { milliseconds: Math.min(...runs.map((run) => run.milliseconds)), memory: Math.max(...runs.map((run) => run.memory)) };
}

function once(command: readonly string[], folder: string): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command[0] as string, command.slice(1), { cwd: folder, stdio: "ignore" });
    let memory = 0;
    const poll = setInterval(() => (memory = Math.max(memory, residentPeak(child.pid))), 5);
    child.on("error", reject);
    child.on("close", () => {
      clearInterval(poll);
      resolve({ milliseconds: performance.now() - started, memory });
    });
  });
}

// The kernel keeps the peak; the last look before the end is close to it.
function residentPeak(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function onPath(name: string, ...args: string[]): string[] | null {
  const folders = [join(root, "node_modules", ".bin"), ...(process.env["PATH"] ?? "").split(delimiter)];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  return found === undefined ? null : [found, ...args];
}

const walkSource = `
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
let hits = 0;
const walk = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(path);
    else if (readFileSync(path).includes("SSL_")) hits++;
  }
};
walk(process.argv[2]);
console.log(hits);
`;

const parseSource = (tsMorph: string): string => `
const { ts } = require(${JSON.stringify(tsMorph)});
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
let nodes = 0;
const walk = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(path);
    else nodes += ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true).statements.length;
  }
};
walk(process.argv[2]);
console.log(nodes);
`;

const eslintConfig = (parser: string): string => `
import parser from ${JSON.stringify(parser)};
export default [{ files: ["**/*.ts"], languageOptions: { parser }, rules: { "no-useless-assignment": "error" } }];
`;
