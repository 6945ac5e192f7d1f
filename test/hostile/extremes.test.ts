import { describe, expect, test } from "vitest";
import { extremes } from "./extremes.js";
import { survive } from "./survive.js";

describe("texts at the edge of what a parser takes", () => {
  test.each(extremes())("%s", (_, text) => {
    const survival = survive("extreme.ts", text);
    expect(survival.crash).toBeNull();
    expect(survival.milliseconds).toBeLessThan(10_000);
  }, 60_000);
});
