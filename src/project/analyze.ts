import { analyzeProgram } from "../analysis/index.js";
import type { Finding, Incomplete, JudgedFinding } from "../findings.js";
import { languageModel, lowerModule } from "../frontend/typescript/index.js";
import type { ModuleId, ModuleIr, Program } from "../ir/types.js";
import { posix } from "node:path";
import { contractsFor } from "./contracts.js";
import { TextFileSystem, withoutMark } from "./file-system.js";
import { judge } from "./judge.js";
import { Resolver } from "./resolution.js";
import type { AnalysisSettings, SeveritySettings } from "./settings.js";

/** The text of one module of a program. */
export interface SourceText {
  /** Unique in the program; with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface SyntaxFault {
  readonly file: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** What the analysis of one program gives; plain data. */
export interface ProgramResult {
  readonly findings: readonly Finding[];
  readonly incomplete: readonly Incomplete[];
  readonly faults: readonly SyntaxFault[];
  readonly functions: number;
  readonly calls: number;
}

/** Analyses some modules as one program. `resolve` says which of them an import means. */
export function analyzeSources(sources: readonly SourceText[], resolve: (from: ModuleId, specifier: string) => ModuleId | null, settings: AnalysisSettings): ProgramResult {
  const modules = new Map<ModuleId, ModuleIr>();
  const faults: SyntaxFault[] = [];
  for (const { path, text } of sources) {
    const { module, problems } = lowerModule(path, text);
    modules.set(path, module);
    faults.push(...problems.map((problem) => ({ file: path, ...problem })));
  }
  const within = (from: ModuleId, specifier: string): ModuleId | null => {
    const target = resolve(from, specifier);
    return target !== null && modules.has(target) ? target : null;
  };
  const program: Program = { modules, resolve: within, language: languageModel };
  const result = analyzeProgram(program, contractsFor(settings), {
    strict: settings.strict,
    checkThrowingCalls: settings.checkThrowingCalls,
    flush: settings.flush,
    ...(settings.maxSteps === null ? {} : { maxSteps: settings.maxSteps }),
    ...(settings.maxStates === null ? {} : { maxStates: settings.maxStates }),
  });
  return { findings: result.findings, incomplete: result.incomplete, faults, functions: result.functions, calls: result.calls };
}

/**
 * Analyses a program that is given as text, without a file system, and judges what is found by the severities.
 * Relative imports between the given files are followed. Findings that comments hide are left out.
 */
export function analyzeTexts(sources: readonly SourceText[], settings: AnalysisSettings, severities: SeveritySettings): { readonly findings: readonly JudgedFinding[]; readonly faults: readonly SyntaxFault[]; readonly incomplete: readonly Incomplete[] } {
  const texts = new Map(sources.map(({ path, text }) => [rooted(path), withoutMark(text)]));
  const resolver = new Resolver(new TextFileSystem(texts));
  const names = new Map(sources.map(({ path }) => [rooted(path), path]));
  const resolve = (from: ModuleId, specifier: string): ModuleId | null => names.get(resolver.resolve(rooted(from), specifier) ?? "") ?? null;
  const result = analyzeSources(sources.map(({ path, text }) => ({ path, text: withoutMark(text) })), resolve, settings);
  const judged = judge(result.findings, { severities, cwd: "/", text: (file) => texts.get(rooted(file)) ?? "", files: sources.map(({ path }) => path) });
  return { findings: judged.findings.filter((finding) => finding.suppression === null), faults: result.faults, incomplete: result.incomplete };
}

function rooted(path: string): string {
  return posix.resolve("/", path);
}
