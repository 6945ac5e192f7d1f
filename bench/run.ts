/**
 * Compares session-lint with other programs over the same trees in one run, measures how the analysis grows, and
 * writes both as tables into docs/performance.md: `npm run build && npm run bench`. Ratios are what counts: the
 * machine is whatever it is. `npm run bench -- --check` also fails where a promise is not kept.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { measureGrowth, type Growth } from "./growth.js";
import { fill } from "./page.js";
import { measure, most, rivals, type Measurement, type Rival } from "./rivals.js";
import { writeTree } from "./trees.js";

const trees = [
  { name: "5,000 files, none relevant", files: 5000, relevant: 0 },
  { name: "20,000 files, none relevant", files: 20_000, relevant: 0, quickOnly: true },
  { name: "5,000 files, 50 relevant", files: 5000, relevant: 50 },
  { name: "1,000 files, all relevant, half of the code", files: 1000, relevant: 1000, native: 5, plain: 5 },
  { name: "1,000 files, all relevant, one function each", files: 1000, relevant: 1000, native: 1, plain: 10 },
];
/** Times below this many milliseconds say nothing of growth. */
const noise = 50;
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "session-lint-bench-")));
const kept = await main();
rmSync(scratch, { recursive: true });
process.exitCode = kept || !process.argv.includes("--check") ? 0 : 1;

async function main(): Promise<boolean> {
  const programs = rivals(scratch);
  const columns: (Measurement | null)[][] = [];
  for (const [index, tree] of trees.entries()) {
    const folder = join(scratch, `tree${index}`);
    mkdirSync(folder);
    writeTree(folder, tree.files, tree.relevant, tree);
    columns.push(await measureAloud(programs.map((program) => (tree.quickOnly === true && program.slow === true ? { ...program, command: null } : program)), folder, tree.name));
  }
  const growth = measureGrowth();
  const promises = promisesOf(programs.map(({ name }) => name), columns, growth);
  const head = `Node.js ${process.versions.node}, ${cpus().length} processors; the best of ${most.rounds} runs of each program, or of as many as fit into ${most.time / 1000} s; the programs take turns over the same tree. In brackets: how long session-lint takes in proportion.`;
  fill("trees", `${head}\n\n${treeTable(programs.map(({ name }) => name), columns)}`);
  fill("growth", growthTable(growth));
  fill("promises", promises.map(({ text, kept: holds }) => `- ${holds === null ? "not measured" : holds ? "kept" : "**not kept**"}: ${text}`).join("\n"));
  console.log(promises.map(({ text, kept: holds }) => `${holds === null ? "?" : holds ? "ok" : "NOT KEPT"}  ${text}`).join("\n"));
  return promises.every(({ kept: holds }) => holds !== false);
}

async function measureAloud(programs: readonly Rival[], folder: string, tree: string): Promise<(Measurement | null)[]> {
  const column = await measure(programs, folder);
  for (const [index, measured] of column.entries()) console.error(`${tree}: ${programs[index]?.name ?? ""}: ${measured === null ? "not run" : `${Math.round(measured.milliseconds)} ms, the best of ${measured.rounds}`}`);
  return column;
}

function treeTable(names: readonly string[], columns: readonly (readonly (Measurement | null)[])[]): string {
  const cell = (column: readonly (Measurement | null)[], index: number): string => {
    const own = column[0];
    const other = column[index];
    if (other === undefined || other === null || own === undefined || own === null) return "not run";
    return `${Math.round(other.milliseconds)} ms, ${Math.round(other.memory)} MiB${index === 0 ? "" : ` (${(own.milliseconds / other.milliseconds).toFixed(2)})`}`;
  };
  const rows = names.map((name, index) => `| ${name} | ${columns.map((column) => cell(column, index)).join(" | ")} |`);
  return [`| | ${trees.map((tree) => tree.name).join(" | ")} |`, `| --- |${" --- |".repeat(trees.length)}`, ...rows].join("\n");
}

function growthTable(growth: readonly Growth[]): string {
  const rows = growth.map(({ name, sizes, milliseconds, incomplete }) => {
    const times = milliseconds.map((ms, index) => `${sizes[index]}: ${ms.toFixed(0)} ms${(incomplete[index] ?? 0) > 0 ? " (not followed to the end)" : ""}`);
    const [, middle = 0, last = 0] = milliseconds;
    return `| ${name} | ${times.join(" | ")} | ${(last / middle).toFixed(1)} |`;
  });
  return ["| shape | a quarter | half | whole | whole / half |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

function promisesOf(names: readonly string[], columns: readonly (readonly (Measurement | null)[])[], growth: readonly Growth[]): { text: string; kept: boolean | null }[] {
  const [plain = [], large = [], , dense = [], sparse = []] = columns;
  const ratio = (column: readonly (Measurement | null)[], part: string): number | null => {
    const other = column[names.findIndex((name) => name.includes(part))];
    return column[0] === undefined || column[0] === null || other === undefined || other === null ? null : column[0].milliseconds / other.milliseconds;
  };
  const atMost = (value: number | null, bound: number): boolean | null => (value === null ? null : value <= bound);
  const shown = (value: number | null): string => (value === null ? "" : ` (${value.toFixed(2)})`);
  const parse = { dense: ratio(dense, "createSourceFile"), sparse: ratio(sparse, "createSourceFile") };
  const memory = plain[0]?.memory ?? null;
  return [
    ...[plain, large].flatMap((column, index) => {
      const [oxlint, walk] = [ratio(column, "oxlint"), ratio(column, "walk")];
      const tree = `a tree of ${index === 0 ? "5,000" : "20,000"} files without hits`;
      return [
        { text: `${tree} takes at most half of oxlint's time${shown(oxlint)}`, kept: atMost(oxlint, 0.5) },
        { text: `${tree} takes at most 1.5 times a bare Node.js walk${shown(walk)}`, kept: atMost(walk, 1.5) },
      ];
    }),
    { text: `a tree without hits needs at most 120 MiB${shown(memory)}`, kept: atMost(memory, 120) },
    { text: `with every file relevant, in half of its code, it takes at most 1.5 times \`ts.createSourceFile\`${shown(parse.dense)}`, kept: atMost(parse.dense, 1.5) },
    { text: `with every file relevant, in one function of it, it takes at most 1.5 times \`ts.createSourceFile\`${shown(parse.sparse)}`, kept: atMost(parse.sparse, 1.5) },
    ...growth.map(({ name, milliseconds: [, middle = 0, last = 0] }) => ({ text: `twice the size, at most three times as long: ${name} (${(last / middle).toFixed(2)})`, kept: last < noise || last / middle <= 3 })),
  ];
}
