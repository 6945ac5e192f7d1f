import type { JudgedFinding, Problem, Site } from "../findings.js";
import { rulePrefix } from "../rules.js";
import { LineMap } from "./lines.js";
import type { Range, Report, ReportFinding, ReportProblem, ReportSummary, Suggestion } from "./model.js";

export interface RunFacts {
  readonly findings: readonly JudgedFinding[];
  readonly problems: readonly Problem[];
  readonly summary: Omit<ReportSummary, "errors" | "warnings">;
  readonly version: string;
  readonly baseline?: boolean;
  /** Text of a file that a finding names. */
  readonly text: (file: string) => string;
  readonly suggestions: (finding: JudgedFinding) => readonly SuggestedEdits[];
}

/** A suggestion whose edits are still offsets. */
export interface SuggestedEdits {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly { readonly site: Site; readonly text: string }[];
}

/** The report of a run: offsets become lines and columns, and what is hidden is set apart. */
export function buildReport(facts: RunFacts): Report {
  const places = new Places(facts.text);
  const all = facts.findings.map((finding) => reportFinding(finding, places, facts));
  const findings = all.filter((finding) => finding.suppression === undefined);
  return {
    version: 1,
    tool: { name: "session-lint", version: facts.version },
    findings,
    suppressed: all.filter((finding) => finding.suppression !== undefined),
    problems: facts.problems.map((problem) => reportProblem(problem, places)),
    ...(facts.baseline === true ? { baseline: true as const } : {}),
    summary: {
      files: facts.summary.files,
      analyzed: facts.summary.analyzed,
      functions: facts.summary.functions,
      calls: facts.summary.calls,
      errors: findings.filter((finding) => finding.severity === "error").length,
      warnings: findings.filter((finding) => finding.severity === "warn").length,
      incomplete: facts.summary.incomplete,
      durationMs: facts.summary.durationMs,
    },
  };
}

function reportFinding(finding: JudgedFinding, places: Places, facts: RunFacts): ReportFinding {
  const plain: ReportFinding = {
    ruleId: `${rulePrefix}${finding.rule}`,
    severity: finding.severity,
    message: finding.message,
    file: finding.primary.file,
    range: places.range(finding.primary),
    label: finding.label,
    function: finding.functionName,
    related: finding.path.map((step) => ({ kind: step.kind, message: step.message, file: step.site.file, range: places.range(step.site), depth: step.depth })),
    exceptional: finding.exceptional,
    note: finding.note,
    help: finding.help,
    fingerprint: finding.fingerprint,
    suggestions: facts.suggestions(finding).map((suggestion) => placed(suggestion, places)),
  };
  return finding.suppression === null ? plain : { ...plain, suppression: finding.suppression };
}

function reportProblem({ kind, severity, message, file, site }: Problem, places: Places): ReportProblem {
  return { kind, severity, message, file, ...(site === null ? {} : { range: places.range(site) }) };
}

function placed(suggestion: SuggestedEdits, places: Places): Suggestion {
  const edits = suggestion.edits.map((edit) => ({ file: edit.site.file, range: places.range(edit.site), text: edit.text }));
  return { title: suggestion.title, safe: suggestion.safe, edits };
}

class Places {
  readonly #maps = new Map<string, LineMap>();

  constructor(private readonly text: (file: string) => string) {}

  range(site: Site): Range {
    let map = this.#maps.get(site.file);
    if (map === undefined) this.#maps.set(site.file, (map = new LineMap(this.text(site.file))));
    return map.range(site.start, site.end);
  }
}
