import { describe, expect, test } from "vitest";
import { leak, library, Project } from "./project.js";

const json = (value: unknown): string => JSON.stringify(value);

// Files of a project, the words of the command line (none: a plain run), and the one line that has to come.
const mistakes: [name: string, files: Record<string, string>, message: RegExp, words?: string[]][] = [
  ["unknown key", { "session-lint.config.json": json({ presets: "strict" }) }, /session-lint\.config\.json: unknown key "presets"; did you mean preset\?$/],
  ["unknown key far from all others", { "session-lint.config.json": json({ colour: true }) }, /: unknown key "colour"$/],
  ["unknown preset", { "session-lint.config.json": json({ preset: "recomended" }) }, /: "preset" must be "recommended", "strict" or "all", not "recomended"; did you mean recommended\?$/],
  ["preset of another type", { "session-lint.config.json": json({ preset: 1 }) }, /: "preset" must be "recommended", "strict" or "all", not 1$/],
  ["unknown rule", { "session-lint.config.json": json({ rules: { "require-relase": "off" } }) }, /: unknown rule "require-relase" in "rules"; did you mean require-release\?$/],
  ["unknown rule with the prefix", { "session-lint.config.json": json({ rules: { "session-lint/no-double-relase": "off" } }) }, /: unknown rule "session-lint\/no-double-relase" in "rules"; did you mean session-lint\/no-double-release\?$/],
  ["unknown level", { "session-lint.config.json": json({ rules: { "require-release": "warning" } }) }, /: "rules\.require-release" must be "off", "warn" or "error", not "warning"; did you mean warn\?$/],
  ["level as a number", { "session-lint.config.json": json({ rules: { "require-release": 2 } }) }, /: "rules\.require-release" must be "off", "warn" or "error", not 2$/],
  ["rules as a list", { "session-lint.config.json": json({ rules: [] }) }, /: "rules" must be an object, not an array$/],
  ["classes of another type", { "session-lint.config.json": json({ classes: 3 }) }, /: "classes" must be "all" or an array, not 3$/],
  ["class name of another type", { "session-lint.config.json": json({ classes: ["SSL_SESSION", 7] }) }, /: "classes\[1\]" must be a string, not 7$/],
  ["unknown class", { "session-lint.config.json": json({ classes: ["SSL_SESION"] }) }, /unknown class "SSL_SESION"; did you mean "SSL_SESSION"\?$/],
  ["unknown dialect", { "session-lint.config.json": json({ dialect: "wolfsl" }) }, /unknown dialect "wolfsl"/],
  ["boolean as text", { "session-lint.config.json": json({ checkThrowingCalls: "yes" }) }, /: "checkThrowingCalls" must be a boolean, not "yes"$/],
  ["unknown flush", { "session-lint.config.json": json({ flush: "never" }) }, /: "flush" must be "manual" or "observed", not "never"$/],
  ["patterns as one text", { "session-lint.config.json": json({ ignorePatterns: "dist" }) }, /: "ignorePatterns" must be an array, not "dist"$/],
  ["empty pattern", { "session-lint.config.json": json({ ignorePatterns: [""] }) }, /: "ignorePatterns\[0\]" must not be empty$/],
  ["override without files", { "session-lint.config.json": json({ overrides: [{ rules: {} }] }) }, /: "overrides\[0\]" lacks the key "files"$/],
  ["override without rules", { "session-lint.config.json": json({ overrides: [{ files: "*.ts" }] }) }, /: "overrides\[0\]" lacks the key "rules"$/],
  ["unknown key in an override", { "session-lint.config.json": json({ overrides: [{ files: "*.ts", rules: {}, rule: {} }] }) }, /: unknown key "rule" in "overrides\[0\]"; did you mean rules\?$/],
  ["unknown rule in an override", { "session-lint.config.json": json({ overrides: [{ files: "*.ts", rules: { nope: "off" } }] }) }, /: unknown rule "nope" in "overrides\[0\]\.rules"$/],
  ["budget below one", { "session-lint.config.json": json({ budget: { steps: 0 } }) }, /: "budget\.steps" must be at least 1, not 0$/],
  ["broken number", { "session-lint.config.json": json({ maxWarnings: 1.5 }) }, /: "maxWarnings" must be an integer, not 1\.5$/],
  ["negative number", { "session-lint.config.json": json({ maxWarnings: -1 }) }, /: "maxWarnings" must be at least 0, not -1$/],
  ["a list instead of an object", { "session-lint.config.json": "[]" }, /: the configuration must be an object, not an array$/],
  ["null", { "session-lint.config.json": "null" }, /: the configuration must be an object, not null$/],
  ["broken JSON", { "session-lint.config.json": '{\n  "preset" "strict"\n}' }, /session-lint\.config\.json:2:12: not valid JSON: colon expected$/],
  ["broken JSON with comments", { "session-lint.config.jsonc": '{ // text\n  "preset": strict }' }, /session-lint\.config\.jsonc:2:13: not valid JSON: invalid symbol$/],
  ["extends of another type", { "session-lint.config.json": json({ extends: 1 }) }, /: "extends" must be a string or an array, not 1$/],
  ["extends a file that is missing", { "session-lint.config.json": json({ extends: "./base.json" }) }, /base\.json: there is no such file$/],
  ["extends a package that is not installed", { "session-lint.config.json": json({ extends: "company-config" }) }, /: "extends" names the package "company-config", which is not installed; a file is written as "\.\/company-config"$/],
  ["extends itself", { "session-lint.config.json": json({ extends: "./session-lint.config.json" }) }, /: "extends" leads back to this file: session-lint\.config\.json -> session-lint\.config\.json$/],
  ["extends in a circle", { "session-lint.config.json": json({ extends: "./a.json" }), "a.json": json({ extends: ["./b.json"] }), "b.json": json({ extends: "./a.json" }) }, /: "extends" leads back to this file: a\.json -> b\.json -> a\.json$/],
  ["a mistake in what is extended", { "session-lint.config.json": json({ extends: "./a.json" }), "a.json": json({ preset: "best" }) }, /a\.json: "preset" must be/],
  ["broken TypeScript", { "session-lint.config.ts": "export default { preset: \n" }, /session-lint\.config\.ts: cannot be loaded: /],
  ["TypeScript that throws", { "session-lint.config.ts": 'throw new Error("not today");\n' }, /session-lint\.config\.ts: cannot be loaded: not today$/],
  ["TypeScript without a default export", { "session-lint.config.ts": "export const config = {};\n" }, /session-lint\.config\.ts: has no default export; write `export default defineConfig\(\{ … \}\)`$/],
  ["JavaScript that imports what is not there", { "session-lint.config.mjs": 'import "./missing.mjs";\nexport default {};\n' }, /session-lint\.config\.mjs: cannot be loaded: Cannot find module/],
  ["a mistake in TypeScript", { "session-lint.config.ts": 'export default { presett: "strict" };\n' }, /session-lint\.config\.ts: unknown key "presett"; did you mean preset\?$/],
  ["a mistake in package.json", { "package.json": json({ name: "x", "session-lint": { preset: "none" } }) }, /package\.json: "preset" must be/],
  ["contracts of another type", { "session-lint.config.json": json({ contracts: 5 }) }, /: "contracts" must be a string or an object or an array, not 5$/],
  ["contracts that are missing", { "session-lint.config.json": json({ contracts: "./sqlite.json" }) }, /sqlite\.json: there is no such file$/],
  ["contracts that are broken", { "session-lint.config.json": json({ contracts: "./sqlite.json" }), "sqlite.json": "{" }, /sqlite\.json:1:2: not valid JSON: close brace expected$/],
  ["a bad contract", { "session-lint.config.json": json({ contracts: { functions: { f: { effects: [{ kind: "relase", param: 0 }] } } } }) }, /contracts.*relase/],
  ["a bad key in a contract", { "session-lint.config.json": json({ contracts: { function: {} } }) }, /contracts.*function/],
  ["a configuration that is missing", {}, /other\.json: there is no such file$/, ["--config", "other.json"]],
  ["a folder as configuration", { "conf/x": "" }, /conf: this is a folder; name the file in it, as .*conf\/session-lint\.config\.json$/, ["--config", "conf"]],
  ["a configuration of another kind", { "conf.yaml": "" }, /conf\.yaml: a file that ends in "\.yaml" cannot be loaded; use \.ts, \.mts, \.js, \.mjs, \.json or \.jsonc$/, ["--config", "conf.yaml"]],
  ["a baseline that is missing", { "session-lint.config.json": json({ baseline: "known.txt" }) }, /known\.txt: there is no such baseline; write one with --update-baseline$/],
  ["a baseline of another form", { "session-lint.config.json": json({ baseline: "known.txt" }), "known.txt": "# text\nsomething\n" }, /known\.txt:2: this is no line of a baseline \(.*\); write it anew with --update-baseline$/],
];

describe(`each of ${mistakes.length} mistakes gives one clear line and status 2`, () => {
  test.each(mistakes)("%s", async (_name, files, message, words = []) => {
    const project = new Project({ "library.ts": library, "a.ts": leak, ...files });
    const { status, out, error } = await project.run(words);
    expect(out).toBe("");
    expect(error.trimEnd().split("\n")).toHaveLength(1);
    expect(error.trimEnd()).toMatch(/^session-lint: /);
    expect(error.trimEnd()).toMatch(message);
    expect(error).not.toMatch(/\n +at |Error:/);
    expect(status).toBe(2);
  });

  test("several mistakes give a line each", async () => {
    const { error } = await new Project({ "session-lint.config.json": json({ preset: "x", rules: { y: "off" }, zz: 1 }) }).run([]);
    expect(error.trimEnd().split("\n")).toHaveLength(3);
  });
});

describe("configuration", () => {
  const off = { rules: { "require-release": "off" } };

  test.each([
    ["session-lint.config.json", json(off)],
    ["session-lint.config.jsonc", `// text\n${json(off).replace("}}", "},}")}`],
    ["session-lint.config.mjs", `export default ${json(off)};`],
    ["session-lint.config.js", `export default ${json(off)};`],
    ["session-lint.config.ts", `import { defineConfig } from "session-lint";\nconst level: "off" = "off";\nexport default defineConfig({ rules: { "require-release": level } });`],
    ["session-lint.config.mts", `import { defineConfig } from "session-lint";\nexport default defineConfig(${json(off)} as const);`],
    ["package.json", json({ name: "x", type: "module", "session-lint": off })],
  ])("%s is found and counts", async (name, text) => {
    const project = new Project({ "package.json": '{ "type": "module" }', "library.ts": library, "src/a.ts": leak, [name]: text });
    expect(await project.run(["src"])).toMatchObject({ status: 0, error: "" });
    expect((await project.run(["src", "--no-config"])).status).toBe(1);
    // The command line has the last word.
    expect((await project.run(["src", "--rule", "require-release=error"])).status).toBe(1);
  });

  test("what is extended comes first; paths in it are its own", async () => {
    const project = new Project({
      "library.ts": library,
      "a.ts": leak,
      "session-lint.config.json": json({ extends: ["./shared/base.json"], rules: { "no-double-release": "warn" } }),
      "shared/base.json": json({ preset: "strict", rules: { "require-release": "warn", "no-double-release": "off" }, contracts: "sqlite.json" }),
      "shared/sqlite.json": json({ classes: { Stmt: { release: "sqlite3_finalize" } }, functions: {} }),
    });
    const shown = JSON.parse((await project.run(["--print-config"])).out) as { preset: string; rules: Record<string, string>; contracts: number; sources: string[] };
    expect(shown.preset).toBe("strict");
    expect(shown.rules).toMatchObject({ "require-release": "warn", "no-double-release": "warn" });
    expect(shown.contracts).toBe(1);
    expect(shown.sources).toEqual(["shared/base.json", "session-lint.config.json"]);
  });

  test("overrides change levels by file, the last one wins", async () => {
    const project = new Project({
      "library.ts": library,
      "src/a.ts": leak,
      "test/a.ts": leak,
      "test/deep/b.ts": leak,
      "session-lint.config.json": json({ overrides: [{ files: ["test/**"], rules: { "require-release": "off" } }, { files: "test/deep/", rules: { "session-lint/require-release": "warn" } }] }),
    });
    const { findings } = await project.report();
    expect(findings.map((finding) => [finding.file, finding.severity])).toEqual([["src/a.ts", "error"], ["test/deep/b.ts", "warn"]]);
  });

  test("contracts for another library are followed", async () => {
    const project = new Project({
      "session-lint.config.json": json({ contracts: { classes: { Stmt: { release: "sqlite3_finalize" } }, functions: { my_prepare: { returns: { class: "Stmt", ownership: "owned" } }, unused: { effects: [{ kind: "release", param: 0 }] } } } }),
      "a.ts": 'const lib = Deno.dlopen("x", { my_prepare: { parameters: [], result: "pointer" }, sqlite3_finalize: { parameters: ["pointer"], result: "void" } }).symbols;\nexport function f() { const s = lib.my_prepare(); return 1; }\n',
    });
    expect((await project.report()).findings.map((finding) => finding.ruleId)).toEqual(["session-lint/require-release"]);
    expect((await project.run([])).error).toBe("");
    expect((await project.run(["--verbose"])).error).toBe("hint: no file names these functions of the contracts in the configuration: unused\n");
  });

  test("contracts that match nothing get a hint", async () => {
    const contracts = { functions: { my_prepair: { returns: { class: "SSL_SESSION", ownership: "owned" } } } };
    const project = new Project({ "a.ts": "export const my_prepare = 1;\n", "session-lint.config.json": json({ contracts }) });
    expect((await project.run([])).error).toBe("hint: no file names any function of the contracts in the configuration: my_prepair\n");
  });
});
