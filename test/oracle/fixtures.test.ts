import { describe, expect, test } from "vitest";
import { programsOf } from "../fixtures/programs.js";
import { compareFixture } from "./fixtures.js";

/** Fixtures that running cannot judge, and why. Each must still fail to agree, so that the list shrinks when it can. */
const exceptions: Readonly<Record<string, string>> = {
};

describe.each(["rules", "themes", "projects"] as const)("fixtures/%s agree with what happens when they run", (kind) => {
  const programs = programsOf(kind);
  test.each(programs.map((program) => [program.name, program] as const))("%s", (name, program) => {
    const comparison = compareFixture(program, 2000);
    if (name in exceptions) expect(comparison.kind, `${name} can be judged now: take it from the list`).not.toBe("agrees");
    else expect(comparison).toMatchObject({ kind: "agrees" });
  });
});
