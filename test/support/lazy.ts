/** Stands for src/project/lazy.ts in tests, where modules are compiled as they are imported. */
import * as analyzer from "../../src/project/analyzer.js";

export const loadAnalyzer = () => analyzer;
