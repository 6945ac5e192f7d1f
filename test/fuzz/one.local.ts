import { readFileSync } from "node:fs";
import { analyzeTexts } from "../../src/project/analyze.js";
import { presetAnalysis, presetRules } from "../../src/project/settings.js";
import { compare } from "./compare.js";
for (const f of process.argv.slice(2)) {
  const text = readFileSync(f, "utf8"); const files = new Map([["main.js", text]]);
  console.log(f, JSON.stringify(compare(files)));
  const r = analyzeTexts([{ path: "main.js", text }], presetAnalysis("recommended"), { rules: presetRules("recommended"), overrides: [], unusedSuppressions: "off" });
  for (const x of r.findings) console.log("  ", text.slice(0, x.primary.start).split("\n").length, x.rule, x.message);
  for (const x of r.incomplete) console.log("  incomplete", x.function, x.reason);
}
