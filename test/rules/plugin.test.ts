import { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import plugin, * as namespace from "../../rules/index.js";
import { ruleIds } from "../../src/findings.js";
import { ruleList, rulePrefix, ruleUrl } from "../../src/rules.js";

const leaks = `function first(ssl) {
  const session = SSL_get1_session(ssl);
  return 1;
}
function second(ssl) {
  const other = SSL_get1_session(ssl);
  return 2;
}
`;

function lint(text: string, config: Linter.Config = {}): Linter.LintMessage[] {
  return new Linter({ cwd: "/nowhere" }).verify(text, [{ plugins: { "session-lint": plugin }, rules: plugin.configs.recommended.rules }, config], { filename: "/nowhere/file.js" });
}

describe("the plugin object", () => {
  test("names itself", () => {
    expect(plugin.meta).toMatchObject({ name: "session-lint", namespace: "session-lint" });
    expect(plugin.meta.version).toMatch(/^\d+\.\d+\.\d+/u);
  });

  test("is what require gives back, and the default export", () => {
    expect(namespace["module.exports"]).toBe(plugin);
  });

  test.each(ruleIds)("%s describes itself as the table does", (id) => {
    const { meta } = plugin.rules[id];
    const info = ruleList.find((rule) => rule.id === id);
    expect(meta.type).toBe(info?.type);
    expect(meta.docs).toMatchObject({ description: info?.description, url: ruleUrl(id) });
  });

  test.each(["recommended", "strict", "all"] as const)("%s has every rule at its severity, in both formats", (preset) => {
    const rules = Object.fromEntries(ruleList.map(({ id, severity }) => [`${rulePrefix}${id}`, severity[preset]]));
    expect(plugin.configs[preset].rules).toEqual(rules);
    expect(plugin.configs[`legacy-${preset}`].rules).toEqual(rules);
    expect(plugin.configs[`legacy-${preset}`].plugins).toEqual(["session-lint"]);
  });

  test("the plugin of a configuration is the plugin itself: ESLint refuses another of its name", () => {
    expect(plugin.configs.recommended.plugins["session-lint"]).toBe(plugin);
  });
});

describe("a report", () => {
  test("says the lines that ESLint does not show", () => {
    const [message] = lint("const session = SSL_get_session(ssl);\n\nSSL_free(ssl);\nSSL_SESSION_get_time(session);\n").filter(({ ruleId }) => ruleId === "session-lint/no-use-after-invalidate");
    expect(message?.line).toBe(4);
    expect(message?.message).toMatch(/^`session` is used after `SSL_free`.* \(line 1: .*; line 3: .*\)$/u);
  });

  test("covers the expression", () => {
    const [message] = lint(leaks);
    expect(message).toMatchObject({ ruleId: "session-lint/require-release", line: 2, column: 19, endLine: 2, endColumn: 40 });
  });

  test("has tried edits, for each of several findings", () => {
    const messages = lint(leaks);
    expect(messages.map(({ suggestions }) => suggestions?.map(({ desc }) => desc))).toEqual([["release `session` before the exit that loses it", "release `session` in a `finally` block"], ["release `other` before the exit that loses it", "release `other` in a `finally` block"]]);
  });

  test("is hidden by our comments and by ESLint's", () => {
    expect(lint(leaks.replace("  const session", "  // session-lint-disable-next-line require-release -- kept on purpose\n  const session")).map(({ line }) => line)).toEqual([7]);
    expect(lint(leaks.replace("  const session", "  // eslint-disable-next-line session-lint/require-release -- kept on purpose\n  const session")).map(({ line }) => line)).toEqual([7]);
    expect(lint(leaks, { linterOptions: { reportUnusedDisableDirectives: "error" } })).toHaveLength(2);
  });
});

describe("settings and options", () => {
  const mayThrow = "function f(ssl) {\n  const session = SSL_get1_session(ssl);\n  work();\n  SSL_SESSION_free(session);\n}\n";

  test("calls that may throw count when the settings, the preset or the option say so", () => {
    expect(lint(mayThrow)).toEqual([]);
    expect(lint(mayThrow, { settings: { "session-lint": { checkThrowingCalls: true } } })).toHaveLength(1);
    expect(lint(mayThrow, { settings: { "session-lint": { preset: "strict" } } })).toHaveLength(1);
    expect(lint(mayThrow, { rules: { "session-lint/require-release": ["error", { checkThrowingCalls: true }] } })).toHaveLength(1);
    expect(lint(mayThrow, { settings: { "session-lint": { preset: "strict" } }, rules: { "session-lint/require-release": ["error", { checkThrowingCalls: false }] } })).toEqual([]);
  });

  test("classes are switched on by name", () => {
    const certificate = "X509_free(SSL_get0_peer_certificate(ssl));\n";
    expect(lint(certificate)).toEqual([]);
    expect(lint(certificate, { settings: { "session-lint": { classes: ["X509"] } } }).map(({ ruleId }) => ruleId)).toEqual(["session-lint/no-release-borrowed"]);
    expect(lint(certificate, { settings: { "session-lint": { classes: "all" } } }).length).toBeGreaterThan(0);
  });

  test.each([
    [{ flush: "never" }, 'settings["session-lint"].flush must be "manual" or "observed"'],
    [{ preset: "some" }, 'settings["session-lint"].preset must be one of recommended, strict, all'],
    [{ clases: [] }, 'settings["session-lint"].clases is not known'],
    [[], 'settings["session-lint"] must be an object'],
  ])("%j is refused", (settings, message) => {
    expect(() => lint(leaks, { settings: { "session-lint": settings } })).toThrow(message);
  });
});
