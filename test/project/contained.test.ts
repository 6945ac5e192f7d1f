import { describe, expect, test } from "vitest";
import { analyzeSources } from "../../src/project/analyze.js";
import { analyzeContained } from "../../src/project/contained.js";
import { presetAnalysis } from "../../src/project/settings.js";
import { dangling, leak, library } from "../cli/project.js";

const settings = presetAnalysis("recommended");
const sources = [
  { path: "a.ts", text: leak },
  { path: "b.ts", text: dangling },
  { path: "bad.ts", text: leak },
  { path: "library.ts", text: library },
];
const links = Object.fromEntries(["a.ts", "b.ts", "bad.ts"].map((file) => [file, { "./library.js": "library.ts" }]));

// Comes to grief whenever the bad file takes part.
const failing: typeof analyzeSources = (program, ...more) => {
  if (program.sources.some(({ path }) => path === "bad.ts")) throw new RangeError("Maximum call stack size exceeded");
  return analyzeSources(program, ...more);
};

describe("a mistake of ours", () => {
  test("costs the file that it is about, and no other", () => {
    const result = analyzeContained({ sources, links }, settings, failing);
    expect(result.crashes).toEqual([{ file: "bad.ts", message: "Maximum call stack size exceeded" }]);
    const whole = analyzeSources({ sources, links }, settings).findings;
    expect(result.findings).toEqual(whole.filter((finding) => finding.primary.file !== "bad.ts"));
    expect(result.findings.length).toBeGreaterThan(1);
  });

  test("changes nothing when there is none", () => {
    expect(analyzeContained({ sources, links }, settings)).toEqual({ ...analyzeSources({ sources, links }, settings), crashes: [] });
  });
});
