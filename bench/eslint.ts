/**
 * What the plugin costs beside ESLint's own parse of the same text, both from ESLint's statistics of one run; and how
 * much longer ESLint takes with it over a tree without a hit than with one rule that does nothing. (Without any rule
 * ESLint does not walk the tree at all; that walk is paid once, by whichever rule comes first.)
 * `npm run build && node --import jiti/register bench/eslint.ts`; exit status 1 when a ratio is over its bound.
 */
import { ESLint } from "eslint";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import plugin from "session-lint/eslint-plugin";
import { counted, kinds, treeSize, type OneRun } from "./eslint-once.js";
import { fill } from "./page.js";

const rounds = 30;
const warmUp = 20;
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), "session-lint-bench-")));

interface Result {
  readonly text: string;
  readonly kept: boolean;
}

interface Times {
  readonly parse: number;
  readonly rules: number;
}

async function main(): Promise<boolean> {
  mkdirSync(join(folder, "src"));
  for (let index = 0; index < 200; index++) writeFileSync(join(folder, "src", `other${index}.js`), plainCode(100));
  const results = [
    await compare("1,000 lines, 20 native calls", 1, (round) => nativeCode(round)),
    await compare("the same, with a finding and its edits", Infinity, (round) => `${nativeCode(round)}export const late = [SSL_get1_session(ssl)].length;\n`),
    await compare("1,000 lines without a hit", 0.01, (round) => `// ${round}\n${plainCode(1000)}`),
  ];
  results.push(await overhead(0.03));
  rmSync(folder, { recursive: true });
  fill("plugin", results.map(({ text }) => `- ${text}`).join("\n"));
  return results.every(({ kept }) => kept);
}

// Each round has another text, as when somebody types.
async function compare(name: string, bound: number, text: (round: number) => string): Promise<Result> {
  const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: [plugin.configs.recommended], stats: true });
  const measured: Times[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const [result] = await eslint.lintText(text(round), { filePath: join(folder, "src", "open.js") });
    const pass = result?.stats?.times.passes[0];
    if (pass !== undefined && round >= warmUp) measured.push({ parse: pass.parse.total, rules: Object.values(pass.rules ?? {}).reduce((sum, { total }) => sum + total, 0) });
  }
  const parse = median(measured.map((times) => times.parse));
  const rules = median(measured.map((times) => times.rules));
  return aloud(`${name}: ESLint's parse ${parse.toFixed(1)} ms, our rules ${rules.toFixed(2)} ms, ratio ${(rules / parse).toFixed(4)}`, bound === Infinity ? null : { bound: String(bound), kept: rules / parse < bound });
}

// Each run is a process of its own, with the plugin still to be loaded and the project still to be looked at. They take
// turns, so that all see the same machine; the best of each counts.
async function overhead(bound: number): Promise<Result> {
  const tree = join(folder, "tree");
  mkdirSync(tree);
  for (let index = 0; index < treeSize; index++) writeFileSync(join(tree, `file${index}.js`), plainCode(100));
  const runs = new Map<string, OneRun[]>([...Object.keys(kinds), counted].map((kind) => [kind, []]));
  for (let round = 0; round < 7; round++) {
    for (const [kind, measured] of runs) measured.push(await once(kind, tree));
  }
  const best = (kind: string): number => Math.min(...(runs.get(kind) ?? []).map(({ all }) => all));
  const more = best("session-lint") / best("an empty rule") - 1;
  const share = median((runs.get(counted) ?? []).map(({ files, rules }) => rules / (files - rules)));
  return aloud(
    `${treeSize.toLocaleString("en")} files without a hit, each run a process of its own: ${Object.keys(kinds).map((kind) => `${kind} ${best(kind).toFixed(0)} ms`).join(", ")}; ${(more * 100).toFixed(1)} % more than the empty rule. By ESLint's statistics our rules take ${(share * 100).toFixed(1)} % of what it does besides`,
    { bound: `${bound * 100} % by either`, kept: more <= bound && share <= bound },
  );
}

function aloud(figures: string, promise: { readonly bound: string; readonly kept: boolean } | null): Result {
  const text = promise === null ? figures : `${figures} (bound ${promise.bound}${promise.kept ? "" : ": **not kept**"})`;
  console.log(text);
  return { text, kept: promise?.kept ?? true };
}

async function once(kind: string, tree: string): Promise<OneRun> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "jiti/register", fileURLToPath(new URL("eslint-once.ts", import.meta.url)), kind, tree], { cwd: root });
  return JSON.parse(stdout) as OneRun;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[numbers.length >> 1] ?? NaN;
}

function nativeCode(round: number): string {
  const parts = Array.from({ length: 10 }, (_, index) => `${plainCode(90, `${index}_`)}export function age${index}(ssl, limit) {
  const session = SSL_get1_session(ssl);
  try {
    if (limit > ${index}) return 0;
    return limit + 1;
  } finally {
    SSL_SESSION_free(session);
  }
}
`);
  return `// ${round}\n${parts.join("")}`;
}

function plainCode(lines: number, prefix = ""): string {
  const parts = Array.from({ length: Math.ceil(lines / 10) }, (_, index) => `function work${prefix}${index}(items, options = {}) {
  const { first = ${index}, second } = options;
  let total = 0;
  for (const item of items) {
    if (item.kind === "a" && item.count > first) total += item.count * 2;
    else if (second !== undefined) total -= second;
  }
  console.log(\`total of \${items.length}: \${total}\`);
  return { total, mean: total / Math.max(1, items.length) };
}
`);
  return parts.join("");
}

process.exitCode = (await main()) ? 0 : 1;
