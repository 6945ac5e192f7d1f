import type { RuleId } from "../src/findings.js";
import noUseAfterInvalidate from "./no-use-after-invalidate.js";
import requireRelease from "./require-release.js";
import noUseAfterRelease from "./no-use-after-release.js";
import noDoubleRelease from "./no-double-release.js";
import noReleaseBorrowed from "./no-release-borrowed.js";
import noBorrowEscape from "./no-borrow-escape.js";
import noBorrowAcrossSuspension from "./no-borrow-across-suspension.js";
import noCrossContext from "./no-cross-context.js";
import sessionCallbackContract from "./session-callback-contract.js";
import requireNullCheck from "./require-null-check.js";
import noIneffectiveNullTest from "./no-ineffective-null-test.js";
import noUnresolvableBinding from "./no-unresolvable-binding.js";
import preferExplicitOwnership from "./prefer-explicit-ownership.js";

/** A rule as the types of every ESLint release accept it. */
export interface PluginRule {
  meta: {
    type: "problem" | "suggestion" | "layout";
    docs?: { description: string; url?: string; recommended: boolean; requiresTypeChecking: boolean };
    messages: Record<string, string>;
    schema: object[];
    fixable?: "code" | "whitespace";
    hasSuggestions?: boolean;
    defaultOptions?: unknown[];
  };
  create(context: never): Record<string, () => void>;
}

export type RuleModules = Record<RuleId, PluginRule>;

const modules: Record<RuleId, object> = {
  "no-use-after-invalidate": noUseAfterInvalidate,
  "require-release": requireRelease,
  "no-use-after-release": noUseAfterRelease,
  "no-double-release": noDoubleRelease,
  "no-release-borrowed": noReleaseBorrowed,
  "no-borrow-escape": noBorrowEscape,
  "no-borrow-across-suspension": noBorrowAcrossSuspension,
  "no-cross-context": noCrossContext,
  "session-callback-contract": sessionCallbackContract,
  "require-null-check": requireNullCheck,
  "no-ineffective-null-test": noIneffectiveNullTest,
  "no-unresolvable-binding": noUnresolvableBinding,
  "prefer-explicit-ownership": preferExplicitOwnership,
};

/** The rules of the plugin by name. */
export const rules = modules as RuleModules;
