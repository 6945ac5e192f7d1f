/** What is known of every rule apart from its analysis: the one table behind presets, `--list-rules`, SARIF descriptors and the plugin. */
import { ruleIds, type RuleId, type Severity } from "./findings.js";

export const presetNames = ["recommended", "strict", "all"] as const;
export type PresetName = (typeof presetNames)[number];

export interface RuleInfo {
  readonly id: RuleId;
  /** One line that completes "rule …": starts with a verb, no final period. */
  readonly description: string;
  /** What kind of advice it is, in ESLint's words. */
  readonly type: "problem" | "suggestion";
  /** How sure a report is, in SARIF's words. */
  readonly precision: "very-high" | "high" | "medium";
  readonly severity: Readonly<Record<PresetName, Severity>>;
}

/** Prefix of every rule id in every output. */
export const rulePrefix = "session-lint/";

export type QualifiedRuleId = `session-lint/${RuleId}`;

/** Page that explains the rule. */
export function ruleUrl(id: RuleId): string {
  return `${projectUrl}/blob/main/docs/rules/${id}.md`;
}

/** Home page of the project. */
export const projectUrl = "https://github.com/session-lint/session-lint";

export const rules: Readonly<Record<RuleId, RuleInfo>> = {
  "no-use-after-invalidate": problem("no-use-after-invalidate", "disallow using a borrowed pointer after its connection or context let go of the object", "error", "error"),
  "require-release": problem("require-release", "require that every owned reference is released or given away on every path", "error", "error"),
  "no-use-after-release": problem("no-use-after-release", "disallow using a pointer after the last reference to its object was given back", "error", "error"),
  "no-double-release": problem("no-double-release", "disallow releasing a reference that was already given back", "error", "error"),
  "no-release-borrowed": problem("no-release-borrowed", "disallow releasing a borrowed pointer of which no reference is held", "error", "error"),
  "no-borrow-escape": problem("no-borrow-escape", "disallow putting a borrowed pointer where it outlives the use of its connection", "warn", "error"),
  "no-borrow-across-suspension": problem("no-borrow-across-suspension", "disallow using a borrowed pointer after an `await` or `yield` that came after it was obtained", "off", "error"),
  "no-cross-context": problem("no-cross-context", "disallow giving a session of one context to a connection of another", "error", "error"),
  "session-callback-contract": problem("session-callback-contract", "require that a session callback keeps, releases and returns what its contract says", "error", "error"),
  "require-null-check": problem("require-null-check", "require a test for NULL before a pointer reaches a native function that does not accept NULL", "warn", "error"),
  "no-ineffective-null-test": problem("no-ineffective-null-test", "disallow tests for NULL that can never succeed for the binding in use", "warn", "error"),
  "no-unresolvable-binding": problem("no-unresolvable-binding", "disallow binding names that the library does not export, or in a way that breaks the result", "warn", "error"),
  "prefer-explicit-ownership": {
    id: "prefer-explicit-ownership",
    description: "prefer function names that say whether the result is borrowed (get0) or owned (get1)",
    type: "suggestion",
    precision: "very-high",
    severity: { recommended: "off", strict: "warn", all: "warn" },
  },
};

/** The rules in the order in which they are always listed. */
export const ruleList: readonly RuleInfo[] = ruleIds.map((id) => rules[id]);

/** The rule that a name means, with or without the prefix. */
export function ruleNamed(name: string): RuleInfo | undefined {
  const id = name.startsWith(rulePrefix) ? name.slice(rulePrefix.length) : name;
  return ruleList.find((rule) => rule.id === id);
}

function problem(id: RuleId, description: string, recommended: Severity, strict: Severity): RuleInfo {
  const precision = recommended === "error" ? "very-high" : recommended === "warn" ? "high" : "medium";
  return { id, description, type: "problem", precision, severity: { recommended, strict, all: strict } };
}
