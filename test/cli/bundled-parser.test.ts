import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Linter } from "eslint";
import { describe, expect, test, vi } from "vitest";
import { commandLine } from "../../src/cli/command-line.js";

vi.setConfig({ testTimeout: 240_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));
const bundle = fileURLToPath(new URL("../../dist/bundle/", import.meta.url));

/** The bundle holds the parser of TypeScript, cut out of the whole: these tests need `npm run build` before. */
describe("the parser in the bundle", () => {
  // What watches files, names what a compiler makes, reads configurations and prints for debugging is there and never runs.
  const neverRun = ["CheckMode", "SignatureCheckMode", "TypeFacts", "closeFileWatcherOf", "convertToJson", "getFallbackOptions", "getNodeId", "matchesExclude", "onProfilerEvent", "resolveJSModule", "targetOptionDeclaration", "visitNode"];

  test("lacks nothing of TypeScript that parsing needs", () => {
    const known = ["require", "module", "exports", "process", "__filename", "__dirname", "console", "performance", "Buffer", "setTimeout", "clearTimeout"];
    const messages = new Linter().verify(
      readFileSync(`${bundle}typescript.js`, "utf8"),
      [{ languageOptions: { sourceType: "commonjs", globals: Object.fromEntries(known.map((name) => [name, "readonly"])) }, rules: { "no-undef": "error" } }],
      { filename: "typescript.js" },
    );
    const missing = messages.map(({ message }) => /'(.*)'/.exec(message)?.[1] ?? message);
    expect([...new Set(missing)].sort()).toEqual(neverRun);
  });

  test("leads to the findings that the whole of TypeScript leads to", async () => {
    const words = ["--preset", "all", "--exit-zero", "-f", "compact", "--threads", "1", "fixtures/rules", "examples"];
    const bundled = execFileSync(process.execPath, [`${bundle}main.js`, ...words], { cwd: root, encoding: "utf8", maxBuffer: 1e9 });
    let whole = "";
    await commandLine(words, { cwd: root, env: {}, out: (text) => void (whole += text), error: () => undefined, readInput: () => "", outIsTerminal: false, errorIsTerminal: false, columns: 120 });
    const findings = (text: string): string[] => text.split("\n").filter((line) => /:\d+:\d+/.test(line));
    expect(findings(whole).length).toBeGreaterThan(100);
    expect(findings(bundled)).toEqual(findings(whole));
  });
});
