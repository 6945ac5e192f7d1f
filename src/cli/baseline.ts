import { existsSync } from "node:fs";
import { join } from "node:path";
import { Baseline } from "../project/baseline.js";
import type { Settings } from "../project/config/resolve.js";
import { displayPath } from "../project/paths.js";
import type { RunResult } from "../project/run.js";
import { plural } from "../report/words.js";
import type { Arguments } from "./arguments.js";
import type { Terminal } from "./command-line.js";

/** Applies the baseline to a run, and writes it where that was asked for. */
export function withBaseline(result: RunResult, args: Arguments, terminal: Terminal, settings: Settings): RunResult {
  const { cwd } = terminal;
  const path = settings.baseline ?? join(cwd, "session-lint.baseline");
  const shown = displayPath(cwd, path);
  if (args.has("update-baseline")) {
    const before = existsSync(path) ? Baseline.read(path) : new Baseline(path, []);
    const after = before.update(result.findings, cwd, result.files);
    after.write();
    const hint = settings.baseline === null ? `; put "baseline": "${shown}" into the configuration, or give --baseline ${shown}` : "";
    terminal.error(`wrote ${plural(after.entries.length, "entry", "entries")} to ${shown}${hint}\n`);
    return { ...result, findings: after.apply(result.findings, cwd, result.files).findings };
  }
  if (settings.baseline === null && !args.has("prune-baseline")) return result;
  const baseline = Baseline.read(path);
  const { findings, stale } = baseline.apply(result.findings, cwd, result.files);
  if (stale.length > 0 && args.has("prune-baseline")) {
    baseline.without(stale).write();
    terminal.error(`dropped ${plural(stale.length, "entry", "entries")} from ${shown}\n`);
  } else if (stale.length > 0) {
    terminal.error(`${plural(stale.length, "entry", "entries")} of ${shown} ${stale.length === 1 ? "matches" : "match"} no finding any more; drop ${stale.length === 1 ? "it" : "them"} with \`session-lint --baseline ${shown} --prune-baseline\`\n`);
  }
  return { ...result, findings };
}
