import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Report } from "../../src/report/model.js";
import { dangling, leak, library, Project } from "./project.js";

// Each run is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

const entry = fileURLToPath(new URL("../../dist/bundle/main.js", import.meta.url));

/** The command as it is installed: these tests need `npm run build` before. */
beforeAll(() => {
  if (!existsSync(entry)) throw new Error("dist is missing: run `npm run build` first");
});

function node(project: Project, words: readonly string[], input = ""): { readonly status: number; readonly out: string; readonly error: string } {
  try {
    const out = execFileSync(process.execPath, [...words], { cwd: project.root, encoding: "utf8", stdio: "pipe", input, env: { ...process.env, NODE_OPTIONS: "" } });
    return { status: 0, out, error: "" };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { status, out: stdout, error: stderr };
  }
}

describe("threads", () => {
  test("any number of them gives the same report", () => {
    const names = Array.from({ length: 6 }, (_, index) => index);
    const project = new Project(Object.fromEntries(names.flatMap((index) => [[`p${index}/library.ts`, library], [`p${index}/a.ts`, index % 2 === 0 ? leak : dangling]])));
    const reports = [1, 2, 5].map((threads) => {
      const report = JSON.parse(node(project, [entry, "--threads", String(threads), "-f", "json"]).out) as Report;
      return { ...report, summary: { ...report.summary, durationMs: 0 } };
    });
    expect(reports[0]?.findings).toHaveLength(6);
    expect(reports[1]).toEqual(reports[0]);
    expect(reports[2]).toEqual(reports[0]);
  });
});

describe("a run without a hit", () => {
  // Says every file that is read and every module that is loaded, by whatever way.
  const spy = `
    const fs = require("node:fs");
    const read = fs.readFileSync;
    const seen = [];
    fs.readFileSync = (path, ...more) => { seen.push(String(path)); return read(path, ...more); };
    require("node:module").syncBuiltinESMExports();
    process.on("exit", () => fs.writeSync(2, JSON.stringify([...seen, ...Object.keys(require.cache)]) + "\\n"));
  `;
  const hooks = `
    import { writeSync } from "node:fs";
    export async function load(url, context, next) { writeSync(2, url + "\\n"); return next(url, context); }
  `;
  const loaded = (project: Project): string => {
    project.write({ "hooks.mjs": hooks, "register.mjs": 'import { register } from "node:module";\nregister("./hooks.mjs", import.meta.url);\n', "spy.cjs": spy });
    try {
      execFileSync("sh", ["-c", `"$0" --require ./spy.cjs --import ./register.mjs "$1" src 2> log.txt > out.txt`, process.execPath, entry], { cwd: project.root });
    } catch {
      // Findings: the log is what counts.
    }
    return project.read("log.txt");
  };

  test("loads neither ts-morph nor TypeScript nor the contracts", () => {
    const log = loaded(new Project({ "src/a.ts": "export const SSL = 1;\n", ".gitignore": "dist\n" }));
    const own = new Set([...log.matchAll(/\/dist\/(\S*?\.js)\b/g)].map(([, file]) => file));
    expect(own).toContain("bundle/main.js");
    expect(own.size).toBeLessThan(5);
    expect(log).not.toMatch(/ts-morph|typescript\.js|contracts|relevant\.js|analyze\.js|ajv/);
  });

  test("(and one with a hit does, so that this test can fail)", () => {
    const log = loaded(new Project({ "src/library.ts": library, "src/a.ts": leak }));
    expect(log).toMatch(/bundle\/typescript\.js/);
    expect(log).toMatch(/contracts\/data/);
    expect(log).toMatch(/bundle\/relevant\.js/);
    expect(log).toMatch(/bundle\/analyze/);
  });

  test("loads nothing of ts-morph where no type is asked for", () => {
    const log = loaded(new Project({ "src/library.ts": library, "src/a.ts": leak }));
    expect(log).not.toMatch(/ts-morph/);
  });
});

test("a closed pipe is no error", () => {
  const project = new Project({ "library.ts": library, "a.ts": leak });
  const { error } = node(project, ["-e", `require("node:child_process").execSync(${JSON.stringify(`"${process.execPath}" "${entry}" | head -c 10`)}, { stdio: "pipe" })`]);
  expect(error).toBe("");
});

test("--watch runs again when a file changes, and ends when it is interrupted", async () => {
  const project = new Project({ "library.ts": library, "a.ts": leak });
  const child = spawn(process.execPath, [entry, "--watch", "-f", "compact"], { cwd: project.root });
  let out = "";
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  let error = "";
  child.stderr.on("data", (data: Buffer) => (error += data.toString()));
  try {
    await vi.waitFor(() => expect(error).toContain("watching for changes"), { timeout: 60_000, interval: 50 });
    expect(out).toMatch(/^a\.ts:3:19: error: [^\n]*\n$/);
    out = "";
    project.write({ "b.ts": dangling });
    await vi.waitFor(() => expect(out).toMatch(/b\.ts:\d+:\d+: error/), { timeout: 60_000, interval: 50 });
  } finally {
    child.kill("SIGINT");
  }
  const [status] = (await once(child, "exit")) as [number | null];
  expect(status).toBe(0);
});

test("standard input is read", () => {
  const project = new Project({ "library.ts": library });
  const { status, out } = node(project, [entry, "--stdin", "--stdin-filename", "new.ts", "-f", "compact"], leak);
  expect(status).toBe(1);
  expect(out).toMatch(/^new\.ts:3:19: error/);
});
