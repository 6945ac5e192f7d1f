import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run, type RunResult } from "../../src/project/run.js";
import { presetAnalysis, presetRules } from "../../src/project/settings.js";

const leak = "export function leak(ssl) {\n  const s = SSL_get1_session(ssl);\n  return SSL_SESSION_get_time(s);\n}\n";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "session-lint-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("symbolic links that lead back to themselves end", async () => {
  mkdirSync(join(folder, "a"));
  symlinkSync(folder, join(folder, "a", "up"));
  symlinkSync(join(folder, "loop"), join(folder, "loop"));
  symlinkSync(join(folder, "gone.ts"), join(folder, "dangling.ts"));
  write("a/leak.js", leak);
  expect(leaksOf(await analyze())).toEqual(["a/leak.js"]);
});

test("a folder that cannot be read does not hide the others", async () => {
  mkdirSync(join(folder, "closed"));
  write("closed/leak.js", leak);
  write("leak.js", leak);
  chmodSync(join(folder, "closed"), 0);
  const result = await analyze();
  chmodSync(join(folder, "closed"), 0o700);
  expect(leaksOf(result)).toContain("leak.js");
});

test("names with spaces, newlines, quotes and other scripts", async () => {
  const names = ["with space.js", "with\nnewline.js", "with'quote\".js", "ünï – 会话.js", "[a]{b}*.js", "-flag.js", "..js", "#hash?.js"];
  for (const name of names) write(name, leak);
  expect(leaksOf(await analyze())).toEqual([...names].sort());
});

test("an empty file, a file of blanks, a file without an end of line", async () => {
  write("empty.js", "");
  write("blank.js", "\n\n   \n");
  write("leak.js", leak.trimEnd());
  expect(leaksOf(await analyze())).toEqual(["leak.js"]);
});

test("a file of 50 MB", async () => {
  write("huge.js", `${leak}/*${"x".repeat(50_000_000)}*/`);
  write("leak.js", leak);
  expect(leaksOf(await analyze())).toContain("leak.js");
}, 60_000);

test("files that come, go and change while they are read", async () => {
  for (let index = 0; index < 200; index++) write(`file${index}.js`, leak);
  const running = analyze();
  for (let index = 0; index < 200; index++) {
    if (index % 3 === 0) rmSync(join(folder, `file${index}.js`), { force: true });
    else if (index % 3 === 1) write(`file${index}.js`, "SSL_get1_session(".repeat(100));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const left = leaksOf(await running);
  for (let index = 2; index < 200; index += 3) expect(left).toContain(`file${index}.js`);
}, 60_000);

test("a folder with the name of a program", async () => {
  mkdirSync(join(folder, "folder.ts"));
  write("folder.ts/leak.js", leak);
  expect(leaksOf(await analyze())).toEqual(["folder.ts/leak.js"]);
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function analyze(): Promise<RunResult> {
  return run({
    cwd: folder, paths: [folder], analysis: presetAnalysis("recommended"), severities: { rules: presetRules("recommended"), overrides: [], unusedSuppressions: "off" },
    texts: new Map(), around: [], only: null, threads: 1, cache: null, progress: () => undefined, honourIgnoreFiles: true, ignorePatterns: [],
  });
}

function leaksOf(result: RunResult): string[] {
  return result.findings.filter((finding) => finding.rule === "require-release").map((finding) => finding.primary.file.replace(`${folder}/`, "")).sort();
}
