import * as typescriptParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import plugin from "../../rules/index.js";
import { ruleList, rulePrefix } from "../../src/rules.js";
import { parseProgram, type Directives } from "../fixtures/expectations.js";
import { fixturePath, programsOf, type FixtureProgram } from "../fixtures/programs.js";
import { runFixture } from "../fixtures/run.js";

/** Through ESLint's API, each file by itself, as an editor does: espree for JavaScript, the typescript-eslint parser for TypeScript. */
function lintProgram(program: FixtureProgram, directives: Directives): string[] {
  const cwd = fixturePath(program.project ? program.name : ".");
  const linter = new Linter({ cwd });
  return program.files.flatMap(({ file, text }) => linter.verify(text, configFor(file, directives), { filename: fixturePath(file) }).filter(({ ruleId }) => ruleId?.startsWith(rulePrefix) ?? true).map(({ line, ruleId, message }) => `${file}:${line} ${ruleId ?? `cannot be parsed: ${message}`}`)).sort();
}

const code = "**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}";

function configFor(file: string, directives: Directives): Linter.Config[] {
  const { preset, classes, checkThrowingCalls, flush, dialect } = directives;
  const given = Object.fromEntries(Object.entries({ classes, checkThrowingCalls, flush, dialect }).filter(([, value]) => value !== null));
  const language: Linter.LanguageOptions = /\.[cm]?tsx?$/u.test(file) ? { parser: typescriptParser, parserOptions: { ecmaFeatures: { jsx: true } } } : { sourceType: sourceTypeOf(file), parserOptions: { ecmaFeatures: { jsx: true, globalReturn: file.endsWith(".cjs") } } };
  return [
    { files: [code], linterOptions: { reportUnusedDisableDirectives: "off" }, languageOptions: language, plugins: { "session-lint": plugin } },
    { files: [code], rules: Object.fromEntries(ruleList.map(({ id, severity }) => [`${rulePrefix}${id}`, severity[preset]])), settings: { "session-lint": { preset, ...given } } },
  ];
}

function sourceTypeOf(file: string): "module" | "commonjs" {
  return file.endsWith(".cjs") ? "commonjs" : "module";
}

async function analyzeProgram(program: FixtureProgram, directives: Directives): Promise<string[]> {
  const found = await runFixture(program, directives);
  return found.map(({ file, line, rule }) => `${file}:${line} ${rulePrefix}${rule}`).sort();
}

describe.each(["rules", "themes", "projects"] as const)("%s", (kind) => {
  test.each(programsOf(kind).map((program) => [program.name, program] as const))("%s", async (_, program) => {
    const { directives } = parseProgram(program.files);
    expect(lintProgram(program, directives)).toEqual(await analyzeProgram(program, directives));
  });
});
