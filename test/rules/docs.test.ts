import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { analysisSettings } from "../../rules/settings.js";
import { analyzeFileForEditor } from "../../src/project/editor.js";
import { ruleIds, type RuleId } from "../../src/findings.js";
import { rules } from "../../src/rules.js";

const folder = fileURLToPath(new URL("../../docs/rules", import.meta.url));

interface Example {
  readonly heading: string;
  readonly code: string;
}

function examplesOf(rule: string): Example[] {
  const page = readFileSync(join(folder, `${rule}.md`), "utf8");
  return [...page.matchAll(/^### ([✅❌] .+)\n\n```ts\n([\s\S]*?)^```$/gmu)].map(([, heading = "", code = ""]) => ({ heading, code }));
}

// The mildest preset that has the rule on.
function rulesFound(rule: RuleId, code: string): string[] {
  const preset = rules[rule].severity.recommended === "off" ? "strict" : "recommended";
  const findings = analyzeFileForEditor({ path: resolve("example.ts"), text: code, cwd: resolve("."), settings: analysisSettings({ "session-lint": { preset } }, {}) });
  return findings.map(({ rule }) => rule);
}

test("there is a page for each rule and for nothing else", () => {
  const pages = readdirSync(folder).filter((name) => name !== "README.md");
  expect(pages.sort()).toEqual(ruleIds.map((id) => `${id}.md`).sort());
});

describe.each(ruleIds)("%s", (rule) => {
  const examples = examplesOf(rule);

  test("has examples of both kinds", () => {
    expect(new Set(examples.map(({ heading }) => heading.slice(0, 1)))).toEqual(new Set(["❌", "✅"]));
  });

  test.each(examples)("$heading", ({ heading, code }) => {
    if (heading.startsWith("❌")) expect(rulesFound(rule, code)).toContain(rule);
    else expect(rulesFound(rule, code)).not.toContain(rule);
  });
});
