import { ruleList, ruleUrl } from "../../rules.js";
import { readShipped } from "../../shipped.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { knownRule, settingsFor } from "../settings.js";

/** All rules with their levels here and in the presets. */
export async function listRules(args: Arguments, terminal: Terminal): Promise<number> {
  const { severities } = await settingsFor(args, terminal.cwd);
  const width = Math.max(...ruleList.map((rule) => rule.id.length));
  const head = `${"rule".padEnd(width)}  ${"here".padEnd(5)}  recommended  strict  all\n`;
  const rows = ruleList.map((rule) => {
    const { recommended, strict, all } = rule.severity;
    return `${rule.id.padEnd(width)}  ${severities.rules[rule.id].padEnd(5)}  ${recommended.padEnd(11)}  ${strict.padEnd(6)}  ${all.padEnd(5)}  ${rule.description}\n`;
  });
  terminal.out(head + rows.join(""));
  return 0;
}

/** The page of a rule. */
export async function explain(args: Arguments, terminal: Terminal): Promise<number> {
  const id = await knownRule(args.value("explain") ?? "");
  terminal.out(`${pageOf(id) ?? `${id}: ${ruleList.find((rule) => rule.id === id)?.description ?? ""}`}\n${ruleUrl(id)}\n`);
  return 0;
}

function pageOf(id: string): string | null {
  try {
    return readShipped(`docs/rules/${id}.md`);
  } catch {
    return null;
  }
}
