import { UserError } from "../project/user-error.js";
import { readArguments, type Arguments } from "./arguments.js";
import { lint } from "./commands/lint.js";
import type { FlagName } from "./flags.js";

/** What a command needs of the process around it, so that tests can stand in for it. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly readInput: () => string;
  /** Whether each stream is a terminal, and how wide. */
  readonly outIsTerminal: boolean;
  readonly errorIsTerminal: boolean;
  readonly columns: number | undefined;
}

type Command = (args: Arguments, terminal: Terminal) => Promise<number> | number;

// The flags that ask for something else than a run, in the order in which they win.
const commands: readonly (readonly [FlagName, () => Promise<Command>])[] = [
  ["help", async () => (await import("./commands/help.js")).help],
  ["version", async () => (await import("./commands/env-info.js")).version],
  ["env-info", async () => (await import("./commands/env-info.js")).envInfo],
  ["init", async () => (await import("./commands/init.js")).init],
  ["list-rules", async () => (await import("./commands/rules.js")).listRules],
  ["explain", async () => (await import("./commands/rules.js")).explain],
  ["print-config", async () => (await import("./commands/print-config.js")).printConfig],
  ["print-contracts", async () => (await import("./commands/print-contracts.js")).printContracts],
  ["show-files", async () => (await import("./commands/show-files.js")).showFiles],
  ["graph", async () => (await import("./commands/graph.js")).graph],
  ["dump", async () => (await import("./commands/dump.js")).dump],
  ["trace", async () => (await import("./commands/trace.js")).trace],
  ["render", async () => (await import("./commands/render.js")).render],
  ["watch", async () => (await import("./commands/watch.js")).watch],
];

/** Runs the command line and gives its exit status: 0 clean, 1 findings, 2 the job could not be done. */
export async function commandLine(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const args = await readArguments(words);
    const asked = commands.find(([flag]) => args.has(flag));
    const command = asked === undefined ? lint : await asked[1]();
    return await command(args, terminal);
  } catch (error) {
    const lines = error instanceof UserError ? error.lines : error instanceof Error && error.name === "ContractsError" ? error.message.split("\n") : null;
    if (lines !== null) terminal.error(lines.map((line) => `session-lint: ${line}\n`).join(""));
    else terminal.error(`session-lint: internal error: ${error instanceof Error ? error.message : String(error)}\n${terminal.env["SESSION_LINT_DEBUG"] === undefined ? "set SESSION_LINT_DEBUG=1 to see where, and please report it\n" : `${error instanceof Error ? (error.stack ?? "") : ""}\n`}`);
    return 2;
  }
}
