import { resolve } from "node:path";
import { describeState } from "../analysis/index.js";
import { lowerModule } from "../frontend/typescript/index.js";
import { analyzeSources } from "../project/analyze.js";
import { importedProgram } from "../project/imported-program.js";
import { displayPath } from "../project/paths.js";
import type { AnalysisSettings } from "../project/settings.js";

/** A place between two instructions. */
export interface ObservedPlace {
  readonly block: number;
  readonly index: number;
  /** Where the instruction after it, and the one before it in its block, start in the text. */
  readonly start: number | null;
  readonly previous: number | null;
}

/** The states in which the wanted places of a file are reached, as text: by function and block, each state once. */
export function observed(file: string, cwd: string, settings: AnalysisSettings, wanted: (place: ObservedPlace) => boolean): string {
  const path = resolve(cwd, file);
  const name = displayPath(cwd, path);
  const places = new Map<string, Set<string>>();
  analyzeSources(importedProgram(path, cwd), settings, lowerModule, (fn, block, index, state) => {
    if (fn.module.ir.id !== name) return;
    const code = fn.ir.blocks[block];
    if (code === undefined) return;
    const steps = [...code.instructions, code.terminator];
    const place = { block, index, start: steps[index]?.range.start ?? null, previous: steps[index - 1]?.range.start ?? null };
    if (!wanted(place)) return;
    const heading = `${fn.ir.name}, block b${block}`;
    const lines = describeState(state, fn);
    places.set(heading, (places.get(heading) ?? new Set()).add(lines.length === 0 ? "nothing is known" : lines.join("\n    ")));
  });
  return [...places].map(([heading, states]) => `${heading}\n${[...states].map((state, index) => `  state ${index + 1} of ${states.size}\n    ${state}\n`).join("")}`).join("\n");
}
