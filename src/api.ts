import { join, resolve } from "node:path";
import type { AnalyzeOptions } from "./index.js";
import { findConfig } from "./project/config/find.js";
import { loadConfig } from "./project/config/load.js";
import { resolveSettings } from "./project/config/resolve.js";
import { checkConfig } from "./project/config/check.js";
import { run, type RunOptions } from "./project/run.js";
import { UserError } from "./project/user-error.js";
import { reportOf } from "./report-of.js";
import type { Report } from "./report/model.js";

/** What `analyze` does. Apart from it, so that a configuration that imports the package loads only types. */
export async function analyzeWith({ paths, files = [], cwd = process.cwd(), honourIgnoreFiles = true, useConfig = false, suggestions = false, ...config }: AnalyzeOptions): Promise<Report> {
  const started = performance.now();
  const found = useConfig ? findConfig(cwd) : null;
  const chain = found === null ? [] : await loadConfig(found);
  const settings = await resolveSettings([...chain, { path: join(cwd, "options"), value: checkConfig(config, "options") }]);
  const texts = new Map(files.map(({ path, text }) => [resolve(cwd, path), text]));
  const looked = paths ?? (files.length > 0 ? [] : ["."]);
  const options = {
    cwd,
    paths: looked,
    around: looked,
    honourIgnoreFiles,
    ignorePatterns: settings.ignorePatterns,
    analysis: settings.analysis,
    severities: settings.severities,
    texts,
    only: null,
    threads: 1,
    cache: null,
    progress: () => undefined,
  } satisfies RunOptions;
  const result = await run(options);
  if (result.unmatched.length > 0) throw new UserError(result.unmatched.map(({ path, reason }) => `${path}: ${reason === "missing" ? "there is no such file or folder" : "no JavaScript or TypeScript file to look at here"}`));
  if (!suggestions) return reportOf(result, performance.now() - started);
  const { suggestionsFor } = await import("./project/suggestions.js");
  return reportOf(result, performance.now() - started, { suggestions: await suggestionsFor(result, options) });
}
