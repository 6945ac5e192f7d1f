import { posix } from "node:path";
import { analyzeProgram, type Observer } from "../analysis/index.js";
import type { Finding, Incomplete, JudgedFinding } from "../findings.js";
import type { Contracts } from "../contracts/model.js";
import { languageModel, lowerModule, TypesOfProgram, WordSet, type OutlineOptions } from "../frontend/typescript/index.js";
import type { ModuleId, ModuleIr, Program } from "../ir/types.js";
import { contractsFor } from "./contracts.js";
import { TextFileSystem, withoutMark } from "./file-system.js";
import { declarationsOf } from "./imports.js";
import { linksOf, type Links } from "./links.js";
import { judge } from "./judge.js";
import { Resolver } from "./resolution.js";
import type { AnalysisSettings, SeveritySettings } from "./settings.js";

/** The text of one module of a program. */
export interface SourceText {
  /** Unique in the program; with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A program as plain data: it crosses to worker threads and into cache keys. */
export interface ProgramInput {
  readonly sources: readonly SourceText[];
  readonly links: Links;
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

/** What of some modules need not be looked at: functions that have nothing to do with native objects. */
export function outlineOptions(sources: readonly SourceText[], settings: AnalysisSettings): OutlineOptions {
  const contracts = contractsFor(settings);
  return { isImported: sources.length > 1, natives: nativesOf(contracts) };
}

const knownNatives = new WeakMap<Contracts, WordSet>();

function nativesOf(contracts: Contracts): WordSet {
  const known = knownNatives.get(contracts);
  if (known) return known;
  const names = contracts.names();
  const natives = new WordSet([...names, ...names.map((name) => `_${name}`)]);
  knownNatives.set(contracts, natives);
  return natives;
}

/** Parses and analyses some modules as one program. */
export function analyzeSources(input: ProgramInput, settings: AnalysisSettings, lower: typeof lowerModule = outlined(input, settings), observe?: Observer): ProgramResult {
  const { program, faults } = lowerSources(input, lower);
  const result = analyzeProgram(program, contractsFor(settings), {
    strict: settings.strict,
    checkThrowingCalls: settings.checkThrowingCalls,
    flush: settings.flush,
    ...(settings.maxSteps === null ? {} : { maxSteps: settings.maxSteps }),
    ...(settings.maxStates === null ? {} : { maxStates: settings.maxStates }),
    ...(observe === undefined ? {} : { observe }),
  });
  return { findings: result.findings, incomplete: result.incomplete, faults, functions: result.functions, calls: result.calls };
}

function outlined({ sources }: ProgramInput, settings: AnalysisSettings): typeof lowerModule {
  const outline = outlineOptions(sources, settings);
  return (path, text) => lowerModule(path, text, outline);
}

/** Parses some modules into the intermediate language. */
export function lowerSources({ sources, links }: ProgramInput, lower: typeof lowerModule = lowerModule): { readonly program: Program; readonly faults: readonly SyntaxFault[] } {
  const modules = new Map<ModuleId, ModuleIr>();
  const faults: SyntaxFault[] = [];
  for (const { path, text } of sources) {
    const { module, problems } = lower(path, text);
    modules.set(path, module);
    faults.push(...problems.map((problem) => ({ file: path, message: problem.message, start: problem.start, end: problem.end })));
  }
  const resolve = (from: ModuleId, specifier: string): ModuleId | null => {
    const target = links[from]?.[specifier];
    return target !== undefined && modules.has(target) ? target : null;
  };
  const describedBy = (module: ModuleId): ModuleId | null => {
    const declarations = declarationsOf(module);
    return declarations === null ? null : resolve(module, declarations);
  };
  const types = new TypesOfProgram(sources, resolve);
  return { program: { modules, resolve, describedBy, language: languageModel, classAt: (module, range) => types.classAt(module, range), memberAt: (module, range, key) => types.memberAt(module, range, key), isLastValue: (module, range) => types.isLastValue(module, range) }, faults };
}

/**
 * Analyses a program that is given as text, without a file system, and judges what is found by the severities.
 * Relative imports between the given files are followed. Findings that comments hide are left out.
 */
export function analyzeTexts(sources: readonly SourceText[], settings: AnalysisSettings, severities: SeveritySettings): { readonly findings: readonly JudgedFinding[]; readonly faults: readonly SyntaxFault[]; readonly incomplete: readonly Incomplete[] } {
  const texts = new Map(sources.map(({ path, text }) => [rooted(path), withoutMark(text)]));
  const resolver = new Resolver(new TextFileSystem(texts));
  const names = new Map(sources.map(({ path }) => [rooted(path), path]));
  const plain = sources.map(({ path, text }) => ({ path, text: withoutMark(text) }));
  const links = linksOf(plain, (from, specifier) => names.get(resolver.resolve(rooted(from), specifier) ?? "") ?? null);
  const result = analyzeSources({ sources: plain, links }, settings);
  const judged = judge(result.findings, { severities, cwd: "/", text: (file) => texts.get(rooted(file)) ?? "", files: sources.map(({ path }) => path) });
  return { findings: judged.findings.filter((finding) => finding.suppression === null), faults: result.faults, incomplete: result.incomplete };
}

function rooted(path: string): string {
  return posix.resolve("/", path);
}
