import { watch as watchFolder } from "node:fs";
import { isSourceFile } from "../../project/discovery.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { lint } from "./lint.js";

/** Runs, and runs again whenever a file changes, until it is interrupted. */
export async function watch(args: Arguments, terminal: Terminal): Promise<number> {
  await lint(args, terminal);
  terminal.error("watching for changes; press Ctrl+C to stop\n");
  let waiting: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const again = (): void => {
    running = running.then(() => lint(args, terminal)).catch((error: unknown) => terminal.error(`session-lint: ${error instanceof Error ? error.message : String(error)}\n`));
  };
  const watcher = watchFolder(terminal.cwd, { recursive: true }, (_event, name) => {
    if (name === null || /(^|[\\/])(node_modules|\.git)[\\/]/.test(name) || !(isSourceFile(name) || name.endsWith("package.json") || name.includes("session-lint.config"))) return;
    clearTimeout(waiting);
    // Editors write a file in several steps.
    waiting = setTimeout(again, 60);
  });
  await new Promise<void>((resolve) => process.once("SIGINT", resolve));
  watcher.close();
  return 0;
}
