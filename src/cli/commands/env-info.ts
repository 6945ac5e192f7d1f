import { createRequire } from "node:module";
import { arch, platform, release } from "node:os";
import { findConfig } from "../../project/config/find.js";
import { packageVersion } from "../../shipped.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";

export function version(_args: Arguments, terminal: Terminal): number {
  terminal.out(`${packageVersion()}\n`);
  return 0;
}

/** What a bug report should say of the machine. */
export function envInfo(_args: Arguments, terminal: Terminal): number {
  const rows: [string, string][] = [
    ["session-lint", packageVersion()],
    ["node", process.version],
    ["system", `${platform()} ${release()} ${arch()}`],
    ["ts-morph", versionOf("ts-morph")],
    ["eslint", versionOf("eslint", terminal.cwd)],
    ["configuration", findConfig(terminal.cwd) ?? "none"],
  ];
  terminal.out(rows.map(([name, value]) => `${name.padEnd(14)} ${value}\n`).join(""));
  return 0;
}

function versionOf(name: string, from?: string): string {
  try {
    const require = createRequire(from === undefined ? import.meta.url : `${from}/package.json`);
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return "not installed";
  }
}
