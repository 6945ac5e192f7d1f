import { join, resolve } from "node:path";
import type { Severity } from "../findings.js";
import { findConfig } from "../project/config/find.js";
import type { LoadedConfig } from "../project/config/load.js";
import { resolveSettings, type Settings } from "../project/config/resolve.js";
import type { RuleSettings, UserConfig } from "../project/config/types.js";
import { UserError } from "../project/user-error.js";
import { ruleList, ruleNamed, type PresetName } from "../rules.js";
import type { Arguments } from "./arguments.js";

/** The settings of a run: configuration files, then what the command line says on top. */
export async function settingsFor(args: Arguments, cwd: string): Promise<Settings> {
  const path = args.has("no-config") ? null : args.has("config") ? resolve(cwd, args.value("config") ?? "") : findConfig(cwd);
  const chain: LoadedConfig[] = path === null ? [] : await (await import("../project/config/load.js")).loadConfig(path);
  const settings = await resolveSettings([...chain, { path: join(cwd, "command line"), value: await configOf(args) }]);
  const sources = chain.map((config) => config.path);
  if (!args.has("only")) return { ...settings, sources };
  const only = new Set(await Promise.all(args.values("only").flatMap((list) => list.split(",")).map(knownRule)));
  const off = ruleList.filter((rule) => !only.has(rule.id)).map((rule) => [rule.id, "off" as const] as const);
  const on = [...only].map((id) => [id, settings.severities.rules[id] === "off" ? ("warn" as const) : settings.severities.rules[id]] as const);
  const rules = { ...settings.severities.rules, ...Object.fromEntries([...off, ...on]) };
  const overrides = settings.severities.overrides.map((override) => ({ ...override, rules: Object.fromEntries(Object.entries(override.rules).filter(([id]) => only.has(id as never))) }));
  return { ...settings, severities: { ...settings.severities, rules, overrides }, sources };
}

async function configOf(args: Arguments): Promise<UserConfig> {
  const classes = args.values("classes").flatMap((list) => list.split(",").map((name) => name.trim())).filter((name) => name !== "");
  const maxWarnings = args.value("max-warnings");
  return {
    ...(args.has("preset") ? { preset: args.value("preset") as PresetName } : {}),
    ...(args.has("rule") ? { rules: await rulesOf(args.values("rule")) } : {}),
    ...(classes.length === 0 ? {} : { classes: classes.includes("all") ? ("all" as const) : classes }),
    ...(args.has("dialect") ? { dialect: args.value("dialect") as string } : {}),
    ...(args.has("contracts") ? { contracts: args.values("contracts").map((file) => (/^[./]/.test(file) ? file : `./${file}`)) } : {}),
    ...(args.has("ignore-pattern") ? { ignorePatterns: args.values("ignore-pattern") } : {}),
    ...(args.has("baseline") ? { baseline: args.value("baseline") as string } : {}),
    ...(args.has("cache") ? { cache: true } : {}),
    ...(args.has("cache-location") ? { cacheLocation: args.value("cache-location") as string } : {}),
    ...(maxWarnings === undefined ? {} : { maxWarnings: count("max-warnings", maxWarnings) }),
  };
}

async function rulesOf(settings: readonly string[]): Promise<RuleSettings> {
  const rules: Record<string, Severity> = {};
  for (const setting of settings) {
    const equals = setting.search(/[=:]/);
    const level = equals < 0 ? "" : setting.slice(equals + 1);
    if (level !== "off" && level !== "warn" && level !== "error") throw new UserError([`--rule must be written as rule=off, rule=warn or rule=error, not "${setting}"`]);
    rules[await knownRule(setting.slice(0, equals))] = level;
  }
  return rules;
}

/** The id that a rule's name means, or a mistake that names the nearest one. */
export async function knownRule(name: string): Promise<(typeof ruleList)[number]["id"]> {
  const rule = ruleNamed(name);
  if (rule !== undefined) return rule.id;
  const { nearest } = await import("../project/nearest.js");
  throw new UserError([`there is no rule "${name}"${nearest(name, ruleList.map((known) => known.id))}; \`session-lint --list-rules\` shows them all`]);
}

/** A flag's value as a number that counts something. */
export function count(flag: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new UserError([`--${flag} must be a whole number from 0, not "${value}"`]);
  return Number(value);
}
