import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../project/user-error.js";
import { formatNames, prettyNothing, reporters, type FormatName } from "../report/index.js";
import type { Report, ReportContext } from "../report/model.js";
import type { Arguments } from "./arguments.js";
import type { Terminal } from "./command-line.js";

/** One report to write. */
export interface Output {
  readonly format: FormatName;
  /** Null: standard output. */
  readonly file: string | null;
}

interface Surroundings {
  readonly args: Arguments;
  readonly terminal: Terminal;
  /** Text of a file of the report. */
  readonly source: (file: string) => string | null;
}

/** Writes a report in each format that was asked for. */
export async function writeReports(report: Report, outputs: readonly Output[], { args, terminal, source }: Surroundings): Promise<void> {
  const shown = args.has("quiet") ? errorsOnly(report) : report;
  for (const { format, file } of outputs) {
    const color = file === null && wantsColor(args, terminal);
    const context: ReportContext = {
      source,
      color,
      width: terminal.columns ?? 120,
      links: color && terminal.outIsTerminal && terminal.env["TERM"] !== "dumb",
      verbose: args.has("verbose"),
      stats: args.has("stats"),
      graph: format === "html" ? await (await import("./path-graphs.js")).drawPaths(shown, source) : () => null,
    };
    const text = (format === "pretty" ? prettyNothing(shown, context) : null) ?? (await reporters[format]())(shown, context);
    if (file === null) terminal.out(text);
    else writeFile(resolve(terminal.cwd, file), text, file);
    if (format === "github") await appendJobSummary(report, terminal);
  }
}

// GitHub shows what is written to this file on the page of the job.
async function appendJobSummary(report: Report, terminal: Terminal): Promise<void> {
  const file = terminal.env["GITHUB_STEP_SUMMARY"];
  if (file === undefined || file === "") return;
  const { githubSummary } = await import("../report/github.js");
  appendFileSync(file, githubSummary(report));
}

/** The formats that were asked for, and where each goes. */
export async function outputsOf(args: Arguments, terminal: Terminal): Promise<Output[]> {
  const asked = args.values("format");
  const file = args.value("output-file") ?? null;
  if (asked.length === 0) return [{ format: terminal.env["GITHUB_ACTIONS"] === "true" ? "github" : "pretty", file }];
  const outputs: Output[] = [];
  for (const entry of asked.flatMap((list) => list.split(","))) {
    const colon = entry.indexOf(":");
    const name = colon < 0 ? entry : entry.slice(0, colon);
    if (!(formatNames as readonly string[]).includes(name)) {
      const { nearest } = await import("../project/nearest.js");
      throw new UserError([`there is no format "${name}"${nearest(name, formatNames)}; the formats are ${formatNames.join(", ")}`]);
    }
    outputs.push({ format: name as FormatName, file: colon < 0 ? file : entry.slice(colon + 1) });
  }
  if (outputs.filter((output) => output.file === null).length > 1) throw new UserError(["only one format can go to standard output; give the others a file, as `--format sarif:report.sarif`"]);
  return outputs;
}

function wantsColor(args: Arguments, terminal: Terminal): boolean {
  if (args.has("no-color")) return false;
  if (args.has("color")) return true;
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: kind } = terminal.env;
  if (no !== undefined && no !== "") return false;
  if (force !== undefined) return force !== "0" && force !== "false";
  return terminal.outIsTerminal && kind !== "dumb";
}

function errorsOnly(report: Report): Report {
  const findings = report.findings.filter((finding) => finding.severity === "error");
  return { ...report, findings, problems: report.problems.filter((problem) => problem.severity === "error") };
}

function writeFile(path: string, text: string, shown: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new UserError([`${shown}: cannot be written: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
