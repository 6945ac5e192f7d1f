import { verifiedProposals, type Analyze, type FixProposal } from "../fix/index.js";
import type { JudgedFinding } from "../findings.js";
import { analyzeSources, type ProgramInput } from "./analyze.js";
import { judge } from "./judge.js";
import type { RunOptions } from "./run.js";

/** Findings of one file of a program under another text of it: what edits are checked with. */
export function analyzerOf(program: ProgramInput, file: string, { analysis, severities, cwd }: Pick<RunOptions, "analysis" | "severities" | "cwd">): Analyze {
  return (text) => {
    const sources = program.sources.map((source) => (source.path === file ? { path: file, text } : source));
    const { findings } = analyzeSources({ sources, links: program.links }, analysis);
    const own = findings.filter((finding) => finding.primary.file === file);
    return judge(own, { severities, cwd, text: () => text, files: [file] }).findings.filter((finding) => finding.suppression === null);
  };
}

/** Above this much text in one program, edits are not tried out for a report: each trial is an analysis of the program. */
const triedSize = 200_000;

/** The edits to offer for each finding: those after which it is gone and no other has come. */
export function suggestionsFor(findings: readonly JudgedFinding[], programOf: (file: string) => ProgramInput | null, options: Pick<RunOptions, "analysis" | "severities" | "cwd">): (finding: JudgedFinding) => readonly FixProposal[] {
  const shown = new Set(findings);
  return (finding) => {
    const { file } = finding.primary;
    const program = programOf(file);
    if (program === null || finding.suppression !== null || program.sources.reduce((size, source) => size + source.text.length, 0) > triedSize) return [];
    const text = program.sources.find((source) => source.path === file)?.text ?? "";
    const before = [...shown].filter((other) => other.primary.file === file && other.suppression === null);
    return verifiedProposals(finding, text, before, analyzerOf(program, file, options));
  };
}
