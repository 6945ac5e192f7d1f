import { describe, expect, test } from "vitest";
import { loadContracts } from "../../src/contracts/index.js";
import { wordTest } from "../../src/project/mentions.js";
import { coveringPieces, defaultNeedles, needlesFor } from "../../src/project/needles.js";
import { presetAnalysis } from "../../src/project/settings.js";

describe("what is looked for in every file", () => {
  test("every function that takes or gives a session holds one of the pieces by default", () => {
    const contracts = loadContracts({ classes: ["SSL_SESSION"] });
    const names = contracts.relevantNames().filter((name) => {
      const contract = contracts.function(name);
      const outs = contract?.effects.flatMap((effect) => (effect.kind === "out" ? [effect.class] : [])) ?? [];
      return [...(contract?.params ?? []), contract?.returns?.class, ...outs].some((type) => type?.startsWith("SSL_SESSION"));
    });
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !defaultNeedles.some((needle) => name.includes(needle)))).toEqual([]);
  });

  test("so does every name of every class, with few pieces", async () => {
    const names = loadContracts({ classes: "all" }).relevantNames();
    const needles = await needlesFor({ ...presetAnalysis("strict"), classes: "all" });
    expect(names.filter((name) => !needles.some((needle) => name.includes(needle)))).toEqual([]);
    expect(needles.length).toBeLessThan(names.length / 10);
  });

  test("names of the user's contracts are looked for", async () => {
    const contracts = [{ classes: { Stmt: { release: "sqlite3_finalize" } }, functions: { sqlite3_prepare_v3: { returns: { class: "Stmt", ownership: "owned" } } } }];
    const needles = await needlesFor({ ...presetAnalysis("recommended"), contracts });
    for (const name of ["sqlite3_finalize", "sqlite3_prepare_v3", "SSL_get1_session"]) expect(needles.some((needle) => name.includes(needle))).toBe(true);
  });

  test("pieces of names without an underscore are the names", () => {
    expect(coveringPieces(["dlopen", "uv_close", "uv_run"])).toEqual(["uv_", "dlopen"]);
  });
});

test("a name counts as a whole word, with or without Emscripten's underscore", () => {
  const mentions = wordTest(["SSL_free"]);
  expect(["SSL_free(x)", 'lib["SSL_free"]', "Module._SSL_free(p)", "void SSL_free(SSL *s)"].map(mentions)).toEqual([true, true, true, true]);
  expect(["SSL_freed", "mbedtls_SSL_free", "$SSL_free", "SSL_FREE"].map(mentions)).toEqual([false, false, false, false]);
});
