import { join, resolve } from "node:path";
import { changedFiles } from "../../project/changed.js";
import type { Settings } from "../../project/config/resolve.js";
import { run, type RunOptions } from "../../project/run.js";
import type { Report } from "../../report/model.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { writeReports } from "../output.js";
import { usesBaseline, withBaseline } from "../baseline.js";
import { count, settingsFor } from "../settings.js";
import { StatusLine } from "../status-line.js";
import { refuseUnmatched } from "../unmatched.js";

/** Looks for findings and reports them: what the command line is for. */
export async function lint(args: Arguments, terminal: Terminal): Promise<number> {
  const settings = await settingsFor(args, terminal.cwd);
  const started = performance.now();
  const status = new StatusLine(terminal);
  const raw = await run(await runOptions(args, terminal, settings, (text) => status.show(text)));
  status.clear();
  if (!args.has("no-error-on-unmatched")) refuseUnmatched(raw.unmatched);
  const baseline = usesBaseline(args, settings);
  const result = baseline ? withBaseline(raw, args, terminal, settings) : raw;
  const { reportOf } = await import("../../report-of.js");
  const report = reportOf(result, performance.now() - started, baseline);
  await writeReports(report, args, terminal, (file) => result.text(file));
  if (args.has("timings")) terminal.error(timingLines(result.timings));
  return exitStatus(report, args, settings);
}

async function runOptions(args: Arguments, terminal: Terminal, settings: Settings, progress: (status: string) => void): Promise<RunOptions> {
  const { cwd } = terminal;
  const texts = new Map<string, string>();
  const asked = args.paths.length === 0 ? ["."] : args.paths;
  const stdin = args.has("stdin") ? (args.value("stdin-filename") ?? "stdin.ts") : null;
  if (stdin !== null) texts.set(resolve(cwd, stdin), terminal.readInput());
  return { cwd, paths: stdin === null ? asked : [], around: stdin === null ? asked : [stdin], honourIgnoreFiles: !args.has("no-ignore"), ignorePatterns: settings.ignorePatterns, analysis: settings.analysis, severities: settings.severities, texts, only: args.has("changed") ? changedFiles(args.value("changed") || "HEAD", cwd) : null, threads: args.has("threads") ? Math.max(1, count("threads", args.value("threads") ?? "")) : null, cache: settings.cache ? (settings.cacheLocation ?? join(cwd, ".session-lint-cache")) : null, progress };
}

function exitStatus(report: Report, args: Arguments, settings: Settings): number {
  if (report.problems.some((problem) => problem.kind !== "unused-suppression")) return 2;
  if (args.has("exit-zero")) return 0;
  const unusedErrors = report.problems.some((problem) => problem.severity === "error");
  const tooManyWarnings = settings.maxWarnings !== null && report.summary.warnings > settings.maxWarnings;
  return report.summary.errors > 0 || unusedErrors || tooManyWarnings ? 1 : 0;
}

function timingLines(timings: Readonly<Record<string, number>>): string {
  const width = Math.max(...Object.keys(timings).map((name) => name.length));
  return Object.entries(timings)
    .map(([name, milliseconds]) => `${name.padEnd(width)}  ${milliseconds.toFixed(1).padStart(9)} ms\n`)
    .join("");
}
