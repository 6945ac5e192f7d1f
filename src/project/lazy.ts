import { createRequire } from "node:module";
import type * as edits from "../fix/index.js";
import type * as lowering from "../frontend/typescript/index.js";
import type * as analysis from "./analyze.js";
import type * as outline from "./outline.js";

/** Loads code of ours when it is first needed, without waiting: a file that is no business of ours must not pay for the parser. */
export function loadAnalysis(): typeof analysis {
  return require("./analyze.js") as typeof analysis;
}

export function loadLowering(): typeof lowering {
  return require("../frontend/typescript/index.js") as typeof lowering;
}

export function loadOutline(): typeof outline {
  return require("./outline.js") as typeof outline;
}

export function loadEdits(): typeof edits {
  return require("../fix/index.js") as typeof edits;
}

const require = createRequire(import.meta.url);
