import type { RunResult } from "./project/run.js";
import { buildReport } from "./report/build.js";
import type { Report } from "./report/model.js";
import { packageVersion } from "./version.js";

/** The report of a run. */
export function reportOf(result: RunResult, durationMs: number, baseline = false): Report {
  return buildReport({
    findings: result.findings,
    problems: result.problems,
    summary: { files: result.files.length, analyzed: result.analyzed, functions: result.functions, calls: result.calls, incomplete: result.incomplete, durationMs: Math.round(durationMs) },
    version: packageVersion(),
    baseline,
    text: result.text,
    suggestions: () => [],
  });
}
