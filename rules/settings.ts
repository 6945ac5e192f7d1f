import { presetNames, type PresetName } from "../src/rules.js";
import { presetAnalysis, type AnalysisSettings } from "../src/project/settings.js";

/** What a user may write under `settings["session-lint"]` in an ESLint configuration; the shared configurations set `preset`. */
export interface EslintSettings {
  readonly preset?: PresetName;
  readonly classes?: readonly string[] | "all";
  readonly dialect?: string;
  readonly contracts?: readonly unknown[];
  readonly flush?: "manual" | "observed";
  readonly checkThrowingCalls?: boolean;
}

/** Options of a rule that change what the analysis looks for. */
export type AnalysisOverrides = Partial<Pick<AnalysisSettings, "checkThrowingCalls">>;

/** The settings of the analysis that an ESLint configuration asks for; the same object where that is the same. */
export function analysisSettings(settings: object, overrides: AnalysisOverrides): AnalysisSettings {
  let own = known.get(settings);
  if (own === undefined) known.set(settings, (own = ownAnalysis(settings)));
  return Object.keys(overrides).length === 0 ? own : { ...own, ...overrides };
}

// ESLint gives each file of a configuration the same settings.
const known = new WeakMap<object, AnalysisSettings>();

function ownAnalysis(settings: object): AnalysisSettings {
  const { preset, ...given } = ownSettings(settings);
  return { ...presetAnalysis(preset ?? "recommended"), ...given };
}

const readers: { readonly [Key in keyof EslintSettings]-?: { readonly expects: string; accepts(value: unknown): boolean } } = {
  preset: { expects: `one of ${presetNames.join(", ")}`, accepts: (value) => presetNames.some((name) => name === value) },
  classes: { expects: 'a list of class names, or "all"', accepts: (value) => value === "all" || (Array.isArray(value) && value.every((name) => typeof name === "string")) },
  dialect: { expects: "the name of a library", accepts: (value) => typeof value === "string" },
  contracts: { expects: "a list of contract objects", accepts: Array.isArray },
  flush: { expects: '"manual" or "observed"', accepts: (value) => value === "manual" || value === "observed" },
  checkThrowingCalls: { expects: "true or false", accepts: (value) => typeof value === "boolean" },
};

function ownSettings(settings: unknown): EslintSettings {
  const own = isRecord(settings) ? settings["session-lint"] : undefined;
  if (own === undefined) return {};
  if (!isRecord(own)) throw new Error('settings["session-lint"] must be an object');
  for (const [key, value] of Object.entries(own)) {
    if (!isKnown(key)) throw new Error(`settings["session-lint"].${key} is not known; there are ${Object.keys(readers).join(", ")}`);
    if (!readers[key].accepts(value)) throw new Error(`settings["session-lint"].${key} must be ${readers[key].expects}`);
  }
  return own;
}

function isKnown(key: string): key is keyof EslintSettings {
  return Object.hasOwn(readers, key);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
