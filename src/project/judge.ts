import type { Finding, JudgedFinding, RuleId, Severity } from "../findings.js";
import { fingerprintsOf } from "./fingerprint.js";
import { SeverityTable } from "./severity.js";
import type { SeveritySettings } from "./settings.js";
import { readSuppressions, type SuppressionComment } from "./suppressions.js";

export interface JudgeInput {
  readonly severities: SeveritySettings;
  /** The folder that file names are relative to. */
  readonly cwd: string;
  readonly text: (file: string) => string;
  /** The files whose findings and comments count. */
  readonly files: readonly string[];
}

export interface Judgement {
  /** Sorted by place; those that a comment hides are marked. */
  readonly findings: readonly JudgedFinding[];
  /** Comments that hide nothing, and comments that name no rule. */
  readonly unused: readonly UnusedComment[];
}

export interface UnusedComment {
  readonly file: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What the settings and the comments in the source make of plain findings. */
export function judge(findings: readonly Finding[], input: JudgeInput): Judgement {
  const severities = new SeverityTable(input.severities, input.cwd);
  const byFile = new Map<string, Finding[]>(input.files.map((file) => [file, []]));
  for (const finding of findings) byFile.get(finding.primary.file)?.push(finding);
  const judged: JudgedFinding[] = [];
  const unused: UnusedComment[] = [];
  for (const [file, found] of [...byFile].sort(([left], [right]) => compare(left, right))) {
    const text = input.text(file);
    const sorted = found.toSorted(byPlace);
    const fingerprints = fingerprintsOf(sorted, text);
    const suppressions = readSuppressions(text);
    sorted.forEach((finding, index) => {
      const severity = severities.of(finding.rule, file);
      if (severity === "off") return;
      const suppression = suppressions.hiding(finding.rule, finding.primary.start);
      judged.push({ ...finding, severity, fingerprint: fingerprints[index] as string, suppression });
    });
    unused.push(...suppressions.comments.flatMap((comment) => unusedParts(comment, file, (rule) => severities.of(rule, file))));
  }
  return { findings: judged, unused };
}

function unusedParts(comment: SuppressionComment, file: string, severity: (rule: RuleId) => Severity): UnusedComment[] {
  const place = { file, start: comment.start, end: comment.end };
  const unknown = comment.unknown.map((message) => ({ ...place, message }));
  if (comment.rules === null) return comment.used.size > 0 ? unknown : [...unknown, { ...place, message: "this comment hides no finding" }];
  const idle = comment.rules.filter((rule) => !comment.used.has(rule) && severity(rule) !== "off");
  return [...unknown, ...idle.map((rule) => ({ ...place, message: `this comment hides no finding of \`${rule}\`` }))];
}

function byPlace(left: Finding, right: Finding): number {
  return left.primary.start - right.primary.start || left.primary.end - right.primary.end || compare(left.rule, right.rule) || compare(left.message, right.message);
}

/** Order of strings that is the same on every machine. */
export function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
