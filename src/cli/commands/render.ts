import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../../project/user-error.js";
import type { Report } from "../../report/model.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { outputsOf, writeReports } from "../output.js";

/** Shows a saved JSON report again, in any format. Source lines come from the files as they are now. */
export async function render(args: Arguments, terminal: Terminal): Promise<number> {
  const report = readReport(terminal.cwd, args.value("render") ?? "");
  await writeReports(report, await outputsOf(args, terminal), { args, terminal, source: (file) => textOf(resolve(terminal.cwd, file)) });
  return report.summary.errors > 0 && !args.has("exit-zero") ? 1 : 0;
}

function readReport(cwd: string, name: string): Report {
  const text = textOf(resolve(cwd, name));
  if (text === null) throw new UserError([`${name}: there is no such report`]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError([`${name}: not valid JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const report = value as Partial<Report> | null;
  if (report?.version !== 1 || !Array.isArray(report.findings)) throw new UserError([`${name}: this is no JSON report of session-lint (version 1); write one with \`--format json:${name}\``]);
  return report as Report;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
