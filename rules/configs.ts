import type { RuleId, Severity } from "../src/findings.js";
import { ruleList, rulePrefix, type PresetName, type QualifiedRuleId } from "../src/rules.js";
import type { meta } from "./meta.js";
import type { RuleModules } from "./rule-modules.js";
import type { EslintSettings } from "./settings.js";

interface SharedConfig {
  rules: Record<QualifiedRuleId, Severity>;
  settings: { "session-lint": EslintSettings };
}

/** A shared configuration for `eslint.config.js`. */
export interface FlatConfig extends SharedConfig {
  name: string;
  plugins: { "session-lint": { meta: typeof meta; rules: RuleModules } };
}

/** A shared configuration for `.eslintrc`. */
export interface LegacyConfig extends SharedConfig {
  plugins: string[];
}

export function flatConfig(preset: PresetName, plugin: FlatConfig["plugins"]["session-lint"]): FlatConfig {
  return { name: `${rulePrefix}${preset}`, plugins: { "session-lint": plugin }, ...shared(preset) };
}

export function legacyConfig(preset: PresetName): LegacyConfig {
  return { plugins: ["session-lint"], ...shared(preset) };
}

function shared(preset: PresetName): SharedConfig {
  return { rules: Object.fromEntries(ruleList.map(({ id, severity }) => [qualified(id), severity[preset]])) as SharedConfig["rules"], settings: { "session-lint": { preset } } };
}

function qualified(id: RuleId): QualifiedRuleId {
  return `${rulePrefix}${id}`;
}
