import type { Finding, RuleId } from "../findings.js";
import { rules } from "../rules.js";
import { editsFor } from "./makers.js";
import { applyEdits, overlap, type FixProposal } from "./proposal.js";
import { syntaxErrors } from "./source.js";

/** Finds what is wrong with another text of the same file. */
export type Analyze = (text: string) => readonly Finding[];

/** The proposals for a finding after which it is gone and no other has come. `before`: all findings of the text. */
export function verifiedProposals(finding: Finding, text: string, before: readonly Finding[], analyze: Analyze): FixProposal[] {
  return verifiedForAll([finding], text, before, analyze).get(finding) ?? [];
}

interface Candidate {
  readonly finding: Finding;
  readonly proposal: FixProposal;
}

/**
 * The same for several findings. Edits that do not touch each other are tried together: where all of their findings
 * go and none comes, each of them is good, and a file full of findings costs few analyses.
 */
export function verifiedForAll(findings: readonly Finding[], text: string, before: readonly Finding[], analyze: Analyze): ReadonlyMap<Finding, FixProposal[]> {
  const proposals = new Map(findings.map((finding) => [finding, editsFor(finding, text)]));
  const good = new Set<FixProposal>();
  const repairs = (group: readonly Candidate[]): boolean => repairsAll(group, text, before, analyze);
  const rounds = Math.max(0, ...[...proposals.values()].map(({ length }) => length));
  for (let round = 0; round < rounds; round++) {
    const candidates = findings.flatMap((finding) => proposals.get(finding)?.slice(round, round + 1).map((proposal) => ({ finding, proposal })) ?? []);
    for (const group of groupsApart(candidates)) for (const { proposal } of repairing(group, repairs)) good.add(proposal);
  }
  return new Map([...proposals].map(([finding, own]) => [finding, own.filter((proposal) => good.has(proposal))]));
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
    const found = possible.find((proposal) => repairsAll([{ finding, proposal }], text, findings, analyze));
    if (found !== undefined) return found.edits;
  }
  return undefined;
}

// The members of a group that repair what they are for: all at once, or those of its halves.
function repairing(group: readonly Candidate[], repairs: (group: readonly Candidate[]) => boolean): readonly Candidate[] {
  if (group.length === 0 || repairs(group)) return group;
  if (group.length === 1) return [];
  const middle = group.length >> 1;
  return [...repairing(group.slice(0, middle), repairs), ...repairing(group.slice(middle), repairs)];
}

function groupsApart(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const groups: Candidate[][] = [];
  for (const candidate of candidates) {
    const group = groups.find((others) => others.every(({ proposal }) => !overlap(proposal.edits, candidate.proposal.edits)));
    if (group === undefined) groups.push([candidate]);
    else group.push(candidate);
  }
  return groups;
}

function repairsAll(group: readonly Candidate[], text: string, before: readonly Finding[], analyze: Analyze): boolean {
  const file = group[0]?.finding.primary.file ?? "";
  const after = applyEdits(text, group.flatMap(({ proposal }) => proposal.edits));
  if (syntaxErrors(file, after) > syntaxErrors(file, text)) return false;
  const gone = countByRule(group.map(({ finding }) => finding));
  const earlier = countByRule(before);
  const later = countByRule(analyze(after));
  const isGone = [...gone].every(([rule, count]) => (later.get(rule) ?? 0) <= (earlier.get(rule) ?? 0) - count);
  return isGone && [...later].every(([rule, count]) => isAdvice(rule) || count <= (earlier.get(rule) ?? 0));
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
