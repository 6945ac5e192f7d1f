import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Digest, Sum } from "../../src/analysis/digest.js";

type Part = number | string;

const part = fc.oneof(fc.integer(), fc.integer({ min: -9_000_000_000, max: 9_000_000_000 }), fc.string({ maxLength: 6 }), fc.string({ minLength: 20, maxLength: 40 }));

function digestOf(parts: readonly Part[]): Digest {
  const digest = new Digest();
  for (const one of parts) {
    if (typeof one === "number") digest.number(one);
    else digest.text(one);
  }
  return digest;
}

describe("a digest", () => {
  test("tells sequences apart that differ in one part, in order or in length", () => {
    const seen = new Map<number, string>();
    fc.assert(fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const text = JSON.stringify(parts);
      const { value } = digestOf(parts);
      expect(seen.get(value) ?? text).toBe(text);
      seen.set(value, text);
      expect(digestOf([...parts, 0]).value).not.toBe(value);
      if (parts.length > 1 && JSON.stringify([...parts].reverse()) !== text) expect(digestOf([...parts].reverse()).value).not.toBe(value);
    }), { numRuns: 2000 });
  });

  test("tells texts from numbers", () => {
    expect(digestOf([""]).value).not.toBe(digestOf([0]).value);
    expect(digestOf(["a"]).value).not.toBe(digestOf([97, -1]).value);
  });

  test("tells numbers apart that differ in their high bits only", () => {
    const numbers = Array.from({ length: 2000 }, (_, index) => -8_000_000_000 - index * 4);
    expect(new Set(numbers.flatMap((one) => numbers.slice(0, 20).map((other) => digestOf([one, other]).value))).size).toBe(2000 * 20);
    expect(digestOf([1]).value).not.toBe(digestOf([1 + 4294967296]).value);
  });
});

test("a sum of digests does not depend on their order, and counts each", () => {
  fc.assert(fc.property(fc.array(fc.array(part, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), (all) => {
    const sumOf = (some: readonly (readonly Part[])[]): number => {
      const sum = new Sum();
      for (const parts of some) sum.add(digestOf(parts));
      const digest = new Digest();
      sum.addTo(digest);
      return digest.value;
    };
    expect(sumOf([...all].reverse())).toBe(sumOf(all));
    expect(sumOf([...all, ["more"]])).not.toBe(sumOf(all));
  }));
});
