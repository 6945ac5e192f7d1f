import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "./compare.js";
import { programs, type Level } from "./grammar.js";
import { print } from "./print.js";

/** How many programs of each level whose programs are settled (docs/accuracy.md); `npm run fuzz` runs any number of any. */
const settled: readonly (readonly [Level, number])[] = [["straight", 700], ["branches", 700], ["loops", 300], ["exceptions", 300], ["helpers", 100], ["records", 100], ["objects", 100], ["modules", 100], ["jumps", 60], ["answers", 60], ["containers", 60], ["generators", 60], ["promises", 60], ["disposal", 60], ["classes", 60]];
const seed = Number(process.env["FUZZ_SEED"] ?? "20");

describe("random programs: every first error on a path is found, and nothing that no path has", () => {
  test.each(settled)("%s", (level, usual) => {
    const runs = Number(process.env["FUZZ_RUNS"] ?? usual);
    const counts = { agrees: 0, "not followed": 0, "cannot be run": 0, disagrees: 0 };
    fc.assert(
      fc.property(programs(level), (program) => {
        const files = print(program);
        const outcome = compare(files);
        counts[outcome.kind]++;
        if (outcome.kind === "disagrees") throw new Error(`${JSON.stringify(outcome.disagreement)}\n${[...files.values()].join("\n")}`);
      }),
      { numRuns: runs, seed },
    );
    expect(counts["cannot be run"]).toBe(0);
    expect(counts["not followed"]).toBeLessThan(runs * 0.1);
  }, 600_000);
});
