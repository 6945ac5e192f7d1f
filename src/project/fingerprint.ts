import { createHash } from "node:crypto";
import type { Finding } from "../findings.js";

/**
 * Names for the findings of one file, in their order, that stay the same while lines move and neighbours change: made
 * of the rule, the qualified function name, the text of the primary expression without white space, and the ordinal
 * among equals. Baselines and code scanning platforms keep these: the recipe never changes.
 */
export function fingerprintsOf(findings: readonly Finding[], text: string): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const expression = text.slice(finding.primary.start, finding.primary.end).replace(/\s+/g, "");
    const key = [finding.rule, finding.functionName, expression].join("\0");
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return createHash("sha256").update(`${key}\0${ordinal}`).digest("hex").slice(0, 20);
  });
}
