import type { TSESLint } from "@typescript-eslint/utils";
import type { Finding, RuleId } from "../src/findings.js";
import type { FixProposal } from "../src/fix/index.js";
import { findingsOf, mayHaveFindings, proposalsFor } from "./bridge.js";
import type { FindingMessageId } from "./create-rule.js";
import { otherPlaces } from "./places.js";
import type { AnalysisOverrides } from "./settings.js";

type Context = Readonly<TSESLint.RuleContext<FindingMessageId, readonly unknown[]>>;
type Suggestion = TSESLint.SuggestionReportDescriptor<FindingMessageId>;

/** The visitor of every rule: reports the findings of one rule in the linted file. Most files get one that does nothing. */
export function reportFindings(context: Context, rule: RuleId, overrides: AnalysisOverrides = {}): TSESLint.RuleListener {
  if (!mayHaveFindings(context)) return {};
  return {
    Program() {
      const findings = findingsOf(rule, context, overrides);
      if (findings.length === 0) return;
      const proposals = proposalsFor(context, findings, overrides);
      for (const finding of findings) report(context, finding, proposals.get(finding) ?? []);
    },
  };
}

function report(context: Context, finding: Finding, proposals: readonly FixProposal[]): void {
  const { sourceCode } = context;
  const fix = proposals.find(({ kind }) => kind === "fix");
  context.report({
    messageId: "finding",
    data: { message: finding.message, places: otherPlaces(finding, context) },
    loc: { start: sourceCode.getLocFromIndex(finding.primary.start), end: sourceCode.getLocFromIndex(finding.primary.end) },
    fix: fix === undefined ? null : fixer(fix),
    suggest: proposals.filter(({ kind }) => kind === "suggestion").map(suggestion),
  });
}

function suggestion(proposal: FixProposal): Suggestion {
  return { messageId: "edit", data: { title: proposal.title }, fix: fixer(proposal) };
}

function fixer({ edits }: FixProposal): TSESLint.ReportFixFunction {
  return (rule) => edits.map(({ start, end, text }) => rule.replaceTextRange([start, end], text));
}
