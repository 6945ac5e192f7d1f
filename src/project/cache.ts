import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Finding } from "../findings.js";
import type { FixProposal } from "../fix/index.js";
import { packageVersion } from "../shipped.js";
import type { ProgramInput } from "./analyze.js";
import type { ContainedResult } from "./contained.js";
import { contractsFor } from "./contracts.js";
import type { AnalysisSettings, SeveritySettings } from "./settings.js";

/**
 * Results of earlier runs. A result belongs to everything that it was made from: the text of every module of its
 * program and how they are linked, the contracts, the options and the version of this package. Whatever changes
 * one of them changes the key, so a result is either right or not found.
 */
export class ResultCache {
  readonly #store: Store<{ readonly key: string; readonly result: ContainedResult }>;
  readonly #made: string;

  constructor(folder: string, settings: AnalysisSettings) {
    this.#store = new Store(join(folder, "results.json"));
    this.#made = madeWith(settings);
  }

  find(program: ProgramInput): ContainedResult | null {
    const entry = this.#store.get(nameOf(program));
    return entry?.key === keyOf(program, this.#made) ? entry.result : null;
  }

  keep(program: ProgramInput, result: ContainedResult): void {
    this.#store.set(nameOf(program), { key: keyOf(program, this.#made), result });
  }

  save(): void {
    this.#store.save();
  }
}

/** Edits that were tried out in earlier runs. */
export class SuggestionCache {
  readonly #store: Store<{ readonly key: string; readonly proposals: readonly FixProposal[] }>;
  readonly #made: string;
  readonly #keys = new WeakMap<ProgramInput, string>();

  constructor(folder: string, { analysis, severities }: { readonly analysis: AnalysisSettings; readonly severities: SeveritySettings }) {
    this.#store = new Store(join(folder, "suggestions.json"));
    this.#made = `${madeWith(analysis)}${JSON.stringify(severities)}`;
  }

  find(program: ProgramInput, finding: Finding): readonly FixProposal[] | null {
    const entry = this.#store.get(placeOf(finding));
    return entry?.key === this.#keyOf(program) ? entry.proposals : null;
  }

  keep(program: ProgramInput, finding: Finding, proposals: readonly FixProposal[]): void {
    this.#store.set(placeOf(finding), { key: this.#keyOf(program), proposals });
  }

  save(): void {
    this.#store.save();
  }

  #keyOf(program: ProgramInput): string {
    let key = this.#keys.get(program);
    if (key === undefined) this.#keys.set(program, (key = keyOf(program, this.#made)));
    return key;
  }
}

/** A file of entries. Those of programs that a run did not look at are kept as they were. */
class Store<Entry> {
  readonly #before: Readonly<Record<string, Entry>>;
  readonly #after: Record<string, Entry> = {};

  constructor(private readonly file: string) {
    this.#before = load(file) as Readonly<Record<string, Entry>>;
  }

  get(name: string): Entry | undefined {
    return this.#after[name] ?? (Object.hasOwn(this.#before, name) ? this.#before[name] : undefined);
  }

  set(name: string, entry: Entry): void {
    this.#after[name] = entry;
  }

  save(): void {
    mkdirSync(dirname(this.file), { recursive: true });
    // Another run may be reading: it sees the old file or the new one, never half of it.
    const draft = `${this.file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify({ ...this.#before, ...this.#after }));
    renameSync(draft, this.file);
  }
}

function madeWith(settings: AnalysisSettings): string {
  return JSON.stringify([packageVersion(), contractsFor(settings).fingerprint, { ...settings, contracts: [] }]);
}

function nameOf(program: ProgramInput): string {
  return program.sources[0]?.path ?? "";
}

function placeOf({ rule, primary }: Finding): string {
  return `${primary.file}:${primary.start}:${primary.end}:${rule}`;
}

function keyOf({ sources, links }: ProgramInput, made: string): string {
  const hash = createHash("sha256").update(made);
  for (const { path, text } of sources) hash.update(`\0${path}\0${text.length}\0${text}`);
  return hash.update(JSON.stringify(links)).digest("hex");
}

function load(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // No cache yet, or one that was cut off: the run does its work again.
    return {};
  }
}
