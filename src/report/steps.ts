import type { StepKind } from "../findings.js";
import type { Range, ReportFinding } from "./model.js";

/** One place to show, in the order in which the program comes to it. */
export interface ShownStep {
  readonly kind: StepKind;
  readonly message: string;
  readonly file: string;
  readonly range: Range;
  readonly depth: number;
  readonly primary: boolean;
}

/** The path of a finding with its primary place put where execution comes to it. */
export function stepsInOrder(finding: ReportFinding): ShownStep[] {
  const steps = finding.related.map((step): ShownStep => ({ ...step, primary: false }));
  const own = steps.findIndex((step) => step.file === finding.file && sameRange(step.range, finding.range) && step.depth === 0);
  const place = { message: finding.label, file: finding.file, range: finding.range, depth: 0, primary: true };
  const found = steps[own];
  if (found !== undefined) return steps.with(own, { ...place, kind: found.kind });
  return beginsThePath(finding) ? [{ ...place, kind: "acquire" }, ...steps] : [...steps, { ...place, kind: "use" }];
}

// A lost reference and a badly bound name are reported where the story starts, everything else where it ends.
function beginsThePath(finding: ReportFinding): boolean {
  return finding.ruleId === "session-lint/require-release" || finding.ruleId === "session-lint/no-unresolvable-binding";
}

function sameRange(left: Range, right: Range): boolean {
  return left.start.line === right.start.line && left.start.column === right.start.column && left.end.line === right.end.line && left.end.column === right.end.column;
}
