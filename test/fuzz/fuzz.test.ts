import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "./compare.js";
import { levels, programs } from "./grammar.js";
import { print } from "./print.js";

/** How many programs of each level; `npm run fuzz` runs any number. */
const runs = Number(process.env["FUZZ_RUNS"] ?? "60");
const seed = Number(process.env["FUZZ_SEED"] ?? "20");

describe("random programs: every first error on a path is found, and nothing that no path has", () => {
  test.each(levels)("%s", (level) => {
    const counts = { agrees: 0, "not followed": 0, "cannot be run": 0, disagrees: 0, missed: 0 };
    fc.assert(
      fc.property(programs(level), (program) => {
        const files = print(program);
        const outcome = compare(files);
        counts[outcome.kind]++;
        // What is missed is counted: an error that comes before another in the text but is judged after it (docs/accuracy.md).
        const quiet = outcome.kind === "disagrees" && outcome.disagreement.unfounded.length === 0 && outcome.disagreement.crash === null;
        if (quiet) counts.missed++;
        if (outcome.kind === "disagrees" && !quiet) throw new Error(`${JSON.stringify(outcome.disagreement)}\n${[...files.values()].join("\n")}`);
      }),
      { numRuns: runs, seed },
    );
    expect(counts["cannot be run"]).toBe(0);
    expect(counts.missed).toBeLessThanOrEqual(Math.ceil(runs * 0.02));
    expect(counts["not followed"]).toBeLessThan(runs * 0.1);
  }, 600_000);
});
