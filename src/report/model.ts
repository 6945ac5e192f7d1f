/** The report: what a run found, as plain JSON. Stable and versioned; documented by schema/report.schema.json. */
import type { Finding, Severity, StepKind } from "../findings.js";
import type { QualifiedRuleId } from "../rules.js";

export interface Report {
  readonly version: 1;
  readonly tool: { readonly name: "session-lint"; readonly version: string };
  readonly findings: readonly ReportFinding[];
  /** Findings that a comment or the baseline hides. */
  readonly suppressed: readonly ReportFinding[];
  /** What could not be done: files that could not be read or parsed, comments that suppress nothing. */
  readonly problems: readonly ReportProblem[];
  /** True when known findings were told from new ones by a baseline. */
  readonly baseline?: true;
  readonly summary: ReportSummary;
}

export interface ReportFinding {
  readonly ruleId: QualifiedRuleId;
  readonly severity: Exclude<Severity, "off">;
  /** The fact, standing alone. */
  readonly message: string;
  /** Relative to the working directory, with `/`. */
  readonly file: string;
  readonly range: Range;
  /** Short label of the primary place. */
  readonly label: string;
  /** Qualified name of the function around it. */
  readonly function: string;
  /** The other places in path order. */
  readonly related: readonly ReportStep[];
  /** Set when the path leaves by an exception. */
  readonly exceptional: Finding["exceptional"];
  readonly note: string | null;
  readonly help: string | null;
  /** Names the finding across edits; unique in its file. */
  readonly fingerprint: string;
  readonly suggestions: readonly Suggestion[];
  readonly suppression?: { readonly kind: "comment" | "baseline"; readonly justification: string | null };
}

export interface ReportStep {
  readonly kind: StepKind;
  readonly message: string;
  readonly file: string;
  readonly range: Range;
  /** 0 in the function of the finding, one more for each call that it lies in. */
  readonly depth: number;
}

export interface Suggestion {
  readonly title: string;
  /** True when applying it cannot change more than the bug. */
  readonly safe: boolean;
  readonly edits: readonly { readonly file: string; readonly range: Range; readonly text: string }[];
}

export interface ReportProblem {
  readonly kind: "unreadable" | "binary" | "syntax" | "internal" | "unused-suppression";
  readonly severity: "error" | "warn";
  readonly message: string;
  readonly file: string;
  readonly range?: Range;
}

export interface ReportSummary {
  /** Files looked at. */
  readonly files: number;
  /** Files parsed and analysed. */
  readonly analyzed: number;
  readonly functions: number;
  /** Calls of native functions that were recognised. */
  readonly calls: number;
  readonly errors: number;
  readonly warnings: number;
  readonly incomplete: readonly { readonly file: string; readonly function: string; readonly reason: string }[];
  readonly durationMs: number;
}

/** Lines and columns count from 1; columns in UTF-16 units; the end is exclusive. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a reporter may ask for beside the report itself. */
export interface ReportContext {
  /** Text of a file of the report, or null when it is not at hand. */
  readonly source: (file: string) => string | null;
  readonly color: boolean;
  /** Terminal columns. */
  readonly width: number;
  /** Whether the output understands links (OSC 8). */
  readonly links: boolean;
  readonly verbose: boolean;
  readonly stats: boolean;
  /** Drawing of the control flow of the finding's function as SVG, with the path marked, or null. */
  readonly graph: (finding: ReportFinding) => string | null;
}

/** Writes one report as text. */
export type Reporter = (report: Report, context: ReportContext) => string;
