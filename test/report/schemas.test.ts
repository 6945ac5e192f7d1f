import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";
import { analyze } from "../../src/index.js";
import { gitlab } from "../../src/report/gitlab.js";
import { junit } from "../../src/report/junit.js";
import type { Report } from "../../src/report/model.js";
import { sarif } from "../../src/report/sarif.js";
import { inputs, lostOnReject, plain, report as sample } from "./sample.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const reports: [string, Report][] = [
  ...Object.entries(inputs),
  ["odd text", sample([{ ...lostOnReject, message: '<&>"\u0000]]> \ud800', functionName: '"<anonymous>"', suppression: null }], { problems: [{ kind: "unreadable", severity: "error", message: "<!-- no -->", file: "a&b.ts", site: null }] })],
];

beforeAll(async () => {
  reports.push(["all fixtures", await analyze({ cwd: root, paths: ["fixtures"], preset: "all" })]);
  expect(reports.at(-1)?.[1].findings.length).toBeGreaterThan(100);
}, 300_000);

function schema(path: string): object {
  return JSON.parse(readFileSync(join(root, path), "utf8")) as object;
}

// The last report is made before the tests run, so each test goes through all of them itself.
describe("agrees with its schema:", () => {
  test("json", () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema("schema/report.schema.json"));
    for (const [name, report] of reports) expect([name, validate(JSON.parse(JSON.stringify(report))), validate.errors]).toEqual([name, true, null]);
  });

  test("gitlab", () => {
    const validate = new Ajv().compile(schema("test/report/schemas/gitlab.schema.json"));
    for (const [name, report] of reports) {
      const entries = JSON.parse(gitlab(report, plain)) as { fingerprint: string }[];
      expect([name, validate(entries), validate.errors]).toEqual([name, true, null]);
      if (name === "all fixtures") expect(new Set(entries.map((entry) => entry.fingerprint)).size).toBe(entries.length);
    }
  });

  test("junit", async () => {
    const xsd = readFileSync(join(root, "test/report/schemas/junit.xsd"), "utf8");
    for (const [name, report] of reports) {
      const { valid, errors } = await validateXML({ xml: [{ fileName: "report.xml", contents: junit(report, plain) }], schema: [xsd], initialMemoryPages: 512, maxMemoryPages: 4096 });
      expect([name, errors, valid]).toEqual([name, [], true]);
    }
  }, 120_000);

  test("sarif", () => {
    const require = createRequire(createRequire(import.meta.url).resolve("@microsoft/sarif-multitool/package.json"));
    const folder = dirname(require.resolve("@microsoft/sarif-multitool-linux/package.json"));
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(readFileSync(join(folder, "sarif-2.1.0.json"), "utf8")) as object);
    for (const [name, report] of reports) expect([name, validate(JSON.parse(sarif(report, plain))), validate.errors]).toEqual([name, true, null]);
  });

  test("(and each of the schemas turns something down)", async () => {
    expect(new Ajv({ allowUnionTypes: true }).validate(schema("schema/report.schema.json"), { version: 2 })).toBe(false);
    expect(new Ajv().validate(schema("test/report/schemas/gitlab.schema.json"), [{ description: "x" }])).toBe(false);
    const xsd = readFileSync(join(root, "test/report/schemas/junit.xsd"), "utf8");
    expect((await validateXML({ xml: [{ fileName: "report.xml", contents: "<testsuites/>" }], schema: [xsd] })).valid).toBe(false);
  });
});
