import { analyzeProgram } from "../../../src/analysis/index.js";
import { loadContracts } from "../../../src/contracts/index.js";
import { languageModel, lowerModule } from "../../../src/frontend/typescript/index.js";

/** The findings in one module, as `rule in function`; words about names (`prefer-explicit-ownership`) are left out. */
export function findingsIn(text: string, file = "test.ts"): string[] {
  const { module, problems } = lowerModule(file, text);
  if (problems.length > 0) throw new Error(problems.map((problem) => problem.message).join("\n"));
  const program = { modules: new Map([[file, module]]), resolve: () => null, language: languageModel };
  const { findings, incomplete } = analyzeProgram(program, loadContracts(), { strict: false, checkThrowingCalls: false, flush: "manual" });
  const wrong = findings.filter((finding) => finding.rule !== "prefer-explicit-ownership");
  return [...wrong.map((finding) => `${finding.rule} in ${finding.functionName}`), ...incomplete.map((entry) => `incomplete: ${entry.reason}`)];
}
