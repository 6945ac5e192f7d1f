import { toDot } from "../../ir/draw.js";
import { printModule } from "../../ir/print.js";
import { UserError } from "../../project/user-error.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { loweredFile } from "../lowered.js";
import { observed } from "../observed.js";
import { settingsFor } from "../settings.js";

/** The files that are named, as the analysis sees them: `ir` as text, `cfg` in Graphviz' language, `state` at each block. */
export async function dump(args: Arguments, terminal: Terminal): Promise<number> {
  if (args.paths.length === 0) throw new UserError(["--dump needs files: session-lint --dump ir src/tls.ts"]);
  const { analysis } = await settingsFor(args, terminal.cwd);
  for (const path of args.paths) {
    const module = loweredFile(terminal.cwd, path);
    if (args.value("dump") === "ir") terminal.out(`${printModule(module)}\n`);
    else if (args.value("dump") === "cfg") terminal.out(module.functions.filter((fn) => fn.hasBody).map((fn) => toDot(module, fn)).join("\n"));
    else terminal.out(observed(path, terminal.cwd, analysis, ({ index }) => index === 0));
  }
  return 0;
}
