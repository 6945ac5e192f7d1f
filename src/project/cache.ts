import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contractsFor } from "./contracts.js";
import type { ProgramInput, ProgramResult } from "./analyze.js";
import type { AnalysisSettings } from "./settings.js";
import { packageVersion } from "../version.js";

interface Entry {
  readonly key: string;
  readonly result: ProgramResult;
}

/**
 * Results of earlier runs. A result belongs to everything that it was made from: the text of every module of its
 * program and how they are linked, the contracts, the options and the version of this package. Whatever changes
 * one of them changes the key, so a result is either right or not found.
 */
export class ResultCache {
  readonly #file: string;
  readonly #before: Readonly<Record<string, Entry>>;
  readonly #after: Record<string, Entry> = {};
  readonly #settings: string;

  constructor(folder: string, settings: AnalysisSettings) {
    this.#file = join(folder, "results.json");
    this.#before = load(this.#file);
    this.#settings = JSON.stringify([packageVersion(), contractsFor(settings).fingerprint, { ...settings, contracts: [] }]);
  }

  find(program: ProgramInput): ProgramResult | null {
    const name = program.sources[0]?.path ?? "";
    const entry = this.#before[name];
    if (entry === undefined || entry.key !== this.#keyOf(program)) return null;
    this.#after[name] = entry;
    return entry.result;
  }

  keep(program: ProgramInput, result: ProgramResult): void {
    this.#after[program.sources[0]?.path ?? ""] = { key: this.#keyOf(program), result };
  }

  /** Writes what this run found or used. Programs that it did not look at are kept as they were. */
  save(): void {
    mkdirSync(join(this.#file, ".."), { recursive: true });
    // Another run may be reading: it sees the old file or the new one, never half of it.
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify({ ...this.#before, ...this.#after }));
    renameSync(draft, this.#file);
  }

  #keyOf({ sources, links }: ProgramInput): string {
    const hash = createHash("sha256").update(this.#settings);
    for (const { path, text } of sources) hash.update(`\0${path}\0${text.length}\0${text}`);
    return hash.update(JSON.stringify(links)).digest("hex");
  }
}

function load(file: string): Readonly<Record<string, Entry>> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, Entry>) : {};
  } catch {
    // No cache yet, or one that was cut off: the run does its work again.
    return {};
  }
}
