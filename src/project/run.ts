import type { Incomplete, JudgedFinding, Problem } from "../findings.js";
import type { ProgramInput } from "./analyze.js";
import { Clock } from "./clock.js";
import { discover, type Discovery, type DiscoveryOptions, type UnmatchedPath } from "./discovery.js";
import { needlesFor } from "./needles.js";
import { displayPath } from "./paths.js";
import { scanFiles, type ScanResult } from "./scan.js";
import type { AnalysisSettings, SeveritySettings } from "./settings.js";
import { surroundingFiles } from "./surroundings.js";

export interface RunOptions extends DiscoveryOptions {
  readonly paths: readonly string[];
  readonly analysis: AnalysisSettings;
  readonly severities: SeveritySettings;
  /** Text that stands for what is on disk, by absolute path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Paths whose packages belong to the program as well, see `surroundingFiles`. */
  readonly around: readonly string[];
  /** When set, only findings in these files count (absolute paths). */
  readonly only: ReadonlySet<string> | null;
  /** Number of threads; null: as many as are worth it. */
  readonly threads: number | null;
  /** Folder of the cache; null: none. */
  readonly cache: string | null;
  /** Told what is being done, for a status line. */
  readonly progress: (status: string) => void;
}

export interface RunResult {
  readonly findings: readonly JudgedFinding[];
  readonly problems: readonly Problem[];
  readonly incomplete: readonly Incomplete[];
  /** Files looked at. */
  readonly files: readonly string[];
  /** Number of them that were parsed and analysed. */
  readonly analyzed: number;
  readonly functions: number;
  readonly calls: number;
  readonly unmatched: readonly UnmatchedPath[];
  /** Text of a file that a finding names, as it was analysed. */
  readonly text: (file: string) => string;
  /** The program that a file was analysed in. */
  readonly programOf: (file: string) => ProgramInput | null;
  /** Names in the user's contracts that no file mentions; null: there are no such contracts. */
  readonly unusedContracts: { readonly names: readonly string[]; readonly all: boolean } | null;
  /** Milliseconds of each stage. */
  readonly timings: Readonly<Record<string, number>>;
}

/**
 * A whole run over files on disk. Whatever parses or analyses is loaded only when some file mentions a native
 * function, so that a project without any pays for one walk and one scan.
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const clock = new Clock();
  const found = await discover(options.paths, options);
  const { only } = options;
  const named = together(found.files, [...options.texts.keys()]);
  const targets = only === null ? named : named.filter((file) => only.has(file));
  const around = await surroundingFiles(options.around, options);
  const files = together(named, around.files);
  clock.lap("discover");
  const scan = scanFiles(files, await needlesFor(options.analysis), options.texts);
  clock.lap("scan");
  const problems = accessProblems(found, scan, targets, options);
  const { contracts } = options.analysis;
  const unused = contracts.length === 0 ? null : (await import("./unused-contracts.js")).unusedContracts(contracts, scan.hits, options.texts);
  const shared = { files: targets, unmatched: found.unmatched, unusedContracts: unused };
  if (scan.hits.length === 0) return { ...shared, findings: [], problems, incomplete: [], analyzed: 0, functions: 0, calls: 0, text: () => "", programOf: () => null, timings: clock.laps };
  const { analyzeRelevant } = await import("./relevant.js");
  clock.lap("load");
  const result = await analyzeRelevant({ options, targets, files, manifests: [...found.manifests, ...around.manifests], scanned: scan.hits, clock });
  return { ...shared, ...result, problems: [...problems, ...result.problems], timings: clock.laps };
}

// Each file once. Where only one list has any, nothing is copied: there may be very many.
function together(left: readonly string[], right: readonly string[]): readonly string[] {
  return right.length === 0 ? left : [...new Set([...left, ...right])];
}

function accessProblems(found: Discovery, scan: ScanResult, targets: readonly string[], options: RunOptions): Problem[] {
  if (found.unreadable.length + scan.unreadable.length + scan.binary.length === 0) return [];
  const problem = (kind: Problem["kind"], path: string, message: string): Problem => ({ kind, severity: "error", file: displayPath(options.cwd, path), message, site: null });
  const named = new Set(options.paths);
  const wanted = new Set(targets);
  return [
    ...found.unreadable.map(({ path, reason }) => problem("unreadable", path, `cannot list this folder: ${plainReason(reason)}`)),
    ...scan.unreadable.filter(({ path }) => wanted.has(path)).map(({ path, reason }) => problem("unreadable", path, `cannot read this file: ${plainReason(reason)}`)),
    // A walk passes over data that happens to have the extension of a program (MPEG streams are named .ts); a file that is named is meant.
    ...scan.binary.filter((path) => wanted.has(path) && (named.has(path) || named.has(displayPath(options.cwd, path)))).map((path) => problem("binary", path, "this is not a text file: it holds NUL bytes")),
  ];
}

// Node's own words are `EACCES: permission denied, open '/full/path'`; the path is said elsewhere.
function plainReason(reason: string): string {
  return reason.replace(/^[A-Z0-9_]+: /, "").replace(/, \w+( '.*')?$/s, "");
}
