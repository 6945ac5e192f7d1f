/** The one place where the plugin meets the analysis. */
import { isAbsolute, resolve } from "node:path";
import type { Finding, RuleId } from "../src/findings.js";
import type { FixProposal } from "../src/fix/index.js";
import { analyzeFileForEditor, isRelevantForEditor, type EditorFile } from "../src/project/editor.js";
import { loadAnalyzer } from "../src/project/lazy.js";
import { readSuppressions } from "../src/project/suppressions.js";
import { analysisSettings, type AnalysisOverrides } from "./settings.js";

/** The part of ESLint's rule context that decides what the analysis finds. */
export interface LintedFile {
  readonly filename: string;
  readonly cwd: string;
  readonly settings: object | undefined;
  readonly sourceCode: { readonly text: string; readonly ast: object };
}

// The tree is new for every text that is linted, while oxlint has one source code object for all files. One file is
// linted after the other, so the last is enough; a WeakMap over all trees would make every collection of garbage dear,
// and a WeakRef is asked by every rule.
let latest: { readonly tree: object; readonly relevant: boolean; readonly bySettings: Map<string, readonly Finding[]> } | null = null;

/** Whether a file has anything to do with native objects, told without parsing and once for all rules. */
export function mayHaveFindings(file: LintedFile): boolean {
  return latestFor(file).relevant;
}

/** The findings of a rule that no `session-lint-disable` comment hides. */
export function findingsOf(rule: RuleId, file: LintedFile, overrides: AnalysisOverrides): readonly Finding[] {
  const findings = findingsIn(file, overrides).filter((finding) => finding.rule === rule);
  if (findings.length === 0) return findings;
  const suppressions = readSuppressions(file.sourceCode.text, ["session-lint"]);
  return findings.filter(({ primary }) => suppressions.hiding(rule, primary.start) === null);
}

// The rules of one file share one analysis, unless their options ask for another.
function findingsIn(file: LintedFile, overrides: AnalysisOverrides): readonly Finding[] {
  const { bySettings } = latestFor(file);
  const key = JSON.stringify([file.settings, overrides]);
  const before = bySettings.get(key);
  if (before !== undefined) return before;
  const findings = analyze(file, file.sourceCode.text, overrides);
  bySettings.set(key, findings);
  return findings;
}

function latestFor(file: LintedFile): NonNullable<typeof latest> {
  const { ast, text } = file.sourceCode;
  if (latest?.tree !== ast) latest = { tree: ast, relevant: isRelevantForEditor(editorFile(file, text, {})), bySettings: new Map() };
  return latest;
}

/** The edits that repair the findings of a rule, each tried on the text. */
export function proposalsFor(file: LintedFile, findings: readonly Finding[], overrides: AnalysisOverrides): ReadonlyMap<Finding, FixProposal[]> {
  return loadAnalyzer().verifiedForAll(findings, file.sourceCode.text, findingsIn(file, overrides), (text) => analyze(file, text, overrides));
}

function analyze(file: LintedFile, text: string, overrides: AnalysisOverrides): readonly Finding[] {
  return analyzeFileForEditor(editorFile(file, text, overrides));
}

function editorFile(file: LintedFile, text: string, overrides: AnalysisOverrides): EditorFile {
  return { path: pathOf(file), text, cwd: file.cwd, settings: analysisSettings(file.settings ?? noSettings, overrides) };
}

const noSettings = {};

// Text that is no file has a name such as `<input>`; it is read as TypeScript, which JavaScript is too.
function pathOf({ filename, cwd }: LintedFile): string {
  if (filename.startsWith("<")) return resolve(cwd, "input.ts");
  return isAbsolute(filename) ? filename : resolve(cwd, filename);
}
