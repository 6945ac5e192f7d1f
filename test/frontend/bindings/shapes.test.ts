import { describe, expect, test } from "vitest";
import { findingsIn } from "./findings.js";

/** Each program has exactly the findings beside it. */
function finds(rows: Readonly<Record<string, readonly [text: string, ...findings: string[]]>>): void {
  for (const [name, [text, ...expected]] of Object.entries(rows)) test(name, () => expect(findingsIn(text)).toEqual(expected));
}

const koffi = "import koffi from 'koffi';\nimport { promisify } from 'node:util';\nconst lib = koffi.load('libssl.so.3');\nconst get1 = lib.func('SSL_SESSION *SSL_get1_session(SSL *ssl)');\nconst get0 = lib.func('SSL_SESSION *SSL_get_session(SSL *ssl)');\nconst time = lib.func('long SSL_SESSION_get_time(SSL_SESSION *)');\nconst free = lib.func('void SSL_SESSION_free(SSL_SESSION *)');\nconst sslFree = lib.func('void SSL_free(SSL *)');\nconst setNew = lib.func('void SSL_CTX_sess_set_new_cb(SSL_CTX *, void *)');\n";
const frida = 'const at = addresses;\nconst get1 = new NativeFunction(at["SSL_get1_session"], "pointer", ["pointer"]);\nconst get0 = new NativeFunction(at["SSL_get_session"], "pointer", ["pointer"]);\nconst time = new NativeFunction(at["SSL_SESSION_get_time"], "long", ["pointer"]);\nconst free = new NativeFunction(at["SSL_SESSION_free"], "void", ["pointer"]);\nconst sslFree = new NativeFunction(at["SSL_free"], "void", ["pointer"]);\n';
const deno = "const lib = Deno.dlopen('libssl.so.3', { SSL_get1_session: { parameters: ['pointer'], result: 'pointer', nonblocking: true }, SSL_SESSION_free: { parameters: ['pointer'], result: 'void' }, SSL_get_session: { parameters: ['pointer'], result: 'pointer' }, SSL_free: { parameters: ['pointer'], result: 'void' }, SSL_SESSION_get_time: { parameters: ['pointer'], result: 'i64' }, SSL_CTX_sess_set_new_cb: { parameters: ['pointer', 'function'], result: 'void' } } as const);\nconst S = lib.symbols;\n";

describe("bindings that cannot work", () => {
  finds({
    "a macro by prototype": ["const f = lib.func('SSL_SESSION *SSL_get0_session(SSL *ssl)');", "no-unresolvable-binding in <module>"],
    "a macro in a symbol table": ["Deno.dlopen('x', { SSL_get0_session: { parameters: ['pointer'], result: 'pointer' } });", "no-unresolvable-binding in <module>"],
    "an optional one may be missing": ["Deno.dlopen('x', { SSL_get0_session: { parameters: ['pointer'], result: 'pointer', optional: true } });"],
    "a disposable result": ["const D = koffi.disposable('SSL_SESSION *', free);\nconst f = lib.func('SSL_get1_session', D, ['SSL *']);", "no-unresolvable-binding in <module>"],
    "the marker of a disposable result": ["const f = lib.func('SSL_SESSION *! SSL_get1_session(SSL *ssl)');", "no-unresolvable-binding in <module>"],
    "a disposable string is fine": ["const f = lib.func('char *! SSL_SESSION_dump(SSL_SESSION *s)');"],
  });
});

describe("calls in other forms", () => {
  finds({
    "koffi async with a callback": [`${koffi}export function f(ssl) { get1.async(ssl, (err, s) => { if (s === null) return; time(s); }); }`, "require-release in f"],
    "koffi async with a callback that frees": [`${koffi}export function f(ssl) { get1.async(ssl, (err, s) => { if (s === null) return; free(s); }); }`],
    "koffi promisified": [`${koffi}const get1Async = promisify(get1.async);\nexport async function f(ssl) { const s = await get1Async(ssl); if (s) time(s); }`, "require-release in f"],
    "Deno nonblocking": [`${deno}export async function f(ssl) { const s = await S.SSL_get1_session(ssl); if (s === null) return; S.SSL_SESSION_get_time(s); }`, "require-release in f"],
    "Deno nonblocking, freed": [`${deno}export async function f(ssl) { const s = await S.SSL_get1_session(ssl); if (s !== null) S.SSL_SESSION_free(s); }`],
    "Frida SystemFunction, freed": ['const get1 = new SystemFunction(at["SSL_get1_session"], "pointer", ["pointer"]);\nconst free = new NativeFunction(at["SSL_SESSION_free"], "void", ["pointer"]);\nexport function f(ssl) { const { value: s, errno } = get1(ssl); if (s.isNull()) return errno; free(s); return 0; }'],
    "Frida SystemFunction, lost": ['const get1 = new SystemFunction(at["SSL_get1_session"], "pointer", ["pointer"]);\nexport function f(ssl) { const r = get1(ssl); if (r.value.isNull()) return r.errno; return 0; }', "require-release in f"],
    "ffi-napi asynchronous by option, freed": ["const lib = ffi.Library('libssl', { SSL_get1_session: ['pointer', ['pointer'], { async: true }], SSL_SESSION_free: ['void', ['pointer']] });\nexport function f(ssl) { lib.SSL_get1_session(ssl, (err, s) => { if (!s.isNull()) lib.SSL_SESSION_free(s); }); }"],
    "ffi-napi asynchronous by option, lost": ["const lib = ffi.Library('libssl', { SSL_get1_session: ['pointer', ['pointer'], { async: true }] });\nexport function f(ssl) { lib.SSL_get1_session(ssl, (err, s) => { s.isNull(); }); }", "require-release in f"],
    "call, apply and bind": [`${frida}export function f(ssl) { const s = get0.call(null, ssl); sslFree.apply(null, [ssl]); time.bind(null, s)(); }`, "no-use-after-invalidate in f"],
    "a function pointer's own call": ["const free = new Deno.UnsafeFnPointer(dlsym('SSL_SESSION_free'), { parameters: ['pointer'], result: 'void' });\nexport function f(s) { free.call(s); free.call(s); }"],
    "a helper that calls by name": ["function native(name, ...args) { return Module.ccall(name, 'number', [], args); }\nexport function f(ssl) { const s = native('SSL_get_session', ssl); native('SSL_free', ssl); native('SSL_SESSION_get_time', s); }", "no-use-after-invalidate in f"],
  });
});

describe("looking at a pointer", () => {
  const used = "no-use-after-invalidate in f";
  const after = (use: string, setup = koffi): readonly [string, ...string[]] => [`${setup}export function f(ssl, out) { const s = get0(ssl); sslFree(ssl); ${use} }`];
  const row = (use: string, setup: string, ...found: string[]): readonly [string, ...string[]] => [after(use, setup)[0], ...found];
  finds({
    "koffi.decode reads": row("return koffi.decode(s, 'int');", koffi, used),
    "koffi.decode.int reads": row("return koffi.decode.int(s);", koffi, used),
    "koffi.address looks": row("console.log(koffi.address(s));", koffi),
    "koffi.address under another name": row("console.log(k.address(s));", `import k from 'koffi';\n${koffi}`),
    "BigInt and String look": row("console.log(BigInt(s), String(s), `${s}`);", koffi),
    "an address is still the pointer": row("time(BigInt(s));", koffi, used),
    "Frida reads": row("return s.readPointer();", frida, used),
    "Frida reads inside": row("return s.add(8).readU32();", frida, used),
    "an inner pointer from before": [`${frida}export function f(ssl) { const id = get0(ssl).add(8); sslFree(ssl); return id.readU32(); }`, used],
    "hexdump reads": row("console.log(hexdump(s, { length: 32 }));", frida, used),
    "Frida looks": row("console.log(s.toString(), s.isNull(), s.equals(ptr(0)), s.toInt32());", frida),
    "send looks": row("send(s);", frida),
    "Deno's view reads": ["const S = Deno.dlopen('x', { SSL_get_session: { parameters: ['pointer'], result: 'pointer' }, SSL_free: { parameters: ['pointer'], result: 'void' } }).symbols;\nexport function f(ssl) { const s = S.SSL_get_session(ssl); S.SSL_free(ssl); return new Deno.UnsafePointerView(s).getUint32(); }", used],
    "Deno's value looks": ["const S = Deno.dlopen('x', { SSL_get_session: { parameters: ['pointer'], result: 'pointer' }, SSL_free: { parameters: ['pointer'], result: 'void' } }).symbols;\nexport function f(ssl) { const s = S.SSL_get_session(ssl); S.SSL_free(ssl); console.log(Deno.UnsafePointer.value(s) === 0n); }"],
    "Bun's array buffer reads": ["import { dlopen, toArrayBuffer, CString, read } from 'bun:ffi';\nconst S = dlopen('x', { SSL_get_session: { args: ['ptr'], returns: 'ptr' }, SSL_free: { args: ['ptr'], returns: 'void' } }).symbols;\nexport function f(ssl) { const s = S.SSL_get_session(ssl); S.SSL_free(ssl); toArrayBuffer(s, 0, 4); }\nexport function g(ssl) { const s = S.SSL_get_session(ssl); S.SSL_free(ssl); new CString(s); }\nexport function h(ssl) { const s = S.SSL_get_session(ssl); S.SSL_free(ssl); read.ptr(s, 8); }", used, "no-use-after-invalidate in g", "no-use-after-invalidate in h"],
    "a test of the function is none of the pointer": [`${frida}export function f(ssl) { if (!get1) return; const s = get1(ssl); if (s.isNull()) return; free(s); }`],
  });
});

describe("callbacks", () => {
  const leaky = "(ssl, s) => 1";
  const right = "(ssl, s) => 0";
  const found = ["session-callback-contract in f.<anonymous>"];
  const through = (make: string, setup: string, register: string): readonly [string, ...string[]] => [`${setup}${register.replace("$", make)}`, ...(make.includes(leaky) ? found : [])];
  const rows: Record<string, readonly [string, ...string[]]> = {};
  for (const [kind, body] of [["keeps nothing but says 1", leaky], ["declines", right]] as const) {
    rows[`koffi.register, ${kind}`] = through(`koffi.register(${body}, T)`, koffi, "export function f(ctx, T) { setNew(ctx, $); }");
    rows[`a transient function, ${kind}`] = through(body, koffi, "export function f(ctx) { setNew(ctx, $); }");
    rows[`Deno.UnsafeCallback, ${kind}`] = through(`new Deno.UnsafeCallback({ parameters: ['pointer', 'pointer'], result: 'i32' }, ${body})`, deno, "export function f(ctx) { const cb = $; S.SSL_CTX_sess_set_new_cb(ctx, cb.pointer); }");
    rows[`JSCallback, ${kind}`] = through(`new JSCallback(${body}, { args: ['ptr', 'ptr'], returns: 'int' })`, "import { dlopen, JSCallback } from 'bun:ffi';\nconst S = dlopen('x', { SSL_CTX_sess_set_new_cb: { args: ['ptr', 'ptr'], returns: 'void' } }).symbols;\n", "export function f(ctx) { const cb = $; S.SSL_CTX_sess_set_new_cb(ctx, cb.ptr); }");
    rows[`NativeCallback, ${kind}`] = through(`new NativeCallback(${body}, 'int', ['pointer', 'pointer'])`, 'const setNew = new NativeFunction(at["SSL_CTX_sess_set_new_cb"], "void", ["pointer", "pointer"]);\n', "export function f(ctx) { setNew(ctx, $); }");
    rows[`Module.addFunction, ${kind}`] = through(`Module.addFunction(${body}, 'iii')`, "", "export function f(ctx) { Module._SSL_CTX_sess_set_new_cb(ctx, $); }");
    rows[`ffi.Callback, ${kind}`] = through(`ffi.Callback('int', ['pointer', 'pointer'], ${body})`, "const lib = ffi.Library('x', { SSL_CTX_sess_set_new_cb: ['void', ['pointer', 'pointer']] });\n", "export function f(ctx) { lib.SSL_CTX_sess_set_new_cb(ctx, $); }");
  }
  finds(rows);
});

describe("what is no call", () => {
  finds({
    "a hook of a release": [`${frida}Interceptor.attach(at["SSL_free"], { onEnter(args) { const s = get0(args[0]); if (!s.isNull()) time(s); } });`],
    "a table of specifications": ['const rows = [{ symbol: "SSL_get1_session", retType: "pointer" }, { symbol: "SSL_SESSION_free" }];\nfor (const row of rows) fns[row.symbol] = new NativeFunction(addresses[row.symbol], row.retType, []);'],
    "another function behind one of our names": ['const SSL_get1_session = new NativeFunction(at["SSL_GetSessionID"], "pointer", ["pointer"]);\nexport function f(ssl) { const s = SSL_get1_session(ssl); return s.isNull(); }'],
    "a function of one's own with one of our names": ["function SSL_get1_session(ssl) { return 0; }\nexport function f(ssl) { const s = SSL_get1_session(ssl); return s === null; }"],
    "a field that is bound to another function": [`class N { constructor(at) { this.SSL_get1_session = new NativeFunction(at["SSL_GetSessionID"], "pointer", ["pointer"]); }\n  id(ssl) { const s = this.SSL_get1_session(ssl); return s.isNull(); } }`],
    "assertions": [`${koffi}import assert, { strict, equal } from 'node:assert';\nexport function f(ssl) { const s = get1(ssl); assert(s); free(s); }\nexport function g(ssl) { const s = get1(ssl); assert.notStrictEqual(s, null); free(s); }\nexport function h(ssl) { const s = get1(ssl); if (s === null) assert.fail('none'); free(s); }`],
    "the end of the process": [`${koffi}export function f(ssl) { const s = get1(ssl); if (s === null) return; if (bad()) process.exit(1); free(s); }`],
  });
});
