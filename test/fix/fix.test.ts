import { describe, expect, test } from "vitest";
import { applyEdits, editsFor, fixText, verifiedProposals, type FixProposal } from "../../src/fix/index.js";
import { ruleIds, type Finding, type RuleId } from "../../src/findings.js";
import { rules } from "../../src/rules.js";
import { cases, type FixCase } from "./cases.js";
import { findingsIn } from "./findings-in.js";

function proposalOf({ rule, title, before, preset = "recommended" }: FixCase): FixProposal {
  const findings = findingsIn(before, { preset });
  const finding = findings.find((candidate) => candidate.rule === rule);
  if (finding === undefined) throw new Error(`nothing to repair: ${JSON.stringify(findings.map((other) => other.rule))}`);
  const found = verifiedProposals(finding, before, findings, (text) => findingsIn(text, { preset })).find((proposal) => proposal.title.includes(title));
  if (found !== undefined) return found;
  const rejected = editsFor(finding, before).map((proposal) => `${proposal.title}:\n${applyEdits(before, proposal.edits)}`);
  throw new Error(`no such proposal for ${JSON.stringify(finding.data)}; unverified:\n${rejected.join("\n")}`);
}

function count(findings: readonly Finding[], rule: RuleId): number {
  return findings.filter((finding) => finding.rule === rule).length;
}

describe.each(cases)("$rule: $name", (fixCase) => {
  const { rule, before, after, kind = "suggestion", preset = "recommended" } = fixCase;

  test("gives this text", () => {
    const proposal = proposalOf(fixCase);
    expect(applyEdits(before, proposal.edits)).toBe(after);
    expect(proposal.kind).toBe(kind);
  });

  test("leaves one finding less, and no new one", () => {
    const [earlier, later] = [findingsIn(before, { preset }), findingsIn(after, { preset })];
    expect(count(later, rule)).toBe(count(earlier, rule) - 1);
    for (const id of ruleIds.filter((other) => rules[other].type === "problem")) expect(count(later, id)).toBeLessThanOrEqual(count(earlier, id));
  });

  test("has nothing to do a second time", () => {
    const only = (finding: Finding): boolean => finding.rule === rule;
    const once = fixText(after, only, (text) => findingsIn(text, { preset }));
    expect(once).toBe(after);
  });
});
