/**
 * What the plugin costs beside ESLint's own parse of the same text, both from ESLint's statistics of one run; and how
 * much longer ESLint takes with it over a tree without a hit than with one rule that does nothing. (Without any rule
 * ESLint does not walk the tree at all; that walk is paid once, by whichever rule comes first.)
 * `npm run build && node --import jiti/register bench/eslint.ts`; exit status 1 when a ratio is over its bound.
 */
import { ESLint, type Linter } from "eslint";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import plugin from "../dist/rules/index.js";

const rounds = 30;
const warmUp = 20;
const folder = realpathSync(mkdtempSync(join(tmpdir(), "session-lint-bench-")));

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
  return results.every(Boolean);
}

// Each round has another text, as when somebody types.
async function compare(name: string, bound: number, text: (round: number) => string): Promise<boolean> {
  const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: [plugin.configs.recommended], stats: true });
  const measured: Times[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const [result] = await eslint.lintText(text(round), { filePath: join(folder, "src", "open.js") });
    const pass = result?.stats?.times.passes[0];
    if (pass !== undefined && round >= warmUp) measured.push({ parse: pass.parse.total, rules: Object.values(pass.rules ?? {}).reduce((sum, { total }) => sum + total, 0) });
  }
  const parse = median(measured.map((times) => times.parse));
  const rules = median(measured.map((times) => times.rules));
  const fine = rules / parse < bound;
  console.log(`${name}: parse ${parse.toFixed(2)} ms, our rules ${rules.toFixed(3)} ms, ratio ${(rules / parse).toFixed(4)}${bound === Infinity ? "" : ` (bound ${bound}${fine ? "" : ", MISSED"})`}`);
  return fine;
}

const idle = { meta: { type: "problem" as const, schema: [] }, create: () => ({ Program: () => undefined }) };
const kinds: Readonly<Record<string, Linter.Config[]>> = {
  "no rule": [{ files: ["**/*.js"] }],
  "an empty rule": [{ plugins: { bench: { rules: { idle } } }, rules: { "bench/idle": "error" } }],
  "session-lint": [plugin.configs.recommended],
};

// In turns, so that all see the same machine; the best round of each counts.
async function overhead(bound: number): Promise<boolean> {
  const tree = join(folder, "tree");
  mkdirSync(tree);
  for (let index = 0; index < 500; index++) writeFileSync(join(tree, `file${index}.js`), plainCode(100));
  const best = new Map<string, number>();
  for (let round = 0; round < 9; round++) {
    for (const [kind, overrideConfig] of Object.entries(kinds)) {
      const eslint = new ESLint({ cwd: tree, overrideConfigFile: true, overrideConfig });
      const started = performance.now();
      const results = await eslint.lintFiles(["."]);
      if (results.length !== 500) throw new Error(`${results.length} files were linted instead of 500`);
      best.set(kind, Math.min(best.get(kind) ?? Infinity, performance.now() - started));
    }
  }
  const more = (best.get("session-lint") ?? NaN) / (best.get("an empty rule") ?? NaN) - 1;
  const fine = more <= bound;
  console.log(`500 files without a hit: ${[...best].map(([kind, time]) => `${kind} ${time.toFixed(0)} ms`).join(", ")}; ${(more * 100).toFixed(1)} % more than an empty rule (bound ${bound * 100} %${fine ? "" : ", MISSED"})`);
  return fine;
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
