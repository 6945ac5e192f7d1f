import { describe, expect, test } from "vitest";
import { leak, library, Project } from "../cli/project.js";

const lines = leak.split("\n");

/** The sample with a comment above (or at the end of) line 3, where the reference is obtained. */
function commented(above: string, behind = ""): string {
  return lines.map((line, index) => (index === 2 ? `${above}${line}${behind}` : line)).join("\n");
}

async function outcome(text: string, words: readonly string[] = []): Promise<{ findings: number; hidden: (string | null)[]; problems: string[] }> {
  const report = await new Project({ "library.ts": library, "a.ts": text }).report(words);
  return { findings: report.findings.length, hidden: report.suppressed.map((finding) => finding.suppression?.justification ?? null), problems: report.problems.map((problem) => `${problem.range?.start.line ?? 0}: ${problem.message}`) };
}

describe("a comment hides a finding", () => {
  test.each([
    ["for the next line", commented("// session-lint-disable-next-line require-release -- the cache owns it\n"), "the cache owns it"],
    ["with the prefix", commented("// session-lint-disable-next-line session-lint/require-release\n"), null],
    ["for every rule", commented("  // session-lint-disable-next-line\n"), null],
    ["among others", commented("// session-lint-disable-next-line no-double-release, require-release -- two\n"), "two"],
    ["in a block comment", commented("/* session-lint-disable-next-line require-release -- why\n * not */\n"), "why * not"],
    ["on its own line", commented("", " // session-lint-disable-line require-release"), null],
    ["in ESLint's words", commented("// eslint-disable-next-line no-console, session-lint/require-release -- shared\n"), "shared"],
    ["in ESLint's words on the line", commented("", " // eslint-disable-line session-lint/require-release"), null],
    ["from here on", commented("/* session-lint-disable require-release -- old code */\n"), "old code"],
    ["from the first line of the file", `// session-lint-disable require-release\n${leak}`, null],
    ["in ESLint's block", `/* eslint-disable session-lint/require-release */\n${leak}`, null],
    ["between two comments", commented("/* session-lint-disable */", " /* session-lint-enable */"), null],
    ["with other line ends", commented("// session-lint-disable-next-line require-release\n").replaceAll("\n", "\r\n"), null],
  ])("%s", async (_name, text, justification) => {
    expect(await outcome(text, ["--rule", "no-double-release=off"])).toEqual({ findings: 0, hidden: [justification], problems: [] });
  });
});

describe("a comment that hides nothing is told, and the finding stays", () => {
  test.each([
    ["another rule", commented("// session-lint-disable-next-line no-double-release\n"), "3: this comment hides no finding of `no-double-release`"],
    ["a line too early", commented("// session-lint-disable-next-line require-release\n\n"), "3: this comment hides no finding of `require-release`"],
    ["a block that ended before", commented("/* session-lint-disable */ /* session-lint-enable */\n"), "3: this comment hides no finding"],
    ["a rule that does not exist", commented("// session-lint-disable-next-line require-relase\n"), /^3: this comment names `require-relase`, which is no rule/],
    ["in ESLint's words", commented("// eslint-disable-next-line session-lint/no-double-release\n"), "3: this comment hides no finding of `no-double-release`"],
  ])("%s", async (_name, text, problem) => {
    const { findings, hidden, problems } = await outcome(text);
    expect([findings, hidden]).toEqual([1, []]);
    expect(problems).toEqual([typeof problem === "string" ? problem : expect.stringMatching(problem)]);
  });

  test("comments of ESLint without a rule of ours speak of its own run only", async () => {
    expect(await outcome(commented("// eslint-disable-next-line\n"))).toEqual({ findings: 1, hidden: [], problems: [] });
    expect(await outcome(commented("// eslint-disable-next-line no-console\n"))).toEqual({ findings: 1, hidden: [], problems: [] });
  });

  test("a rule that is off has nothing to hide", async () => {
    const text = commented("// session-lint-disable-next-line require-release\n");
    expect((await outcome(text, ["--rule", "require-release=off"])).problems).toEqual([]);
  });

  test("the level can be set", async () => {
    const project = new Project({ "library.ts": library, "a.ts": commented("// session-lint-disable-next-line\n// session-lint-disable-next-line\n"), "session-lint.config.json": '{ "reportUnusedSuppressions": "error" }' });
    expect((await project.run([])).status).toBe(1);
    project.write({ "session-lint.config.json": '{ "reportUnusedSuppressions": "off" }' });
    expect((await project.run([])).status).toBe(0);
  });
});
