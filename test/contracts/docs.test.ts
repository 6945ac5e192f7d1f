import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { loadContracts, userContractNames } from "../../src/contracts/index.js";
import { userSchema } from "../../src/contracts/schema.js";
import { analyze, type UserContracts } from "../../src/index.js";

const page = readFileSync(new URL("../../docs/contracts.md", import.meta.url), "utf8");

function blocks(info: string): string[] {
  return [...page.matchAll(/^```(.+)\n([^]*?)^```$/gm)].filter((match) => match[1] === info).map((match) => match[2] as string);
}

const examples = [...blocks("json contracts"), ...blocks("json contracts sqlite")].map((text) => JSON.parse(text) as UserContracts);

test.each(examples.map((example) => [userContractNames([example]).join(", "), example] as const))("the example of %s is valid", (_, example) => {
  const contracts = loadContracts({ extra: [example] });
  for (const name of Object.keys(example.classes ?? {})) expect(contracts.isTracked(name)).toBe(true);
  for (const name of userContractNames([example])) expect(contracts.function(name)).toBeDefined();
});

test("the callback of the example goes through its second argument", () => {
  const example = examples.find(({ callbacks }) => callbacks !== undefined);
  expect(loadContracts({ extra: [example] }).function("pool_on_done")?.callbackParam).toBe(1);
});

test("the SQLite example reports what it says, where it says", async () => {
  const [program = ""] = blocks("ts sqlite");
  const [contracts = ""] = blocks("json contracts sqlite");
  const cwd = mkdtempSync(path.join(tmpdir(), "session-lint-contracts-"));
  writeFileSync(path.join(cwd, "users.ts"), program);
  const report = await analyze({ cwd, contracts: JSON.parse(contracts) as UserContracts });
  const expected = program.split("\n").flatMap((line, index) => {
    const rule = /\/\/ ([\w-]+)$/.exec(line)?.[1];
    return rule === undefined ? [] : [`${rule} on line ${index + 1}`];
  });
  const found = report.findings.map(({ ruleId, range }) => `${ruleId.replace("session-lint/", "")} on line ${range.start.line}`);
  expect(expected).toHaveLength(1);
  expect(found).toEqual(expected);
});

describe("every key of the schema is explained", () => {
  const properties = userSchema["properties"] as Record<string, { additionalProperties: { properties: Record<string, unknown> } }>;
  const hidden = new Set(["primary", "$schema"]);
  const keys = ["classes", "functions", "callbacks"].flatMap((part) => Object.keys(properties[part]?.additionalProperties.properties ?? {}));

  test.each([...new Set(keys)].filter((key) => !hidden.has(key)))("%s", (key) => expect(new RegExp(`[\`"]${key}[\`":]`).test(page)).toBe(true));
});

test("the error that the page shows is the one that is given", () => {
  expect(() => loadContracts({ extra: [{ functions: { sqlite3_step: { efects: [] } } }] })).toThrow('unknown key `functions.sqlite3_step.efects`; did you mean "effects"?');
  expect(page).toContain('unknown key `functions.sqlite3_step.efects`; did you mean "effects"?');
});
