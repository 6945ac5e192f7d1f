import { availableParallelism } from "node:os";
import type { Incomplete, JudgedFinding, Problem } from "../findings.js";
import type { ProgramInput } from "./analyze.js";
import { ResultCache } from "./cache.js";
import type { Clock } from "./clock.js";
import type { ContainedResult } from "./contained.js";
import { contractsFor } from "./contracts.js";
import { DiskFileSystem, withoutMark } from "./file-system.js";
import { relevantComponents, type Component } from "./graph.js";
import { judge } from "./judge.js";
import { linksOf } from "./links.js";
import { wordTest } from "./mentions.js";
import { packagesOf } from "./packages.js";
import { displayPath } from "./paths.js";
import { Resolver } from "./resolution.js";
import type { RunOptions } from "./run.js";

export interface RelevantInput {
  readonly options: RunOptions;
  /** Files whose findings are wanted. */
  readonly targets: readonly string[];
  /** All files that may take part. */
  readonly files: readonly string[];
  /** Manifests of packages that the program may import by name. */
  readonly manifests: readonly string[];
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
  readonly programOf: (file: string) => ProgramInput | null;
}

/** No one writes files of this size: a bundle or data in disguise, which would take more memory than it is worth. */
const parsedSize = 5_000_000;

/** The second stage of a run: what the files with hits, and those tied to them, come to. */
export async function analyzeRelevant(input: RelevantInput): Promise<RelevantResult> {
  const { options, clock } = input;
  const disk = new DiskFileSystem(input.files, options.texts);
  const read = (path: string): string | null => disk.read(path);
  const mentions = wordTest(contractsFor(options.analysis).relevantNames());
  const named = input.scanned.filter((file) => mentions(read(file) ?? ""));
  const tooLarge = new Set(named.filter((file) => (read(file)?.length ?? 0) > parsedSize));
  const hits = new Set(named.filter((file) => !tooLarge.has(file)));
  clock.lap("match names");
  const resolver = new Resolver(disk, packagesOf(input.manifests, disk));
  const targets = new Set(input.targets);
  const components = hits.size === 0 ? [] : relevantComponents({ files: input.files.filter((file) => !tooLarge.has(file)), hits, resolver, read }).filter((component) => component.files.some((file) => targets.has(file)));
  clock.lap("follow imports");
  const names = new Map(components.flatMap((component) => component.files.map((file) => [displayPath(options.cwd, file), file] as const)));
  const programs = components.map((component) => programOf(component, { cwd: options.cwd, resolver, text: (name) => withoutMark(read(names.get(name) ?? name) ?? "") }));
  const home = new Map(programs.flatMap((program) => program.sources.map((source) => [source.path, { program, text: source.text }] as const)));
  // What was analysed is what is shown, whatever has become of the file since.
  const text = (name: string): string => home.get(name)?.text ?? "";
  clock.lap("link");
  const results = await analyzeComponents(programs, { options, clock });
  const wanted = [...names].filter(([, file]) => targets.has(file)).map(([name]) => name);
  const judged = judge(results.flatMap((result) => result.findings), { severities: options.severities, cwd: options.cwd, text, files: wanted });
  clock.lap("judge");
  const shown = new Set(wanted);
  const unused = options.severities.unusedSuppressions;
  return {
    findings: judged.findings,
    problems: [
      ...results.flatMap((result) => result.faults).filter((fault) => shown.has(fault.file)).map(({ file, message, start, end }): Problem => ({ kind: "syntax", severity: "error", message, file, site: { file, start, end } })),
      ...results.flatMap((result) => result.crashes).filter((crash) => shown.has(crash.file)).map(({ file, message }): Problem => ({ kind: "internal", severity: "error", message: `session-lint came to grief over this file, please report it: ${message}`, file, site: null })),
      ...(unused === "off" ? [] : judged.unused.map(({ file, message, start, end }): Problem => ({ kind: "unused-suppression", severity: unused, message, file, site: { file, start, end } }))),
    ],
    incomplete: [
      ...results.flatMap((result) => result.incomplete).filter((entry) => shown.has(entry.file)),
      ...[...tooLarge].filter((file) => targets.has(file)).map((file): Incomplete => ({ file: displayPath(options.cwd, file), function: "<module>", reason: `the file is larger than ${parsedSize / 1_000_000} MB` })),
    ],
    analyzed: wanted.length,
    functions: results.reduce((sum, result) => sum + result.functions, 0),
    calls: results.reduce((sum, result) => sum + result.calls, 0),
    text,
    programOf: (file) => home.get(file)?.program ?? null,
  };
}

function programOf(component: Component, { cwd, resolver, text }: { readonly cwd: string; readonly resolver: Resolver; readonly text: (name: string) => string }): ProgramInput {
  const paths = new Map(component.files.map((file) => [displayPath(cwd, file), file]));
  const sources = [...paths.keys()].map((path) => ({ path, text: text(path) }));
  const links = linksOf(sources, (from, specifier) => {
    const target = resolver.resolve(paths.get(from) ?? from, specifier);
    return target === null ? null : displayPath(cwd, target);
  });
  return { sources, links };
}

async function analyzeComponents(programs: readonly ProgramInput[], { options, clock }: { readonly options: RunOptions; readonly clock: Clock }): Promise<ContainedResult[]> {
  const cache = options.cache === null ? null : new ResultCache(options.cache, options.analysis);
  const known = programs.map((program) => cache?.find(program) ?? null);
  const open = programs.filter((_program, index) => known[index] === null);
  clock.lap("look in the cache");
  const fresh = open.length === 0 ? [] : await analyzeAll(open, options);
  clock.lap("analyse");
  const results = known.map((result) => result ?? (fresh.shift() as ContainedResult));
  programs.forEach((program, index) => known[index] === null && cache?.keep(program, results[index] as ContainedResult));
  if (open.length > 0) cache?.save();
  clock.lap("keep results");
  return results;
}

async function analyzeAll(programs: readonly ProgramInput[], { analysis, threads, progress }: RunOptions): Promise<ContainedResult[]> {
  const show = (count: number): void => progress(`analysed ${count} of ${programs.length} programs`);
  const wanted = threads ?? automaticThreads(programs);
  if (wanted > 1 && programs.length > 1) {
    const { analyzeInParallel } = await import("./pool.js");
    return analyzeInParallel(programs, analysis, wanted, show);
  }
  const { analyzeContained } = await import("./contained.js");
  return programs.map((program, index) => {
    show(index);
    return analyzeContained(program, analysis);
  });
}

// A thread has to load the analyzer first, and each runs it cold: below this much text one thread is done sooner.
const worthThreads = 5_000_000;

function automaticThreads(programs: readonly ProgramInput[]): number {
  const size = programs.reduce((sum, program) => sum + program.sources.reduce((length, { text }) => length + text.length, 0), 0);
  return size < worthThreads ? 1 : availableParallelism();
}
