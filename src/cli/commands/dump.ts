import { toDot } from "../../ir/draw.js";
import { printModule } from "../../ir/print.js";
import { UserError } from "../../project/user-error.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { loweredFile } from "../lowered.js";

/** The files that are named, as the analysis sees them: `ir` as text, `cfg` in Graphviz' language. */
export function dump(args: Arguments, terminal: Terminal): number {
  if (args.paths.length === 0) throw new UserError(["--dump needs files: session-lint --dump ir src/tls.ts"]);
  for (const path of args.paths) {
    const module = loweredFile(terminal.cwd, path);
    terminal.out(args.value("dump") === "ir" ? `${printModule(module)}\n` : module.functions.filter((fn) => fn.hasBody).map((fn) => toDot(module, fn)).join("\n"));
  }
  return 0;
}
