import { loadContracts } from "../../src/contracts/index.js";
import { analyzeTexts } from "../../src/project/analyze.js";
import { presetAnalysis, presetRules } from "../../src/project/settings.js";
import { decidedRules, judge, type OracleError, type Verdict } from "../oracle/index.js";
import { ProgramRealm } from "../oracle/realm.js";

/** What the product and the oracle say differently of one program; null where they agree. */
export interface Disagreement {
  readonly missed: readonly string[];
  readonly unfounded: readonly string[];
  readonly crash: string | null;
}

export type Outcome = (
  | { readonly kind: "agrees" | "cannot be run" | "not followed"; readonly errors: number }
  | { readonly kind: "disagrees"; readonly disagreement: Disagreement }
) & {
  /** False when not every path was run: what was missed then is known only in part, and nothing found is called unfounded. */
  readonly whole: boolean;
};

const contracts = loadContracts();
// Random programs leave the run time's own objects alone.
const realm = new ProgramRealm();
const severities = { rules: presetRules("recommended"), overrides: [], unusedSuppressions: "off" as const };

/**
 * Runs product and oracle on a program. Every first error on a path must be found, and what is found must go
 * wrong on some path; before that is denied, loops are run more often and native calls may throw. It is only denied when every path could be run,
 * of `paths` at most for each function.
 */
export function compare(files: ReadonlyMap<string, string>, paths = 30_000): Outcome {
  const verdict = run(files, 2, false, Math.min(paths, 1000));
  let whole = verdict.complete;
  if (verdict.unsupported.length > 0) return { kind: "cannot be run", errors: 0, whole };
  let result;
  try {
    result = analyzeTexts([...files].map(([path, text]) => ({ path, text })), presetAnalysis("recommended"), severities);
  } catch (error) {
    return { kind: "disagrees", disagreement: { missed: [], unfounded: [], crash: error instanceof Error ? (error.stack ?? error.message) : String(error) }, whole };
  }
  if (result.incomplete.length > 0) return { kind: "not followed", errors: 0, whole };
  const found = result.findings
    .filter((finding) => decidedRules.includes(finding.rule))
    .map((finding) => ({ rule: finding.rule, file: finding.primary.file, line: lineOf(files.get(finding.primary.file) ?? "", finding.primary.start) }));
  // Two errors at one place are one finding: either will do.
  const missed = verdict.sure.filter((error) => !found.some((at) => says(error, at) || (isAt(error, at) && at.rule !== "require-release" && error.rule !== "require-release")));
  let unfounded = found.filter((at) => !verdict.possible.some((error) => says(error, at)));
  if (unfounded.length > 0) {
    const longer = run(files, 4, true, paths);
    whole = longer.complete;
    unfounded = longer.complete ? unfounded.filter((at) => !longer.possible.some((error) => says(error, at))) : [];
  }
  if (missed.length === 0 && unfounded.length === 0) return { kind: "agrees", errors: verdict.sure.length, whole };
  return { kind: "disagrees", disagreement: { missed: missed.map(name), unfounded: unfounded.map(name), crash: null }, whole };
}

function run(files: ReadonlyMap<string, string>, rounds: number, nativeThrows: boolean, maxRuns: number): Verdict {
  return judge(files, { contracts, strict: false, checkThrowingCalls: false, flush: "manual", nativeThrows, rounds, maxRuns, maxMilliseconds: 20_000 }, realm);
}

function says(error: OracleError, at: { rule: string; file: string; line: number }): boolean {
  return error.rules.some((rule) => rule === at.rule) && isAt(error, at);
}

function isAt(error: OracleError, at: { file: string; line: number }): boolean {
  return error.places.some((place) => place.file === at.file && place.line === at.line);
}

function name(at: { rule: string; file: string; line: number }): string {
  return `${at.file}:${at.line} ${at.rule}`;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
