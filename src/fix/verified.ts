import type { Finding, RuleId } from "../findings.js";
import { rules } from "../rules.js";
import { editsFor } from "./index.js";
import { applyEdits, type FixProposal } from "./proposal.js";
import { syntaxErrors } from "./source.js";

/** Finds what is wrong with another text of the same file. */
export type Analyze = (text: string) => readonly Finding[];

/** The proposals for a finding after which it is gone and no other has come. `before`: all findings of the text. */
export function verifiedProposals(finding: Finding, text: string, before: readonly Finding[], analyze: Analyze): FixProposal[] {
  return editsFor(finding, text).filter((proposal) => repairs(finding, proposal, { text, findings: before }, analyze));
}

/** Applies one proposal a finding, the first of a wanted kind that is verified, until there is none left. */
export function fixText(text: string, wanted: (finding: Finding, proposal: FixProposal) => boolean, analyze: Analyze): string {
  for (let current = text; ; ) {
    const findings = analyze(current);
    const edits = firstEdits(current, findings, wanted, analyze);
    if (edits === undefined) return current;
    current = applyEdits(current, edits);
  }
}

// Each round leaves fewer findings than the one before it, so the rounds come to an end.
function firstEdits(text: string, findings: readonly Finding[], wanted: (finding: Finding, proposal: FixProposal) => boolean, analyze: Analyze): FixProposal["edits"] | undefined {
  for (const finding of findings) {
    const possible = editsFor(finding, text).filter((proposal) => wanted(finding, proposal));
    const found = possible.find((proposal) => repairs(finding, proposal, { text, findings }, analyze));
    if (found !== undefined) return found.edits;
  }
  return undefined;
}

function repairs({ rule, primary }: Finding, { edits }: FixProposal, before: { readonly text: string; readonly findings: readonly Finding[] }, analyze: Analyze): boolean {
  const text = applyEdits(before.text, edits);
  return syntaxErrors(primary.file, text) <= syntaxErrors(primary.file, before.text) && improves(rule, before.findings, analyze(text));
}

function improves(rule: RuleId, before: readonly Finding[], after: readonly Finding[]): boolean {
  const [earlier, later] = [countByRule(before), countByRule(after)];
  return (later.get(rule) ?? 0) < (earlier.get(rule) ?? 0) && [...later].every(([id, count]) => isAdvice(id) || count <= (earlier.get(id) ?? 0));
}

// A matter of style is no reason to keep a bug.
function isAdvice(id: RuleId): boolean {
  return rules[id].type === "suggestion";
}

function countByRule(findings: readonly Finding[]): Map<RuleId, number> {
  const counts = new Map<RuleId, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}
