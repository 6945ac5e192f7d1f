import { describe, expect, test } from "vitest";
import { clean, dangling, leak, library, Project } from "../cli/project.js";

const words = ["--cache", "-f", "json"];

async function untimed(project: Project, more: readonly string[] = []): Promise<string> {
  return (await project.run([...words, ...more])).out.replace(/"durationMs": \d+/, "");
}

describe("the cache", () => {
  test("a warm run gives the same bytes as a cold one, and analyses nothing", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak, "b.ts": dangling, "other/library.ts": library, "other/c.ts": clean });
    const cold = await untimed(project);
    const { error } = await project.run([...words, "--timings"]);
    expect(error).toMatch(/look in the cache/);
    expect(await untimed(project)).toBe(cold);
    expect(JSON.parse(project.read(".session-lint-cache/results.json"))).toHaveProperty(["a.ts"]);
    expect((await project.run(["-f", "json"])).out.replace(/"durationMs": \d+/, "")).toBe(cold);
  });

  test.each([
    ["the file itself", { "a.ts": clean }],
    ["a file that it imports", { "helper.ts": 'import { SSL_SESSION_free } from "./library.js";\nexport const drop = (s: unknown) => s;\n' }],
    ["what an import means", { "helper/index.ts": "", "helper.ts": "", "helper.mts": "", "tsconfig.json": "{}", "session-lint.config.json": '{ "preset": "strict" }' }],
    ["the options", { "session-lint.config.json": '{ "checkThrowingCalls": true }' }],
    ["the contracts", { "session-lint.config.json": '{ "contracts": { "functions": { "SSL_get1_session": { "returns": { "class": "SSL_SESSION", "ownership": "static" } } } } }' }],
  ])("notices a change of %s", async (_name, change) => {
    const files = { "library.ts": library, "helper.ts": 'import { SSL_SESSION_free } from "./library.js";\nexport const drop = (s: unknown) => SSL_SESSION_free(s);\n', "a.ts": leak, "b.ts": 'import { SSL_get1_session } from "./library.js";\nimport { drop } from "./helper.js";\nexport function f(ssl: unknown) { const s = SSL_get1_session(ssl); other(); drop(s); }\ndeclare function other(): void;\n' };
    const project = new Project(files);
    await untimed(project);
    project.write(change);
    const warm = await untimed(project);
    expect(warm).toBe(await untimed(project, ["--cache-location", "fresh"]));
    // The change is one that shows.
    expect(warm).not.toBe(await untimed(new Project(files)));
  });

  test("levels are no part of it: they are applied afterwards", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak });
    await untimed(project);
    expect((await project.run(["--cache", "--rule", "require-release=off"])).status).toBe(0);
  });

  test("one that was cut off is written anew", async () => {
    const project = new Project({ "library.ts": library, "a.ts": leak });
    const cold = await untimed(project);
    project.write({ ".session-lint-cache/results.json": '{ "a.ts": { "key":' });
    expect(await untimed(project)).toBe(cold);
  });
});
