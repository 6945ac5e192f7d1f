import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { clean, dangling, leak, library, Project } from "./project.js";

describe("a run", () => {
  test("findings come first, then one line of summary; the exit status is 1", async () => {
    const { status, out, error } = await new Project({ "library.ts": library, "a.ts": leak, "b.ts": dangling }).run([]);
    expect(status).toBe(1);
    expect(error).toBe("");
    expect(out).toContain("error[require-release]: `session` is not released");
    expect(out).toContain("--> a.ts:3:19");
    expect(out).toContain("error[no-use-after-invalidate]");
    expect(out.trimEnd().split("\n").at(-1)).toMatch(/^2 errors in 2 files: looked at 3 files, analysed 3 in [\d.]+ m?s$/);
  });

  test("clean code gives one friendly line and 0", async () => {
    const { status, out } = await new Project({ "library.ts": library, "a.ts": clean }).run([]);
    expect(status).toBe(0);
    expect(out).toMatch(/^no findings: looked at 2 files, analysed 2 in [\d.]+ m?s\n$/);
  });

  test("warnings alone give 0, more than allowed give 1", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak });
    expect((await project.run(["--rule", "require-release=warn"])).status).toBe(0);
    expect((await project.run(["--rule", "require-release=warn", "--max-warnings", "1"])).status).toBe(0);
    expect((await project.run(["--rule", "require-release=warn", "--max-warnings", "0"])).status).toBe(1);
    expect((await project.run(["--exit-zero"])).status).toBe(0);
  });

  test("--quiet shows errors only", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak, "b.ts": dangling });
    const { out } = await project.run(["--rule", "require-release=warn", "--quiet"]);
    expect(out).not.toContain("require-release");
    expect(out).toContain("no-use-after-invalidate");
  });

  test("--only runs one rule", async () => {
    const report = await new Project({ "library.ts": library, "a.ts": leak, "b.ts": dangling }).report(["--only", "session-lint/require-release"]);
    expect(report.findings.map((finding) => finding.ruleId)).toEqual(["session-lint/require-release"]);
  });

  test("packages of a workspace are followed by name", async () => {
    const project = new Project({
      "packages/tls/package.json": '{ "name": "@sample/tls", "exports": "./dist/library.js" }',
      "packages/tls/src/library.ts": library,
      "packages/app/package.json": '{ "name": "app" }',
      "packages/app/a.ts": 'import { SSL_get1_session as take } from "@sample/tls";\nexport function f(ssl: unknown) { const s = take(ssl); return s === null; }\n',
    });
    expect((await project.report()).findings.map((finding) => finding.file)).toEqual(["packages/app/a.ts"]);
  });

  test("naming one file gives what naming the project gives for it", async () => {
    const project = new Project({ "library.ts": library, "helper.ts": 'import { SSL_SESSION_free } from "./library.js";\nexport const drop = (s: unknown) => { SSL_SESSION_free(s); };\n', "a.ts": 'import { SSL_get1_session } from "./library.js";\nimport { drop } from "./helper.js";\nexport function f(ssl: unknown) { const s = SSL_get1_session(ssl); drop(s); drop(s); }\n', "b.ts": leak });
    const all = await project.report();
    const one = await project.report(["a.ts"]);
    expect(one.findings).toEqual(all.findings.filter((finding) => finding.file === "a.ts"));
    expect(one.findings.map((finding) => finding.ruleId)).toEqual(["session-lint/no-double-release"]);
    expect(one.summary.files).toBe(1);
  });

  test("wrappers are followed into files that name no native function", async () => {
    const project = new Project({
      "library.ts": library,
      "wrappers.ts": 'export { SSL_get1_session as take, SSL_SESSION_free as drop } from "./library.js";\n',
      "deep/use.ts": 'import { take } from "../wrappers";\nexport function f(ssl: unknown) { const s = take(ssl); return s === null; }\n',
    });
    const report = await project.report();
    expect(report.findings.map((finding) => [finding.ruleId, finding.file])).toEqual([["session-lint/require-release", "deep/use.ts"]]);
  });
});

describe("standard input", () => {
  test("is analysed under the given name, with the files around it", async () => {
    const project = new Project({ "library.ts": library });
    const { status, out } = await project.run(["--stdin", "--stdin-filename", "new.ts", "-f", "compact"], { readInput: () => leak });
    expect(status).toBe(1);
    expect(out).toBe("new.ts:3:19: error: `session` is not released on the path that returns on line 5 [session-lint/require-release]\n");
  });
});

describe("files", () => {
  test(".gitignore files count, nested ones too, and can be set aside", async () => {
    const project = new Project({
      ".gitignore": "dist/\n*.gen.ts\n",
      "library.ts": library,
      "dist/a.ts": leak,
      "x.gen.ts": leak,
      "sub/.gitignore": "secret.ts\n!kept.gen.ts\n",
      "sub/secret.ts": leak,
      "sub/kept.gen.ts": leak,
      "node_modules/p/a.ts": leak,
    });
    execFileSync("git", ["init", "-q"], { cwd: project.root });
    const files = async (...words: string[]): Promise<string[]> => (await project.run(["--show-files", ...words])).out.split("\n").map((line) => line.slice(2)).filter((name) => name !== "");
    expect(await files()).toEqual(["library.ts", "sub/kept.gen.ts"]);
    expect(await files("sub")).toEqual(["sub/kept.gen.ts"]);
    expect(await files("--no-ignore")).toEqual(["dist/a.ts", "library.ts", "sub/kept.gen.ts", "sub/secret.ts", "x.gen.ts"]);
    expect(await files("--ignore-pattern", "sub/**")).toEqual(["library.ts"]);
    // What is named is meant.
    expect(await files("dist/a.ts")).toEqual(["dist/a.ts"]);
  });

  test("loops of links end, odd names work", async () => {
    const project = new Project({ "a b/c\nd/ü [1].ts": library });
    symlinkSync(project.root, join(project.root, "a b", "loop"));
    expect((await project.run([])).out).toContain("looked at 1 file,");
  });

  test("patterns in quotes are expanded", async () => {
    const project = new Project({ "library.ts": library, "src/a.ts": leak, "src/b.ts": clean });
    expect((await project.report(["src/*.ts"])).summary.files).toBe(2);
    expect((await project.run(["lib/*.ts"])).status).toBe(2);
  });

  test("--changed takes what git sees as different", async () => {
    const project = new Project({ "library.ts": library, "old.ts": leak });
    const git = (...words: string[]): void => void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...words], { cwd: project.root, stdio: "pipe" });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "first");
    project.write({ "new.ts": dangling });
    const report = await project.report(["--changed"]);
    expect(report.findings.map((finding) => finding.file)).toEqual(["new.ts"]);
    expect((await project.run(["--changed=nosuchref"])).error).toMatch(/^session-lint: --changed: git does not know "nosuchref"/);
  });
});

describe("what cannot be done is said in one line, with status 2, and the rest is still analysed", () => {
  test.each([
    [["missing.ts"], "session-lint: missing.ts: there is no such file or folder\n"],
    [["empty"], /^session-lint: empty: no JavaScript or TypeScript file to look at here/],
    [["--nonsense"], "session-lint: unknown flag --nonsense; `session-lint --help` lists them all\n"],
    [["--baselin", "x"], "session-lint: unknown flag --baselin; did you mean --baseline?; `session-lint --help` lists them all\n"],
    [["--preset", "strickt"], 'session-lint: --preset must be one of recommended, strict, all, not "strickt"; did you mean strict?\n'],
    [["--rule", "require-releas=off"], /^session-lint: there is no rule "require-releas"; did you mean require-release\?/],
    [["--rule", "require-release=fatal"], 'session-lint: --rule must be written as rule=off, rule=warn or rule=error, not "require-release=fatal"\n'],
    [["--explain", "no-such-rule"], /^session-lint: there is no rule "no-such-rule"/],
    [["--format", "xml"], /^session-lint: there is no format "xml"/],
    [["--format", "json", "--format", "sarif"], /^session-lint: only one format can go to standard output/],
    [["--max-warnings", "few"], 'session-lint: --max-warnings must be a whole number from 0, not "few"\n'],
    [["--threads"], "session-lint: --threads needs a value: --threads <n>\n"],
    [["--quiet=yes"], 'session-lint: --quiet takes no value, but "yes" was given\n'],
    [["--contracts", "no.json"], /no\.json: there is no such file\n$/],
    [["--classes", "SSL_SESION"], /unknown class "SSL_SESION"; did you mean "SSL_SESSION"\?/],
    [["--dialect", "boring"], /unknown dialect "boring"/],
    [["--print-contracts=SSL_fre"], /^session-lint: no contract is in force for SSL_fre.*SSL_free/],
    [["--render", "no.json"], "session-lint: no.json: there is no such report\n"],
    [["--render", "package.json"], /^session-lint: package\.json: this is no JSON report of session-lint/],
    [["--baseline", "no.txt"], /no\.txt: there is no such baseline; write one with --update-baseline\n$/],
    [["--trace", "a.ts"], 'session-lint: --trace needs a place: --trace src/tls.ts:12, not "a.ts"\n'],
    [["--trace", "a.ts:99"], "session-lint: a.ts:99: no code that is analysed starts on this line\n"],
    [["--trace", "b.ts:1"], "session-lint: b.ts: there is no such file\n"],
    [["--graph", "a.ts:nothing"], /^session-lint: a\.ts has no function "nothing"; its functions are/],
    [["-o", "empty/package.json/x", "a.ts"], /^session-lint: empty\/package\.json\/x: cannot be written/],
  ] as const)("%j", async (words, message) => {
    const project = new Project({ "library.ts": library, "a.ts": leak, "empty/package.json": "{}" });
    const { status, error } = await project.run(words);
    expect(status).toBe(2);
    if (typeof message === "string") expect(error).toBe(message);
    else expect(error).toMatch(message);
    expect(error.trimEnd().split("\n")).toHaveLength(1);
  });

  test("--no-error-on-unmatched", async () => {
    expect((await new Project({ "empty/x.txt": "" }).run(["empty", "--no-error-on-unmatched"])).status).toBe(0);
  });

  test("a syntax error", async () => {
    const { status, out } = await new Project({ "library.ts": library, "a.ts": leak, "broken.ts": 'import { SSL_free } from "./library.js";\nfunction ( {\n' }).run([]);
    expect(status).toBe(2);
    expect(out).toMatch(/error: .*expected.*\n +--> broken\.ts:2:10/);
    expect(out).toContain("error[require-release]");
  });

  test("a binary file that is named, while a walk passes over it", async () => {
    const project = new Project({ "library.ts": library, "video.ts": "G\u0000\u0000SSL_free" });
    expect((await project.run(["video.ts"])).out).toMatch(/error: this is not a text file: it holds NUL bytes\n +--> video\.ts/);
    expect((await project.run(["video.ts"])).status).toBe(2);
    expect((await project.run([])).status).toBe(0);
  });

  test.skipIf(process.getuid?.() === 0)("an unreadable file", async () => {
    const project = new Project({ "library.ts": library, "locked.ts": leak });
    chmodSync(join(project.root, "locked.ts"), 0);
    const { status, out } = await project.run([]);
    expect(status).toBe(2);
    expect(out).toMatch(/error: cannot read this file: permission denied\n +--> locked\.ts/);
  });
});

describe("output", () => {
  test("several formats at once, to files", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak });
    const { out } = await project.run(["-f", "compact", "-f", "json:out/report.json,sarif:out/report.sarif", "-f", "junit:out/report.xml"]);
    expect(out).toMatch(/^a\.ts:3:19: error/);
    expect(JSON.parse(project.read("out/report.json"))).toMatchObject({ version: 1, summary: { errors: 1 } });
    expect(JSON.parse(project.read("out/report.sarif"))).toMatchObject({ version: "2.1.0" });
    expect(project.read("out/report.xml")).toContain("<testsuites");
  });

  test("a saved report can be shown again", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak });
    const first = await project.run([]);
    await project.run(["-f", "json:report.json"]);
    const again = await project.run(["--render", "report.json"]);
    const untimed = (text: string): string => text.replace(/in [\d.]+ m?s/, "");
    expect(untimed(again.out)).toBe(untimed(first.out));
    expect(again.status).toBe(1);
  });

  test("in GitHub Actions annotations and a job summary are the default", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak });
    const { out } = await project.run([], { env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(project.root, "summary.md") } });
    expect(out).toMatch(/^::error file=a\.ts,line=3,/);
    expect(project.read("summary.md")).toContain("| error | [require-release]");
  });

  test("colour follows the terminal, NO_COLOR, FORCE_COLOR and the flags", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak });
    const colored = async (words: string[], around: object): Promise<boolean> => (await project.run(words, around)).out.includes("\u001b[");
    expect(await colored([], {})).toBe(false);
    expect(await colored([], { outIsTerminal: true })).toBe(true);
    expect(await colored([], { outIsTerminal: true, env: { NO_COLOR: "1" } })).toBe(false);
    expect(await colored([], { env: { FORCE_COLOR: "1" } })).toBe(true);
    expect(await colored(["--no-color"], { env: { FORCE_COLOR: "1" } })).toBe(false);
    expect(await colored(["--color"], { env: { NO_COLOR: "1" } })).toBe(true);
  });
});

describe("looking", () => {
  test.each([
    [["--help"], /^session-lint \[flags\] \[paths…\]/],
    [["--version"], /^\d+\.\d+\.\d+/],
    [["--list-rules"], /require-release +error +error +error +error +require that/],
    [["--explain", "require-release"], /require-release/],
    [["--env-info"], /node +v\d+/],
    [["--print-config"], /"preset": "recommended"/],
    [["--print-contracts=SSL_get1_session"], /^SSL_get1_session, see SSL_get_session\(3\)\n[^]*returns +SSL_SESSION, owned/],
    [["--print-contracts=SSL_get1_session", "-f", "json"], /^\{\n {2}"name": "SSL_get1_session"/],
    [["--print-contracts"], /SSL_SESSION +\d+ functions, released by SSL_SESSION_free/],
    [["--print-contracts", "--verbose"], /^SSL_SESSION_free$/m],
    [["--graph", "a.ts:age"], /function #\d+ age/],
    [["--graph", "a.ts:age", "-f", "dot"], /^digraph "age"/],
    [["--graph", "a.ts:age", "-f", "mermaid"], /^flowchart TD/],
    [["--graph", "a.ts:age", "-f", "svg"], /<svg/],
    [["--dump", "ir", "a.ts"], /import ".\/library.js"/],
    [["--dump", "cfg", "a.ts"], /^digraph/],
    [["--dump", "state", "a.ts"], /age, block b0\n {2}state 1 of 1\n/],
    [["--trace", "a.ts:5"], /^age, block b\d+\n {2}state 1 of 1\n[^]*session: SSL_SESSION \(owned, held, from SSL_get1_session\)\n/],
    [["--stats", "a.ts"], /native calls recognised +\d/],
  ] as const)("%j", async (words, shown) => {
    const { out, error } = await new Project({ "library.ts": library, "a.ts": leak }).run(words);
    expect(error).toBe("");
    expect(out).toMatch(shown);
  });

  test("help fits a screen", async () => {
    const { out } = await new Project().run(["--help"]);
    expect(out.split("\n").length).toBeLessThan(52);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(115);
  });

  test("--init writes a configuration that is then used, and never over another", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak, "tsconfig.json": "{}" });
    expect((await project.run(["--init"])).out).toContain("wrote session-lint.config.ts");
    expect((await project.run(["--print-config"])).out).toContain("session-lint.config.ts");
    expect((await project.run(["--init"])).status).toBe(2);
    const plain = new Project();
    await plain.run(["--init"]);
    expect((await plain.run(["--print-config"])).out).toContain("session-lint.config.json");
  });
});
