import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Engine } from "../../src/analysis/engine.js";
import { isPlainlyRight } from "../../src/analysis/screen.js";
import { loadContracts } from "../../src/contracts/index.js";
import { languageModel, lowerModule } from "../../src/frontend/typescript/index.js";
import { analyzeSources } from "../../src/project/analyze.js";

const natives = `declare function SSL_get0_session(ssl: bigint): bigint | null;
declare function SSL_get1_session(ssl: bigint): bigint | null;
declare function SSL_SESSION_free(session: bigint | null): void;
declare function SSL_SESSION_get_time(session: bigint): number;
declare function SSL_SESSION_get_compress_id(session: bigint): number;
declare function SSL_SESSION_up_ref(session: bigint): number;
declare function SSL_free(ssl: bigint): void;
declare function send(time: number): Promise<void>;
`;

function isPassed(body: string): boolean {
  const { module } = lowerModule("file.ts", `${natives}export async function f(ssl: bigint, list: bigint[], more: boolean) {\n${body}\n}\n`);
  const engine = new Engine({ modules: new Map([[module.id, module]]), resolve: () => null, language: languageModel }, loadContracts(), { strict: false, checkThrowingCalls: false, flush: "manual" });
  const fn = engine.index.functions.find(({ ir }) => ir.name === "f" && ir.hasBody);
  return fn !== undefined && isPlainlyRight(engine, fn);
}

test.each([
  ["released after a test", "const s = SSL_get1_session(ssl); if (s === null) return; SSL_SESSION_free(s);"],
  ["released where there is one", "const s = SSL_get1_session(ssl); if (s) SSL_SESSION_free(s);"],
  ["released in clean-up code, whatever is waited for", "const s = SSL_get1_session(ssl); if (!s) return 0; try { await send(SSL_SESSION_get_time(s)); } finally { SSL_SESSION_free(s); }"],
  ["one for each round of a loop", "for (const one of list) { const s = SSL_get1_session(one); if (s === null) continue; SSL_SESSION_get_time(s); SSL_SESSION_free(s); }"],
  ["obtained on some paths", "let s: bigint | null = null; if (more) s = SSL_get1_session(ssl); if (s !== null) SSL_SESSION_free(s);"],
  ["returned", "return SSL_get1_session(ssl);"],
  ["a borrow that nothing ends", "const s = SSL_get0_session(ssl); if (s) SSL_SESSION_get_time(s);"],
  ["a reference that outlives its connection", "const s = SSL_get1_session(ssl); SSL_free(ssl); if (s) SSL_SESSION_free(s);"],
])("passes: %s", (_name, body) => {
  expect(isPassed(body)).toBe(true);
});

test.each([
  ["lost on one path", "const s = SSL_get1_session(ssl); if (s === null || more) return; SSL_SESSION_free(s);"],
  ["lost where what is waited for fails", "const s = SSL_get1_session(ssl); if (!s) return; await send(SSL_SESSION_get_time(s)); SSL_SESSION_free(s);"],
  ["lost by a throw", 'const s = SSL_get1_session(ssl); if (!s) return; if (more) throw new Error("no"); SSL_SESSION_free(s);'],
  ["released twice on one path", "const s = SSL_get1_session(ssl); if (!s) return; if (more) SSL_SESSION_free(s); SSL_SESSION_free(s);"],
  ["released twice through another name", "const s = SSL_get1_session(ssl); const t = s; if (!s || !t) return; SSL_SESSION_free(s); SSL_SESSION_free(t);"],
  ["used after its release", "const s = SSL_get1_session(ssl); if (!s) return; SSL_SESSION_free(s); SSL_SESSION_get_time(s);"],
  ["used before it is tested", "const s = SSL_get1_session(ssl); SSL_SESSION_get_compress_id(s as bigint); SSL_SESSION_free(s);"],
  ["a borrow that is released", "const s = SSL_get0_session(ssl); if (s) SSL_SESSION_free(s);"],
  ["a borrow that is ended", "const s = SSL_get0_session(ssl); SSL_free(ssl); if (s) SSL_SESSION_get_time(s);"],
  ["a borrow over an await", "const s = SSL_get0_session(ssl); await send(1); if (s) SSL_SESSION_get_time(s);"],
  ["the one of the round before", "let last: bigint | null = null; for (const one of list) { if (last !== null) SSL_SESSION_get_time(last); const s = SSL_get1_session(one); if (s) SSL_SESSION_free(s); last = s; }"],
  ["overwritten", "let s = SSL_get1_session(ssl); s = SSL_get1_session(ssl); if (s) SSL_SESSION_free(s);"],
  ["a dangling one returned", "const s = SSL_get1_session(ssl); SSL_SESSION_free(s); return s;"],
  ["counted up", "const s = SSL_get0_session(ssl); if (s) SSL_SESSION_up_ref(s);"],
  ["given to code that cannot be seen", "const s = SSL_get1_session(ssl); if (s) void send(Number(s));"],
])("leaves to the paths: %s", (_name, body) => {
  expect(isPassed(body)).toBe(false);
});

const folder = fileURLToPath(new URL("../../fixtures/rules", import.meta.url));

// Whoever looks on gets every function followed.
test.each(readdirSync(folder))("what passes has no finding: fixtures/rules/%s", (rule) => {
  for (const { path, text } of programs(join(folder, rule))) {
    const input = { sources: [{ path, text }], links: {} };
    for (const settings of [{ ...defaults, strict: false, checkThrowingCalls: false }, { ...defaults, strict: true, checkThrowingCalls: true, classes: "all" as const }]) {
      const screened = analyzeSources(input, settings);
      const followed = analyzeSources(input, settings, undefined, () => undefined);
      expect([path, screened.findings, screened.calls]).toEqual([path, followed.findings, followed.calls]);
    }
  }
}, 300_000);

const defaults = { flush: "manual" as const, classes: ["SSL_SESSION"], contracts: [], dialect: null, maxSteps: null, maxStates: null };

function programs(start: string): { path: string; text: string }[] {
  return readdirSync(start, { withFileTypes: true }).flatMap((entry) => {
    const path = join(start, entry.name);
    if (entry.isDirectory()) return programs(path);
    return /\.[cm]?[jt]sx?$/u.test(entry.name) ? [{ path, text: readFileSync(path, "utf8") }] : [];
  });
}
