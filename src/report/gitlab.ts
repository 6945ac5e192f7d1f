import { createHash } from "node:crypto";
import type { Reporter } from "./model.js";

/** Code quality of GitLab: shown in the widget and in the diff of a merge request. */
export const gitlab: Reporter = (report) => {
  const findings = report.findings.map((finding) => ({
    type: "issue",
    description: finding.message,
    check_name: finding.ruleId,
    categories: ["Bug Risk"],
    severity: finding.severity === "error" ? "major" : "minor",
    // Unique in the whole report: the same function may stand in two files.
    fingerprint: createHash("sha256").update(`${finding.file}\0${finding.fingerprint}`).digest("hex").slice(0, 32),
    location: {
      path: finding.file,
      lines: { begin: finding.range.start.line, end: finding.range.end.line },
    },
    ...(finding.help === null ? {} : { content: { body: finding.help } }),
  }));
  return `${JSON.stringify(findings, null, 2)}\n`;
};
