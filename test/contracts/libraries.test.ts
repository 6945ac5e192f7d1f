import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { checkUserContracts, loadContracts, userContractNames } from "../../src/contracts/index.js";
import { analyze, type UserContracts } from "../../src/index.js";

const folder = new URL("../../docs/contracts/", import.meta.url);

// One program for each file of contracts: what must be reported stands at the end of its line, and nothing else is.
const programs: Readonly<Record<string, string>> = {
  "sqlite.json": `
import { dlopen } from "bun:ffi";
const { symbols: lib } = dlopen("libsqlite3.so.0", { sqlite3_expanded_sql: {}, sqlite3_free: {}, sqlite3_backup_init: {}, sqlite3_backup_step: {}, sqlite3_backup_finish: {} });
export function logged(statement) {
  return String(lib.sqlite3_expanded_sql(statement)); // require-release
}
export function expanded(statement, read) {
  const text = lib.sqlite3_expanded_sql(statement);
  const sql = read(text);
  lib.sqlite3_free(text);
  return sql;
}
export function copy(to, from) {
  const backup = lib.sqlite3_backup_init(to, null, from, null); // require-release
  if (backup === null) return;
  if (lib.sqlite3_backup_step(backup, -1) !== 101) throw new Error("not copied");
  lib.sqlite3_backup_finish(backup);
}
const pointer = (cell) => Deno.UnsafePointer.create(cell[0]);
export function open(path) {
  const cell = new BigUint64Array(1);
  const failed = lib.sqlite3_open_v2(path, cell, 6, null) !== 0;
  const database = pointer(cell);
  if (!failed && database !== null) return database;
  lib.sqlite3_close_v2(database);
  throw new Error("not opened");
}
export function isThere(path, sql) {
  const database = open(path); // require-release
  const cell = new BigUint64Array(1);
  if (lib.sqlite3_prepare_v2(database, sql, -1, cell, null) !== 0) return false;
  lib.sqlite3_finalize(pointer(cell));
  lib.sqlite3_close_v2(database);
  return true;
}
export function byBytes(path) {
  const cell = new BigUint64Array(1);
  lib.sqlite3_open_v2(path, cell, 6, null);
  return new DataView(cell.buffer).getBigUint64(0, true);
}
export function byPlace(path) {
  const cell = new BigInt64Array(2);
  lib.sqlite3_open_v2(path, Deno.UnsafePointer.of(cell), 6, null);
  if (cell[0] === 0n) return false;
  lib.sqlite3_close_v2(Number(cell[0]));
  return true;
}
const scratch = new BigUint64Array(1);
export function shared(path) {
  lib.sqlite3_open_v2(path, scratch, 6, null);
  return { close: () => lib.sqlite3_close_v2(scratch[0]) };
}
`,
  "libgit2.json": `
import koffi from "koffi";
const lib = koffi.load("libgit2.so");
const git_commit_lookup = lib.func("int git_commit_lookup(_Out_ void **out, void *repo, void *id)");
const git_commit_message = lib.func("void *git_commit_message(void *commit)");
const git_commit_free = lib.func("void git_commit_free(void *commit)");
export function message(repo, id) {
  const out = [null];
  if (git_commit_lookup(out, repo, id) < 0) throw new Error("no such commit");
  const text = git_commit_message(out[0]);
  git_commit_free(out[0]);
  return koffi.decode(text, "char", -1); // no-use-after-invalidate
}
export function hasMessage(repo, id) {
  const out = [null];
  if (git_commit_lookup(out, repo, id) < 0) return false;
  const found = git_commit_message(out[0]) !== null;
  git_commit_free(out[0]);
  return found;
}
`,
  "glib.json": `
import { dlopen } from "bun:ffi";
const { symbols: gtk } = dlopen("libgtk-4.so.1", { g_bytes_new: {}, g_bytes_unref: {}, gdk_texture_new_from_bytes: {}, gtk_picture_new_for_paintable: {}, g_object_unref: {}, g_object_ref: {} });
export function picture(data) {
  const bytes = gtk.g_bytes_new(data, data.byteLength);
  const texture = gtk.gdk_texture_new_from_bytes(bytes, null); // require-release
  gtk.g_bytes_unref(bytes);
  return Number(gtk.gtk_picture_new_for_paintable(texture));
}
export function shared(texture, panel) {
  gtk.g_object_ref(texture);
  panel.show(gtk.gtk_picture_new_for_paintable(texture));
  gtk.g_object_unref(texture);
}
`,
  "python.json": `
const py = Deno.dlopen("libpython3.so", { PyDict_Keys: { parameters: ["pointer"], result: "pointer" }, PyList_Size: { parameters: ["pointer"], result: "i32" }, PyList_GetItem: { parameters: ["pointer", "i32"], result: "pointer" }, Py_DecRef: { parameters: ["pointer"], result: "void" } }).symbols;
export function size(dict) {
  const keys = py.PyDict_Keys(dict); // require-release
  return py.PyList_Size(keys);
}
export function first(dict, show) {
  const keys = py.PyDict_Keys(dict);
  if (keys === null) return;
  const key = py.PyList_GetItem(keys, 0);
  py.Py_DecRef(key); // no-release-borrowed
  show(keys);
}
`,
  "webview.json": `
import { dlopen } from "bun:ffi";
const { symbols: lib } = dlopen("libwebview.so", { webview_create: {}, webview_run: {}, webview_destroy: {}, webview_terminate: {} });
export function open() {
  const view = lib.webview_create(0, null);
  if (!view) return;
  lib.webview_run(view);
  lib.webview_destroy(view);
  lib.webview_terminate(view); // no-use-after-release
}
`,
  "quickjs.json": `
export function twice(Module, context) {
  const value = Module._QTS_NewObject(context);
  const copy = Module._QTS_DupValuePointer(context, value);
  Module._QTS_FreeValuePointer(context, value);
  Module._QTS_FreeValuePointer(context, copy);
  Module._QTS_FreeValuePointer(context, value); // no-double-release
}
`,
};

function read(file: string): UserContracts {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8")) as UserContracts;
}

const files = readdirSync(folder).filter((file) => file.endsWith(".json"));

test("there is a program for each library", () => {
  expect(files).toEqual(Object.keys(programs).sort());
});

test.each(files)("%s is valid", (file) => {
  const written = read(file);
  expect(checkUserContracts(written, file)).toEqual([]);
  const contracts = loadContracts({ extra: [written] });
  for (const name of userContractNames([written])) expect(contracts.function(name)).toBeDefined();
});

test.each(files)("%s finds what is wrong in a small program, and nothing else", async (file) => {
  const program = programs[file] ?? "";
  const cwd = mkdtempSync(path.join(tmpdir(), "session-lint-library-"));
  writeFileSync(path.join(cwd, "program.js"), program);
  const report = await analyze({ cwd, contracts: read(file) });
  const expected = program.split("\n").flatMap((line, index) => {
    const rule = /\/\/ ([\w-]+)$/.exec(line)?.[1];
    return rule === undefined ? [] : [`${rule} on line ${index + 1}`];
  });
  expect(expected.length).toBeGreaterThan(0);
  expect(report.findings.map(({ ruleId, range }) => `${ruleId.replace("session-lint/", "")} on line ${range.start.line}`)).toEqual(expected);
});
