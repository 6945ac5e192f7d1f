import { createRequire } from "node:module";

/** Loads code of ours when it is first needed, without waiting: a file that is no business of ours must not pay for the parser. */
export function loadAnalysis(): typeof import("./analyze.js") {
  return require("./analyze.js") as typeof import("./analyze.js");
}

export function loadLowering(): typeof import("../frontend/typescript/index.js") {
  return require("../frontend/typescript/index.js") as typeof import("../frontend/typescript/index.js");
}

export function loadOutline(): typeof import("./outline.js") {
  return require("./outline.js") as typeof import("./outline.js");
}

export function loadEdits(): typeof import("../fix/index.js") {
  return require("../fix/index.js") as typeof import("../fix/index.js");
}

const require = createRequire(import.meta.url);
