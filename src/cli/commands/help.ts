import { projectUrl } from "../../rules.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { flags, type Flag, type FlagGroup } from "../flags.js";

/** One screen: what it is, examples, and every flag by group. */
export function help(_args: Arguments, terminal: Terminal): number {
  terminal.out(helpText());
  return 0;
}

export function helpText(): string {
  const groups = new Map<FlagGroup, Flag[]>();
  for (const flag of flags as readonly Flag[]) {
    if (flag.help !== "") groups.set(flag.group, [...(groups.get(flag.group) ?? []), flag]);
  }
  return [
    "session-lint [flags] [paths…]",
    "",
    "Finds native pointers (OpenSSL sessions and their kin) that are used after they died, released twice or never.",
    "",
    "  npx session-lint src/                          look at a folder",
    "  npx session-lint --preset strict --stats .     more rules, and what was looked at",
    "  npx session-lint -f pretty -f sarif:out.sarif  two reports at once",
    "  npx session-lint --explain require-release     what a rule is about",
    "",
    ...[...groups].map(([group, members]) => `${group.padEnd(14)} ${wrapped(members.map(written), 96, 15)}`),
    "",
    "Exit status: 0 no errors, 1 errors found, 2 the job could not be done.",
    `${projectUrl}#readme`,
    "",
  ].join("\n");
}

function written(flag: Flag): string {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  const value = flag.value === undefined ? "" : flag.kind === "optional" ? `[=${flag.value}]` : ` <${flag.value}>`;
  return `${short}--${flag.name}${value} (${flag.help})`;
}

// Entries are kept whole; a line is broken between them.
function wrapped(entries: readonly string[], width: number, indent: number): string {
  const lines: string[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + entry.length + 2 <= width) lines[lines.length - 1] = `${last}, ${entry}`;
    else lines.push(entry);
  }
  return lines.map((line, index) => (index === lines.length - 1 ? line : `${line},`)).join(`\n${" ".repeat(indent)}`);
}
