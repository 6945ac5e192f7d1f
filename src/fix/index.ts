/** Edits for findings, shared by the suggestions of the ESLint plugin and by `--fix`. */
export { editsFor } from "./makers.js";
export { applyEdits, type FixProposal, type TextEdit } from "./proposal.js";
export { fixText, verifiedForAll, verifiedProposals, type Analyze } from "./verified.js";
