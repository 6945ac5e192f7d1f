import { verifiedProposals, type Analyze, type FixProposal } from "../fix/index.js";
import type { Finding } from "../findings.js";
import { lowerModule } from "../frontend/typescript/index.js";
import { analyzeSources, outlineOptions, type ProgramInput } from "./analyze.js";
import { judge } from "./judge.js";
import type { RunOptions } from "./run.js";

type TrialOptions = Pick<RunOptions, "analysis" | "severities" | "cwd">;

/** Findings of one file of a program under another text of it: what edits are checked with. */
export function analyzerOf(program: ProgramInput, file: string, { analysis, severities, cwd }: TrialOptions): Analyze {
  const lowered = new Map<string, ReturnType<typeof lowerModule>>();
  const outline = outlineOptions(program.sources, analysis);
  // Only the text that is tried out is new each time.
  const lower: typeof lowerModule = (path, text) => {
    if (path === file) return lowerModule(path, text, outline);
    const known = lowered.get(path) ?? lowerModule(path, text, outline);
    lowered.set(path, known);
    return known;
  };
  return (text) => {
    const sources = program.sources.map((source) => (source.path === file ? { path: file, text } : source));
    const { findings } = analyzeSources({ sources, links: program.links }, analysis, lower);
    const own = findings.filter((finding) => finding.primary.file === file);
    return judge(own, { severities, cwd, text: () => text, files: [file] }).findings.filter((finding) => finding.suppression === null);
  };
}

/** The edits after which a finding is gone and no other has come, by what its file imports. */
export class Trials {
  readonly #trials = new Map<string, Trial>();

  constructor(private readonly options: TrialOptions) {}

  proposals(finding: Finding, program: ProgramInput): readonly FixProposal[] {
    const { file } = finding.primary;
    let trial = this.#trials.get(file);
    if (trial === undefined) this.#trials.set(file, (trial = trialOf(program, file, this.options)));
    return verifiedProposals(finding, trial.text, trial.before, trial.analyze);
  }
}

interface Trial {
  readonly text: string;
  readonly before: readonly Finding[];
  readonly analyze: Analyze;
}

function trialOf(program: ProgramInput, file: string, options: TrialOptions): Trial {
  const analyze = analyzerOf(program, file, options);
  const text = program.sources.find((source) => source.path === file)?.text ?? "";
  return { text, before: analyze(text), analyze };
}
