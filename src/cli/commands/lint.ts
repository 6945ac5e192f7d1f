import { join, resolve } from "node:path";
import type { Settings } from "../../project/config/resolve.js";
import { run, type RunOptions, type RunResult } from "../../project/run.js";
import type { Report } from "../../report/model.js";
import { reportOf, type ReportExtras } from "../../report-of.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { outputsOf, writeReports } from "../output.js";
import { count, settingsFor } from "../settings.js";
import { StatusLine } from "../status-line.js";
import { refuseUnmatched } from "../unmatched.js";

/** Looks for findings and reports them: what the command line is for. */
export async function lint(args: Arguments, terminal: Terminal): Promise<number> {
  const settings = await settingsFor(args, terminal.cwd);
  const outputs = await outputsOf(args, terminal);
  const started = performance.now();
  const status = new StatusLine(terminal);
  const options = await runOptions(args, terminal, settings, (text) => status.show(text));
  const first = await run(options);
  if (!args.has("no-error-on-unmatched")) refuseUnmatched(first.unmatched);
  const mended = asksForFixes(args) ? await afterFixes(first, options, args, terminal) : first;
  const baseline = usesBaseline(args, settings);
  const result = baseline ? (await import("../baseline.js")).withBaseline(mended, args, terminal, settings) : mended;
  status.clear();
  const offers = outputs.some(({ format }) => format === "json" || format === "sarif");
  const report = reportOf(result, performance.now() - started, { baseline, ...(offers ? await suggestions(result, options) : {}) });
  await writeReports(report, outputs, { args, terminal, source: (file) => result.text(file) });
  terminal.error(contractHint(result, args.has("verbose")));
  if (args.has("timings")) terminal.error(timingLines(result.timings));
  return exitStatus(report, args, settings);
}

// What most runs do not need is loaded where it is needed: a run without a hit is over before most code is read.
async function runOptions(args: Arguments, terminal: Terminal, settings: Settings, progress: (status: string) => void): Promise<RunOptions> {
  const { cwd } = terminal;
  const asked = args.paths.length === 0 ? ["."] : args.paths;
  const stdin = args.has("stdin") ? (args.value("stdin-filename") ?? "stdin.ts") : null;
  const threads = args.value("threads");
  return {
    cwd,
    paths: stdin === null ? asked : [],
    around: stdin === null ? asked : [stdin],
    texts: stdin === null ? new Map() : new Map([[resolve(cwd, stdin), terminal.readInput()]]),
    only: args.has("changed") ? (await import("../../project/changed.js")).changedFiles(args.value("changed") ?? "", cwd) : null,
    honourIgnoreFiles: !args.has("no-ignore"),
    ignorePatterns: settings.ignorePatterns,
    analysis: settings.analysis,
    severities: settings.severities,
    threads: threads === undefined ? null : Math.max(1, count("threads", threads)),
    cache: settings.cache ? (settings.cacheLocation ?? join(cwd, ".session-lint-cache")) : null,
    progress,
  };
}

function usesBaseline(args: Arguments, settings: Settings): boolean {
  return settings.baseline !== null || args.has("update-baseline") || args.has("prune-baseline");
}

function asksForFixes(args: Arguments): boolean {
  return args.has("fix") || args.has("fix-suggestions") || args.has("fix-dry-run");
}

// What is left after mending is what is reported.
async function afterFixes(result: RunResult, options: RunOptions, args: Arguments, terminal: Terminal): Promise<RunResult> {
  const { diffOf, fixedTexts, writeTexts } = await import("../fix.js");
  const texts = fixedTexts(result, options, args.has("fix-suggestions"));
  if (texts.size === 0) return result;
  if (args.has("fix-dry-run")) terminal.out(diffOf(texts, result, options));
  else if (options.texts.size > 0) terminal.out([...texts.values()].join(""));
  else writeTexts(texts);
  return run({ ...options, texts: new Map([...options.texts, ...texts]) });
}

async function suggestions(result: RunResult, options: RunOptions): Promise<ReportExtras> {
  if (result.findings.length === 0) return {};
  const { suggestionsFor } = await import("../../project/suggestions.js");
  return { suggestions: await suggestionsFor(result, options) };
}

// A table for a whole library is often used in part: single names are told on request only.
function contractHint({ unusedContracts: unused }: RunResult, verbose: boolean): string {
  if (unused === null || unused.names.length === 0 || (!unused.all && !verbose)) return "";
  const names = unused.names.length > 5 && !verbose ? `${unused.names.slice(0, 5).join(", ")}, …` : unused.names.join(", ");
  return `hint: no file names ${unused.all ? "any function of the contracts in the configuration" : "these functions of the contracts in the configuration"}: ${names}\n`;
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
