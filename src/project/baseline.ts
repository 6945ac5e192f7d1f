import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { JudgedFinding } from "../findings.js";
import { compare } from "./judge.js";
import { displayPath } from "./paths.js";
import { UserError } from "./user-error.js";

/** One known finding: a line of the file. */
export interface BaselineEntry {
  readonly file: string;
  readonly fingerprint: string;
  readonly rule: string;
  readonly functionName: string;
}

/** Known findings of a project. Files are named relative to the folder of the baseline, wherever a run starts. */
export class Baseline {
  readonly #folder: string;

  constructor(
    readonly path: string,
    readonly entries: readonly BaselineEntry[],
  ) {
    this.#folder = dirname(path);
  }

  static read(path: string): Baseline {
    if (!existsSync(path)) throw new UserError([`${path}: there is no such baseline; write one with --update-baseline`]);
    const lines = readFileSync(path, "utf8").split(/\r?\n/);
    return new Baseline(path, lines.flatMap((line, index) => (line === "" || line.startsWith("#") ? [] : [readLine(line, `${path}:${index + 1}`)])));
  }

  /** Marks the findings that are known, and tells which entries no finding has any more among the files looked at. */
  apply(findings: readonly JudgedFinding[], cwd: string, files: readonly string[]): { readonly findings: readonly JudgedFinding[]; readonly stale: readonly BaselineEntry[] } {
    const open = new Map(this.entries.map((entry) => [keyOf(entry.file, entry.fingerprint), entry]));
    const matched = findings.map((finding) => {
      const key = keyOf(this.#nameOf(finding, cwd), finding.fingerprint);
      // A finding that a comment hides as well keeps its entry: the comment may go again.
      return open.delete(key) && finding.suppression === null ? known(finding) : finding;
    });
    const moved = this.#matchMoved(matched, open);
    const looked = new Set(files.map((file) => displayPath(this.#folder, file)));
    const stale = [...open.values()].filter((entry) => looked.has(entry.file) || !existsSync(resolve(this.#folder, entry.file)));
    return { findings: moved, stale };
  }

  // A file that was renamed took its findings along: entries of files that are gone match by fingerprint alone.
  #matchMoved(findings: readonly JudgedFinding[], open: Map<string, BaselineEntry>): readonly JudgedFinding[] {
    const gone = [...open].filter(([, entry]) => !existsSync(resolve(this.#folder, entry.file)));
    if (gone.length === 0) return findings;
    return findings.map((finding) => {
      if (finding.suppression !== null) return finding;
      const index = gone.findIndex(([, entry]) => entry.fingerprint === finding.fingerprint);
      const [key] = gone.splice(index, index < 0 ? 0 : 1)[0] ?? [];
      if (key === undefined) return finding;
      open.delete(key);
      return known(finding);
    });
  }

  /** Writes the baseline anew: all findings that no comment hides. Entries of files that were not looked at stay. */
  update(findings: readonly JudgedFinding[], cwd: string, files: readonly string[]): Baseline {
    const looked = new Set(files.map((file) => displayPath(this.#folder, file)));
    const elsewhere = this.entries.filter((entry) => !looked.has(entry.file) && existsSync(resolve(this.#folder, entry.file)));
    const now = findings.filter((finding) => finding.suppression?.kind !== "comment").map((finding): BaselineEntry => ({ file: this.#nameOf(finding, cwd), fingerprint: finding.fingerprint, rule: finding.rule, functionName: finding.functionName }));
    return new Baseline(this.path, [...elsewhere, ...now]);
  }

  without(stale: readonly BaselineEntry[]): Baseline {
    const dropped = new Set(stale);
    return new Baseline(this.path, this.entries.filter((entry) => !dropped.has(entry)));
  }

  write(): void {
    // Sorted and one a line, so that branches merge without conflicts.
    const lines = this.entries.map((entry) => [entry.file, entry.rule, entry.functionName, entry.fingerprint].map(escaped).join("\t")).sort(compare);
    try {
      writeFileSync(this.path, `${heading}${lines.map((line) => `${line}\n`).join("")}`);
    } catch (error) {
      throw new UserError([`${this.path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`]);
    }
  }

  #nameOf(finding: JudgedFinding, cwd: string): string {
    return displayPath(this.#folder, resolve(cwd, finding.primary.file));
  }
}

const heading = "# Known findings of session-lint, one a line: file, rule, function, fingerprint. Written by --update-baseline.\n";

function known(finding: JudgedFinding): JudgedFinding {
  return { ...finding, suppression: { kind: "baseline", justification: null } };
}

function keyOf(file: string, fingerprint: string): string {
  return `${file}\0${fingerprint}`;
}

function readLine(line: string, place: string): BaselineEntry {
  const [file, rule, functionName, fingerprint, ...more] = line.split("\t").map(unescaped);
  if (file === undefined || rule === undefined || functionName === undefined || fingerprint === undefined || more.length > 0 || !/^[0-9a-f]{20}$/.test(fingerprint)) {
    throw new UserError([`${place}: this is no line of a baseline (file, rule, function and fingerprint, with tabs between); write it anew with --update-baseline`]);
  }
  return { file, rule, functionName, fingerprint };
}

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => ({ "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" })[character] ?? character);
}

function unescaped(text: string): string {
  return text.replace(/\\([\\tnr])/g, (_whole, letter: string) => ({ t: "\t", n: "\n", r: "\r" })[letter] ?? letter);
}
