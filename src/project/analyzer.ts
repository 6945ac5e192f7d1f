/** All that parses, analyses and makes edits, behind one import: an editor loads it when a file is worth it. */
export { verifiedForAll } from "../fix/index.js";
export { lowerModule } from "../frontend/typescript/index.js";
export { analyzeSources, outlineOptions } from "./analyze.js";
