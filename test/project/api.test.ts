import { describe, expect, test } from "vitest";
import { analyze, defineConfig, defineContracts, rules } from "../../src/index.js";
import { analyzeTexts } from "../../src/project/analyze.js";
import { presetAnalysis, presetRules } from "../../src/project/settings.js";
import { dangling, leak, library, Project } from "../cli/project.js";

const files = [
  { path: "src/library.ts", text: library },
  { path: "src/a.ts", text: leak },
  { path: "src/b.ts", text: dangling },
];

describe("analyze", () => {
  test("programs that exist only as text", async () => {
    const report = await analyze({ files, cwd: "/no/such/folder" });
    expect(report.findings.map((finding) => [finding.file, finding.ruleId])).toEqual([
      ["src/a.ts", "session-lint/require-release"],
      ["src/b.ts", "session-lint/no-use-after-invalidate"],
    ]);
    expect(report.summary).toMatchObject({ files: 3, analyzed: 3, errors: 2, warnings: 0, incomplete: [] });
  });

  test("takes the keys of the configuration", async () => {
    const report = await analyze({ files, cwd: "/no/such/folder", rules: { "require-release": "off", "session-lint/no-use-after-invalidate": "warn" } });
    expect(report.findings.map((finding) => finding.severity)).toEqual(["warn"]);
  });

  test("the order of the files makes no difference", async () => {
    const [one, other] = await Promise.all([files, files.toReversed()].map((order) => analyze({ files: order, cwd: "/no/such/folder" })));
    expect({ ...other, summary: { ...other?.summary, durationMs: 0 } }).toEqual({ ...one, summary: { ...one?.summary, durationMs: 0 } });
  });

  test("reads the configuration file on request", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak, "session-lint.config.json": '{ "rules": { "require-release": "off" } }' });
    expect((await analyze({ cwd: project.root })).findings).toHaveLength(1);
    expect((await analyze({ cwd: project.root, useConfig: true })).findings).toHaveLength(0);
  });

  test("offers tried edits on request", async () => {
    const report = await analyze({ files, cwd: "/no/such/folder", suggestions: true });
    expect(report.findings[0]?.suggestions[0]?.edits.length).toBeGreaterThan(0);
    expect((await analyze({ files, cwd: "/no/such/folder" })).findings[0]?.suggestions).toEqual([]);
  });

  test("a mistake is an error with a line that says what and where", async () => {
    await expect(analyze({ paths: ["missing"], cwd: "/" })).rejects.toThrow("missing: there is no such file or folder");
    await expect(analyze({ files, preset: "best" as "strict" })).rejects.toThrow('options: "preset" must be "recommended", "strict" or "all", not "best"');
  });
});

test("analyzeTexts judges a program without touching the disk", () => {
  const { findings, faults } = analyzeTexts(files, presetAnalysis("recommended"), { rules: presetRules("recommended"), overrides: [], unusedSuppressions: "off" });
  expect(findings.map((finding) => finding.rule)).toEqual(["require-release", "no-use-after-invalidate"]);
  expect(faults).toEqual([]);
});

test("what is defined is given back", () => {
  const config = defineConfig({ preset: "strict", rules: { "session-lint/require-release": "error", "no-double-release": "off" } });
  expect(config.preset).toBe("strict");
  const contracts = defineContracts({ classes: { Stmt: { release: "sqlite3_finalize" } } });
  expect(contracts.classes?.["Stmt"]?.release).toBe("sqlite3_finalize");
  expect(rules.map((rule) => rule.id)).toContain("require-release");
});
