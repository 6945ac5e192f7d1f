import type { RuleId, Severity } from "../../findings.js";
import type { PresetName, QualifiedRuleId } from "../../rules.js";

export type RuleSettings = Partial<Record<RuleId | QualifiedRuleId, Severity>>;

/** What a configuration file holds. Documented by schema/config.schema.json and docs/configuration.md. */
export interface UserConfig {
  readonly $schema?: string;
  /** Configurations to build on: paths relative to this file, or package names. Later ones win. */
  readonly extends?: string | readonly string[];
  readonly preset?: PresetName;
  readonly rules?: RuleSettings;
  /** Classes of native objects to follow; default `["SSL_SESSION"]`. */
  readonly classes?: readonly string[] | "all";
  /** The library behind the bindings where it differs from OpenSSL. */
  readonly dialect?: string;
  /** Contracts for other libraries: objects (see `defineContracts`), or paths of files that hold them. */
  readonly contracts?: string | object | readonly (string | object)[];
  /** Whether a path counts that is taken only when a call throws; default: in `strict` and `all`. */
  readonly checkThrowingCalls?: boolean;
  /** What `SSL_CTX_flush_sessions` does to borrowed pointers: as the manual warns, or as releases were observed. */
  readonly flush?: "manual" | "observed";
  /** Files to leave out, in the form of `.gitignore`. */
  readonly ignorePatterns?: readonly string[];
  /** Changed severities for some files. */
  readonly overrides?: readonly { readonly files: string | readonly string[]; readonly rules: RuleSettings }[];
  /** Level of comments that hide nothing; default `warn`. */
  readonly reportUnusedSuppressions?: Severity;
  /** File of known findings. */
  readonly baseline?: string;
  readonly cache?: boolean;
  readonly cacheLocation?: string;
  /** Bounds of the work on one function. */
  readonly budget?: { readonly steps?: number; readonly states?: number };
  readonly maxWarnings?: number;
}
