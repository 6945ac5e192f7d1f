import { ts } from "ts-morph";
import { symbolOf } from "./address.js";
import { type Callee, isMemberOf } from "./callee.js";
import { parsePrototypes } from "./prototype.js";
import { type BindingKind, nativeRef } from "./profiles.js";
import { isSet, option, type Row, type Table, tableOf, typeText } from "./rows.js";
import { nameAt, nameOf, resolve, textOf } from "./text.js";
import type { BindingScope, LibraryFunction, Recognition } from "./types.js";

/** `dlopen(path, { SSL_free: { … } })` of Bun, Deno, fino, txiki.js and node:ffi: told apart by import, then by the keys of the rows. */
export function recognizeDlopen(node: ts.CallExpression | ts.NewExpression, callee: Callee, scope: BindingScope): Recognition | null {
  const table = tableArgument(node, 1, scope);
  if (table === null) return null;
  const binding = dlopenKind(callee, table, scope);
  return binding === null ? null : library(table, binding === "node-ffi" ? "functions" : "symbols", (row) => describeRow(row, binding, scope));
}

/** `linkSymbols({ any: { ptr, … } })` and `cc({ source, symbols })` of Bun. */
export function recognizeLinkSymbols(node: ts.CallExpression | ts.NewExpression, callee: Callee, scope: BindingScope): Recognition | null {
  if (callee.name === "linkSymbols") {
    const table = tableArgument(node, 0, scope);
    return table === null ? null : library(table, "symbols", (row) => linkedRow(row, scope));
  }
  const configuration = node.arguments?.[0];
  const symbols = configuration === undefined || option(configuration, ["source"], scope) === null ? null : option(configuration, ["symbols"], scope);
  const table = symbols === null ? null : tableOf(symbols, scope);
  // What is compiled here may define, or reach through its headers, what no library exports.
  return table === null ? null : library(table, "symbols", (row) => ({ ...describeRow(row, "bun", scope), optional: true }));
}

/** `ffi.Library(path, { SSL_free: ["void", ["pointer"], { async: true }] })` of node-ffi and its successors. */
export function recognizeFfiLibrary(node: ts.CallExpression | ts.NewExpression, _callee: Callee, scope: BindingScope): Recognition | null {
  const table = tableArgument(node, 1, scope);
  const rows = table?.rows.filter((row) => isSignature(resolve(row.value, scope), scope)) ?? [];
  if (table === null || rows.length === 0) return null;
  return library({ ...table, rows }, null, ({ key, value }) => {
    const [result, , options] = (resolve(value, scope) as ts.ArrayLiteralExpression).elements;
    const ref = nativeRef(key.text, "ffi-napi", { result: typeText(result, scope), ...(isSet(options, ["async"], scope) ? { resultIn: "callback" } : {}) });
    return { key: key.text, ref, nameNode: key.node, nameRange: key.range, optional: false };
  });
}

// [result, [parameters]]
function isSignature(value: ts.Expression, scope: BindingScope): boolean {
  const parameters = ts.isArrayLiteralExpression(value) ? value.elements[1] : undefined;
  return parameters !== undefined && ts.isArrayLiteralExpression(resolve(parameters, scope));
}

/** `define({ SSL_free: { library, retType, paramsType } })` of ffi-rs: the functions take one array. */
export function recognizeDefine(node: ts.CallExpression | ts.NewExpression, _callee: Callee, scope: BindingScope): Recognition | null {
  const table = tableArgument(node, 0, scope);
  const rows = table?.rows.filter((row) => option(row.value, ["paramsType", "retType"], scope) !== null) ?? [];
  if (table === null || rows.length === 0) return null;
  return library({ ...table, rows }, null, ({ key, value }) => ({
    key: key.text,
    ref: nativeRef(key.text, "ffi-rs", { result: typeText(option(value, ["retType"], scope), scope), argumentStyle: "array", async: isSet(value, ["runInNewThread"], scope), resultGone: isSet(value, ["freeResultMemory"], scope) }),
    nameNode: key.node,
    nameRange: key.range,
    optional: false,
  }));
}

/** `lib.getFunctions({ SSL_free: { … } })` of node:ffi. */
export function recognizeGetFunctions(node: ts.CallExpression | ts.NewExpression, _callee: Callee, scope: BindingScope): Recognition | null {
  const table = tableArgument(node, 0, scope);
  return table === null ? null : library(table, null, (row) => describeRow(row, "node-ffi", scope));
}

/** `dlopenCProto("ssl", "void SSL_free(void *);")` of txiki.js. */
export function recognizeCProto(node: ts.CallExpression | ts.NewExpression, _callee: Callee, scope: BindingScope): Recognition | null {
  const header = node.arguments?.[1];
  const text = header === undefined ? null : textOf(header, scope);
  if (text === null) return null;
  const functions = parsePrototypes(text.value).map((prototype): LibraryFunction => {
    const name = nameAt(text, prototype.offset, prototype.name.length);
    return { key: name.text, ref: nativeRef(name.text, "txiki", { result: prototype.result }), nameNode: name.node, nameRange: name.range, optional: false };
  });
  return functions.length === 0 ? null : { kind: "library", functions, spreads: [], under: "symbols" };
}

function tableArgument(node: ts.CallExpression | ts.NewExpression, index: number, scope: BindingScope): Table | null {
  const argument = node.arguments?.[index];
  const table = argument === undefined ? null : tableOf(argument, scope);
  return table === null || table.rows.length === 0 ? null : table;
}

function library(table: Table, under: string | null, describe: (row: Row) => LibraryFunction): Recognition {
  return { kind: "library", functions: table.rows.map(describe), spreads: table.spreads, under };
}

const KIND_BY_MODULE: Readonly<Record<string, BindingKind>> = { "bun:ffi": "bun", "ffi": "node-ffi", "fino:ffi": "fino", "tjs:ffi": "txiki" };

function dlopenKind(callee: Callee, table: Table, scope: BindingScope): BindingKind | null {
  const known = KIND_BY_MODULE[callee.module];
  if (known !== undefined) return known;
  if (isMemberOf(callee, "Deno")) return "deno";
  const has = (keys: readonly string[]): boolean => table.rows.some((row) => option(row.value, keys, scope) !== null);
  if (has(["arguments", "return"])) return "node-ffi";
  if (has(["args", "returns"])) return "bun";
  if (has(["parameters", "result"])) return has(["async"]) ? "fino" : "deno";
  return null;
}

function describeRow({ key, value }: Row, binding: BindingKind, scope: BindingScope): LibraryFunction {
  const alias = RENAMING.has(binding) ? option(value, ["name"], scope) : null;
  const name = (alias === null ? null : nameOf(textOf(alias, scope))) ?? key;
  const result = typeText(option(value, ["returns", "result", "return"], scope), scope);
  const ref = nativeRef(name.text, binding, { result, async: ASYNC.has(binding) && isSet(value, ["nonblocking", "async"], scope) });
  return { key: key.text, ref, nameNode: name.node, nameRange: name.range, optional: isSet(value, ["optional"], scope) };
}

/**
 * Layers where a row's `name` is the symbol and its key only what JavaScript calls it. Bun's own `dlopen` knows no such
 * name; who writes one says what is meant all the same.
 */
const RENAMING: ReadonlySet<BindingKind> = new Set(["bun", "deno", "fino", "txiki"]);
/** Layers where a row can make the call give a promise. */
const ASYNC: ReadonlySet<BindingKind> = new Set(["deno", "fino"]);

function linkedRow(row: Row, scope: BindingScope): LibraryFunction {
  const address = option(row.value, ["ptr"], scope);
  const symbol = (address === null ? null : symbolOf(address, scope)) ?? row.key;
  const ref = nativeRef(symbol.text, "bun", { result: typeText(option(row.value, ["returns"], scope), scope) });
  return { key: row.key.text, ref, nameNode: symbol.node, nameRange: symbol.range, optional: false };
}
