/** Stands for src/project/lazy.ts in tests, where modules are compiled as they are imported. */
import * as analysis from "../../src/project/analyze.js";
import * as edits from "../../src/fix/index.js";
import * as lowering from "../../src/frontend/typescript/index.js";
import * as outline from "../../src/project/outline.js";

export const loadAnalysis = () => analysis;
export const loadEdits = () => edits;
export const loadLowering = () => lowering;
export const loadOutline = () => outline;
