/** The ESLint plugin: `import sessionLint from "session-lint/eslint-plugin"`. */
import { flatConfig, legacyConfig, type FlatConfig, type LegacyConfig } from "./configs.js";
import { meta } from "./meta.js";
import { rules, type RuleModules } from "./rule-modules.js";

export interface SessionLintPlugin {
  readonly meta: typeof meta;
  readonly rules: RuleModules;
  readonly configs: {
    recommended: FlatConfig;
    strict: FlatConfig;
    all: FlatConfig;
    "legacy-recommended": LegacyConfig;
    "legacy-strict": LegacyConfig;
    "legacy-all": LegacyConfig;
  };
}

export type { FlatConfig, LegacyConfig } from "./configs.js";
export type { EslintSettings } from "./settings.js";

// One object: ESLint refuses two plugins of one name, and a user may name the plugin besides extending a configuration.
const base = { meta, rules };
const configs: SessionLintPlugin["configs"] = {
  recommended: flatConfig("recommended", base),
  strict: flatConfig("strict", base),
  all: flatConfig("all", base),
  "legacy-recommended": legacyConfig("recommended"),
  "legacy-strict": legacyConfig("strict"),
  "legacy-all": legacyConfig("all"),
};
const plugin: SessionLintPlugin = Object.assign(base, { configs });

export { configs, meta, rules };
// The second name is what `require` gives back.
export { plugin as default, plugin as "module.exports" };
