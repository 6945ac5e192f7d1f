import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { leak, library, Project } from "./project.js";

const twice = 'import { SSL_get1_session, SSL_SESSION_free } from "./library.js";\nexport function f(ssl: unknown) {\n  const s = SSL_get1_session(ssl);\n  if (s === null) return;\n  SSL_SESSION_free(s);\n  SSL_SESSION_free(s);\n}\n';

describe("mending", () => {
  test("--fix-suggestions mends, reports what is left, and has nothing to do the second time", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak, "b.ts": twice });
    const { status, out } = await project.run(["--fix", "--fix-suggestions"]);
    expect(out).toMatch(/^no findings/);
    expect(status).toBe(0);
    expect(project.read("a.ts")).toContain("SSL_SESSION_free(session)");
    expect(project.read("b.ts").match(/SSL_SESSION_free\(s\)/g)).toHaveLength(1);
    const [a, b] = [project.read("a.ts"), project.read("b.ts")];
    await project.run(["--fix", "--fix-suggestions"]);
    expect([project.read("a.ts"), project.read("b.ts")]).toEqual([a, b]);
  });

  test("--fix-dry-run shows a diff that can be applied, and writes nothing", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak });
    const { out } = await project.run(["--fix-dry-run", "--fix-suggestions", "--format", "compact"]);
    expect(out).toContain("--- a/a.ts");
    expect(out).toMatch(/^\+.*SSL_SESSION_free\(session\)/m);
    expect(project.read("a.ts")).toBe(leak);
    execFileSync("git", ["init", "-q"], { cwd: project.root });
    execFileSync("git", ["apply", "-"], { cwd: project.root, input: out });
    expect((await project.run([])).status).toBe(0);
  });

  test("what a comment hides is left alone", async () => {
    const hidden = leak.replace("  const session", "  // session-lint-disable-next-line require-release -- kept on purpose\n  const session");
    const project = new Project({ "library.ts": library, "a.ts": hidden });
    await project.run(["--fix", "--fix-suggestions"]);
    expect(project.read("a.ts")).toBe(hidden);
  });

  test("line ends and a byte order mark are kept", async () => {
    const project = new Project({ "library.ts": library, "a.ts": `\ufeff${leak.replaceAll("\n", "\r\n")}` });
    await project.run(["--fix", "--fix-suggestions"]);
    const text = project.read("a.ts");
    expect(text).toContain("SSL_SESSION_free(session)");
    expect(text.startsWith("\ufeff")).toBe(true);
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  });

  test("with standard input the mended text comes out", async () => {
    const project = new Project({ "library.ts": library });
    const { out } = await project.run(["--stdin", "--stdin-filename", "b.ts", "--fix-suggestions", "-f", "compact"], { readInput: () => twice });
    expect(out.match(/SSL_SESSION_free\(s\)/g)).toHaveLength(1);
  });

  test("reports in JSON offer edits that repair", async () => {
    const report = await new Project({ "library.ts": library, "a.ts": leak }).report();
    expect(report.findings[0]?.suggestions.length).toBeGreaterThan(0);
    expect(report.findings[0]?.suggestions[0]?.edits[0]).toMatchObject({ file: "a.ts", range: { start: { line: expect.any(Number) as number } } });
  });
});
