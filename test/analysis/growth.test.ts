import { describe, expect, test } from "vitest";
import { shapes, type Shape } from "../../bench/growth.js";
import { analyzeProgram } from "../../src/analysis/index.js";
import { lowerSources } from "../../src/project/analyze.js";
import { contractsFor } from "../../src/project/contracts.js";
import { presetAnalysis } from "../../src/project/settings.js";

/**
 * Work, not time: instructions followed and what it costs to write states down, the same in each run. Four times the
 * size may take 2.3 times as much twice over; what is done for any program at all is not judged.
 */
const bound = 2.3 ** 2;
const constant = 200;

describe("the work grows about as the size", () => {
  test.each(shapes.map((shape) => [shape.name, shape] as const))("%s", (_name, shape) => {
    expect(growth(shape)).toBeLessThan(bound);
  });

  // Each place is described by all that is held there, so that this one is known to be quadratic.
  test("(and faster where each new reference is held to the end, so that this test can fail)", () => {
    const held = (index: number): string => `  const s${index} = SSL_get1_session(ssl);\n  if (p.a${index}) p.b();\n`;
    const lines = (size: number, line: (index: number) => string): string => Array.from({ length: size }, (_, index) => line(index)).join("");
    const files = (size: number): string[] => [`export function main(ssl, p) {\n${lines(size, held)}${lines(size, (index) => `  SSL_SESSION_free(s${index});\n`)}}\n`];
    expect(growth({ name: "held at once", sizes: [50, 100, 200], files })).toBeGreaterThan(bound);
  });
});

function growth({ sizes: [quarter, , whole], files }: Shape): number {
  return work(files(whole)) / Math.max(constant, work(files(quarter)));
}

function work(texts: readonly string[]): number {
  const settings = presetAnalysis("recommended");
  const { program } = lowerSources({ sources: texts.map((text, index) => ({ path: `file${index}.js`, text })), links: {} });
  const { strict, checkThrowingCalls, flush } = settings;
  // Whoever looks on gets every function followed, those too that are right at first sight.
  const result = analyzeProgram(program, contractsFor(settings), { strict, checkThrowingCalls, flush, observe: () => undefined });
  expect(result.incomplete).toEqual([]);
  return result.work;
}
