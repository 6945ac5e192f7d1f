import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { languageModel } from "../../../src/frontend/typescript/language.js";
import type { BuiltinModel } from "../../../src/ir/language.js";

const require = createRequire(import.meta.url);
const { functions, methods, collectionMethods, constructors } = languageModel;
const functionNames = [...functions.keys()];

/** Looks a dotted name up; undefined where a part of it is missing. */
function lookUp(root: unknown, path: readonly string[]): unknown {
  return path.reduce((object, part) => (object === undefined || object === null ? undefined : (object as Record<string, unknown>)[part]), root);
}

/** Newer than the Node.js that the tests may run on. */
const NEWER = new Set(["Promise.try", "Promise.withResolvers"]);

describe("names are those of real functions", () => {
  const roots = ["Object", "Array", "Promise", "JSON", "BigInt", "Math", "Number", "process", "console", "Buffer", "Reflect", "ArrayBuffer", "performance"];
  test.each(functionNames.filter((name) => roots.includes(name.split(".")[0] ?? "") && !NEWER.has(name)))("%s", (name) => {
    const path = name.replace(/\.\*$/, "").split(".");
    expect(["function", "object"]).toContain(typeof lookUp(globalThis, path));
  });

  const modules = ["assert", "assert/strict", "util", "timers", "timers/promises", "events", "process", "koffi"];
  test.each(functionNames.filter((name) => name.includes(":") && modules.includes(name.slice(0, name.indexOf(":")))))("%s", (name) => {
    const colon = name.indexOf(":");
    const member = name.slice(colon + 1).replace(/(?:^|\.)\*$/, "");
    const module: unknown = require(name.slice(0, colon));
    if (ALIASES.has(name)) return;
    expect(lookUp(module, member === "" ? [] : member.split("."))).toBeDefined();
  });

  test.each([...collectionMethods.keys()])("collection method %s", (name) => {
    expect(name in Map.prototype || name in Set.prototype).toBe(true);
  });

  test("array operations are methods of arrays", () => {
    const names = [...methods].filter(([, model]) => model.kind === "array").map(([name]) => name);
    expect(names.filter((name) => !(name in Array.prototype))).toEqual(["toSorted", "toReversed"].filter((name) => names.includes(name) && !(name in Array.prototype)));
  });
});

/** Exports under names that only other forms of the module have. */
const ALIASES = new Set(["assert:assert", "koffi:node", "koffi:errno"]);

describe("what matters about pointers", () => {
  const rows: [string, BuiltinModel][] = [
    ["console.*", { kind: "inspect" }],
    ["assert", { kind: "assert", of: 0 }],
    ["assert:ok", { kind: "assert", of: 0 }],
    ["assert:strict.notEqual", { kind: "assertEqual", left: 0, right: 1, equal: false }],
    ["assert/strict:fail", { kind: "throw" }],
    ["process.exit", { kind: "exit" }],
    ["Deno.exit", { kind: "exit" }],
    ["BigInt", { kind: "address", of: 0 }],
    ["koffi:decode.*", { kind: "dereference", of: 0 }],
    ["koffi.address", { kind: "address", of: 0 }],
    ["bun:ffi:toArrayBuffer", { kind: "dereference", of: 0, view: true }],
    ["bun:ffi:read.*", { kind: "dereference", of: 0 }],
    ["ffi:getUint64", { kind: "dereference", of: 0 }],
    ["ffi:setFloat32", { kind: "dereference", of: 0 }],
    ["Deno.UnsafePointer.value", { kind: "address", of: 0 }],
    ["Deno.UnsafePointer.offset", { kind: "interior", of: 0 }],
    ["ref-napi:isNull", { kind: "nullTest", of: 0, test: "ref.isNull()" }],
    ["ref.isNull", { kind: "nullTest", of: 0, test: "ref.isNull()" }],
    ["ffi-rs:isNullPointer", { kind: "nullTest", of: 0, test: "isNullPointer()" }],
    ["Interceptor.attach", { kind: "hooks", callbacks: 1, first: "onEnter", then: "onLeave", result: "retval" }],
    ["setTimeout", { kind: "callLater", callback: 0, once: true, passes: 2 }],
    ["process.nextTick", { kind: "callLater", callback: 0, once: true }],
    ["process.on", { kind: "callLater", callback: 1, event: { names: expect.any(RegExp) as RegExp, firing: ["emit", "dispatchEvent"] } }],
    ["util:promisify", { kind: "promisify", of: 0 }],
    ["Memory.readPointer", { kind: "pointee", of: 0, at: 1 }],
  ];
  test.each(rows)("%s", (name, model) => expect(functions.get(name)).toEqual(model));

  const methodRows: [string, BuiltinModel][] = [
    ["isNull", { kind: "nullTest", of: "receiver", test: ".isNull()" }],
    ["equals", { kind: "equals", left: "receiver", right: 0, test: ".equals(NULL)" }],
    ["add", { kind: "interior", of: "receiver" }],
    ["readPointer", { kind: "pointee", of: "receiver", at: 0 }],
    ["writeU8", { kind: "dereference", of: "receiver", value: 0 }],
    ["toInt32", { kind: "address", of: "receiver" }],
    ["toString", { kind: "inspect", gives: "text" }],
    ["async", { kind: "asyncCall" }],
    ["call", { kind: "invoke", style: "call" }],
    ["reduce", { kind: "eachElement", callback: 0, result: "unknown", elementParam: 1 }],
    ["defer", { kind: "disposableStack", operation: "defer" }],
    ["addEventListener", { kind: "callLater", callback: 1, event: { names: expect.any(RegExp) as RegExp, firing: ["emit", "dispatchEvent"] } }],
  ];
  test.each(methodRows)("method %s", (name, model) => expect(methods.get(name)).toEqual(model));

  test("a set's add is not a pointer's", () => expect(collectionMethods.get("add")).toEqual({ kind: "collection", operation: "add" }));

  test.each([
    ["Deno.UnsafePointerView", { kind: "dereference", of: 0, view: true }],
    ["bun:ffi:CString", { kind: "dereference", of: 0 }],
    ["NativePointer", { kind: "identity", of: 0 }],
    ["WeakMap", { kind: "collection", operation: "new", keyed: true }],
    ["Uint8Array", { kind: "cells", parts: 0 }],
  ])("constructor %s", (name, model) => expect(constructors.get(name)).toEqual(model));

  test("what keeps or runs its arguments in other ways stays unknown", () => {
    expect(constructors.has("Proxy")).toBe(false);
    expect(functions.has("eval")).toBe(false);
  });
});

// The test names of the methods must be those that the bindings' profiles are stated in.
test("a pointer's own tests have the names of the profiles", async () => {
  const { nativeRef } = await import("../../../src/frontend/typescript/bindings/profiles.js");
  const testOf = (name: string): string => (methods.get(name) as { test: string }).test;
  expect(nativeRef("f", "koffi").ineffective).toEqual(expect.arrayContaining([testOf("isNull"), testOf("equals")]));
  expect(nativeRef("f", "frida").ineffective).not.toContain(testOf("isNull"));
});
