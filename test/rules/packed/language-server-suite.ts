import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LanguageClient, type Diagnostic } from "./language-client.js";
import type { Packed, Project } from "./project.js";

const settings = {
  validate: "on",
  packageManager: "npm",
  useESLintClass: true,
  run: "onType",
  quiet: false,
  format: false,
  onIgnoredFiles: "off",
  options: {},
  rulesCustomizations: [],
  nodePath: null,
  problems: { shortenToSingleLine: false },
  experimental: {},
  workingDirectory: { mode: "location" },
  codeAction: { disableRuleComment: { enable: true, location: "separateLine" }, showDocumentation: { enable: true } },
  codeActionOnSave: { enable: false, mode: "all" },
};

const flatConfig = `import sessionLint from "session-lint/eslint-plugin";\nexport default [sessionLint.configs.recommended];\n`;
const legacyConfig = `module.exports = { root: true, extends: ["plugin:session-lint/legacy-recommended"], parserOptions: { ecmaVersion: "latest", sourceType: "module" } };\n`;

const leak = `export function age(ssl, quick) {
  const session = SSL_get1_session(ssl);
  if (quick) return 0;
  SSL_SESSION_free(session);
  return 1;
}
`;

function told(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, range }) => `${range.start.line + 1} ${code}`);
}

/** A real language server, asked what an editor asks. */
export function languageServerSuite(packed: () => Packed): void {
  describe.each([
    { name: "ESLint 8, eslintrc", eslint: "eslint8", file: ".eslintrc.cjs", config: legacyConfig, useFlatConfig: false },
    { name: "ESLint 9, flat", eslint: "eslint", file: "eslint.config.js", config: flatConfig, useFlatConfig: true },
    { name: "ESLint 10, flat", eslint: "eslint10", file: "eslint.config.js", config: flatConfig, useFlatConfig: true },
  ])("in an editor with $name", ({ eslint, file, config, useFlatConfig }) => {
    let project: Project;
    let client: LanguageClient;
    beforeEach(async () => {
      project = packed().project(eslint);
      project.write(file, config);
      client = new LanguageClient(join(packed().modules, "vscode-langservers-extracted/bin/vscode-eslint-language-server"), project.folder, { ...settings, useFlatConfig });
      await client.start();
    }, 60_000);
    afterEach(async () => {
      await client.stop();
    });

    test("a finding is shown with its rule and page, and a code action repairs it", async () => {
      client.open(project.write("src/age.js", leak), leak);
      const [diagnostic, ...others] = await client.diagnostics();
      expect(others).toEqual([]);
      expect(diagnostic?.code).toBe("session-lint/require-release");
      expect(diagnostic?.codeDescription?.href).toMatch(/docs\/rules\/require-release\.md$/u);
      expect(diagnostic?.range.start).toEqual({ line: 1, character: 18 });
      const actions = diagnostic === undefined ? [] : await client.codeActions(diagnostic);
      const release = actions.find(({ title }) => title.startsWith("release `session` before the exit"));
      if (release === undefined) throw new Error(actions.map(({ title }) => title).join("\n"));
      await client.run(release);
      expect(client.text).toContain("if (quick) {\n    SSL_SESSION_free(session);\n    return 0;\n  }\n");
      expect(await client.diagnostics()).toEqual([]);
    }, 60_000);

    test("what is typed counts before it is saved", async () => {
      const text = "const session = SSL_get1_session(ssl);\nSSL_SESSION_free(session);\n";
      client.open(project.write("src/typing.js", text), text);
      expect(await client.diagnostics()).toEqual([]);
      client.type(`${text}SSL_SESSION_free(session);\n`);
      expect(told(await client.diagnostics())).toEqual(["3 session-lint/no-double-release"]);
      client.type("const session = SSL_get1_session(ssl);\n");
      expect(told(await client.diagnostics())).toEqual(["1 session-lint/require-release"]);
      client.type(text);
      expect(await client.diagnostics()).toEqual([]);
    }, 60_000);

    test("a change in an imported file changes what is found", async () => {
      project.write("src/helpers.js", "export function done(session) {\n  console.log(session);\n}\n");
      const text = 'import { done } from "./helpers.js";\nconst session = SSL_get1_session(ssl);\ndone(session);\n';
      client.open(project.write("src/main.js", text), text);
      expect(told(await client.diagnostics())).toEqual(["2 session-lint/require-release"]);
      project.write("src/helpers.js", "export function done(session) {\n  SSL_SESSION_free(session);\n}\n");
      expect(await client.diagnostics()).toEqual([]);
      project.write("src/helpers.js", "export function done(session) {\n  SSL_SESSION_free(session);\n  SSL_SESSION_free(session);\n}\n");
      expect(told(await client.diagnostics()).length).toBeGreaterThan(0);
    }, 60_000);
  });
}
