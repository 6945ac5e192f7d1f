import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { analyzeTexts, type SourceText } from "../../src/project/analyze.js";
import { run } from "../../src/project/run.js";
import { presetAnalysis, presetRules } from "../../src/project/settings.js";
import { fixturePath, programsOf } from "../fixtures/programs.js";

const severities = { rules: presetRules("all"), overrides: [], unusedSuppressions: "off" } as const;

/** A permutation that a seed decides (Fisher and Yates, with Park and Miller's generator). */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const result = [...items];
  let state = seed;
  for (let index = result.length - 1; index > 0; index--) {
    state = (state * 48_271) % 2_147_483_647;
    const other = state % (index + 1);
    [result[index], result[other]] = [result[other] as Item, result[index] as Item];
  }
  return result;
}

describe("the order of files does not show in the report", () => {
  const themes = ["themes/helpers", "themes/classes", "themes/closures"];
  const sources: SourceText[] = programsOf("themes").filter(({ name }) => themes.some((theme) => name.startsWith(theme))).flatMap(({ files }) => files.map(({ file, text }) => ({ path: file, text })));
  const report = (order: readonly SourceText[]): unknown => {
    const { findings, incomplete } = analyzeTexts(order, presetAnalysis("all"), severities);
    return { findings, incomplete };
  };

  test("of one program", () => {
    expect(sources.length).toBeGreaterThan(50);
    const first = report(sources);
    expect((first as { findings: unknown[] }).findings.length).toBeGreaterThan(20);
    for (const seed of [1, 2, 3]) expect(report(shuffled(sources, seed))).toEqual(first);
  });

  test("of paths and programs", async () => {
    const folders = readdirSync(fixturePath("projects")).sort().map((name) => join(fixturePath("projects"), name));
    const judge = async (paths: readonly string[]): Promise<unknown> => {
      const { findings, incomplete } = await run({ cwd: fixturePath("projects"), paths, analysis: presetAnalysis("all"), severities, texts: new Map(), around: [], only: null, threads: 1, cache: null, progress: () => undefined, honourIgnoreFiles: true, ignorePatterns: [] });
      return { findings, incomplete };
    };
    const first = await judge(folders);
    expect((first as { findings: unknown[] }).findings.length).toBeGreaterThan(50);
    for (const seed of [4, 5]) expect(await judge(shuffled(folders, seed))).toEqual(first);
  });
});
