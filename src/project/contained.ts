import { analyzeSources, type ProgramInput, type ProgramResult } from "./analyze.js";
import { importsOf } from "./links.js";
import type { AnalysisSettings } from "./settings.js";

/** A file whose analysis came to grief through a mistake of ours. */
export interface Crash {
  readonly file: string;
  readonly message: string;
}

export interface ContainedResult extends ProgramResult {
  readonly crashes: readonly Crash[];
}

/** Analyses a program so that a mistake of ours costs as little of the result as can be: at most single files of it. */
export function analyzeContained(program: ProgramInput, settings: AnalysisSettings, analyze: typeof analyzeSources = analyzeSources): ContainedResult {
  try {
    return { ...analyze(program, settings), crashes: [] };
  } catch (error) {
    if (program.sources.length === 1) return { ...nothing, crashes: [crashOf(program, error)] };
  }
  // Each file with what it imports: less is seen than in the whole, and all but the culprit is seen.
  const parts = program.sources.map(({ path }) => onlyOf(path, analyzePart(importsOf(program, path), path, settings, analyze)));
  return {
    findings: parts.flatMap((part) => part.findings),
    incomplete: parts.flatMap((part) => part.incomplete),
    faults: parts.flatMap((part) => part.faults),
    functions: Math.max(...parts.map((part) => part.functions)),
    calls: Math.max(...parts.map((part) => part.calls)),
    crashes: parts.flatMap((part) => part.crashes),
  };
}

const nothing: ProgramResult = { findings: [], incomplete: [], faults: [], functions: 0, calls: 0 };

function analyzePart(part: ProgramInput, file: string, settings: AnalysisSettings, analyze: typeof analyzeSources): ContainedResult {
  try {
    return { ...analyze(part, settings), crashes: [] };
  } catch {
    return analyzeContained({ sources: part.sources.filter(({ path }) => path === file), links: {} }, settings, analyze);
  }
}

function onlyOf(file: string, result: ContainedResult): ContainedResult {
  return {
    ...result,
    findings: result.findings.filter((finding) => finding.primary.file === file),
    incomplete: result.incomplete.filter((entry) => entry.file === file),
    faults: result.faults.filter((fault) => fault.file === file),
  };
}

function crashOf(program: ProgramInput, error: unknown): Crash {
  return { file: program.sources[0]?.path ?? "", message: error instanceof Error ? error.message : String(error) };
}
