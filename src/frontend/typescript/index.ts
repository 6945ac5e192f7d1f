import type { ModuleId, ModuleIr } from "../../ir/types.js";
import { bindNames } from "./binder.js";
import { ModuleContext } from "./context.js";
import { enqueue, lowerQueued } from "./functions.js";
import { Natives } from "./natives.js";
import { parseOutline, type OutlineOptions } from "./outline.js";
import { parse, type SyntaxProblem } from "./parse.js";
import { lowerSignatures } from "./signatures.js";

export { languageModel } from "./language.js";
export type { OutlineOptions } from "./outline.js";
export type { SyntaxProblem } from "./parse.js";
export { TypesOfProgram } from "./types.js";
export { WordSet } from "./word-set.js";

/** Lowers one TypeScript or JavaScript file; the extension in `id` decides how it is parsed. Code with errors is lowered as far as it goes. With outline options, what has nothing to do with native objects is left out. */
export function lowerModule(id: ModuleId, text: string, outline: OutlineOptions | null = null): { module: ModuleIr; problems: SyntaxProblem[] } {
  try {
    return lower(id, text, outline);
  } catch (error) {
    // The parser is recursive: absurdly nested text exhausts the stack.
    if (!(error instanceof RangeError)) throw error;
    const { module } = lower(id, "", null);
    return { module: { ...module, text }, problems: [{ message: "the code is nested too deeply to be parsed", start: 0, end: 0 }] };
  }
}

function lower(id: ModuleId, text: string, outline: OutlineOptions | null): { module: ModuleIr; problems: SyntaxProblem[] } {
  const { source, problems } = outline ? parseOutline(id, text, outline) : parse(id, text);
  const scopes = bindNames(source);
  const natives = new Natives(scopes);
  const module = new ModuleContext(source, scopes, natives);
  enqueue(module, scopes.module.function);
  lowerQueued(module);
  lowerSignatures(module);
  module.finishPrototypes();
  const { functions, variables, classes, exports, imports } = module;
  const ir: ModuleIr = { id, functions, variables, classes, exports, bindings: natives.sites, imports: [...imports], text, fieldBindings: module.fields.all() };
  return { module: ir, problems };
}
