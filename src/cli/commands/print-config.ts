import { displayPath } from "../../project/paths.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { settingsFor } from "../settings.js";

/** The settings in force, as JSON, with the files that they come from. */
export async function printConfig(args: Arguments, terminal: Terminal): Promise<number> {
  const { sources, severities, analysis, ...rest } = await settingsFor(args, terminal.cwd);
  const shown = {
    sources: sources.map((path) => displayPath(terminal.cwd, path)),
    ...rest,
    ...analysis,
    contracts: analysis.contracts.length,
    rules: severities.rules,
    overrides: severities.overrides,
    reportUnusedSuppressions: severities.unusedSuppressions,
  };
  terminal.out(`${JSON.stringify(shown, null, 2)}\n`);
  return 0;
}
