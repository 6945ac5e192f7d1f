import { Ajv2020 } from "ajv/dist/2020.js";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Log } from "sarif";
import { describe, expect, test } from "vitest";
import { sarif } from "../../src/report/sarif.js";
import type { Report } from "../../src/report/model.js";
import { inputs, lostOnReject, plain, report, useAfterInvalidate } from "./sample.js";

const everything: Report = report(
  [useAfterInvalidate, lostOnReject, { ...lostOnReject, message: "brackets [like these](1) are text", suppression: { kind: "comment", justification: "known" } }, { ...useAfterInvalidate, suppression: { kind: "baseline", justification: null } }],
  {
    baseline: true,
    problems: [
      { kind: "syntax", severity: "error", message: "';' expected", file: "src/tls.ts", site: { file: "src/tls.ts", start: 3, end: 4 } },
      { kind: "unreadable", severity: "error", message: "cannot read this file", file: "a b/ü[1].ts", site: null },
    ],
    summary: { files: 1, analyzed: 1, functions: 1, calls: 1, durationMs: 1, incomplete: [{ file: "src/tls.ts", function: "Conn.id", reason: "more steps than allowed" }] },
    suggestions: (finding) => [{ title: "release it in a `finally` block", safe: false, edits: [{ site: finding.primary, text: "x" }] }],
  },
);

const validator = toolFolder();

describe("sarif", () => {
  test.each(Object.entries({ ...inputs, everything }))("%s agrees with the schema of SARIF 2.1.0", (_name, input) => {
    const schema = JSON.parse(readFileSync(join(validator, "sarif-2.1.0.json"), "utf8")) as object;
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    expect(validate(JSON.parse(sarif(input, plain))), JSON.stringify(validate.errors)).toBe(true);
  });

  test.runIf(existsSync(join(validator, "Sarif.Multitool")))("the public validator has nothing to say of errors or warnings", () => {
    const folder = mkdtempSync(join(tmpdir(), "session-lint-"));
    try {
      // Its installer sets this bit; an installation without scripts does not.
      chmodSync(join(validator, "Sarif.Multitool"), 0o755);
      writeFileSync(join(folder, "in.sarif"), sarif(everything, plain));
      execFileSync(join(validator, "Sarif.Multitool"), ["validate", join(folder, "in.sarif"), "--output", join(folder, "out.sarif"), "--level", "Error;Warning"], { stdio: "pipe" });
      const log = JSON.parse(readFileSync(join(folder, "out.sarif"), "utf8")) as Log;
      expect((log.runs[0]?.results ?? []).map((result) => `${result.ruleId}: ${JSON.stringify(result.message.arguments)} ${result.locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName ?? ""}`)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("steps have messages, kinds, levels of nesting and an order", () => {
    const [first] = (JSON.parse(sarif(inputs["findings with paths"], plain)) as Log).runs[0]?.results ?? [];
    const steps = first?.codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
    expect(steps.map((step) => [step.kinds?.[0], step.nestingLevel, step.executionOrder])).toEqual([
      ["acquire", 1, 1],
      ["call", 1, 2],
      ["release", 2, 3],
      [undefined, 1, 4],
    ]);
    expect(first?.message.text).toContain("[invalidated here](3)");
  });

  test("hidden findings stay, marked; text that looks like a link is escaped", () => {
    const results = (JSON.parse(sarif(everything, plain)) as Log).runs[0]?.results ?? [];
    expect(results.map((result) => [result.suppressions?.[0]?.kind, result.baselineState])).toEqual([
      [undefined, "new"],
      [undefined, "new"],
      ["inSource", "new"],
      ["external", "unchanged"],
    ]);
    expect(results[2]?.message.text).toContain("brackets \\[like these\\](1) are text");
  });

  test("file names become relative URIs", () => {
    expect(sarif(everything, plain)).toContain('"uri": "a%20b/%C3%BC%5B1%5D.ts"');
  });
});

function toolFolder(): string {
  const require = createRequire(createRequire(import.meta.url).resolve("@microsoft/sarif-multitool/package.json"));
  return dirname(require.resolve("@microsoft/sarif-multitool-linux/package.json"));
}
