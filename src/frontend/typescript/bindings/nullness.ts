import type { NullTest } from "../../../ir/types.js";

/**
 * The tests for NULL that can never work for a pointer of which these are the possible representations. Nothing is
 * listed by hand: every test runs on sample values, so that JavaScript itself decides.
 */
export function ineffectiveTests(representations: readonly Representation[]): NullTest[] {
  return Object.keys(tests).filter((test) => representations.every((one) => !works(test, one)));
}

/** How a binding layer shows pointers to JavaScript: its NULL, and examples of other pointers. */
export interface Representation {
  readonly nil: unknown;
  readonly others: readonly unknown[];
}

/** Whether the test is true for NULL and false for some other pointer; a test that throws is never true. */
export function works(test: NullTest, representation: Representation): boolean {
  const holds = (pointer: unknown): boolean => {
    try {
      return tests[test]?.(pointer, representation) === true;
    } catch {
      return false;
    }
  };
  return holds(representation.nil) && representation.others.some((other) => !holds(other));
}

interface PointerMethods {
  isNull: () => unknown;
  equals: (other: unknown) => unknown;
}

const tests: Readonly<Record<NullTest, (pointer: unknown, representation: Representation) => boolean>> = {
  "truthiness": (p) => !p,
  "=== null": (p) => p === null,
  "== null": (p) => p == null,
  "=== undefined": (p) => p === undefined,
  "== undefined": (p) => p == undefined,
  "=== 0": (p) => p === 0,
  "== 0": (p) => p == 0,
  "=== 0n": (p) => p === 0n,
  "== 0n": (p) => p == 0n,
  ".isNull()": (p) => (p as PointerMethods).isNull() === true,
  ".isNull": (p) => Boolean((p as PointerMethods).isNull),
  ".equals(NULL)": (p, { nil }) => (p as PointerMethods).equals(nil) === true,
};
