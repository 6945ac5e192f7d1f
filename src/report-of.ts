import type { JudgedFinding } from "./findings.js";
import type { FixProposal } from "./fix/index.js";
import type { RunResult } from "./project/run.js";
import { buildReport } from "./report/build.js";
import type { Report } from "./report/model.js";
import { packageVersion } from "./shipped.js";

export interface ReportExtras {
  /** Whether known findings were told from new ones. */
  readonly baseline?: boolean;
  /** The edits to offer for a finding; none when left out. */
  readonly suggestions?: (finding: JudgedFinding) => readonly FixProposal[];
}

/** The report of a run. */
export function reportOf(result: RunResult, durationMs: number, { baseline = false, suggestions }: ReportExtras = {}): Report {
  return buildReport({
    findings: result.findings,
    problems: result.problems,
    summary: { files: result.files.length, analyzed: result.analyzed, functions: result.functions, calls: result.calls, incomplete: result.incomplete, durationMs: Math.round(durationMs) },
    version: packageVersion(),
    baseline,
    text: result.text,
    suggestions: (finding) =>
      (suggestions?.(finding) ?? []).map(({ title, kind, edits }) => ({
        title,
        safe: kind === "fix",
        edits: edits.map(({ start, end, text }) => ({ site: { file: finding.primary.file, start, end }, text })),
      })),
  });
}
