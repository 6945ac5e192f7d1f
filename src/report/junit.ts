import type { Report, Reporter, ReportFinding, ReportProblem } from "./model.js";
import { stepsInOrder } from "./steps.js";
import { placeText } from "./words.js";

/** JUnit XML: a suite for each file with findings, a failed case for each finding. */
export const junit: Reporter = (report) => {
  const suites = suitesOf(report);
  const failures = suites.reduce((sum, suite) => sum + suite.failures.length, 0);
  const errors = suites.reduce((sum, suite) => sum + suite.errors.length, 0);
  const seconds = (report.summary.durationMs / 1000).toFixed(3);
  const body = suites.map(suiteText).join("");
  const tests = suites.reduce((sum, suite) => sum + caseCount(suite), 0);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="session-lint" time="${seconds}" tests="${tests}" failures="${failures}" errors="${errors}">\n${body}</testsuites>\n`;
};

interface Suite {
  readonly name: string;
  readonly failures: readonly ReportFinding[];
  readonly errors: readonly ReportProblem[];
}

function suitesOf(report: Report): Suite[] {
  const files = [...new Set([...report.findings.map((finding) => finding.file), ...report.problems.map((problem) => problem.file)])].sort();
  // A report without any suite is taken for a broken run by some readers.
  if (files.length === 0) return [{ name: "session-lint", failures: [], errors: [] }];
  return files.map((name) => ({ name, failures: report.findings.filter((finding) => finding.file === name), errors: report.problems.filter((problem) => problem.file === name) }));
}

function caseCount(suite: Suite): number {
  return Math.max(1, suite.failures.length + suite.errors.length);
}

function suiteText(suite: Suite): string {
  const cases = [...suite.failures.map((finding) => failureCase(suite.name, finding)), ...suite.errors.map((problem) => errorCase(suite.name, problem))];
  const passed = `    <testcase name="no findings" classname="session-lint" time="0"/>\n`;
  return `  <testsuite name="${attribute(suite.name)}" tests="${caseCount(suite)}" failures="${suite.failures.length}" errors="${suite.errors.length}" time="0">\n${cases.length === 0 ? passed : cases.join("")}  </testsuite>\n`;
}

function failureCase(file: string, finding: ReportFinding): string {
  const path = stepsInOrder(finding).map((step) => `${"  ".repeat(step.depth)}${placeText(step.file, step.range.start)} ${step.message}`);
  const said = [finding.message, "", ...path, ...(finding.help === null ? [] : ["", `help: ${finding.help}`])].join("\n");
  const name = `${finding.ruleId} at ${finding.range.start.line}:${finding.range.start.column} in ${finding.function}`;
  return `    <testcase name="${attribute(name)}" classname="${attribute(file)}" time="0">\n      <failure type="${finding.severity === "error" ? "error" : "warning"}" message="${attribute(finding.message)}">${content(said)}</failure>\n    </testcase>\n`;
}

function errorCase(file: string, problem: ReportProblem): string {
  return `    <testcase name="${attribute(`session-lint: ${problem.kind}`)}" classname="${attribute(file)}" time="0">\n      <error type="${problem.kind}" message="${attribute(problem.message)}"/>\n    </testcase>\n`;
}

function attribute(text: string): string {
  return content(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}

// XML 1.0 has no place at all for most control characters and for half surrogates.
function content(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
