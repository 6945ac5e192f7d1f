import { describe, expect, test } from "vitest";
import { loadContracts } from "../../src/contracts/index.js";
import { judge } from "./index.js";

const settings = { contracts: loadContracts(), strict: false, checkThrowingCalls: false, flush: "manual" as const, nativeThrows: false, rounds: 2, maxRuns: 2000, maxMilliseconds: 10_000 };

function errors(text: string): string[] {
  const verdict = judge(new Map([["a.ts", text]]), settings);
  expect(verdict.unsupported).toEqual([]);
  return verdict.sure.map((error) => `${error.line} ${error.rule}`).sort();
}

describe("the examples of the specification", () => {
  test.each([
    ["borrowed, freed, used", `const s = SSL_get0_session(ssl);\nSSL_free(ssl);\nSSL_SESSION_get_time(s);`, ["3 no-use-after-invalidate"]],
    [
      "kept by a reference",
      `const keep = SSL_get1_session(ssl);\nconst s = SSL_get0_session(ssl);\nSSL_free(ssl);\nSSL_SESSION_get_time(s);\nSSL_SESSION_free(keep);\nSSL_SESSION_get_time(s);`,
      ["6 no-use-after-invalidate"],
    ],
    [
      "lost at an early return",
      `function f(ssl: Ptr, quick: boolean) {\n const s = SSL_get1_session(ssl);\n if (!s) return 0;\n if (quick) return SSL_SESSION_get_time(s);\n const t = SSL_SESSION_get_timeout(s);\n SSL_SESSION_free(s);\n return t;\n}`,
      ["2 require-release"],
    ],
    ["the same condition", `function f(ssl, resume) { let s = null;\nif (resume) s = SSL_get1_session(ssl);\nwork();\nif (resume) SSL_SESSION_free(s); }`, []],
    ["lost when the await rejects", `const s = SSL_get1_session(ssl);\nawait upload(SSL_SESSION_get_time(s));\nSSL_SESSION_free(s);\nexport {};`, ["1 require-release"]],
    ["released in finally", `const s = SSL_get1_session(ssl);\ntry { await upload(s); } finally { SSL_SESSION_free(s); }\nexport {};`, []],
    [
      "through a method",
      `class Conn {\n close() { SSL_free(this.ssl); }\n id() { const s = SSL_get_session(this.ssl); this.close();\n return SSL_SESSION_get_time(s); }\n}`,
      ["4 no-use-after-invalidate"],
    ],
  ])("%s", (_, text, expected) => {
    expect(errors(text)).toEqual(expected);
  });
});

describe("counts", () => {
  test.each([
    ["released twice", `function f(ssl) { const s = SSL_get1_session(ssl);\nSSL_SESSION_free(s);\nSSL_SESSION_free(s); }`, ["3 no-double-release"]],
    ["used after release", `function f(ssl) { const s = SSL_get1_session(ssl);\nSSL_SESSION_free(s);\nSSL_SESSION_get_time(s);\nSSL_SESSION_get_time(s); }`, ["3 no-use-after-release"]],
    ["borrow released", `function f(ssl) { const s = SSL_get0_session(ssl);\nSSL_SESSION_free(s); }`, ["2 no-release-borrowed"]],
    ["counted borrow", `function f(ssl) { const s = SSL_get0_session(ssl);\nSSL_SESSION_up_ref(s);\nSSL_free(ssl);\nSSL_SESSION_get_time(s); SSL_SESSION_free(s); }`, []],
    ["failed count", `function f(ssl) { const s = SSL_get0_session(ssl);\nif (!SSL_SESSION_up_ref(s)) return;\nSSL_free(ssl); SSL_SESSION_free(s); }`, []],
    ["count released once too often", `function f(ssl) { const s = SSL_get0_session(ssl);\nSSL_SESSION_up_ref(s); SSL_SESSION_free(s);\nSSL_SESSION_free(s); }`, ["3 no-double-release"]],
    ["returned", `function f(ssl) { return SSL_get1_session(ssl); }`, []],
    ["returned by a helper and lost", `function f(ssl) { return SSL_get1_session(ssl); }\nfunction g(ssl) {\nconst s = f(ssl);\nuse(SSL_SESSION_get_time(s)); }`, ["3 require-release"]],
    ["released by a helper", `function drop(s) { if (s) SSL_SESSION_free(s); }\nfunction g(ssl) { const s = SSL_get1_session(ssl);\ndrop(s);\ndrop(s); }`, ["4 no-double-release"]],
    ["overwritten", `function f(ssl, a) { let s = SSL_get1_session(ssl);\nif (a) s = SSL_get1_session(other);\nSSL_SESSION_free(s); }`, ["1 require-release"]],
    ["lost in a loop", `function f(ssl, n) {\nfor (let i = 0; i < n; i++) {\nconst s = SSL_get1_session(ssl);\nif (i > 0) break;\nSSL_SESSION_free(s); } }`, ["3 require-release"]],
    ["field that nothing releases", `class A { keep(ssl) {\nthis.s = SSL_get1_session(ssl); } }`, ["2 require-release"]],
    ["field that something releases", `class A { keep(ssl) {\nthis.s = SSL_get1_session(ssl); } close() { SSL_SESSION_free(this.s); } }`, []],
    ["a local record", `function f(ssl) {\nconst r = { s: SSL_get1_session(ssl) };\nwork(); }`, ["2 require-release"]],
    ["given to unseen code", `function f(ssl) { keep(SSL_get1_session(ssl)); }`, []],
    ["deferred release", `function f(ssl) { const s = SSL_get1_session(ssl); setTimeout(() => SSL_SESSION_free(s), 10); }`, []],
    ["deferred use", `function f(ssl) {\nconst s = SSL_get1_session(ssl); setTimeout(() => SSL_SESSION_get_time(s), 10); }`, ["2 require-release"]],
    ["interior pointer", `function f(ssl) { const s = SSL_get_session(ssl); const id = SSL_SESSION_get_id(s, null);\nSSL_free(ssl);\nread(id); }`, ["3 no-use-after-invalidate"]],
    ["flush", `function f(ctx, ssl) { const s = SSL_get_session(ssl);\nSSL_CTX_flush_sessions(ctx, 0);\nreturn SSL_SESSION_get_time(s); }`, ["3 no-use-after-invalidate"]],
    ["flush of another context", `function f(m) { const a = SSL_CTX_new(m), b = SSL_CTX_new(m); const ssl = SSL_new(a); const s = SSL_get_session(ssl);\nSSL_CTX_flush_sessions(b, 0);\nreturn SSL_SESSION_get_time(s); }`, []],
    ["rejection of a helper", `async function h() { await net(); }\nasync function f(ssl) {\nconst s = SSL_get1_session(ssl);\nawait h(); SSL_SESSION_free(s); }`, ["3 require-release"]],
    ["koffi", `import koffi from "koffi"; const lib = koffi.load("x"); const free = lib.func("void SSL_SESSION_free(SSL_SESSION *s)"); const get = lib.func("SSL_get1_session", "void *", ["void *"]);\nexport function f(ssl) { const s = get(ssl); free(s);\nfree(s); }`, ["3 no-double-release"]],
    ["deno", `const lib = Deno.dlopen("x", { get1: { name: "SSL_get1_session" }, SSL_SESSION_free: {} });\nexport function f(ssl) {\nconst s = lib.symbols.get1(ssl); }`, ["3 require-release"]],
    ["frida", `const get = new NativeFunction(addresses["SSL_get1_session"], "pointer", ["pointer"]);\nexport function f(ssl) {\nconst s = get(ssl); }`, ["3 require-release"]],
    ["emscripten", `const free = Module.cwrap("SSL_SESSION_free", null, ["number"]);\nexport function f(ssl) { const s = Module._SSL_get1_session(ssl); free(s);\nModule.ccall("SSL_SESSION_free", null, ["number"], [s]); }`, ["3 no-double-release"]],
    ["generator", `function* g(ssl) {\nconst s = SSL_get1_session(ssl); yield 1; if (x) return; SSL_SESSION_free(s); }`, ["2 require-release"]],
    ["disposable stack", `function f(ssl) { using stack = new DisposableStack(); const s = stack.adopt(SSL_get1_session(ssl), (p) => SSL_SESSION_free(p)); return SSL_SESSION_get_time(s); }`, []],
  ])("%s", (_, text, expected) => {
    expect(errors(text)).toEqual(expected);
  });
});
