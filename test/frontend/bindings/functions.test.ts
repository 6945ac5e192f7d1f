import { describe, expect, test } from "vitest";
import { bindingsIn, namesIn } from "./recognition.js";

/** Each text binds exactly what stands beside it. */
function binds(rows: Readonly<Record<string, string | string[]>>): void {
  for (const [text, expected] of Object.entries(rows)) {
    test(text, () => expect(bindingsIn(text)).toEqual([expected].flat()));
  }
}

describe("Frida", () => {
  binds({
    'const f = new NativeFunction(addresses["SSL_get_session"], "pointer", ["pointer"])': "frida SSL_get_session",
    'const f = new NativeFunction(this.addresses[this.moduleName]["SSL_get_session"], "pointer", ["pointer"])': "frida SSL_get_session",
    'const f = new NativeFunction(addresses[m]?.["SSL_free"], "void", ["pointer"])': "frida SSL_free",
    'const f = new NativeFunction(addresses.SSL_free!, "void", ["pointer"])': "frida SSL_free",
    'const n = "SSL_free"; const f = new NativeFunction(addresses[n], "void", ["pointer"])': "frida SSL_free",
    'const N = { free: "SSL_free" } as const; const f = new NativeFunction(addresses[N.free], "void", ["pointer"])': "frida SSL_free",
    'const a = Module.findExportByName(null, "SSL_free"); const f = new NativeFunction(a, "void", ["pointer"])': "frida SSL_free",
    'const a = Module.findExportByName("libssl", "SSL_free"); const b = a as NativePointer; const f = new NativeFunction(b, "void", [])': "frida SSL_free",
    'const f = new NativeFunction(Module.getExportByName("libssl.so.3", `SSL_free`), "void", ["pointer"])': "frida SSL_free",
    'const f = new NativeFunction(Process.getModuleByName("libssl.so").findExportByName("SSL_free")!, "void", [])': "frida SSL_free",
    'const f = new NativeFunction(Module.getGlobalExportByName("SSL_free"), "void", [])': "frida SSL_free",
    'const f = new NativeFunction(mod.getSymbolByName("SSL_free"), "void", [])': "frida SSL_free",
    'const f = new NativeFunction(DebugSymbol.fromName("SSL_free").address, "void", [])': "frida SSL_free",
    'const f = new NativeFunction(DebugSymbol.getFunctionByName("SSL_free"), "void", [])': "frida SSL_free",
    'const f = new NativeFunction(new ApiResolver("module").enumerateMatches("exports:*!SSL_free")[0].address, "void", [])': "frida SSL_free",
    'const f = new NativeFunction(r.enumerateMatchesSync("exports:*libssl*!SSL_free/i")[0].address, "void", [])': "frida SSL_free",
    'const n = "SSL_free"; const f = new NativeFunction(r.enumerateMatches("exports:*!" + n)[0].address, "void", [])': "frida SSL_free",
    'const f = new NativeFunction(table.get("SSL_free"), "void", [])': "frida SSL_free",
    'const f = new NativeFunction(Module.findExportByName(null, "SSL_free") ?? Module.findExportByName("x", "SSL_free"), "void", [])': "frida SSL_free",
    'const f = new NativeFunction(ok ? a["SSL_free"] : null, "void", [])': "frida SSL_free",
    'const f = new NativeFunction(Module.getExportByName(null, "SSL_free").strip(), "void", [])': "frida SSL_free",
    'const f = new NativeFunction(cm.SSL_free, "void", [])': "frida SSL_free",
    'const f = new SystemFunction(a["SSL_get1_session"], "pointer", ["pointer"])': "frida SSL_get1_session result in value",
    'const f = mac ? new NativeFunction(a["BIO_get_fd"], "int", []) : new NativeFunction(a["SSL_get_fd"], "int", [])': ["frida BIO_get_fd", "frida SSL_get_fd"],
    'const SSL_SESSION_get_id = new NativeFunction(a["SSL_GetSessionID"], "pointer", ["pointer"])': "frida SSL_GetSessionID",
  });

  describe("without a name in the address", () => {
    binds({
      'const SSL_get_session_ptr = base.add(0x8EC120 - img); const SSL_get_session = new NativeFunction(SSL_get_session_ptr, "pointer", [])': "frida SSL_get_session",
      'const SSL_free = new NativeFunction(base.add(0x12), "void", ["pointer"])': "frida SSL_free",
      'const SSL_free = new NativeFunction(tls_teardown_ptr, "void", ["pointer"])': "frida SSL_free",
      'this.SSL_free = new NativeFunction(base.add(0x12), "void", ["pointer"])': "frida SSL_free",
      'class C { SSL_free = new NativeFunction(base.add(0x12), "void", ["pointer"]) }': "frida SSL_free",
      'const f = new NativeFunction(base.add(0x12), "void", ["pointer"])': [],
      'function bind(at) { const native_fn = new NativeFunction(at, "void", []); return native_fn }': [],
      'for (const spec of specs) fns[spec.symbol] = new NativeFunction(addresses[spec.symbol], spec.ret, spec.args)': [],
      'const f = new NativeFunction(ios ? a["SSL_free"] : a["SSL_clear"], "void", [])': [],
      'const f = new NativeFunction(a["SSL_" + which], "void", [])': [],
      'const f = new NativeFunction(a[`SSL_${which}`], "void", [])': [],
    });
  });
});

describe("koffi", () => {
  binds({
    "const f = lib.func('void SSL_free(SSL *ssl)')": "koffi SSL_free",
    "const f = lib.func('void SSL_CTX_free(SSL_CTX *)')": "koffi SSL_CTX_free",
    "const f = lib.func('const SSL_METHOD *TLS_client_method(void)')": "koffi TLS_client_method",
    "const f = lib.func('int __stdcall SSL_read(SSL *ssl, _Out_ uint8_t *buf, int num)')": "koffi SSL_read",
    "const f = lib.func(`SSL_SESSION *\n  SSL_get1_session(\n    SSL *ssl)`)": "koffi SSL_get1_session",
    "const T = 'SSL_SESSION *'; const f = lib.func(`${T} SSL_get1_session(${SSL} ssl)`)": "koffi SSL_get1_session",
    "const f = lib.func('SSL_SESSION *' + 'SSL_get1_session(SSL *ssl)')": "koffi SSL_get1_session",
    "const P = 'void SSL_free(SSL *)'; const f = lib.func(P)": "koffi SSL_free",
    "const P = { free: 'void SSL_free(SSL *)' }; const f = lib.func(P.free)": "koffi SSL_free",
    "const f = lib.func('void SSL_CTX_sess_set_new_cb(SSL_CTX *ctx, int (*cb)(SSL *, SSL_SESSION *))')": "koffi SSL_CTX_sess_set_new_cb",
    "const f = lib.func('int (*SSL_CTX_sess_get_new_cb(SSL_CTX *ctx))(SSL *, SSL_SESSION *)')": "koffi SSL_CTX_sess_get_new_cb",
    "const f = lib.func('SSL_ctrl', 'long', ['pointer', 'int', 'long', 'pointer'])": "koffi SSL_ctrl",
    "const f = lib.func('__stdcall', 'SSL_free', 'void', ['pointer'])": "koffi SSL_free",
    "const f = lib.stdcall('SSL_free', 'void', ['pointer'])": "koffi SSL_free",
    "const f = lib.cdecl('void SSL_free(SSL *)')": "koffi SSL_free",
    "const f = koffi.load('libssl.so.3').func('void SSL_free(SSL *)')": "koffi SSL_free",
    "const f = lib.func(12, 'void', ['pointer'])": [],
    "const T = koffi.proto('int SSL_CTX_sess_new_cb(SSL *, SSL_SESSION *)')": [],
    "const f = koffi.decode(lib.symbol('SSL_free'), 'void SSL_free(SSL *)')": "koffi SSL_free",
    "const T = koffi.proto('void Free(void *)'); const f = koffi.decode(lib.symbol('SSL_free'), T)": "koffi SSL_free",
    "const n = koffi.decode(session, 'int')": [],
    "koffi.call(lib.symbol('SSL_free'), 'void SSL_free(SSL *)', ssl)": "koffi SSL_free(ssl)",
    "import k from 'koffi'; const T = k.proto('void Free(void *)'); k.call(lib.symbol('SSL_free'), T, ssl)": "koffi SSL_free(ssl)",
    "import { promisify } from 'node:util'; const f = lib.func('void SSL_free(SSL *)'); const g = promisify(f.async)": ["koffi SSL_free", "koffi SSL_free async"],
  });

  describe("results that are disposed before they are seen", () => {
    binds({
      "const f = lib.func('SSL_SESSION *! SSL_get1_session(SSL *ssl)')": "koffi SSL_get1_session disposed",
      "const f = lib.func('SSL_get1_session', 'SSL_SESSION *!', ['SSL *'])": "koffi SSL_get1_session disposed",
      "koffi.disposable('Ses', 'SSL_SESSION *', free); const f = lib.func('Ses SSL_get1_session(SSL *ssl)')": "koffi SSL_get1_session disposed",
      "const D = koffi.disposable('SSL_SESSION *', free); const f = lib.func('SSL_get1_session', D, ['SSL *'])": "koffi SSL_get1_session disposed",
      "const f = lib.func('SSL_get1_session', koffi.disposable('SSL_SESSION *'), ['SSL *'])": "koffi SSL_get1_session disposed",
      "koffi.disposable('Ses', 'SSL_SESSION *', free); const f = lib.func('SSL_SESSION *SSL_get1_session(SSL *ssl)')": "koffi SSL_get1_session",
    });
  });
});

describe("other functions", () => {
  binds({
    "const f = ffi.ForeignFunction(ffi.DynamicLibrary('libssl').get('SSL_free'), 'void', ['pointer'])": "ffi-napi SSL_free",
    "const p = dl.get('SSL_free'); const f = new ForeignFunction(p, 'void', ['pointer'])": "ffi-napi SSL_free",
    "const f = new Deno.UnsafeFnPointer(lib.symbols.SSL_free, { parameters: ['pointer'], result: 'void' })": "deno SSL_free",
    "const f = new Deno.UnsafeFnPointer(dlsym('SSL_free'), { parameters: [], result: 'void', nonblocking: true })": "deno SSL_free async",
    "const f = new CFunction({ args: ['ptr'], returns: 'void', ptr: dlsym(lib, 'SSL_free') })": "bun SSL_free",
    "const f = new CFunction(lib.symbol('SSL_free'), types.void, [types.pointer])": "txiki SSL_free",
    "const f = new CFunction('libssl.so', 'SSL_free', null, 'void', 'pointer')": "quickjs SSL_free",
    "this.ssl_ctx_free = this.cwrap('SSL_CTX_free', null, ['number'])": "emscripten SSL_CTX_free",
    "const f = Module.cwrap('SSL_free', null, ['number'], { async: true })": "emscripten SSL_free async",
    "const L = { SSL_ImportFD: lib.declare('SSL_ImportFD', ctypes.default_abi, T, T) }": "ctypes SSL_ImportFD",
    "const f = lib.getFunction('SSL_free', { arguments: ['pointer'], return: 'void' })": "node-ffi SSL_free",
  });
});

describe("calls by name", () => {
  binds({
    'Module.ccall("SSL_free", null, ["number"], [p])': "emscripten SSL_free(p)",
    'ccall("SSL_free", null, ["number"], [p], { async: true })': "emscripten SSL_free async(p)",
    'Module.ccall("SSL_free", null, ["number"], args)': "emscripten SSL_free(?)",
    'load({ library: "l", funcName: "SSL_free", retType: DataType.Void, paramsType: [DataType.External], paramsValue: [p] })': "ffi-rs SSL_free(p)",
    'load({ library: "l", funcName: "SSL_get1_session", retType: DataType.External, paramsValue: [ssl], runInNewThread: true })': "ffi-rs SSL_get1_session async(ssl)",
    'const spec = { funcName: "SSL_free", paramsValue: [p] }; load(spec)': "ffi-rs SSL_free(p)",
    "call('SSL_free', p)": "quickjs SSL_free(p)",
    "import { call } from './ffi.so'; call('SSL_free', p)": "quickjs SSL_free(p)",
    "import { call } from 'redux-saga/effects'; call('SSL_free', p)": [],
    "function call(name, p) { return table[name](p) } call('SSL_free', p)": [],
    "new CFunction('libssl.so', 'SSL_free', null, 'void', 'pointer').invoke(p)": ["quickjs SSL_free(p)", "quickjs SSL_free"],
    "const f = new CFunction('libssl.so', 'SSL_free', null, 'void', 'pointer'); f.invoke(p)": ["quickjs SSL_free", "quickjs SSL_free(p)"],
    "const f = new Deno.UnsafeFnPointer(lib.symbols.SSL_free, def); f.call(p)": ["deno SSL_free", "deno SSL_free(p)"],
    "native.SSL_free.call(null, p)": [],
  });
});

describe("callbacks", () => {
  binds({
    "koffi.register((ssl, s) => 1, koffi.pointer(T))": "callback (ssl, s) => 1",
    "import k from 'koffi'; k.register(this, onNew, T)": "callback onNew",
    "import { register } from 'koffi'; register(onNew, T)": "callback onNew",
    "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url)": [],
    "new JSCallback(onNew, { args: ['ptr', 'ptr'], returns: 'int' })": "callback onNew",
    "new JSCallback(types.sint, [types.pointer, types.pointer], onNew)": "callback onNew",
    "new Deno.UnsafeCallback({ parameters: [], result: 'i32' }, onNew)": "callback onNew",
    "Deno.UnsafeCallback.threadSafe({ parameters: [], result: 'i32' }, onNew)": "callback onNew",
    "new NativeCallback(onNew, 'int', ['pointer', 'pointer'])": "callback onNew",
    "ffi.Callback('int', ['pointer', 'pointer'], onNew)": "callback onNew",
    "Module.addFunction(onNew, 'iii')": "callback onNew",
    "addFunction(onNew, 'iii')": "callback onNew",
    "menu.addFunction(onNew, 'Open file')": [],
    "lib.registerCallback({ arguments: ['pointer', 'pointer'], return: 'i32' }, onNew)": "callback onNew",
    "function cb(fn) { return koffi.register(fn, T) } cb(onNew)": ["callback fn", "callback onNew"],
  });
});

describe("helper functions that bind what they are told", () => {
  binds({
    'function rf(name, ret, args) { return new NativeFunction(resolveExport(name), ret, args) } const SSL_get_session = rf("SSL_get_session", "pointer", ["pointer"])': "frida SSL_get_session",
    'const rf = (name) => new NativeFunction(Module.getExportByName(null, name), "pointer", []); const f = rf(/* get0 */ "SSL_get_session")': "frida SSL_get_session",
    'function rf(name) { const at = find(name); if (!at) return null; return new NativeFunction(at, "void", []) } const f = rf("SSL_free")': "frida SSL_free",
    'function rf(name) { const fn = new NativeFunction(find(name), "void", []); return fn } const f = rf("SSL_free")': "frida SSL_free",
    'function rf(name) { return cache[name] ??= new NativeFunction(find(name), "void", []) } const f = rf("SSL_free")': "frida SSL_free",
    'function find(lib, name) { return Module.findExportByName(lib, name) } const f = new NativeFunction(find("SSL_ctrl", "SSL_free"), "void", [])': "frida SSL_free",
    'function find(name, lib) { return Module.findExportByName(lib, name) } const f = new NativeFunction(find("SSL_free", "libssl"), "void", [])': "frida SSL_free",
    'class Natives { bind(name) { return new NativeFunction(this.addresses[name], "void", []) } free = this.bind("SSL_free") }': "frida SSL_free",
    'class Natives { static bind(name) { return new NativeFunction(at[name], "void", []) } } const f = Natives.bind("SSL_free")': "frida SSL_free",
    'const h = { bind(name) { return new NativeFunction(at[name], "void", []) } }; const f = h.bind("SSL_free")': "frida SSL_free",
    'function rf({ name, ret }) { return new NativeFunction(at[name], ret, []) } const f = rf({ name: "SSL_free", ret: "void" })': "frida SSL_free",
    'function outer(name) { return inner(name) } function inner(n) { return new NativeFunction(at[n], "void", []) } const f = outer("SSL_free")': "frida SSL_free",
    "const c = (proto) => lib.func(proto); const f = c('void SSL_free(SSL *)')": "koffi SSL_free",
    "const open = (table) => Deno.dlopen(path, table).symbols; const S = open({ SSL_free: { parameters: ['pointer'], result: 'void' } })": "SSL_free: deno SSL_free",
    "function one(name) { return dlopen(path, { [name]: { args: ['ptr'], returns: 'ptr' } }).symbols[name] } const f = one('SSL_get1_session')": "bun SSL_get1_session",
    'function call(name, ...args) { return Module.ccall(name, "number", T, args) } call("SSL_free", p)': "emscripten SSL_free(p)",
    'function free(p) { return Module.ccall("SSL_free", null, ["number"], [p]) } free(ssl)': "emscripten SSL_free(p)",
    'function call(name, p) { const r = Module.ccall(name, "number", T, [p]); if (!r) throw 1; return r } call("SSL_get1_session", ssl)': [],
    'async function rf(name) { return new NativeFunction(find(name), "void", []) } const f = rf("SSL_free")': [],
    'function rf(name) { return rf(name) } const f = rf("SSL_free")': [],
  });
});

describe("shapes that bind nothing", () => {
  binds({
    'const rows = [{ symbol: "SSL_get_session", retType: "pointer", argTypes: ["pointer"] }]': [],
    'mapping["*libssl*"] = ["SSL_read", "SSL_get_session"]': [],
    'const at = addresses["SSL_free"]; if (addresses["SSL_get_session"] && at) go()': [],
    'Interceptor.attach(addresses["SSL_free"], { onEnter(args) {} })': [],
    'Interceptor.attach(Module.getExportByName(null, "SSL_free"), { onLeave(retval) {} })': [],
    'interface Api { SSL_free(ssl: unknown): void } declare function SSL_free(ssl: unknown): void': [],
    'import("./x.js"); require("openssl"); new Map([["SSL_free", 1]]); say("SSL_free")': [],
    'process.binding("tls_wrap"); tlsSocket.getSession()': [],
    'const t = describe("SSL_free", () => {})': [],
  });
});

describe("the place of the name", () => {
  test("is inside the quotes and inside the prototype", () => {
    const text = 'const a = new NativeFunction(x["SSL_free"], "void", []); const b = lib.func(`\n  SSL_SESSION *SSL_get1_session(SSL *)`);';
    expect(namesIn(text)).toEqual(["SSL_free", "SSL_get1_session"]);
  });
  test("is the literal that a helper is called with", () => {
    expect(namesIn('const rf = (n) => new NativeFunction(find(n), "void", []); rf("SSL_free"); rf("SSL_clear")')).toEqual(["SSL_free", "SSL_clear"]);
  });
  test("survives escapes before it", () => {
    expect(namesIn(String.raw`const b = lib.func("SSL_SESSION\t*SSL_get1_session(SSL *)")`)).toEqual(["SSL_get1_session"]);
  });
});
