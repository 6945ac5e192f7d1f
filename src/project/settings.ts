import type { RuleId, Severity } from "../findings.js";
import { ruleList, type PresetName } from "../rules.js";

/** Everything that decides what an analysis finds. Plain data: it crosses to worker threads and into cache keys. */
export interface AnalysisSettings {
  readonly classes: readonly string[] | "all";
  readonly dialect: string | null;
  /** Contracts of the user, checked. */
  readonly contracts: readonly unknown[];
  readonly strict: boolean;
  readonly checkThrowingCalls: boolean;
  readonly flush: "manual" | "observed";
  readonly maxSteps: number | null;
  readonly maxStates: number | null;
}

/** The severity of each rule, and where it differs. */
export interface SeveritySettings {
  readonly rules: Readonly<Record<RuleId, Severity>>;
  readonly overrides: readonly SeverityOverride[];
  readonly unusedSuppressions: Severity;
}

export interface SeverityOverride {
  /** Patterns in the form of `.gitignore`, relative to `base`. */
  readonly files: readonly string[];
  readonly base: string;
  readonly rules: Readonly<Partial<Record<RuleId, Severity>>>;
}

export const defaultPreset: PresetName = "recommended";

/** The settings that a preset stands for. */
export function presetAnalysis(preset: PresetName): AnalysisSettings {
  const strict = preset !== "recommended";
  return { classes: ["SSL_SESSION"], dialect: null, contracts: [], strict, checkThrowingCalls: strict, flush: "manual", maxSteps: null, maxStates: null };
}

/** Severity of every rule in a preset. */
export function presetRules(preset: PresetName): Record<RuleId, Severity> {
  return Object.fromEntries(ruleList.map((rule) => [rule.id, rule.severity[preset]])) as Record<RuleId, Severity>;
}
