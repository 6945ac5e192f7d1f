import type { Reporter } from "./model.js";
import { placeText, printable } from "./words.js";

/** One line a finding, in the form that editors and `grep` users know from compilers. */
export const compact: Reporter = (report) => {
  const findings = report.findings.map((finding) => `${placeText(printable(finding.file), finding.range.start)}: ${word(finding.severity)}: ${printable(finding.message)} [${finding.ruleId}]\n`);
  const problems = report.problems.map((problem) => {
    const place = problem.range === undefined ? printable(problem.file) : placeText(printable(problem.file), problem.range.start);
    return `${place}: ${word(problem.severity)}: ${printable(problem.message)} [${problem.kind}]\n`;
  });
  return [...findings, ...problems].join("");
};

function word(severity: "warn" | "error"): string {
  return severity === "warn" ? "warning" : "error";
}
