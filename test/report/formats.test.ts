import { describe, expect, test } from "vitest";
import { reporters } from "../../src/report/index.js";
import { githubSummary } from "../../src/report/github.js";
import type { Report } from "../../src/report/model.js";
import { inputs, lostOnReject, plain, report, useAfterInvalidate } from "./sample.js";

const textFormats = ["compact", "github", "gitlab", "junit"] as const;

describe.each(textFormats)("%s", (name) => {
  test.each(Object.entries(inputs))("%s", async (_input, input) => {
    expect((await reporters[name]())(input, plain)).toMatchSnapshot();
  });
});

test("sarif", async () => {
  expect((await reporters.sarif())(inputs["findings with paths"], plain)).toMatchSnapshot();
});

describe("json", () => {
  test.each(Object.entries(inputs))("%s", async (_input, input) => {
    expect(JSON.parse((await reporters.json())(input, plain))).toEqual(input);
  });
});

describe("github", () => {
  const many = report(Array.from({ length: 14 }, (_, index) => ({ ...(index % 7 === 0 ? lostOnReject : useAfterInvalidate), fingerprint: String(index) })));

  test("at most ten annotations of a level, errors first, and the number of the others", async () => {
    const lines = (await reporters.github())(many, plain).split("\n");
    expect(lines.filter((line) => line.startsWith("::error"))).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith("::warning"))).toHaveLength(2);
    expect(lines.findIndex((line) => line.startsWith("::warning"))).toBe(10);
    expect(lines.find((line) => line.startsWith("not annotated"))).toContain("2 more errors and 0 more warnings");
  });

  test("what steers a workflow command is escaped", async () => {
    const out = (await reporters.github())(report([{ ...lostOnReject, message: "100% of\n`a`::b" }]), plain);
    expect(out.split("\n")[0]).toContain("::100%25 of%0A`a`::b");
    const file = (await reporters.github())({ ...inputs["one finding"], findings: [{ ...inputs["one finding"].findings[0]!, file: "a:b,c.ts" }] }, plain);
    expect(file).toContain("file=a%3Ab%2Cc.ts,");
  });

  test("the summary is a table that a bar in a message does not break", () => {
    const markdown = githubSummary(report([{ ...lostOnReject, message: "a | b" }]));
    expect(markdown).toContain("a \\| b |");
    expect(markdown).toContain("| warn | [require-release](");
  });
});

describe("gitlab", () => {
  test("the same finding in two files has two fingerprints", async () => {
    const twice: Report = { ...inputs["one finding"], findings: ["a.ts", "b.ts"].map((file) => ({ ...inputs["one finding"].findings[0]!, file })) };
    const entries = JSON.parse((await reporters.gitlab())(twice, plain)) as { fingerprint: string }[];
    expect(new Set(entries.map((entry) => entry.fingerprint)).size).toBe(2);
  });
});

describe("junit", () => {
  test("text that XML has no place for does not get in", async () => {
    const out = (await reporters.junit())(report([{ ...lostOnReject, message: '<a> & "b" \u0001 \ud800' }]), plain);
    expect(out).toContain("&lt;a&gt; &amp; &quot;b&quot; \ufffd \ufffd");
    expect(out).not.toContain("\u0001");
    expect(out).not.toMatch(/\p{Cs}/u);
  });
});
