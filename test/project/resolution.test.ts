import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { DiskFileSystem } from "../../src/project/file-system.js";
import { specifiersIn } from "../../src/project/imports.js";
import { Resolver } from "../../src/project/resolution.js";

function folder(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "session-lint-")));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function resolved(files: Readonly<Record<string, string>>, from: string, specifier: string): string | null {
  const root = folder(files);
  const found = new Resolver(new DiskFileSystem()).resolve(join(root, from), specifier);
  return found === null ? null : relative(root, found);
}

describe("relative imports", () => {
  test.each([
    ["./b.js", { "b.ts": "" }, "b.ts"],
    ["./b.js", { "b.js": "", "b.ts": "" }, "b.ts"],
    ["./b.js", { "b.tsx": "" }, "b.tsx"],
    ["./b.jsx", { "b.tsx": "" }, "b.tsx"],
    ["./b.mjs", { "b.mts": "" }, "b.mts"],
    ["./b.cjs", { "b.cts": "" }, "b.cts"],
    ["./b", { "b.ts": "" }, "b.ts"],
    ["./b", { "b.js": "", "b.d.ts": "" }, "b.js"],
    ["./b", { "b.d.ts": "" }, "b.d.ts"],
    ["./b", { "b/index.ts": "" }, "b/index.ts"],
    ["./b/", { "b.ts": "", "b/index.js": "" }, "b/index.js"],
    ["./b", { "b/package.json": '{ "main": "lib/x.js" }', "b/lib/x.ts": "" }, "b/lib/x.ts"],
    ["./b.native", { "b.native.ts": "" }, "b.native.ts"],
    ["./b.ts", { "b.ts": "" }, "b.ts"],
    ["./b.js?worker", { "b.ts": "" }, "b.ts"],
    ["./b.json", { "b.json": "{}" }, null],
    ["./b.css", { "b.css": "" }, null],
    [".", { "index.ts": "" }, "index.ts"],
    ["./missing", {}, null],
  ])("%s among %j is %s", (specifier, files, expected) => {
    expect(resolved({ "a.ts": "", ...files }, "a.ts", specifier)).toBe(expected);
  });

  test("..", () => {
    expect(resolved({ "index.ts": "", "x/a.ts": "" }, "x/a.ts", "..")).toBe("index.ts");
  });
});

describe("tsconfig", () => {
  test("paths, with comments and trailing commas, also through extends", () => {
    const files = {
      "tsconfig.base.json": '{ "compilerOptions": { /* where things are */ "paths": { "@lib/*": ["./src/lib/*"], "tls": ["./src/tls/main.ts"], }, }, }',
      "tsconfig.json": '{ "extends": "./tsconfig.base.json" }',
      "src/lib/x.ts": "",
      "src/tls/main.ts": "",
      "src/a.ts": "",
    };
    expect(resolved(files, "src/a.ts", "@lib/x")).toBe("src/lib/x.ts");
    expect(resolved(files, "src/a.ts", "@lib/x.js")).toBe("src/lib/x.ts");
    expect(resolved(files, "src/a.ts", "tls")).toBe("src/tls/main.ts");
  });

  test("baseUrl", () => {
    expect(resolved({ "tsconfig.json": '{ "compilerOptions": { "baseUrl": "src" } }', "src/deep/x.ts": "", "src/a.ts": "" }, "src/a.ts", "deep/x")).toBe("src/deep/x.ts");
  });

  test("the nearest one counts; jsconfig.json too; a broken one maps nothing", () => {
    const files = { "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }', "pkg/jsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./lib/*"] } } }', "pkg/lib/x.js": "", "x.ts": "", "pkg/a.js": "" };
    expect(resolved(files, "pkg/a.js", "@/x")).toBe("pkg/lib/x.js");
    expect(resolved({ ...files, "pkg/jsconfig.json": "{ nonsense" }, "pkg/a.js", "@/x")).toBe(null);
  });
});

describe("packages", () => {
  test("imports of the package itself", () => {
    const files = { "package.json": '{ "name": "me", "imports": { "#tls": "./src/tls.js", "#lib/*": { "import": "./dist/lib/*.js" } } }', "src/tls.ts": "", "src/lib/x.ts": "", "src/a.ts": "" };
    expect(resolved(files, "src/a.ts", "#tls")).toBe("src/tls.ts");
    expect(resolved(files, "src/a.ts", "#lib/x")).toBe("src/lib/x.ts");
    expect(resolved(files, "src/a.ts", "#other")).toBe(null);
  });

  test("its own name, by its exports", () => {
    const files = { "package.json": '{ "name": "@me/pkg", "exports": { ".": "./dist/index.js", "./tls": { "types": "./dist/tls.d.ts", "default": "./dist/tls.js" } } }', "src/index.ts": "", "src/tls.ts": "", "test/a.ts": "" };
    expect(resolved(files, "test/a.ts", "@me/pkg")).toBe("src/index.ts");
    expect(resolved(files, "test/a.ts", "@me/pkg/tls")).toBe("src/tls.ts");
    expect(resolved(files, "test/a.ts", "@me/pkg/hidden")).toBe(null);
  });

  test("a workspace package that is linked, but not one that is installed", () => {
    const root = folder({ "packages/tls-core/package.json": '{ "name": "tls-core", "main": "./dist/index.js" }', "packages/tls-core/src/index.ts": "", "app/a.ts": "", "node_modules/other/package.json": '{ "name": "other" }', "node_modules/other/index.js": "" });
    symlinkSync(join(root, "packages/tls-core"), join(root, "node_modules/tls-core"));
    const resolver = new Resolver(new DiskFileSystem());
    expect(resolver.resolve(join(root, "app/a.ts"), "tls-core")).toBe(join(root, "packages/tls-core/src/index.ts"));
    expect(resolver.resolve(join(root, "app/a.ts"), "other")).toBe(null);
    expect(resolver.resolve(join(root, "app/a.ts"), "node:fs")).toBe(null);
    expect(resolver.resolve(join(root, "app/a.ts"), "fs")).toBe(null);
  });

  test("a workspace package that is only known by the walk", () => {
    const root = folder({ "packages/tls/package.json": '{ "name": "@x/tls" }', "packages/tls/src/deep.ts": "", "packages/tls/index.ts": "", "app/a.ts": "" });
    const resolver = new Resolver(new DiskFileSystem(), new Map([["@x/tls", join(root, "packages/tls")]]));
    expect(resolver.resolve(join(root, "app/a.ts"), "@x/tls")).toBe(join(root, "packages/tls/index.ts"));
    expect(resolver.resolve(join(root, "app/a.ts"), "@x/tls/deep")).toBe(join(root, "packages/tls/src/deep.ts"));
  });
});

test("every form of import gives its specifier", () => {
  const text = `
    import a from "./a"; import { b } from './b'; import * as c from "./c"; import "./d";
    import type { T } from "./e"; export * from "./f"; export { g } from "./g"; export * as h from "./h";
    const i = require("./i"); const j = await import("./j"); import k = require("./k");
    const { l } = require ( './l' ); const m = import(\`./m\`);
    import {
      n,
    } from
      "./n";
    import o from"./o"; import"./p"; import q,{r}from'./q';
  `;
  expect(specifiersIn(text)).toEqual(Array.from("abcdefghijklmnopq").map((name) => `./${name}`));
});
