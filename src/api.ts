import { join, resolve } from "node:path";
import type { AnalyzeOptions } from "./index.js";
import { findConfig, loadConfig } from "./project/config/load.js";
import { resolveSettings } from "./project/config/resolve.js";
import { checkConfig } from "./project/config/check.js";
import { run } from "./project/run.js";
import { UserError } from "./project/user-error.js";
import { reportOf } from "./report-of.js";
import type { Report } from "./report/model.js";

/** What `analyze` does. Apart from it, so that a configuration that imports the package loads only types. */
export async function analyzeWith({ paths, files = [], cwd = process.cwd(), honourIgnoreFiles = true, useConfig = false, ...config }: AnalyzeOptions): Promise<Report> {
  const started = performance.now();
  const found = useConfig ? findConfig(cwd) : null;
  const chain = found === null ? [] : await loadConfig(found);
  const settings = await resolveSettings([...chain, { path: join(cwd, "options"), value: checkConfig(config, "options") }]);
  const texts = new Map(files.map(({ path, text }) => [resolve(cwd, path), text]));
  const looked = paths ?? (files.length > 0 ? [] : ["."]);
  const result = await run({
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
  });
  if (result.unmatched.length > 0) throw new UserError(result.unmatched.map(({ path, reason }) => `${path}: ${reason === "missing" ? "there is no such file or folder" : "no JavaScript or TypeScript file to look at here"}`));
  return reportOf(result, performance.now() - started);
}
