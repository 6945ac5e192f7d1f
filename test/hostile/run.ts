/**
 * Parses, lowers and analyses every program below some folders, whatever it is about: `npm run hostile -- FOLDER…`.
 * Prints how many there were, crashes, the slowest, and the peak of memory; the exit status tells of crashes and hangs.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { survive } from "./survive.js";

const limit = 10_000;
const counts = { files: 0, bytes: 0, faulty: 0, incomplete: 0, findings: 0, unreadable: 0 };
const failures: string[] = [];
const slowest: { file: string; milliseconds: number }[] = [];

for (const folder of process.argv.slice(2)) walk(folder);
slowest.sort((left, right) => right.milliseconds - left.milliseconds);
console.log(`${counts.files} files, ${(counts.bytes / 1e6).toFixed(1)} MB: ${failures.length} crashes or hangs; ${counts.faulty} with syntax errors, ${counts.incomplete} with a function not followed to its end, ${counts.findings} findings`);
console.log(`slowest: ${slowest.slice(0, 5).map(({ file, milliseconds }) => `${file} ${Math.round(milliseconds)} ms`).join("; ")}`);
console.log(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
for (const failure of failures.slice(0, 20)) console.log(failure);
process.exitCode = failures.length === 0 ? 0 : 1;

function walk(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory()) for (const name of readdirSync(path).sort()) walk(join(path, name));
  else if (/\.(?:[cm]?[jt]s|[jt]sx)$/.test(path)) attempt(path);
}

function attempt(file: string): void {
  const text = readFileSync(file, "utf8");
  const survival = survive(file, text);
  counts.files++;
  counts.bytes += text.length;
  counts.findings += survival.findings;
  if (survival.faults > 0) counts.faulty++;
  if (survival.incomplete > 0) counts.incomplete++;
  if (survival.crash !== null) failures.push(`${file}: ${survival.crash.split("\n").slice(0, 5).join("\n  ")}`);
  else if (survival.milliseconds > limit) failures.push(`${file}: took ${Math.round(survival.milliseconds)} ms`);
  slowest.push({ file, milliseconds: survival.milliseconds });
  if (slowest.length > 2000) slowest.sort((left, right) => right.milliseconds - left.milliseconds).splice(20);
}
