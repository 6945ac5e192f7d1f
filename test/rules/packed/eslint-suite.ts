import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Packed, Project } from "./project.js";

const leak = `export function age(ssl, quick) {
  const session = SSL_get1_session(ssl);
  if (quick) return 0;
  SSL_SESSION_free(session);
  return 1;
}
`;
const helpers = `import { SSL_SESSION_free } from "./ffi.js";
export function drop(session) {
  SSL_SESSION_free(session);
}
`;
const user = `import { drop } from "./helpers.js";
const session = SSL_get1_session(ssl);
drop(session);
drop(session);
`;
const typed = `declare function SSL_get_session(ssl: bigint): bigint;
declare function SSL_SESSION_free(session: bigint): void;
declare const ssl: bigint;
const session = SSL_get_session(ssl);
SSL_SESSION_free(session);
SSL_SESSION_free(session satisfies bigint);
`;

interface Message {
  readonly ruleId: string | null;
  readonly line: number;
  readonly severity: number;
  readonly message: string;
  readonly suggestions?: readonly { readonly desc: string; readonly fix: { readonly text: string } }[];
}

function lint(project: Project, args: readonly string[], env: Readonly<Record<string, string>> = {}): Record<string, Message[]> {
  const { stdout, stderr } = spawnSync(process.execPath, [project.path("node_modules/eslint/bin/eslint.js"), "--format", "json", ...args], { cwd: project.folder, encoding: "utf8", env: { ...process.env, ...env } });
  if (!stdout.startsWith("[")) throw new Error(`${stdout}\n${stderr}`);
  const results = JSON.parse(stdout) as { readonly filePath: string; readonly messages: Message[] }[];
  return Object.fromEntries(results.map(({ filePath, messages }) => [filePath.slice(project.folder.length + 1), messages]));
}

function rulesOf(messages: readonly Message[] | undefined): string[] {
  return (messages ?? []).map(({ ruleId, line, severity }) => `${line} ${ruleId ?? "-"} ${severity}`);
}

const flatConfig = `import sessionLint from "session-lint/eslint-plugin";
import * as parser from "@typescript-eslint/parser";
export default [
  sessionLint.configs.recommended,
  { files: ["**/*.ts"], languageOptions: { parser } },
];
`;
const extendingConfig = `import { defineConfig } from "eslint/config";
import sessionLint from "session-lint/eslint-plugin";
import * as parser from "@typescript-eslint/parser";
export default defineConfig([
  { files: ["**/*.js", "**/*.ts"], plugins: { "session-lint": sessionLint }, extends: ["session-lint/recommended"] },
  { files: ["**/*.ts"], languageOptions: { parser } },
]);
`;
const strictConfig = `const sessionLint = require("session-lint/eslint-plugin");
module.exports = [sessionLint.configs.strict];
`;
const legacyConfig = `module.exports = {
  root: true,
  extends: ["plugin:session-lint/legacy-recommended"],
  parserOptions: { ecmaVersion: "latest", sourceType: "module" },
  overrides: [{ files: ["*.ts"], parser: "@typescript-eslint/parser" }],
};
`;

/** One suite for every ESLint that is supported, and oxlint. */
export function eslintSuite(packed: () => Packed): void {
  describe.each([
    { eslint: "eslint8", name: "ESLint 8, eslintrc", file: ".eslintrc.cjs", config: legacyConfig, env: { ESLINT_USE_FLAT_CONFIG: "false" }, args: ["--ext", ".js,.ts"] },
    { eslint: "eslint8", name: "ESLint 8, flat", file: "eslint.config.js", config: flatConfig, env: { ESLINT_USE_FLAT_CONFIG: "true" }, args: [] },
    { eslint: "eslint", name: "ESLint 9, flat", file: "eslint.config.js", config: flatConfig, env: {}, args: [] },
    { eslint: "eslint", name: "ESLint 9, extends", file: "eslint.config.js", config: extendingConfig, env: {}, args: [] },
    { eslint: "eslint", name: "ESLint 9, eslintrc", file: ".eslintrc.cjs", config: legacyConfig, env: { ESLINT_USE_FLAT_CONFIG: "false" }, args: ["--ext", ".js,.ts"] },
    { eslint: "eslint10", name: "ESLint 10, flat", file: "eslint.config.js", config: flatConfig, env: {}, args: [] },
    { eslint: "eslint10", name: "ESLint 10, extends", file: "eslint.config.js", config: extendingConfig, env: {}, args: [] },
  ])("$name", ({ eslint, file, config, env, args }) => {
    let project: Project;
    let results: Record<string, Message[]>;
    beforeAll(() => {
      project = packed().project(eslint);
      project.write(file, config);
      project.write("src/leak.js", leak);
      project.write("src/helpers.js", helpers);
      project.write("src/user.js", user);
      project.write("src/typed.ts", typed);
      results = lint(project, [...args, "src"], env);
    }, 60_000);
    test("reports a leak where it was obtained, with the line where it is lost", () => {
      expect(rulesOf(results["src/leak.js"])).toEqual(["2 session-lint/require-release 2"]);
      expect(results["src/leak.js"]?.[0]?.message).toMatch(/line 3/u);
    });

    test("follows imports", () => {
      expect(rulesOf(results["src/helpers.js"])).toEqual([]);
      expect(rulesOf(results["src/user.js"])).toEqual(["4 session-lint/no-double-release 2"]);
    });

    test("reads TypeScript", () => {
      expect(rulesOf(results["src/typed.ts"])).toEqual(["5 session-lint/no-release-borrowed 2"]);
    });

    test("offers edits", () => {
      const [message] = results["src/leak.js"] ?? [];
      expect(message?.suggestions?.map(({ desc }) => desc)).toEqual(["release `session` before the exit that loses it", "release `session` in a `finally` block"]);
    });

    test("applies what is safe", () => {
      project.write("fixed/twice.js", "const session = SSL_get1_session(ssl);\nSSL_SESSION_free(session);\nSSL_SESSION_free(session);\n");
      const fixed = lint(project, [...args, "--fix", "fixed"], env);
      expect(rulesOf(fixed["fixed/twice.js"])).toEqual([]);
      expect(readFileSync(project.path("fixed/twice.js"), "utf8")).toBe("const session = SSL_get1_session(ssl);\nSSL_SESSION_free(session);\n");
    }, 60_000);
  });

  describe.each(["eslint8", "eslint", "eslint10"])("the strict preset through require, %s", (eslint) => {
    test("has the rules that are off in recommended", () => {
      const project = packed().project(eslint);
      project.write("eslint.config.cjs", strictConfig);
      project.write("src/wait.js", "export async function f(ssl) {\n  const session = SSL_get0_session(ssl);\n  await 1;\n  return SSL_SESSION_get_time(session);\n}\n");
      expect(rulesOf(lint(project, ["-c", "eslint.config.cjs", "src"], { ESLINT_USE_FLAT_CONFIG: "true" })["src/wait.js"])).toEqual(["4 session-lint/no-borrow-across-suspension 2"]);
    }, 60_000);
  });

  test("a setting that is no good is named", () => {
    const project = packed().project("eslint");
    project.write("eslint.config.js", `import sessionLint from "session-lint/eslint-plugin";\nexport default [sessionLint.configs.recommended, { settings: { "session-lint": { flush: "never" } } }];\n`);
    project.write("leak.js", leak);
    expect(() => lint(project, ["leak.js"])).toThrow('settings["session-lint"].flush must be "manual" or "observed"');
  }, 60_000);

  test("oxlint runs the rules as JavaScript plugins", () => {
    const project = packed().project("eslint");
    project.write(".oxlintrc.json", JSON.stringify({ jsPlugins: ["session-lint/eslint-plugin"], categories: { correctness: "off" }, rules: { "session-lint/require-release": "error", "session-lint/no-double-release": "error", "session-lint/no-release-borrowed": "error" } }));
    project.write("src/leak.js", leak);
    project.write("src/helpers.js", helpers);
    project.write("src/user.js", user);
    project.write("src/typed.ts", typed);
    const { stdout, stderr } = spawnSync(process.execPath, [join(packed().modules, "oxlint/bin/oxlint"), "-c", ".oxlintrc.json", "-f", "unix", "src"], { cwd: project.folder, encoding: "utf8" });
    const lines = [...stdout.matchAll(/^(?:.*\/)?(src\/[\w.]+):(\d+):\d+: (.*)$/gmu)].map(([, file, line, rest]) => `${file}:${line} ${/session-lint\(([\w-]+)\)/u.exec(rest ?? "")?.[1]}`);
    expect(lines.sort(), stderr + stdout).toEqual(["src/leak.js:2 require-release", "src/typed.ts:5 no-release-borrowed", "src/user.js:4 no-double-release"]);
  }, 60_000);
}
