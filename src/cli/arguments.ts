import { parseArgs } from "node:util";
import { UserError } from "../project/user-error.js";
import { flags, type Flag, type FlagName } from "./flags.js";

/** The command line, read: paths, and the flags that were given. */
export class Arguments {
  constructor(
    readonly paths: readonly string[],
    private readonly given: ReadonlyMap<FlagName, readonly string[]>,
  ) {}

  has(name: FlagName): boolean {
    return this.given.has(name);
  }

  /** The last value given for a flag. */
  value(name: FlagName): string | undefined {
    return this.given.get(name)?.at(-1);
  }

  /** All values given for a flag, in order. */
  values(name: FlagName): readonly string[] {
    return this.given.get(name) ?? [];
  }
}

/** Reads the command line. Bare words are paths; what is no flag of ours is a mistake that names the nearest one. */
export async function readArguments(words: readonly string[]): Promise<Arguments> {
  // Most runs have no flag, and need not load a parser of flags.
  if (!words.some((word) => word.startsWith("-"))) return new Arguments(words, new Map());
  const byName = new Map<string, Flag>(flags.map((flag) => [flag.name, flag]));
  const { tokens } = parseArgs({ args: [...words], options: parserOptions(), strict: false, tokens: true, allowPositionals: true });
  const paths: string[] = [];
  const given = new Map<FlagName, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") paths.push(token.value);
    if (token.kind !== "option") continue;
    const flag = byName.get(token.name);
    if (flag === undefined) throw new UserError([await unknownFlag(token.rawName)]);
    const value = await checkedValue(flag, token.value);
    given.set(flag.name as FlagName, [...(given.get(flag.name as FlagName) ?? []), value]);
  }
  return new Arguments(paths, given);
}

function parserOptions(): Record<string, { type: "string" | "boolean"; short?: string; multiple: true }> {
  return Object.fromEntries(flags.map((flag: Flag) => [flag.name, { type: flag.kind === "value" || flag.kind === "values" ? "string" : "boolean", multiple: true, ...(flag.short === undefined ? {} : { short: flag.short }) }]));
}

async function checkedValue(flag: Flag, value: string | undefined): Promise<string> {
  if (flag.kind === "switch") {
    if (value !== undefined) throw new UserError([`--${flag.name} takes no value, but "${value}" was given`]);
    return "";
  }
  if (flag.kind === "optional") return value ?? "";
  // Node's parser takes the next word whatever it looks like.
  if (value === undefined || (value.startsWith("-") && value !== "-" && !/^-\d/.test(value))) throw new UserError([`--${flag.name} needs a value: --${flag.name} <${flag.value ?? "value"}>`]);
  if (flag.choices !== undefined && !flag.choices.includes(value)) {
    const { nearest } = await import("../project/nearest.js");
    throw new UserError([`--${flag.name} must be one of ${flag.choices.join(", ")}, not "${value}"${nearest(value, flag.choices)}`]);
  }
  return value;
}

async function unknownFlag(written: string): Promise<string> {
  const { nearest } = await import("../project/nearest.js");
  const names = flags.map((flag) => `--${flag.name}`);
  return `unknown flag ${written}${nearest(written, names)}; \`session-lint --help\` lists them all`;
}
