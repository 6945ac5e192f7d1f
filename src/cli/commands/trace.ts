import { LineMap } from "../../report/lines.js";
import { UserError } from "../../project/user-error.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { loweredFile } from "../lowered.js";
import { observed } from "../observed.js";
import { settingsFor } from "../settings.js";

/** What is known before a line runs: one list for each state in which it is reached. */
export async function trace(args: Arguments, terminal: Terminal): Promise<number> {
  const written = args.value("trace") ?? "";
  const [, file, number] = /^(.+):(\d+)$/.exec(written) ?? [];
  if (file === undefined) throw new UserError([`--trace needs a place: --trace src/tls.ts:12, not "${written}"`]);
  const { analysis } = await settingsFor(args, terminal.cwd);
  const lines = new LineMap(loweredFile(terminal.cwd, file).text);
  const line = Number(number);
  const seen = new Set<string>();
  const text = observed(file, terminal.cwd, analysis, ({ block, start, previous }) => {
    if (start === null || lines.position(start).line !== line || (previous !== null && lines.position(previous).line === line)) return false;
    seen.add(String(block));
    return true;
  });
  if (seen.size === 0) throw new UserError([`${written}: no code that is analysed starts on this line`]);
  terminal.out(text);
  return 0;
}
