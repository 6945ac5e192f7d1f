import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadContracts } from "../../src/contracts/index.js";
import { compileTable } from "../../scripts/contracts/compile.js";
import { tableProblems } from "../../scripts/contracts/table-schema.js";
import type { RawTable } from "../../src/contracts/raw.js";

const root = new URL("../../", import.meta.url);
const table = JSON.parse(readFileSync(new URL("src/contracts/data/openssl-contracts.json", root), "utf8")) as RawTable & { functions: Record<string, unknown> };

test("the files that ship are those that the readable table gives", () => {
  execFileSync(process.execPath, ["--import", "jiti/register", "scripts/build-contracts.ts", "--check"], { cwd: root, stdio: "pipe" });
}, 60_000);

test("nothing of the readable table is lost", () => {
  const contracts = loadContracts();
  const lost = Object.entries(table.functions).filter(([name, written]) => {
    const loaded = contracts.function(name);
    return loaded === undefined || !containsAll(loaded, written);
  });
  expect(lost.map(([name]) => name)).toEqual([]);
});

test("a start-up reads only the names", () => {
  const opened = execFileSync(process.execPath, ["--import", "jiti/register", "test/contracts/start-up-probe.ts"], { cwd: root, encoding: "utf8" });
  expect(JSON.parse(opened)).toEqual({ relevance: ["names.json"], lookUp: ["functions.jsonl"] });
}, 60_000);

describe("the schema of the readable table", () => {
  test("accepts it", () => expect(tableProblems(table)).toEqual([]));

  test.each([
    ["a key that no contract has", { retuns: {} }, 'unknown key `functions.SSL_free.retuns`; did you mean "returns"?'],
    ["an effect without its argument", { effects: [{ kind: "release" }] }, "`functions.SSL_free.effects[0]` must have the key `param`"],
    ["an unknown verification", { verified: ["guessed"] }, "`functions.SSL_free.verified[0]` must be one of"],
  ])("refuses %s", (_, change, message) => {
    const changed = { ...table, functions: { ...table.functions, SSL_free: { ...(table.functions["SSL_free"] as object), ...change } } };
    expect(tableProblems(changed).join("\n")).toContain(message);
  });
});

test("a change of one contract changes the fingerprint", () => {
  const changed = { ...table, functions: { ...table.functions, SSL_free: { signature: "void SSL_free(SSL *ssl)", params: ["SSL"], effects: [], verified: [] } } };
  const fingerprint = (of: RawTable): unknown => (JSON.parse(compileTable(of)["names.json"] as string) as { fingerprint: string }).fingerprint;
  expect(fingerprint(changed)).not.toBe(fingerprint(table));
});

function containsAll(loaded: unknown, written: unknown): boolean {
  if (typeof written !== "object" || written === null) return Object.is(loaded, written);
  if (typeof loaded !== "object" || loaded === null) return false;
  return Object.entries(written).every(([key, value]) => containsAll((loaded as Record<string, unknown>)[key], value));
}
