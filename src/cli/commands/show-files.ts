import { discover } from "../../project/discovery.js";
import { needlesFor } from "../../project/needles.js";
import { displayPath } from "../../project/paths.js";
import { scanFiles } from "../../project/scan.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { refuseUnmatched } from "../unmatched.js";
import { settingsFor } from "../settings.js";

/** The files that a run would look at; those that may mention a native function are marked. */
export async function showFiles(args: Arguments, terminal: Terminal): Promise<number> {
  const { cwd } = terminal;
  const settings = await settingsFor(args, cwd);
  const paths = args.paths.length === 0 ? ["."] : args.paths;
  const found = await discover(paths, { cwd, honourIgnoreFiles: !args.has("no-ignore"), ignorePatterns: settings.ignorePatterns });
  refuseUnmatched(found.unmatched);
  const hits = new Set(scanFiles(found.files, await needlesFor(settings.analysis)).hits);
  terminal.out(found.files.toSorted().map((file) => `${hits.has(file) ? "*" : " "} ${displayPath(cwd, file)}\n`).join(""));
  return 0;
}
