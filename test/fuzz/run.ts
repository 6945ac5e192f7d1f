/**
 * Holds the product against the oracle on random programs: `npm run fuzz -- [--runs N] [--seed S] [--level L]
 * [--failures F] [--paths P]`. A level ends after F disagreements, each shrunk; P paths of a function are run at most before
 * something found is called unfounded. The exit status tells whether there was a disagreement.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { compare } from "./compare.js";
import { levels, programs, type Level } from "./grammar.js";
import { print } from "./print.js";

const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" }, level: { type: "string" }, failures: { type: "string" }, paths: { type: "string" } } });
const wanted = values.level === undefined ? levels : levels.filter((level) => values.level?.split(",").includes(level));
const total = Number(values.runs ?? "3000");
const paths = values.paths === undefined ? undefined : Number(values.paths);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
/** A large program may be made smaller in thousands of steps, each as slow as the program. */
const mostShrinks = 300;
let failures = 0;
for (const level of wanted) failures += fuzz(level, Math.ceil(total / wanted.length), Number(values.failures ?? "1"));
process.exitCode = failures === 0 ? 0 : 1;

/** Runs programs of one level in batches, so that one disagreement does not end the level. */
function fuzz(level: Level, runs: number, mostFailures: number): number {
  const started = performance.now();
  const processor = process.cpuUsage();
  const counts = { agrees: 0, "not followed": 0, "cannot be run": 0, disagrees: 0, errors: 0, "not run on every path": 0 };
  let found = 0;
  let done = 0;
  for (let batch = 0; done < runs && found < mostFailures; batch++) {
    let shrinks = -1;
    const holds = (files: ReadonlyMap<string, string>): boolean => {
      if (shrinks >= 0 && ++shrinks > mostShrinks) return true;
      const outcome = compare(files, paths);
      if (shrinks < 0) {
        counts[outcome.kind]++;
        if (outcome.kind !== "disagrees") counts.errors += outcome.errors;
        if (!outcome.whole) counts["not run on every path"]++;
        if (outcome.kind === "disagrees") shrinks = 0;
      }
      return outcome.kind !== "disagrees";
    };
    const details = fc.check(fc.property(programs(level), (program) => holds(print(program))), { numRuns: Math.min(runs - done, 500), seed: seed + batch });
    done += details.numRuns;
    if (!details.failed || details.counterexample === null) continue;
    found++;
    describe(level, seed + batch, print(details.counterexample[0]));
  }
  const { errors, disagrees, ...rest } = counts;
  const others = Object.entries(rest).map(([kind, count]) => `${count} ${kind}`);
  const { user, system } = process.cpuUsage(processor);
  const seconds = `${Math.round((performance.now() - started) / 1000)} s, ${Math.round((user + system) / 1e6)} s of processor time`;
  console.log(`${level}, seed ${seed}: ${done} programs, ${others.join(", ")}, ${disagrees} disagree; ${errors} errors found by both; ${seconds}`);
  return found;
}

function describe(level: Level, at: number, files: ReadonlyMap<string, string>): void {
  const outcome = compare(files, paths);
  console.log(`\n## ${level}, seed ${at}`);
  for (const [name, text] of files) console.log(`--- ${name}\n${text.trimEnd().split("\n").map((line, index) => `${String(index + 1).padStart(3)}  ${line}`).join("\n")}`);
  if (outcome.kind !== "disagrees") return;
  for (const error of outcome.disagreement.missed) console.log(`missed:    ${error}`);
  for (const error of outcome.disagreement.unfounded) console.log(`unfounded: ${error}`);
  if (outcome.disagreement.crash !== null) console.log(`crash: ${outcome.disagreement.crash}`);
}
