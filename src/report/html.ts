import { readShipped } from "../shipped.js";
import type { Report, ReportContext, Reporter } from "./model.js";
import { stepsInOrder } from "./steps.js";

/** One self-contained page: the findings on the left, the source with the numbered path on the right. It works from disk. */
export const html: Reporter = (report, context) => {
  const data = JSON.stringify(pageData(report, context))
    // Nothing in a source file may end the script that carries it.
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
  return asset("page.html")
    .replace("/* style */", () => asset("page.css"))
    .replace("/* data */", () => data)
    .replace("/* script */", () => asset("page.js"));
};

function pageData(report: Report, context: ReportContext): object {
  const findings = report.findings.map((finding) => ({
    ruleId: finding.ruleId,
    severity: finding.severity,
    message: finding.message,
    file: finding.file,
    function: finding.function,
    note: finding.note,
    help: finding.help,
    steps: stepsInOrder(finding),
    graph: context.graph(finding),
  }));
  const files = new Set(findings.flatMap((finding) => finding.steps.map((step) => step.file)));
  return { findings, problems: report.problems, summary: report.summary, version: report.tool.version, sources: Object.fromEntries([...files].map((file) => [file, context.source(file)])) };
}

function asset(name: string): string {
  return readShipped(`src/report/html/${name}`);
}
