import { analyzeTexts } from "../../src/project/analyze.js";
import { presetAnalysis, presetRules } from "../../src/project/settings.js";

/** What became of one text. */
export interface Survival {
  readonly milliseconds: number;
  readonly findings: number;
  readonly faults: number;
  readonly incomplete: number;
  /** Set when the product threw. */
  readonly crash: string | null;
}

const severities = { rules: presetRules("all"), overrides: [], unusedSuppressions: "off" as const };
const settings = { ...presetAnalysis("all"), classes: "all" as const };

/** Parses, lowers and analyses a text with everything switched on, whether or not it has to do with native code. */
export function survive(path: string, text: string): Survival {
  const started = performance.now();
  try {
    const { findings, faults, incomplete } = analyzeTexts([{ path, text }], settings, severities);
    return { milliseconds: performance.now() - started, findings: findings.length, faults: faults.length, incomplete: incomplete.length, crash: null };
  } catch (error) {
    return { milliseconds: performance.now() - started, findings: 0, faults: 0, incomplete: 0, crash: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
