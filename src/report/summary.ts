import type { Colors } from "./colors.js";
import type { Report } from "./model.js";
import { plural } from "./words.js";

/** The last line for people: how much was found, in how much, in what time. */
export function summaryLine(report: Report, colors: Pick<Colors, "red" | "yellow" | "green" | "bold">): string {
  const { summary, findings } = report;
  const looked = `looked at ${plural(summary.files, "file")}, analysed ${summary.analyzed}`;
  const partly = summary.incomplete.length === 0 ? "" : ` (${plural(summary.incomplete.length, "function")} not fully analysed)`;
  const took = `${looked}${partly} in ${duration(summary.durationMs)}`;
  if (findings.length === 0 && report.problems.length === 0) return `${colors.green("no findings")}: ${took}`;
  const counts = [
    summary.errors > 0 ? colors.red(plural(summary.errors, "error")) : null,
    summary.warnings > 0 ? colors.yellow(plural(summary.warnings, "warning")) : null,
    report.problems.length > 0 ? colors.yellow(plural(report.problems.length, "problem")) : null,
  ].filter((count) => count !== null);
  const where = findings.length === 0 ? "" : ` in ${plural(new Set(findings.map((finding) => finding.file)).size, "file")}`;
  return `${colors.bold(counts.join(", "))}${where}: ${took}`;
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
