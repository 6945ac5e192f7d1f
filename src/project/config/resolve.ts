import { dirname, resolve } from "node:path";
import type { RuleId, Severity } from "../../findings.js";
import { ruleNamed, type PresetName } from "../../rules.js";
import { defaultPreset, presetAnalysis, presetRules, type AnalysisSettings, type SeverityOverride, type SeveritySettings } from "../settings.js";
import { UserError } from "../user-error.js";
import type { LoadedConfig } from "./load.js";
import type { RuleSettings, UserConfig } from "./types.js";

/** Everything that a run is told by configuration and flags together. */
export interface Settings {
  readonly preset: PresetName;
  readonly analysis: AnalysisSettings;
  readonly severities: SeveritySettings;
  readonly ignorePatterns: readonly string[];
  /** Absolute paths, or null. */
  readonly baseline: string | null;
  readonly cache: boolean;
  readonly cacheLocation: string | null;
  readonly maxWarnings: number | null;
  /** The configuration files behind it, the one that was found last. */
  readonly sources: readonly string[];
}

/** Brings a chain of configurations together, later ones over earlier ones. The last can be of the caller's own making. */
export async function resolveSettings(chain: readonly LoadedConfig[]): Promise<Settings> {
  const last = <K extends keyof UserConfig>(key: K): { readonly value: NonNullable<UserConfig[K]>; readonly folder: string } | null => {
    const found = chain.findLast((config) => config.value[key] !== undefined);
    return found === undefined ? null : { value: found.value[key] as NonNullable<UserConfig[K]>, folder: dirname(found.path) };
  };
  const path = (key: "baseline" | "cacheLocation"): string | null => {
    const found = last(key);
    return found === null ? null : resolve(found.folder, found.value);
  };
  const preset = last("preset")?.value ?? defaultPreset;
  const base = presetAnalysis(preset);
  const budget = last("budget")?.value;
  return {
    preset,
    analysis: {
      classes: last("classes")?.value ?? base.classes,
      dialect: last("dialect")?.value ?? null,
      contracts: await allContracts(chain),
      strict: base.strict,
      checkThrowingCalls: last("checkThrowingCalls")?.value ?? base.checkThrowingCalls,
      flush: last("flush")?.value ?? base.flush,
      maxSteps: budget?.steps ?? null,
      maxStates: budget?.states ?? null,
    },
    severities: {
      rules: Object.assign(presetRules(preset), ...chain.map((config) => bareRules(config.value.rules))) as Record<RuleId, Severity>,
      overrides: chain.flatMap(overridesOf),
      unusedSuppressions: last("reportUnusedSuppressions")?.value ?? "warn",
    },
    ignorePatterns: chain.flatMap((config) => config.value.ignorePatterns ?? []),
    baseline: path("baseline"),
    cache: last("cache")?.value ?? false,
    cacheLocation: path("cacheLocation"),
    maxWarnings: last("maxWarnings")?.value ?? null,
    sources: chain.map((config) => config.path).filter((file) => file !== ""),
  };
}

function overridesOf({ path, value }: LoadedConfig): SeverityOverride[] {
  return (value.overrides ?? []).map((override) => ({ files: typeof override.files === "string" ? [override.files] : override.files, base: dirname(path), rules: bareRules(override.rules) }));
}

function bareRules(rules: RuleSettings = {}): Partial<Record<RuleId, Severity>> {
  const bare: Partial<Record<RuleId, Severity>> = {};
  for (const [name, severity] of Object.entries(rules)) {
    const rule = ruleNamed(name);
    if (rule !== undefined) bare[rule.id] = severity;
  }
  return bare;
}

async function allContracts(chain: readonly LoadedConfig[]): Promise<unknown[]> {
  const found: { readonly source: string; readonly value: unknown }[] = [];
  for (const { path, value } of chain) {
    const { contracts } = value;
    const entries = contracts === undefined ? [] : Array.isArray(contracts) ? (contracts as readonly (string | object)[]) : [contracts];
    for (const entry of entries) {
      if (typeof entry !== "string") {
        found.push({ source: `${path}: contracts`, value: entry });
        continue;
      }
      const { loadValue } = await import("./load.js");
      const file = resolve(dirname(path), entry);
      found.push({ source: file, value: await loadValue(file) });
    }
  }
  if (found.length > 0) await checkContracts(found);
  return found.map((entry) => entry.value);
}

async function checkContracts(found: readonly { readonly source: string; readonly value: unknown }[]): Promise<void> {
  const { checkUserContracts } = await import("../../contracts/index.js");
  const lines = found.flatMap(({ source, value }) => checkUserContracts(value, source)).map((problem) => `${problem.source}: ${problem.message}`);
  if (lines.length > 0) throw new UserError(lines);
}
