/**
 * Holds the product against the oracle on random programs: `npm run fuzz -- [--runs N] [--seed S] [--level L]
 * [--failures F]`. Stops after F disagreements, each shrunk; the exit status tells whether there was one.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { compare, type Outcome } from "./compare.js";
import { levels, programs, type Level } from "./grammar.js";
import { print } from "./syntax.js";

const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" }, level: { type: "string" }, failures: { type: "string" } } });
const wanted = values.level === undefined ? levels : levels.filter((level) => level === values.level);
const total = Number(values.runs ?? "3000");
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const started = performance.now();
const counts = new Map<Outcome["kind"], number>();
let failures = 0;
let errors = 0;
for (const level of wanted) failures += fuzz(level, Math.ceil(total / wanted.length), Number(values.failures ?? "1"));
const summary = [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
console.log(`seed ${seed}: ${summary}; ${errors} errors found by both; ${failures} disagreements; ${Math.round(performance.now() - started)} ms`);
process.exitCode = failures === 0 ? 0 : 1;

/** Runs programs of one level in batches, so that one disagreement does not end the level. */
function fuzz(level: Level, runs: number, mostFailures: number): number {
  let found = 0;
  for (let done = 0, batch = 0; done < runs && found < mostFailures; batch++) {
    const size = Math.min(runs - done, 500);
    const details = fc.check(fc.property(programs(level), (program) => holds(print(program))), { numRuns: size, seed: seed + batch });
    done += details.numRuns;
    if (!details.failed || details.counterexample === null) continue;
    found++;
    describe(level, print(details.counterexample[0]));
  }
  return found;
}

function holds(files: ReadonlyMap<string, string>): boolean {
  const outcome = compare(files);
  counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
  if (outcome.kind !== "disagrees") errors += outcome.errors;
  return outcome.kind !== "disagrees";
}

function describe(level: Level, files: ReadonlyMap<string, string>): void {
  const outcome = compare(files);
  console.log(`\n## ${level}`);
  for (const [name, text] of files) console.log(`--- ${name}\n${text.trimEnd().split("\n").map((line, index) => `${String(index + 1).padStart(3)}  ${line}`).join("\n")}`);
  if (outcome.kind === "disagrees") {
    for (const error of outcome.disagreement.missed) console.log(`missed:    ${error}`);
    for (const error of outcome.disagreement.unfounded) console.log(`unfounded: ${error}`);
    if (outcome.disagreement.crash !== null) console.log(`crash: ${outcome.disagreement.crash}`);
  }
}
