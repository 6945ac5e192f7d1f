import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { recognizeMember } from "../../../src/frontend/typescript/bindings/index.js";
import { parse, scopeOf } from "./recognition.js";

/** The members in the text that are native functions by their place. */
function membersIn(text: string): string[] {
  const file = parse(text);
  const scope = scopeOf(file);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const key = ts.isPropertyAccessExpression(node) ? node.name.text : ts.isElementAccessExpression(node) && ts.isStringLiteral(node.argumentExpression) ? node.argumentExpression.text : null;
    const ref = key === null ? null : recognizeMember((node as ts.PropertyAccessExpression).expression, key, scope);
    if (ref !== null) found.push(`${ref.binding} ${ref.name}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test.each([
  ["Module._SSL_free(p)", "emscripten SSL_free"],
  ['Module["_SSL_free"](p)', "emscripten SSL_free"],
  ["this.Module._SSL_free(p)", "emscripten SSL_free"],
  ["Module.asm._SSL_free(p)", "emscripten SSL_free"],
  ["const m = await createOpenSSLModule(); m._SSL_free(p)", "emscripten SSL_free"],
  ["wasmExports.SSL_free(p)", "wasm SSL_free"],
  ['wasmExports["_SSL_free"](p)', "wasm SSL_free"],
  ["instance.exports.SSL_free(p)", "wasm SSL_free"],
  ["const e = result.instance.exports; e.SSL_free(p)", "wasm SSL_free"],
  ['const { libssl } = lo.load("libssl"); lo.load("libssl").libssl.SSL_free(p)', "lo SSL_free"],
  ['const ssl = lo.load("libssl").libssl; ssl.SSL_free(p)', "lo SSL_free"],
])("%s", (text, expected) => {
  expect(membersIn(text)).toContain(expected);
});

test.each([
  "module.exports.SSL_free = free",
  "exports.SSL_free = free",
  "Module.SSL_free(p)",
  "Module.HEAPU8[p]",
  "Module.__internal(p)",
  "instance.exports.memory",
  "this._SSL_free(p)",
  "lib.symbols.SSL_free(p)",
])("%s is none by its place", (text) => {
  expect(membersIn(text)).toEqual([]);
});
