import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { analyzeFileForEditor } from "../../src/project/editor.js";
import { presetAnalysis } from "../../src/project/settings.js";
import { clean, dangling, leak, library, Project } from "../cli/project.js";

function rulesIn(project: Project, name: string, text: string): string[] {
  return analyzeFileForEditor({ path: join(project.root, name), text, cwd: project.root, settings: presetAnalysis("recommended") }).map((finding) => finding.rule).filter((rule) => rule !== "prefer-explicit-ownership");
}

describe("analysis of a text in an editor", () => {
  test("unsaved text counts, with what it imports from disk", () => {
    const project = new Project({ "library.ts": library, "a.ts": clean });
    expect(rulesIn(project, "a.ts", leak)).toEqual(["require-release"]);
    expect(rulesIn(project, "a.ts", dangling)).toEqual(["no-use-after-invalidate"]);
    expect(rulesIn(project, "a.ts", clean)).toEqual([]);
    expect(rulesIn(project, "not-saved-yet.ts", leak)).toEqual(["require-release"]);
  });

  test("a text that matters only through what it imports", () => {
    const project = new Project({ "library.ts": library, "wrappers.ts": 'export { SSL_get1_session as take } from "./library.js";\n', "b.ts": "" });
    const text = 'import { take } from "./wrappers.js";\nexport function f(ssl: unknown) { const s = take(ssl); return s === null; }\n';
    expect(rulesIn(project, "b.ts", text)).toEqual(["require-release"]);
    expect(rulesIn(project, "b.ts", text.replace("./wrappers.js", "./elsewhere.js"))).toEqual([]);
  });

  test("a change of an imported file is noticed", async () => {
    const helper = (body: string): string => `import { SSL_SESSION_free } from "./library.js";\nexport function drop(s: unknown) { ${body} }\n`;
    const text = 'import { SSL_get1_session } from "./library.js";\nimport { drop } from "./helper.js";\nexport function f(ssl: unknown) { const s = SSL_get1_session(ssl); drop(s); }\n';
    const project = new Project({ "library.ts": library, "helper.ts": helper("SSL_SESSION_free(s);"), "a.ts": text });
    expect(rulesIn(project, "a.ts", text)).toEqual([]);
    project.write({ "helper.ts": helper("console.log(s);") });
    expect(rulesIn(project, "a.ts", text)).toEqual(["require-release"]);
    project.write({ "helper.ts": helper("SSL_SESSION_free(s); ") });
    await wait(20);
    expect(rulesIn(project, "a.ts", text)).toEqual([]);
  });

  test("who uses a file counts too: a field that another file releases", () => {
    const holder = 'import { SSL_get1_session } from "./library.js";\nexport class Holder { session: unknown; constructor(ssl: unknown) { this.session = SSL_get1_session(ssl); } }\n';
    const files = { "library.ts": library, "holder.ts": holder };
    expect(rulesIn(new Project(files), "holder.ts", holder)).toEqual(["require-release"]);
    const user = 'import { SSL_SESSION_free } from "./library.js";\nimport type { Holder } from "./holder.js";\nexport const close = (holder: Holder) => SSL_SESSION_free(holder.session);\n';
    expect(rulesIn(new Project({ ...files, "user.ts": user }), "holder.ts", holder)).toEqual([]);
  });

  test("the findings are those of the command line", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak, "b.ts": dangling, "c.ts": clean });
    const { findings } = await project.report();
    for (const name of ["a.ts", "b.ts", "c.ts"]) expect(rulesIn(project, name, project.read(name)).map((rule) => `session-lint/${rule}`)).toEqual(findings.filter((finding) => finding.file === name).map((finding) => finding.ruleId));
  });

  test("a byte order mark moves nothing", () => {
    const project = new Project({ "library.ts": library });
    const analyze = (text: string) => analyzeFileForEditor({ path: join(project.root, "a.ts"), text, cwd: project.root, settings: presetAnalysis("recommended") })[0]?.primary;
    expect(analyze(`\ufeff${leak}`)).toEqual(analyze(leak));
  });
});
