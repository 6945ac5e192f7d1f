import pc from "picocolors";
import { ruleUrl, type QualifiedRuleId } from "../rules.js";
import type { Colors } from "./colors.js";
import { drawPath } from "./frame.js";
import type { Report, ReportContext, Reporter, ReportFinding, ReportProblem } from "./model.js";
import { bareId } from "./rule-id.js";
import { summaryLine } from "./summary.js";
import { printable } from "./words.js";

/** For people at a terminal: each finding with the path that leads to it, then one line of summary. */
export const pretty: Reporter = (report, context) => {
  const colors = pc.createColors(context.color);
  const blocks = [
    ...report.findings.map((finding) => renderFinding(finding, context, colors)),
    ...report.problems.map((problem) => renderProblem(problem, colors)),
    ...(context.verbose ? incompleteLines(report, colors) : []),
    ...(context.stats ? [statistics(report)] : []),
    summaryLine(report, colors),
  ];
  return `${blocks.join("\n\n")}\n`;
};

function renderFinding(finding: ReportFinding, context: ReportContext, colors: Colors): string {
  const paint = finding.severity === "error" ? colors.red : colors.yellow;
  const word = finding.severity === "error" ? "error" : "warning";
  const id = bareId(finding.ruleId);
  const headline = `${paint(colors.bold(`${word}[${id}]`))}${colors.bold(`: ${printable(finding.message)}`)}`;
  const { lines, margin } = drawPath(finding, context, colors);
  const gutter = " ".repeat(margin);
  const remarks = [remark("note", finding.note), remark("help", finding.help), remark("rule", ruleLink(finding.ruleId, context))];
  const said = remarks.filter((line) => line !== null).map((line) => `${gutter} ${colors.cyan("=")} ${line}`);
  return [headline, ...lines, ...said].join("\n");

  function remark(name: string, text: string | null): string | null {
    return text === null ? null : `${colors.bold(name)}: ${text}`;
  }
}

function renderProblem(problem: ReportProblem, colors: Colors): string {
  const paint = problem.severity === "error" ? colors.red : colors.yellow;
  const place = problem.range === undefined ? "" : `:${problem.range.start.line}:${problem.range.start.column}`;
  const word = problem.severity === "error" ? "error" : "warning";
  return `${paint(colors.bold(word))}${colors.bold(`: ${printable(problem.message)}`)}\n  ${colors.blue("-->")} ${printable(problem.file)}${place}`;
}

function incompleteLines(report: Report, colors: Colors): string[] {
  return report.summary.incomplete.map(
    (entry) => `${colors.cyan("note")}: \`${printable(entry.function)}\` was not fully analysed: ${entry.reason}\n  ${colors.blue("-->")} ${printable(entry.file)}`,
  );
}

function statistics(report: Report): string {
  const { summary } = report;
  const byRule = new Map<string, number>();
  for (const finding of report.findings) byRule.set(finding.ruleId, (byRule.get(finding.ruleId) ?? 0) + 1);
  const rows: [string, number | string][] = [
    ["files looked at", summary.files],
    ["files analysed", summary.analyzed],
    ["functions analysed", summary.functions],
    ["native calls recognised", summary.calls],
    ["functions not fully analysed", summary.incomplete.length],
    ["findings hidden by comments", report.suppressed.filter((finding) => finding.suppression?.kind === "comment").length],
    ["findings hidden by the baseline", report.suppressed.filter((finding) => finding.suppression?.kind === "baseline").length],
    ...[...byRule].sort(([left], [right]) => (left < right ? -1 : 1)),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, count]) => `${name.padEnd(width)}  ${count}`).join("\n");
}

function ruleLink(id: QualifiedRuleId, context: ReportContext): string {
  if (!context.links) return id;
  return `\u001b]8;;${ruleUrl(bareId(id))}\u001b\\${id}\u001b]8;;\u001b\\`;
}
