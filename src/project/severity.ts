import ignore, { type Ignore } from "ignore";
import { relative, resolve, sep } from "node:path";
import type { RuleId, Severity } from "../findings.js";
import type { SeveritySettings } from "./settings.js";

/** Severity of a rule in a file: the rules of the run, changed by each override that the file matches, in order. */
export class SeverityTable {
  readonly #overrides: readonly { readonly files: Ignore; readonly base: string; readonly rules: Readonly<Partial<Record<RuleId, Severity>>> }[];
  readonly #perFile = new Map<string, Readonly<Record<RuleId, Severity>>>();

  /** Files are named relative to `cwd`. */
  constructor(
    private readonly settings: SeveritySettings,
    private readonly cwd: string,
  ) {
    this.#overrides = settings.overrides.map((override) => ({ files: ignore({ allowRelativePaths: true }).add(override.files), base: override.base, rules: override.rules }));
  }

  of(rule: RuleId, file: string): Severity {
    if (this.#overrides.length === 0) return this.settings.rules[rule];
    let rules = this.#perFile.get(file);
    if (rules === undefined) this.#perFile.set(file, (rules = this.#rulesFor(file)));
    return rules[rule];
  }

  #rulesFor(file: string): Readonly<Record<RuleId, Severity>> {
    const matching = this.#overrides.filter((override) => override.files.ignores(withSlashes(relative(override.base, resolve(this.cwd, file)))));
    return Object.assign({ ...this.settings.rules }, ...matching.map((override) => override.rules)) as Record<RuleId, Severity>;
  }
}

function withSlashes(path: string): string {
  return sep === "/" ? path : path.split(sep).join("/");
}
