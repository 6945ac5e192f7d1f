import type { JudgedFinding } from "../findings.js";
import type { FixProposal } from "../fix/index.js";
import type { ProgramInput } from "./analyze.js";
import { SuggestionCache } from "./cache.js";
import { importsOf } from "./links.js";
import type { RunOptions, RunResult } from "./run.js";

type SuggestionOptions = Pick<RunOptions, "analysis" | "severities" | "cwd" | "cache">;

/** Above this much text, edits are not tried out for a report: each trial is an analysis. */
const triedSize = 60_000;

/** The edits to offer for each finding of a run. What was tried out before is taken from the cache. */
export async function suggestionsFor({ findings, programOf }: Pick<RunResult, "findings" | "programOf">, options: SuggestionOptions): Promise<(finding: JudgedFinding) => readonly FixProposal[]> {
  const cache = options.cache === null ? null : new SuggestionCache(options.cache, options);
  const offered = new Map<JudgedFinding, readonly FixProposal[]>();
  const open: { readonly finding: JudgedFinding; readonly program: ProgramInput }[] = [];
  for (const finding of findings) {
    const whole = finding.suppression === null ? programOf(finding.primary.file) : null;
    if (whole === null) continue;
    // What the file imports decides most findings in it, and is much less than all that imports the file.
    const program = importsOf(whole, finding.primary.file);
    if (program.sources.reduce((size, source) => size + source.text.length, 0) > triedSize) continue;
    const known = cache?.find(program, finding) ?? null;
    if (known === null) open.push({ finding, program });
    else offered.set(finding, known);
  }
  if (open.length > 0) {
    const { Trials } = await import("./fixing.js");
    const trials = new Trials(options);
    for (const { finding, program } of open) {
      const proposals = trials.proposals(finding, program);
      cache?.keep(program, finding, proposals);
      offered.set(finding, proposals);
    }
    cache?.save();
  }
  return (finding) => offered.get(finding) ?? [];
}
