import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eslintSuite } from "./eslint-suite.js";
import { languageServerSuite } from "./language-server-suite.js";
import { Packed } from "./project.js";

let packed: Packed;
beforeAll(() => {
  packed = new Packed();
}, 120_000);
afterAll(() => {
  packed.remove();
});

function run(script: string, args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(packed.modules, script), ...args], { cwd: packed.folder, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

describe("the packed package", () => {
  test("is well made, says publint", () => {
    const { status, output } = run("publint/src/cli.js", ["run", join(packed.folder, "package"), "--strict"]);
    expect(output).toContain("All good!");
    expect(status).toBe(0);
  }, 60_000);

  test("has types for every way to import it, says attw", () => {
    const { status, output } = run("@arethetypeswrong/cli/dist/index.js", [packed.tarball, "--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm"]);
    expect(status, output).toBe(0);
  }, 60_000);

  test("does not load a parser for a file that is no business of its", () => {
    const project = packed.project("eslint");
    const lint = (text: string): string => `linter.verify(${JSON.stringify(text)}, [plugin.configs.recommended], { filename: process.cwd() + "/file.js" }); console.log(Object.keys(require.cache).some((path) => /ts-morph|bundle.typescript\\.js/.test(path)));`;
    const script = project.write("load.cjs", `const plugin = require("session-lint/eslint-plugin"); const { Linter } = require("eslint"); const linter = new Linter({ configType: "flat" });\n${lint("plain();")}\n${lint("SSL_SESSION_free(SSL_get_session(ssl));")}\n`);
    const { stdout } = spawnSync(process.execPath, [script], { cwd: project.folder, encoding: "utf8" });
    expect(stdout).toBe("false\ntrue\n");
  }, 60_000);
});

eslintSuite(() => packed);
languageServerSuite(() => packed);
