import { createTwoFilesPatch } from "diff";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fixText } from "../fix/index.js";
import type { ProgramInput } from "../project/analyze.js";
import { analyzerOf } from "../project/fixing.js";
import type { RunOptions, RunResult } from "../project/run.js";
import { UserError } from "../project/user-error.js";

/** New texts of files by absolute path: each repair was tried out, and did away with a finding without making another. */
export function fixedTexts(result: RunResult, options: RunOptions, withSuggestions: boolean): Map<string, string> {
  const programs = new Map<string, ProgramInput>();
  const fixed = new Map<string, string>();
  const files = new Set(result.findings.filter((finding) => finding.suppression === null).map((finding) => finding.primary.file));
  for (const file of files) {
    const whole = result.programOf(file);
    if (whole === null) continue;
    const id = whole.sources[0]?.path ?? "";
    const program = programs.get(id) ?? whole;
    const before = result.text(file);
    const after = fixText(before, (_finding, proposal) => withSuggestions || proposal.kind === "fix", analyzerOf(program, file, options));
    if (after === before) continue;
    fixed.set(resolve(options.cwd, file), after);
    // Files that are mended later are judged by what is mended already.
    programs.set(id, { ...program, sources: program.sources.map((source) => (source.path === file ? { path: file, text: after } : source)) });
  }
  return fixed;
}

/** Writes mended files, each with the byte order mark that it had. */
export function writeTexts(texts: ReadonlyMap<string, string>): void {
  for (const [path, text] of texts) {
    try {
      const mark = readFileSync(path, "utf8").startsWith("\ufeff") ? "\ufeff" : "";
      writeFileSync(path, mark + text);
    } catch (error) {
      throw new UserError([`${path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`]);
    }
  }
}

/** What mending would change, in the form that `patch` and `git apply` take. */
export function diffOf(texts: ReadonlyMap<string, string>, result: RunResult, options: RunOptions): string {
  const files = [...new Set(result.findings.map((finding) => finding.primary.file))];
  return files
    .flatMap((file) => {
      const after = texts.get(resolve(options.cwd, file));
      return after === undefined ? [] : [createTwoFilesPatch(`a/${file}`, `b/${file}`, result.text(file), after, undefined, undefined, { context: 3 }).replace(/^=+\n/, "")];
    })
    .join("");
}
