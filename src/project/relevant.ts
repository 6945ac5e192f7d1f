import type { Incomplete, JudgedFinding, Problem } from "../findings.js";
import type { Clock } from "./clock.js";
import { contractsFor } from "./contracts.js";
import { DiskFileSystem, withoutMark } from "./file-system.js";
import { relevantComponents, type Component } from "./graph.js";
import { judge } from "./judge.js";
import { wordTest } from "./mentions.js";
import { displayPath } from "./paths.js";
import { Resolver } from "./resolution.js";
import type { RunOptions } from "./run.js";
import type { ProgramResult } from "./analyze.js";

export interface RelevantInput {
  readonly options: RunOptions;
  /** Files whose findings are wanted. */
  readonly targets: readonly string[];
  /** All files that may take part. */
  readonly files: readonly string[];
  /** Those in which the scan found a piece of a name. */
  readonly scanned: readonly string[];
  readonly clock: Clock;
}

export interface RelevantResult {
  readonly findings: readonly JudgedFinding[];
  readonly problems: readonly Problem[];
  readonly incomplete: readonly Incomplete[];
  readonly analyzed: number;
  readonly functions: number;
  readonly calls: number;
  readonly text: (file: string) => string;
}

/** The second stage of a run: what the files with hits, and those tied to them, come to. */
export async function analyzeRelevant(input: RelevantInput): Promise<RelevantResult> {
  const { options, clock } = input;
  const disk = new DiskFileSystem(input.files, options.texts);
  const read = (path: string): string | null => disk.read(path);
  const mentions = wordTest(contractsFor(options.analysis).relevantNames());
  const hits = new Set(input.scanned.filter((file) => mentions(read(file) ?? "")));
  clock.lap("match names");
  const resolver = new Resolver(disk);
  const targets = new Set(input.targets);
  const components = hits.size === 0 ? [] : relevantComponents({ files: input.files, hits, resolver, read }).filter((component) => component.files.some((file) => targets.has(file)));
  clock.lap("follow imports");
  const names = new Map(components.flatMap((component) => component.files.map((file) => [displayPath(options.cwd, file), file] as const)));
  const text = (name: string): string => withoutMark(read(names.get(name) ?? name) ?? "");
  const results = await analyzeComponents(components, { options, resolver, text, clock });
  const wanted = [...names].filter(([, file]) => targets.has(file)).map(([name]) => name);
  const judged = judge(results.flatMap((result) => result.findings), { severities: options.severities, cwd: options.cwd, text, files: wanted });
  clock.lap("judge");
  const shown = new Set(wanted);
  const unused = options.severities.unusedSuppressions;
  return {
    findings: judged.findings,
    problems: [
      ...results.flatMap((result) => result.faults).filter((fault) => shown.has(fault.file)).map(({ file, message, start, end }): Problem => ({ kind: "syntax", severity: "error", message, file, site: { file, start, end } })),
      ...(unused === "off" ? [] : judged.unused.map(({ file, message, start, end }): Problem => ({ kind: "unused-suppression", severity: unused, message, file, site: { file, start, end } }))),
    ],
    incomplete: results.flatMap((result) => result.incomplete).filter((entry) => shown.has(entry.file)),
    analyzed: wanted.length,
    functions: results.reduce((sum, result) => sum + result.functions, 0),
    calls: results.reduce((sum, result) => sum + result.calls, 0),
    text,
  };
}

async function analyzeComponents(components: readonly Component[], { options, resolver, text, clock }: { readonly options: RunOptions; readonly resolver: Resolver; readonly text: (name: string) => string; readonly clock: Clock }): Promise<ProgramResult[]> {
  if (components.length === 0) return [];
  const { analyzeSources } = await import("./analyze.js");
  clock.lap("load analysis");
  return components.map((component, index) => {
    options.progress(`analysing ${index + 1} of ${components.length}`);
    const paths = new Map(component.files.map((file) => [displayPath(options.cwd, file), file]));
    const resolve = (from: string, specifier: string): string | null => {
      const target = resolver.resolve(paths.get(from) ?? from, specifier);
      return target === null ? null : displayPath(options.cwd, target);
    };
    const result = analyzeSources([...paths.keys()].map((path) => ({ path, text: text(path) })), resolve, options.analysis);
    clock.lap("analyse");
    return result;
  });
}
