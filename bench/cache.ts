/**
 * Compares a first run with a second one that finds everything in the cache, over 2,000 relevant files, and fails
 * where the second takes more than a tenth of the first: `npm run build && node --import jiti/register bench/cache.ts`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeTree } from "./trees.js";

const files = 2000;
const entry = fileURLToPath(new URL("../dist/bundle/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "session-lint-bench-"));
writeTree(folder, files, files);

const reports: string[] = [];
for (const format of ["compact", "json"]) {
  const [cold, warm] = [run(format), run(format)];
  const ratio = warm.milliseconds / cold.milliseconds;
  const same = withoutTime(cold.out) === withoutTime(warm.out);
  console.log(`${format}: first ${cold.milliseconds.toFixed(0)} ms, second ${warm.milliseconds.toFixed(0)} ms, ratio ${ratio.toFixed(3)}, ${same ? "same bytes" : "OTHER BYTES"}`);
  reports.push(same && ratio <= 0.1 ? "kept" : "not kept");
  rmSync(join(folder, ".session-lint-cache"), { recursive: true });
}
rmSync(folder, { recursive: true });
process.exitCode = reports.includes("not kept") ? 1 : 0;

function run(format: string): { readonly milliseconds: number; readonly out: string } {
  const started = performance.now();
  const { stdout } = spawnSync(process.execPath, [entry, "--cache", "--exit-zero", "--format", format], { cwd: folder, encoding: "utf8", maxBuffer: 1 << 30 });
  return { milliseconds: performance.now() - started, out: stdout };
}

function withoutTime(report: string): string {
  return report.replace(/"durationMs": \d+/, "");
}
