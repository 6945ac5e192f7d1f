import type { RuleId } from "../findings.js";
import { rulePrefix, type QualifiedRuleId } from "../rules.js";

/** A rule id without the prefix of the product. */
export function bareId(id: QualifiedRuleId): RuleId {
  return id.slice(rulePrefix.length) as RuleId;
}
