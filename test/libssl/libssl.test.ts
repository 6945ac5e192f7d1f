import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { loadContracts } from "../../src/contracts/index.js";
import type { EffectContract, FunctionContract } from "../../src/contracts/model.js";
import { call, hasLibssl } from "./library.js";
import { verificationReport } from "./report.js";
import { recipeNames } from "./recipes.js";
import { collectResults, execute, notShown, primaryContracts, type Result, type Task } from "./results.js";

const skipped = process.env["SESSION_LINT_SKIP_LIBSSL"] === "1";
const contracts = loadContracts();
const primary = primaryContracts();

test.skipIf(skipped)("libssl is installed (or SESSION_LINT_SKIP_LIBSSL=1 skips this suite)", () => expect(hasLibssl()).toBe(true));

test("every recipe is for a function with a contract", () => {
  const names = new Set(primary.map((contract) => contract.name));
  expect(recipeNames().filter((name) => !names.has(name))).toEqual([]);
});

describe.skipIf(skipped || !hasLibssl())("the contract table, executed", () => {
  let results = new Map<string, Result>();

  beforeAll(async () => {
    results = new Map((await collectResults(primary)).map((result) => [result.name, result]));
  }, 600_000);

  test.each(primary.map((contract) => contract.name))("%s", (name) => {
    const result = results.get(name);
    expect(result?.detail ?? result?.outcome).toMatch(/^(?:verified|not in the library)$/);
  });

  test("what a contract says of every call was shown", () => {
    const unshown = primary.flatMap((contract) => {
      const result = results.get(contract.name) as Result;
      if (result.outcome !== "verified") return [];
      const missing = notShown(contract, result).filter((claim) => claim !== "borrow ended" || isCertain(contract));
      return missing.length === 0 ? [] : [`${contract.name}: ${missing.join(", ")}`];
    });
    expect(unshown).toEqual([
      // Without compression in the build there is no method to return.
      "SSL_get_current_compression: result owed nothing",
      "SSL_get_current_expansion: result owed nothing",
    ]);
  });

  test("docs/libssl-verification.md is up to date (npm run libssl)", () => {
    if (!isVersion30()) return;
    const file = new URL("../../docs/libssl-verification.md", import.meta.url);
    expect(existsSync(file) ? readFileSync(file, "utf8") : "").toBe(verificationReport(primary, [...results.values()]));
  });
});

describe.skipIf(skipped || !hasLibssl())("a wrong contract is told", () => {
  const original = (name: string): FunctionContract => contracts.function(name) as FunctionContract;
  const owning = (name: string, ownership: "owned" | "borrowed"): Task => {
    const contract = original(name);
    return { name, contract: { ...contract, returns: { ...(contract.returns as NonNullable<FunctionContract["returns"]>), ownership } } };
  };
  const without = (name: string, kind: EffectContract["kind"]): Task => ({ name, contract: { ...original(name), effects: original(name).effects.filter((effect) => effect.kind !== kind) } });
  const having = (name: string, ...effects: EffectContract[]): Task => ({ name, contract: { ...original(name), effects } });

  const wrong: readonly [what: string, task: Task][] = [
    ["SSL_get1_session borrows", owning("SSL_get1_session", "borrowed")],
    ["SSL_get_session gives a reference", owning("SSL_get_session", "owned")],
    ["SSL_get0_peer_certificate gives a reference", owning("SSL_get0_peer_certificate", "owned")],
    ["SSL_get1_peer_certificate borrows", owning("SSL_get1_peer_certificate", "borrowed")],
    ["SSL_SESSION_dup borrows", owning("SSL_SESSION_dup", "borrowed")],
    ["SSL_new does not hold its context", without("SSL_new", "link")],
    ["SSL_SESSION_free releases nothing", without("SSL_SESSION_free", "release")],
    ["SSL_SESSION_up_ref counts nothing", without("SSL_SESSION_up_ref", "retain")],
    ["SSL_set_session counts nothing", without("SSL_set_session", "share")],
    ["SSL_set_session takes over", having("SSL_set_session", { kind: "transfer", param: 1, to: 0, when: "success" })],
    ["SSL_CTX_add_session takes over", having("SSL_CTX_add_session", { kind: "transfer", param: 1, to: 0, when: "success" })],
    ["SSL_set0_rbio counts", having("SSL_set0_rbio", { kind: "share", param: 1, to: 0 })],
    ["SSL_CTX_use_certificate leaves the certificate alone", without("SSL_CTX_use_certificate", "share")],
    ["SSL_CTX_set0_chain shares", having("SSL_CTX_set0_chain", { kind: "share", param: 1, to: 0, when: "success" })],
    ["SSL_get_version releases its connection", having("SSL_get_version", { kind: "release", param: 0 })],
    ["SSL_get_version keeps its connection", having("SSL_get_version", { kind: "share", param: 0, to: "library" })],
  ];
  let results: Result[] = [];

  beforeAll(async () => {
    results = await execute(wrong.map(([, task]) => task));
  }, 600_000);

  test.each(wrong.map(([what], index) => [what, index] as const))("%s", (_, index) => expect(results[index]?.outcome).toBe("mismatch"));
});

function isCertain(contract: FunctionContract): boolean {
  return contract.effects.some((effect) => effect.kind === "invalidate" && effect.certainty === "always" && effect.ifArg === undefined);
}

function isVersion30(): boolean {
  return call("unsigned long OpenSSL_version_num(void)") >>> 20 === 0x300;
}
