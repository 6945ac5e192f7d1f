/** One ESLint run over a folder, in a process of its own: prints how long it took, with the loading of the plugin, and what the rules took of it. */
import { ESLint, type Linter } from "eslint";

/** What a run prints; milliseconds. */
export interface OneRun {
  readonly all: number;
  /** Of it, what ESLint says that it spent on files, and on rules. */
  readonly files: number;
  readonly rules: number;
}

const idle = { meta: { type: "problem" as const, schema: [] }, create: () => ({ Program: () => undefined }) };

/** What is compared. Without any rule ESLint does not walk the trees at all. */
export const kinds: Readonly<Record<string, () => Linter.Config[] | Promise<Linter.Config[]>>> = {
  "no rule": () => [{ files: ["**/*.js"] }],
  "an empty rule": () => [{ plugins: { bench: { rules: { idle } } }, rules: { "bench/idle": "error" } }],
  "session-lint": async () => [(await import("session-lint/eslint-plugin")).default.configs.recommended],
};

/** The kind once more, with the statistics that ESLint makes at some cost. */
export const counted = "session-lint, counted";

/** How many files are linted. */
export const treeSize = 2000;

const [kind, folder] = process.argv.slice(2);
const config = kinds[kind === counted ? "session-lint" : (kind ?? "")];
if (config !== undefined && folder !== undefined) {
  const started = performance.now();
  const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: await config(), stats: kind === counted });
  const results = await eslint.lintFiles(["."]);
  const all = performance.now() - started;
  if (results.length !== treeSize) throw new Error(`${results.length} files were linted instead of ${treeSize}`);
  const passes = results.flatMap((result) => result.stats?.times.passes ?? []);
  const run: OneRun = {
    all,
    files: passes.reduce((sum, pass) => sum + pass.total, 0),
    rules: passes.reduce((sum, pass) => sum + Object.values(pass.rules ?? {}).reduce((of, { total }) => of + total, 0), 0),
  };
  console.log(JSON.stringify(run));
}
