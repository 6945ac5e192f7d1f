import { describe, expect, test } from "vitest";
import { bindingsIn, namesIn } from "./recognition.js";

function binds(rows: Readonly<Record<string, string | string[]>>): void {
  for (const [text, expected] of Object.entries(rows)) {
    test(text, () => expect(bindingsIn(text)).toEqual([expected].flat()));
  }
}

describe("Deno", () => {
  binds({
    "const lib = Deno.dlopen(path, { SSL_free: { parameters: ['pointer'], result: 'void' } })": "symbols.SSL_free: deno SSL_free",
    "const lib = Deno.dlopen(path, { free: { name: 'SSL_free', parameters: ['pointer'], result: 'void' } } as const)": "symbols.free: deno SSL_free",
    "const lib = Deno.dlopen(path, { SSL_read: { parameters: [], result: 'i32', nonblocking: true } })": "symbols.SSL_read: deno SSL_read async",
    "const lib = Deno.dlopen(path, { SSL_get0_session: { parameters: [], result: 'pointer', optional: true } })": "symbols.SSL_get0_session: deno SSL_get0_session optional",
    "const T = { SSL_free: { parameters: [], result: 'void' } } as const satisfies Deno.ForeignLibraryInterface; const lib = Deno.dlopen(path, T)": "symbols.SSL_free: deno SSL_free",
    "const A = { SSL_free: R, SSL_clear: R }; const B = { ...A, SSL_clear: { ...R, name: 'SSL_shutdown' } }; const R = { parameters: [], result: 'void' }; Deno.dlopen(path, B)": ["symbols.SSL_free: deno SSL_free", "symbols.SSL_clear: deno SSL_shutdown"],
    "import { shared } from './shared.ts'; Deno.dlopen(path, { ...shared, SSL_free: { parameters: [], result: 'void' } })": ["symbols.SSL_free: deno SSL_free", "symbols....shared"],
    "import { shared } from './shared.ts'; Deno.dlopen(path, shared)": [],
    "const D = Deno; D.dlopen(path, { SSL_free: {} })": "symbols.SSL_free: deno SSL_free",
    "Deno.dlopen(path, Object.freeze({ 'SSL_free': { parameters: [], result: 'void' } }))": "symbols.SSL_free: deno SSL_free",
    "Deno.dlopen(path, { ['SSL_' + 'free']: { parameters: [], result: 'void' }, [mac ? 'a' : 'b']: {} })": "symbols.SSL_free: deno SSL_free",
  });
});

describe("Bun", () => {
  binds({
    "import { dlopen } from 'bun:ffi'; const lib = dlopen(path, { SSL_new: { args: ['ptr'], returns: 'ptr' } })": "symbols.SSL_new: bun SSL_new",
    "import * as ffi from 'bun:ffi'; ffi.dlopen(path, { SSL_new: {} })": "symbols.SSL_new: bun SSL_new",
    "import { dlopen as open } from 'bun:ffi'; open(path, { SSL_new: {} })": "symbols.SSL_new: bun SSL_new",
    "dlopen(path, { create: { args: [FFIType.ptr], returns: FFIType.ptr, name: 'SSL_new' } })": "symbols.create: bun SSL_new",
    "linkSymbols({ release: { args: ['ptr'], returns: 'void', ptr: dlsym(h, 'SSL_SESSION_free') } })": "symbols.release: bun SSL_SESSION_free",
    "linkSymbols({ SSL_free: { args: ['ptr'], returns: 'void', ptr: at } })": "symbols.SSL_free: bun SSL_free",
    "cc({ source: './shim.c', symbols: { SSL_free: { args: ['ptr'], returns: 'void' } } })": "symbols.SSL_free: bun SSL_free optional",
  });
});

describe("other layers", () => {
  binds({
    "import { dlopen } from 'fino:ffi'; dlopen(path, { SSL_accept: { parameters: ['pointer'], result: 'i32', async: true } })": "symbols.SSL_accept: fino SSL_accept async",
    "import { dlopen } from 'node:ffi'; dlopen(path, { SSL_free: { arguments: ['pointer'], return: 'void' } })": "functions.SSL_free: node-ffi SSL_free",
    "import { dlopen } from 'node:ffi'; dlopen(path, { SSL_free: { parameters: ['pointer'], result: 'void' } })": "functions.SSL_free: node-ffi SSL_free",
    "lib.getFunctions({ SSL_free: { arguments: ['pointer'], return: 'void' } })": "SSL_free: node-ffi SSL_free",
    "import { dlopen } from 'tjs:ffi'; dlopen('ssl', { f: { args: ['ptr'], returns: 'void', name: 'SSL_free' } })": "symbols.f: txiki SSL_free",
    "dlopenCProto('ssl', `/* free(x); */ void SSL_free(void *);\nvoid *SSL_get1_session(void *ssl);`)": ["symbols.SSL_free: txiki SSL_free", "symbols.SSL_get1_session: txiki SSL_get1_session"],
    "const lib = ffi.Library('libssl', { SSL_free: ['void', ['pointer']], SSL_get1_session: [ref.refType('void'), ['pointer']] })": ["SSL_free: ffi-napi SSL_free", "SSL_get1_session: ffi-napi SSL_get1_session"],
    "const lib = new ffi.Library('libssl', { SSL_get1_session: ['pointer', ['pointer'], { async: true }] })": "SSL_get1_session: ffi-napi SSL_get1_session result in callback",
    "const { SSL_free } = define({ SSL_free: { library: 'l', retType: DataType.Void, paramsType: [DataType.External] } })": "SSL_free: ffi-rs SSL_free array",
    "define({ SSL_get1_session: { library: 'l', retType: DataType.External, paramsType: [], runInNewThread: true } })": "SSL_get1_session: ffi-rs SSL_get1_session async array",
  });
});

describe("calls that only look like libraries", () => {
  binds({
    "dlopen(path)": [],
    "dlopen(path, { flags: 1 })": [],
    "process.dlopen(module, { exports: {} })": [],
    "define({ a: 1, b: { c: 2 } })": [],
    "define(['a'], function () {})": [],
    "customElements.define('x-y', X)": [],
    "new Library('x', { books: ['a', 'b'], name: 'y' })": [],
    "load({ url: 'x' })": [],
    "cc({ files: [] })": [],
  });
});

test("names are where they stand in the text", () => {
  expect(namesIn("Deno.dlopen(p, { a: { name: 'SSL_free' }, SSL_new: {}, 'SSL_clear': {} })")).toEqual(["SSL_free", "SSL_new", "SSL_clear"]);
});
