import { spawn } from "node:child_process";
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** One program that goes over a tree. */
export interface Rival {
  readonly name: string;
  /** Null where it is not installed. */
  readonly command: readonly string[] | null;
  /** Takes so long that it is left out where there are very many files. */
  readonly slow?: boolean;
}

export interface Measurement {
  readonly milliseconds: number;
  /** Highest resident memory, MiB. */
  readonly memory: number;
  /** Of how many runs this is the best. */
  readonly rounds: number;
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
    { name: "session-lint", command: [process.execPath, join(root, "dist", "bundle", "main.js"), "."] },
    { name: "Node.js walk with `Buffer.includes`", command: [process.execPath, walk, "."] },
    { name: "`rg -l SSL_`", command: onPath("rg", "-l", "SSL_", ".") },
    { name: "`oxlint`", command: onPath("oxlint", ".") },
    { name: "`biome lint`", slow: true, command: onPath("biome", "lint", "--max-diagnostics=0", ".") },
    { name: "ESLint, `no-useless-assignment` only", slow: true, command: [process.execPath, join(root, "node_modules", "eslint", "bin", "eslint.js"), "--no-config-lookup", "-c", config, "."] },
    { name: "`ts.createSourceFile` over all files", slow: true, command: [process.execPath, parse, "."] },
  ];
}

/** How often each program runs at most, and how long all its runs may take together (milliseconds): a slow one runs once. */
export const most = { rounds: 15, time: 10_000 };

// With this variable Node.js 20 reads all the certificates it names before it does anything, 40 ms on the machine of the last
// run, whichever program it is started for: oxlint is started through Node.js as well.
const environment = { ...process.env };
delete environment["NODE_EXTRA_CA_CERTS"];

/** The best of some runs of each program in a folder. They take turns, so that all see the same machine. */
export async function measure(programs: readonly Rival[], folder: string): Promise<(Measurement | null)[]> {
  const runs: Omit<Measurement, "rounds">[][] = programs.map(() => []);
  for (let round = 0; round < most.rounds; round++) {
    for (const [index, { command }] of programs.entries()) {
      const own = runs[index] ?? [];
      if (command !== null && own.reduce((sum, run) => sum + run.milliseconds, 0) < most.time) own.push(await once(command, folder));
    }
  }
  return runs.map((own) => (own.length === 0 ? null : { milliseconds: Math.min(...own.map((run) => run.milliseconds)), memory: Math.max(...own.map((run) => run.memory)), rounds: own.length }));
}

function once(command: readonly string[], folder: string): Promise<Omit<Measurement, "rounds">> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command[0] as string, command.slice(1), { cwd: folder, env: environment, stdio: "ignore" });
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

// A program that is a script for Node.js is started as ours is, without a search for Node.js in between.
function onPath(name: string, ...args: string[]): string[] | null {
  const folders = [join(root, "node_modules", ".bin"), ...(process.env["PATH"] ?? "").split(delimiter)];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) return null;
  const isScript = readFileSync(found).subarray(0, 100).toString("latin1").startsWith("#!/usr/bin/env node\n");
  return isScript ? [process.execPath, realpathSync(found), ...args] : [found, ...args];
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
