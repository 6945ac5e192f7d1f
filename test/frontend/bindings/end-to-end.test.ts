import { describe, expect, test } from "vitest";
import { findingsIn } from "./findings.js";

interface Idiom {
  /** Code that binds the functions. */
  readonly bind: string;
  /** A call of `SSL_get1_session`; `$` stands for the argument. */
  readonly get: string;
  /** A call of `SSL_SESSION_free`. */
  readonly free: string;
  /** Tests that work, and tests that never do; `$` stands for the pointer. */
  readonly works: readonly string[];
  readonly fails: readonly string[];
}

const address = 'const at = Module.enumerateExports("libssl.so");\n';
const frida = { works: ["$.isNull()", "$ == 0", "$.equals(NULL)", "$.equals(ptr(0))"], fails: ["!$", "$ === null", "$ == null", "$ === 0", "$ === undefined", "$ === 0n"] };
const isNull = { works: ["!$", "$ === null", "$ == null"], fails: ["$ === 0n", "$ === 0", "$ == 0", "$ === undefined"] };
const isZero = { works: ["!$", "$ === 0", "$ == 0"], fails: ["$ === null", "$ == null", "$ === undefined"] };
const direct = { get: "get1($)", free: "free($)" };
const members = { get: "lib.symbols.SSL_get1_session($)", free: "lib.symbols.SSL_SESSION_free($)" };

const idioms: Readonly<Record<string, Idiom>> = {
  "Frida, address table": { bind: `${address}const get1 = new NativeFunction(at["SSL_get1_session"], "pointer", ["pointer"]);\nconst free = new NativeFunction(at["SSL_SESSION_free"], "void", ["pointer"]);`, ...direct, ...frida },
  "Frida, lookups in variables": { bind: 'const a = Module.findExportByName(null, "SSL_get1_session");\nconst get1 = new NativeFunction(a, "pointer", ["pointer"]);\nconst free = new NativeFunction(Module.getExportByName(null, "SSL_SESSION_free"), "void", ["pointer"]);', ...direct, ...frida },
  "Frida, resolver helper": { bind: 'function rf(name, ret, args) { return new NativeFunction(Module.getExportByName(null, name), ret, args); }\nconst get1 = rf("SSL_get1_session", "pointer", ["pointer"]);\nconst free = rf("SSL_SESSION_free", "void", ["pointer"]);', ...direct, ...frida },
  "Frida, assigned later": { bind: `${address}let get1 = null, free = null;\nfunction init() { get1 = new NativeFunction(at["SSL_get1_session"], "pointer", ["pointer"]); free = new NativeFunction(at["SSL_SESSION_free"], "void", ["pointer"]); }\ninit();`, ...direct, ...frida },
  "Frida, fields of a class": { bind: `${address}class N { constructor() { this.get1 = new NativeFunction(at["SSL_get1_session"], "pointer", ["pointer"]); this.free_fn = new NativeFunction(at["SSL_SESSION_free"], "void", ["pointer"]); } }\nconst n = new N();`, get: "n.get1($)", free: "n.free_fn($)", ...frida },
  "Frida, static fields": { bind: `${address}class N { static get1 = null; static free = null; }\nN.get1 = new NativeFunction(at["SSL_get1_session"], "pointer", ["pointer"]);\nN.free = new NativeFunction(at["SSL_SESSION_free"], "void", ["pointer"]);`, get: "N.get1($)", free: "N.free($)", ...frida },
  "Frida, a map by hand": { bind: `${address}const fns = { "SSL_get1_session": new NativeFunction(at["SSL_get1_session"], "pointer", ["pointer"]), "SSL_SESSION_free": new NativeFunction(at["SSL_SESSION_free"], "void", ["pointer"]) };`, get: 'fns["SSL_get1_session"]($)', free: 'fns["SSL_SESSION_free"]($)', ...frida },
  "Frida, stripped library": { bind: 'const base = Process.getModuleByName("app").base;\nconst SSL_get1_session = new NativeFunction(base.add(0x10), "pointer", ["pointer"]);\nconst SSL_SESSION_free_ptr = base.add(0x20);\nconst SSL_SESSION_free = new NativeFunction(SSL_SESSION_free_ptr, "void", ["pointer"]);', get: "SSL_get1_session($)", free: "SSL_SESSION_free($)", ...frida },
  "koffi, prototypes": { bind: "import koffi from 'koffi';\nconst lib = koffi.load('libssl.so.3');\nconst get1 = lib.func('SSL_SESSION *SSL_get1_session(SSL *ssl)');\nconst free = lib.func('void SSL_SESSION_free(SSL_SESSION *)');", ...direct, ...isNull },
  "koffi, classic": { bind: "const koffi = require('koffi');\nconst lib = koffi.load('libssl.so.3');\nconst get1 = lib.func('SSL_get1_session', 'SSL_SESSION *', ['SSL *']);\nconst free = lib.func('__stdcall', 'SSL_SESSION_free', 'void', ['SSL_SESSION *']);", ...direct, ...isNull },
  "koffi, addresses": { bind: "import koffi from 'koffi';\nconst lib = koffi.load('libssl.so.3');\nconst Get = koffi.proto('void *Get(void *)');\nconst get1 = koffi.decode(lib.symbol('SSL_get1_session'), Get);\nconst Free = koffi.proto('void Free(void *)');", get: "get1($)", free: "koffi.call(lib.symbol('SSL_SESSION_free'), Free, $)", ...isNull },
  "Deno": { bind: "const lib = Deno.dlopen('libssl.so.3', { SSL_get1_session: { parameters: ['pointer'], result: 'pointer' }, SSL_SESSION_free: { parameters: ['pointer'], result: 'void' } } as const);", ...members, works: [...isNull.works, "Deno.UnsafePointer.value($) === 0n", "Deno.UnsafePointer.equals($, null)"], fails: isNull.fails },
  "Deno, renamed": { bind: "const lib = Deno.dlopen('libssl.so.3', { acquire: { name: 'SSL_get1_session', parameters: ['pointer'], result: 'pointer' }, drop: { name: 'SSL_SESSION_free', parameters: ['pointer'], result: 'void' } });\nconst { acquire, drop: letGo } = lib.symbols;", get: "acquire($)", free: "letGo($)", ...isNull },
  "Deno, spread symbols": { bind: "const table = { SSL_get1_session: { parameters: ['pointer'], result: 'pointer' } } as const;\nconst all = { ...table, SSL_SESSION_free: { parameters: ['pointer'], result: 'void' } } as const;\nconst S = { ...Deno.dlopen('libssl.so.3', all).symbols };", get: "S.SSL_get1_session($)", free: "S.SSL_SESSION_free($)", ...isNull },
  "Bun": { bind: "import { dlopen } from 'bun:ffi';\nconst lib = dlopen('libssl.so.3', { SSL_get1_session: { args: ['ptr'], returns: 'ptr' }, SSL_SESSION_free: { args: ['ptr'], returns: 'void' } });", ...members, ...isNull },
  "Bun, destructured": { bind: "import { dlopen } from 'bun:ffi';\nconst { symbols: { SSL_get1_session: get1, SSL_SESSION_free: free } } = dlopen('libssl.so.3', { SSL_get1_session: { args: ['ptr'], returns: 'ptr' }, SSL_SESSION_free: { args: ['ptr'], returns: 'void' } });", ...direct, ...isNull },
  "Bun, linked symbols": { bind: "import { linkSymbols } from 'bun:ffi';\nconst lib = linkSymbols({ take: { args: ['ptr'], returns: 'ptr', ptr: dlsym('SSL_get1_session') }, drop: { args: ['ptr'], returns: 'void', ptr: dlsym('SSL_SESSION_free') } });", get: "lib.symbols.take($)", free: "lib.symbols.drop($)", ...isNull },
  "Bun, functions by address": { bind: "import { CFunction } from 'bun:ffi';\nconst get1 = new CFunction({ args: ['ptr'], returns: 'ptr', ptr: dlsym('SSL_get1_session') });\nconst free = CFunction({ args: ['ptr'], returns: 'void', ptr: dlsym('SSL_SESSION_free') });", ...direct, ...isNull },
  "fino": { bind: "import { dlopen } from 'fino:ffi';\nlet _lib;\nfunction _requireSsl() { return (_lib ??= dlopen('libssl.so.3', { SSL_get1_session: { parameters: ['pointer'], result: 'pointer' }, SSL_SESSION_free: { parameters: ['pointer'], result: 'void' } })); }", get: "_requireSsl().symbols.SSL_get1_session($)", free: "_requireSsl().symbols.SSL_SESSION_free($)", ...isNull },
  "node:ffi": { bind: "import { dlopen } from 'node:ffi';\nconst { lib, functions } = dlopen('libssl.so.3', { SSL_get1_session: { arguments: ['pointer'], return: 'pointer' }, SSL_SESSION_free: { arguments: ['pointer'], return: 'void' } });", get: "functions.SSL_get1_session($)", free: "functions.SSL_SESSION_free($)", works: ["$ === 0n", "$ == 0", "!$"], fails: ["$ === null", "$ == null", "$ === 0", "$ === undefined"] },
  "node:ffi, a library object": { bind: "import { DynamicLibrary } from 'node:ffi';\nconst dl = new DynamicLibrary('libssl.so.3');\nconst get1 = dl.getFunction('SSL_get1_session', { arguments: ['pointer'], return: 'pointer' });\nconst { SSL_SESSION_free: free } = dl.getFunctions({ SSL_SESSION_free: { arguments: ['pointer'], return: 'void' } });", ...direct, works: ["$ === 0n"], fails: ["$ === null"] },
  "ffi-napi": { bind: "const ffi = require('ffi-napi');\nconst ref = require('ref-napi');\nconst lib = ffi.Library('libssl', { SSL_get1_session: ['pointer', ['pointer']], SSL_SESSION_free: ['void', ['pointer']] });", get: "lib.SSL_get1_session($)", free: "lib.SSL_SESSION_free($)", works: ["$.isNull()", "ref.isNull($)", "$.address() === 0"], fails: ["!$", "$ === null", "$ == null", "$ === 0"] },
  "ffi-rs, calls by name": { bind: "import { open, load, DataType, isNullPointer } from 'ffi-rs';\nopen({ library: 'ssl', path: 'libssl.so.3' });", get: "load({ library: 'ssl', funcName: 'SSL_get1_session', retType: DataType.External, paramsType: [DataType.External], paramsValue: [$] })", free: "load({ library: 'ssl', funcName: 'SSL_SESSION_free', retType: DataType.Void, paramsType: [DataType.External], paramsValue: [$] })", works: ["isNullPointer($)"], fails: ["!$", "$ === null", "$ == 0"] },
  "ffi-rs, a table": { bind: "import { define, DataType, isNullPointer } from 'ffi-rs';\nconst { SSL_get1_session, SSL_SESSION_free } = define({ SSL_get1_session: { library: 'ssl', retType: DataType.External, paramsType: [DataType.External] }, SSL_SESSION_free: { library: 'ssl', retType: DataType.Void, paramsType: [DataType.External] } });", get: "SSL_get1_session([$])", free: "SSL_SESSION_free([$])", works: ["isNullPointer($)"], fails: ["!$", "$ === null"] },
  "Emscripten, exports": { bind: "declare const Module: any;", get: "Module._SSL_get1_session($)", free: 'Module["_SSL_SESSION_free"]($)', ...isZero },
  "Emscripten, cwrap": { bind: "declare const Module: any;\nconst get1 = Module.cwrap('SSL_get1_session', 'number', ['number']);\nconst free = Module.cwrap('SSL_SESSION_free', null, ['number']);", ...direct, ...isZero },
  "Emscripten, ccall": { bind: "declare const Module: any;", get: "Module.ccall('SSL_get1_session', 'number', ['number'], [$])", free: "Module.ccall('SSL_SESSION_free', null, ['number'], [$])", ...isZero },
  "WebAssembly": { bind: "declare const instance: WebAssembly.Instance;", get: "instance.exports.SSL_get1_session($)", free: "instance.exports.SSL_SESSION_free($)", ...isZero },
  "WebAssembly, destructured": { bind: "declare const instance: WebAssembly.Instance;\nconst { SSL_get1_session: get1, SSL_SESSION_free: free } = instance.exports;", ...direct, ...isZero },
  "lo": { bind: "const { libssl } = lo.load('libssl');\nconst { SSL_get1_session, SSL_SESSION_free } = libssl;", get: "SSL_get1_session($)", free: "SSL_SESSION_free($)", works: isZero.works, fails: [] },
  "QuickJS, calls by name": { bind: "import { define, call } from './ffi.so';\ndefine('SSL_get1_session', dlsym('SSL_get1_session'), null, 'void *', 'void *');", get: "call('SSL_get1_session', $)", free: "call('SSL_SESSION_free', $)", ...isZero },
  "QuickJS, function objects": { bind: "const get1 = new CFunction('libssl.so', 'SSL_get1_session', null, 'pointer', 'pointer');\nconst free = new CFunction('libssl.so', 'SSL_SESSION_free', null, 'void', 'pointer');", get: "get1.invoke($)", free: "free.invoke($)", ...isZero },
  "txiki.js": { bind: "import { dlopen } from 'tjs:ffi';\nconst lib = dlopen('ssl', { get: { args: ['ptr'], returns: 'ptr', name: 'SSL_get1_session' }, drop: { args: ['ptr'], returns: 'void', name: 'SSL_SESSION_free' } });", get: "lib.symbols.get($)", free: "lib.symbols.drop($)", works: ["$ === null", "$.isNull"], fails: ["$ === 0", "$ === undefined", "$.isNull()"] },
  "txiki.js, a C header": { bind: "import { dlopenCProto } from 'tjs:ffi';\nconst lib = dlopenCProto('ssl', 'void *SSL_get1_session(void *ssl); void SSL_SESSION_free(void *);');", ...members, works: ["$ === null"], fails: ["$ === 0"] },
  "js-ctypes": { bind: "const ssl = ctypes.open('libssl.so');\nconst get1 = ssl.declare('SSL_get1_session', ctypes.default_abi, ctypes.voidptr_t, ctypes.voidptr_t);\nconst free = ssl.declare('SSL_SESSION_free', ctypes.default_abi, ctypes.void_t, ctypes.voidptr_t);", ...direct, works: ["$.isNull()"], fails: ["!$", "$ === null", "$ == 0"] },
};

const call = (template: string, argument: string): string => template.replace("$", argument);

describe.each(Object.entries(idioms))("%s", (_name, { bind, get, free, works, fails }) => {
  const take = `const s = ${call(get, "ssl")};`;
  const give = `${call(free, "s")};`;
  const program = (test: string, first: string): string => `${bind}\nexport function leak(ssl) { ${take} if (${call(test, "s")}) return 0; return 1; }\nexport function clean(ssl) { ${first} if (${call(test, "s")}) return 0; ${give} return 1; }\n`;

  test.each(works)("%s works", (test) => {
    expect(findingsIn(program(test, take))).toEqual(["require-release in leak"]);
  });

  test.each(fails)("%s never works", (test) => {
    const found = findingsIn(`${bind}\nexport function check(ssl) { ${take} if (${call(test, "s")}) return 0; ${give} return 1; }\n`);
    expect(found).toEqual(["no-ineffective-null-test in check"]);
  });

  test("releases twice", () => {
    expect(findingsIn(`${bind}\nexport function twice(ssl) { ${take} ${give} ${give} }\n`)).toEqual(["no-double-release in twice"]);
  });
});
