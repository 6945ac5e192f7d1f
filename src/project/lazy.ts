import { createRequire } from "node:module";
import type * as analyzer from "./analyzer.js";

/** Loads the analyzer when it is first needed, without waiting: a file that is no business of ours must not pay for the parser. */
export function loadAnalyzer(): typeof analyzer {
  return require("./analyzer.js") as typeof analyzer;
}

const require = createRequire(import.meta.url);
