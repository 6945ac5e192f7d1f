import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { leak, library, Project } from "../cli/project.js";

vi.setConfig({ testTimeout: 60_000 });

describe("hostile trees", () => {
  test("empty files, huge files, files of one line, and files that are none", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak, "empty.ts": "", "blank.ts": "\n\n\n", "bom.ts": "\ufeff" });
    writeFileSync(join(project.root, "huge.js"), Buffer.alloc(50_000_000, "x = 1;\n"));
    writeFileSync(join(project.root, "huge-hit.js"), Buffer.concat([Buffer.alloc(6_000_000, "x = 1;\n"), Buffer.from("SSL_free(ssl);\n")]));
    writeFileSync(join(project.root, "noise.ts"), Buffer.from(Array.from({ length: 5000 }, (_, index) => 1 + ((index * 7919) % 255))));
    const { status, out } = await project.run(["--verbose"]);
    expect(status).toBe(1);
    expect(out).toContain("`<module>` was not fully analysed: the file is larger than 5 MB");
    expect(out).toContain("huge-hit.js");
    expect(out).toContain("--> a.ts:3:19");
  });

  test("a name that lies across two pieces of a scan is found", async () => {
    const text = (before: number): string => `${" ".repeat(before)}\n${leak.replace(/import .*\n/, library)}`;
    // The name starts in the last bytes of the first piece.
    for (const before of [131_050, 131_060, 131_068]) {
      const project = new Project({ "a.ts": text(before) });
      expect((await project.report()).summary.analyzed).toBe(1);
    }
  });

  test("links in circles, to themselves and to nowhere", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak });
    mkdirSync(join(project.root, "x/y"), { recursive: true });
    symlinkSync("../..", join(project.root, "x/y/up"));
    symlinkSync("self", join(project.root, "self"));
    symlinkSync("nowhere.ts", join(project.root, "gone.ts"));
    expect((await project.report()).summary.files).toBe(2);
    expect((await project.run(["self"])).error).toMatch(/self: there is no such file/);
    expect((await project.run(["a.ts/b.ts"])).error).toMatch(/b\.ts: there is no such file/);
    expect((await project.run(["gone.ts"])).error).toMatch(/gone\.ts: there is no such file/);
  });

  test("deeply nested folders", async () => {
    const deep = Array.from({ length: 120 }, (_, index) => `d${index}`).join("/");
    const project = new Project({ "library.ts": library, [`${deep}/a.ts`]: leak.replace("./library.js", `${"../".repeat(120)}library.js`) });
    expect((await project.report()).findings.map((finding) => finding.file)).toEqual([`${deep}/a.ts`]);
  });

  test("imports in circles, of themselves and of nothing", async () => {
    const project = new Project({ "library.ts": library, "a.ts": `import "./a.js";\nimport "./b.js";\nimport "./missing.js";\nimport "";\n${leak}`, "b.ts": 'export * from "./a.js";\nexport * from "./c.js";\n', "c.ts": 'export * from "./b.js";\n' });
    expect((await project.report()).findings).toHaveLength(1);
  });
});
