import koffi from "koffi";
import { describe, expect, test } from "vitest";
import { ineffectiveTests, type Representation, works } from "../../../src/frontend/typescript/bindings/nullness.js";
import { type BindingKind, nativeRef, representations } from "../../../src/frontend/typescript/bindings/profiles.js";

const ALL = ["truthiness", "=== null", "== null", "=== undefined", "== undefined", "=== 0", "== 0", "=== 0n", "== 0n", ".isNull()", ".isNull", ".equals(NULL)"];

/** What works, by the manuals of the layers; everything else in `ALL` must be called ineffective. */
const WORKING: Readonly<Record<BindingKind, readonly string[]>> = {
  "frida": ["== 0", "== 0n", ".isNull()", ".equals(NULL)"],
  "koffi": ["truthiness", "=== null", "== null", "== undefined"],
  "bun": ["truthiness", "=== null", "== null", "== undefined"],
  "deno": ["truthiness", "=== null", "== null", "== undefined"],
  "fino": ["truthiness", "=== null", "== null", "== undefined"],
  "node-ffi": ["truthiness", "=== 0n", "== 0", "== 0n"],
  "emscripten": ["truthiness", "=== 0", "== 0", "== 0n"],
  "lo": ["truthiness", "=== 0", "== 0", "== 0n"],
  // With 64-bit memory a pointer is a bigint.
  "wasm": ["truthiness", "=== 0", "=== 0n", "== 0", "== 0n"],
  "quickjs": ["truthiness", "=== 0", "=== 0n", "== 0", "== 0n"],
  // null for the type `ptr`, an object with a getter for typed pointers.
  "txiki": ["truthiness", "=== null", "== null", "== undefined", ".isNull", ".equals(NULL)"],
  "ctypes": [".isNull()", ".equals(NULL)"],
  // An empty Buffer's text is "", which is == 0.
  "ffi-napi": ["== 0", "== 0n", ".isNull()", ".equals(NULL)"],
  "ffi-rs": [],
};

describe.each(Object.keys(WORKING) as BindingKind[])("%s", (binding) => {
  test("ineffective is what does not work", () => {
    expect([...nativeRef("f", binding).ineffective].sort()).toEqual(ALL.filter((one) => !WORKING[binding].includes(one)).sort());
  });

  test("the test that is recommended works in every representation", () => {
    const { workingTest } = nativeRef("f", binding);
    for (const { nil, others } of representations[binding]) {
      expect(run(workingTest, nil, nil)).toBe(true);
      for (const other of others) expect(run(workingTest, other, nil)).toBe(false);
    }
  });
});

/** Runs the source text of a test; `ref` and `isNullPointer` are the layer's own functions. */
function run(source: string, p: unknown, nil: unknown): boolean {
  const ref = { isNull: (pointer: { isNull(): boolean }) => pointer.isNull() };
  return Boolean(new Function("p", "ref", "isNullPointer", `return ${source}`)(p, ref, (pointer: unknown) => pointer === nil));
}

describe("pointers that the binding declares as integers", () => {
  test.each(["usize", "u64", "size_t", "uintptr_t", "unsigned long", "int64_t", "uint64", "u64_fast", "long long"])("%s", (result) => {
    expect(nativeRef("f", "deno", { result }).ineffective).toEqual(["=== null", "== null", "=== undefined", "== undefined", ".isNull()", ".isNull"]);
  });
  test.each(["pointer", "ptr", "SSL_SESSION *", "const char *", "void", "External", ""])("%s is none", (result) => {
    expect(nativeRef("f", "deno", { result })).toEqual(nativeRef("f", "deno"));
  });
});

test("a test that is always true tells nothing", () => {
  const always: Representation = { nil: { isNull: true }, others: [{ isNull: true }] };
  expect(works(".isNull", always)).toBe(false);
  expect(ineffectiveTests([always])).toContain(".isNull");
});

describe("koffi as installed", () => {
  const libc = koffi.load(null);
  const nil: unknown = libc.func("void *getenv(const char *name)")("SESSION_LINT_NO_SUCH_VARIABLE");
  const other: unknown = libc.func("void *getenv(const char *name)")("PATH");

  test("gives null for NULL, and bigints", () => {
    expect(nil).toBe(null);
    expect(typeof other).toBe("bigint");
    expect(koffi.address(null)).toBe(0n);
  });
  test("agrees with the profile", () => {
    expect(ineffectiveTests([{ nil, others: [other] }])).toEqual(nativeRef("f", "koffi").ineffective);
  });
  test("gives 0 for NULL as an integer", () => {
    expect(libc.func("uintptr_t getenv(const char *name)")("SESSION_LINT_NO_SUCH_VARIABLE")).toBe(0);
  });
});
