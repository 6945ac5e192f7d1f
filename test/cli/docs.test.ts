import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { flags, type Flag } from "../../src/cli/flags.js";
import { formatNames } from "../../src/report/index.js";
import { readArguments } from "../../src/cli/arguments.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)].filter((page) => existsSync(join(root, page)));
const own = ["docs/ci.md", "docs/configuration.md", "docs/getting-started.md", "docs/limits.md", "docs/README.md"];

function textOf(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

describe("documentation", () => {
  test.each(own)("links of %s lead somewhere", (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    for (const [, path = "", heading] of links) {
      const target = path === "" ? join(root, page) : resolve(root, dirname(page), path);
      expect(existsSync(target), `${page}: ${path}`).toBe(true);
      if (heading !== undefined) expect(headings(readFileSync(target, "utf8")), `${page}: ${path}#${heading}`).toContain(heading);
    }
  });

  test("every key of the configuration is described, and no other", () => {
    const schema = JSON.parse(textOf("schema/config.schema.json")) as { properties: Record<string, unknown> };
    const described = textOf("docs/configuration.md").split("\n").filter((line) => line.startsWith("| `")).flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map((match) => match[1]));
    expect(described.sort()).toEqual(Object.keys(schema.properties).filter((key) => key !== "$schema").sort());
  });

  test("every format is described", () => {
    for (const name of formatNames) expect(textOf("docs/ci.md")).toMatch(new RegExp(`^\\| \`${name}\` \\|`, "m"));
    expect(flags.find((flag) => flag.name === "format")?.help.split(", ")).toEqual(expect.arrayContaining([...formatNames]));
  });

  test.each(pages)("flags in %s exist", async (page) => {
    const known = new Set(flags.map((flag: Flag) => `--${flag.name}`));
    const commands = [...textOf(page).matchAll(/(?:npx session-lint|session-lint) (-[^`\n#|]*)/g)].map((match) => match[1] ?? "");
    for (const command of commands) {
      const written = [...command.matchAll(/(?:^|\s)(--[a-z][a-z-]*)/g)].map((match) => match[1]);
      for (const flag of written) expect(known, `${page}: ${command}`).toContain(flag);
      await readArguments(command.trim().split(/\s+/));
    }
  });

  test("sample workflows use flags that exist", async () => {
    for (const name of ["github.yml", "gitlab.yml", "reviewdog.yml"]) {
      const lines = textOf(`docs/workflows/${name}`).split("\n").flatMap((line) => /(?:npx session-lint|args:) (.*)/.exec(line)?.[1] ?? []);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) await readArguments(line.trim().split(/\s+/));
    }
  });
});

function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map((match) => (match[1] ?? "").toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-"));
}
