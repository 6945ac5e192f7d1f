import { ruleUrl } from "../rules.js";
import { bareId } from "./rule-id.js";
import type { Report, ReportFinding, Reporter, ReportProblem } from "./model.js";
import { stepsInOrder } from "./steps.js";
import { placeText, plural } from "./words.js";

/** GitHub shows this many annotations of each level for one step, and drops the others without a word. */
const shownPerLevel = 10;

/** Workflow commands that GitHub Actions turns into annotations: errors first, at most ten of a level. */
export const github: Reporter = (report) => {
  const entries = [...report.findings.map(findingEntry), ...report.problems.map(problemEntry)];
  const levels = (["error", "warning"] as const).map((level) => entries.filter((entry) => entry.level === level));
  const lines = levels.flatMap((ofLevel) => ofLevel.slice(0, shownPerLevel).map((entry) => entry.command));
  const dropped = levels.map((ofLevel) => Math.max(0, ofLevel.length - shownPerLevel));
  const more = dropped.some((count) => count > 0) ? [`not annotated, because GitHub shows ${shownPerLevel} of a level: ${plural(dropped[0] ?? 0, "more error")} and ${plural(dropped[1] ?? 0, "more warning")}`] : [];
  const { summary } = report;
  const total = `session-lint: ${plural(summary.errors, "error")}, ${plural(summary.warnings, "warning")}; looked at ${plural(summary.files, "file")}, analysed ${summary.analyzed}`;
  return [...lines, ...more, total, ""].join("\n");
};

interface Entry {
  readonly level: "error" | "warning";
  readonly command: string;
}

function findingEntry(finding: ReportFinding): Entry {
  const level = finding.severity === "error" ? "error" : "warning";
  const path = stepsInOrder(finding).filter((step) => !step.primary);
  const lines = [finding.message, ...path.map((step) => `${placeText(step.file, step.range.start)} ${step.message}`), ...(finding.help === null ? [] : [`help: ${finding.help}`])];
  return { level, command: command(level, finding.file, finding.range, finding.ruleId, lines.join("\n")) };
}

function problemEntry(problem: ReportProblem): Entry {
  const level = problem.severity === "error" ? "error" : "warning";
  return { level, command: command(level, problem.file, problem.range, `session-lint: ${problem.kind}`, problem.message) };
}

function command(level: string, file: string, range: ReportProblem["range"], title: string, message: string): string {
  const columns = range !== undefined && range.start.line === range.end.line ? `,col=${range.start.column},endColumn=${range.end.column}` : "";
  const lines = range === undefined ? "" : `,line=${range.start.line},endLine=${range.end.line}${columns}`;
  return `::${level} file=${property(file)}${lines},title=${property(title)}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** Markdown for the summary page of the job. */
export function githubSummary(report: Report): string {
  const { summary, findings } = report;
  const head = `### session-lint: ${plural(summary.errors, "error")}, ${plural(summary.warnings, "warning")}\n\nLooked at ${plural(summary.files, "file")}, analysed ${summary.analyzed}.\n\n`;
  if (findings.length === 0) return head;
  const rows = findings.slice(0, 200).map((finding) => `| ${finding.severity} | [${bareId(finding.ruleId)}](${ruleUrl(bareId(finding.ruleId))}) | ${cell(placeText(finding.file, finding.range.start))} | ${cell(finding.message)} |\n`);
  const more = findings.length > rows.length ? `\n${plural(findings.length - rows.length, "more finding")} not listed here.\n` : "";
  return `${head}| level | rule | place | finding |\n| --- | --- | --- | --- |\n${rows.join("")}${more}\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
