/** The public interface: run the analyzer from a program, and write configurations and contracts with types. */
import type { WrittenContracts } from "./contracts/user.js";
import type { UserConfig } from "./project/config/types.js";
import type { Report } from "./report/model.js";

export type { JudgedFinding, Finding, FindingData, Incomplete, PathStep, RuleId, Severity, Site, StepKind } from "./findings.js";
export type { UserConfig } from "./project/config/types.js";
export type { WrittenContracts as UserContracts } from "./contracts/user.js";
export type { Position, Range, Report, ReportFinding, ReportProblem, ReportStep, ReportSummary, Suggestion } from "./report/model.js";
export type { PresetName, RuleInfo } from "./rules.js";
export { presetNames, ruleList as rules } from "./rules.js";

export interface AnalyzeOptions extends Omit<UserConfig, "extends" | "$schema" | "cache" | "cacheLocation" | "maxWarnings"> {
  /** Files and folders to look at; default: the working directory. */
  readonly paths?: readonly string[];
  /** Programs given as text: they stand for what is on disk, and are looked at whether they exist there or not. */
  readonly files?: readonly { readonly path: string; readonly text: string }[];
  readonly cwd?: string;
  /** False: ignore files do not count. */
  readonly honourIgnoreFiles?: boolean;
  /** Look for a configuration file, as the command line does, and build on it; default: false. */
  readonly useConfig?: boolean;
  /** Try out edits for each finding and offer those that repair it; default: false. */
  readonly suggestions?: boolean;
}

/** Looks for findings. The report is the same as that of `session-lint --format json`. */
export async function analyze(options: AnalyzeOptions = {}): Promise<Report> {
  const { analyzeWith } = await import("./api.js");
  return analyzeWith(options);
}

/** Gives a configuration back as it is: it is here for the types. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}

/** Gives contracts back as they are: it is here for the types. */
export function defineContracts(contracts: WrittenContracts): WrittenContracts {
  return contracts;
}
