import type { Report, ReportContext, Reporter } from "./model.js";
import { summaryLine } from "./summary.js";

/** The output formats. Each is loaded when it is asked for. */
export const reporters = {
  pretty: async () => (await import("./pretty.js")).pretty,
  json: async () => (await import("./json.js")).json,
  compact: async () => (await import("./compact.js")).compact,
  sarif: async () => (await import("./sarif.js")).sarif,
  github: async () => (await import("./github.js")).github,
  gitlab: async () => (await import("./gitlab.js")).gitlab,
  html: async () => (await import("./html.js")).html,
  junit: async () => (await import("./junit.js")).junit,
} satisfies Record<string, () => Promise<Reporter>>;

/**
 * What `pretty` says of a report with nothing in it, without loading `pretty`: most runs of most projects end here.
 * Null when there is more to say, or colours to say it in.
 */
export function prettyNothing(report: Report, { color, stats, verbose }: ReportContext): string | null {
  if (report.findings.length > 0 || report.problems.length > 0 || color || stats || verbose) return null;
  const plain = String;
  return `${summaryLine(report, { red: plain, yellow: plain, green: plain, bold: plain })}\n`;
}

export type FormatName = keyof typeof reporters;

export const formatNames = Object.keys(reporters) as FormatName[];
