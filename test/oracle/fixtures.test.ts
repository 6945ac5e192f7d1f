import { describe, expect, test } from "vitest";
import { programsOf } from "../fixtures/programs.js";
import { compareFixture } from "./fixtures.js";

/** Fixtures that running cannot judge, and why. Each must still fail to agree, so that the list shrinks when it can. */
const exceptions: Readonly<Record<string, string>> = {
  "rules/no-use-after-invalidate/wolfssl.js": "the table of addresses is filled by nobody",
  "themes/feasible/logical-assignment.ts": "a pointer that is falsy and not null",
  "themes/indirections/i19-conditional-binding.js": "the table of addresses is filled by nobody",
  "projects/tsx-component": "needs a component library",
  "projects/package-imports": "imports resolved by configuration",
  "projects/tsconfig-baseurl": "imports resolved by configuration",
  "projects/tsconfig-paths": "imports resolved by configuration",
  "projects/monorepo": "imports resolved by configuration",
};

describe.each(["rules", "themes", "projects"] as const)("fixtures/%s agree with what happens when they run", (kind) => {
  const programs = programsOf(kind);
  test.each(programs.map((program) => [program.name, program] as const))("%s", (name, program) => {
    const comparison = compareFixture(program, 2000);
    if (name in exceptions) expect(comparison.kind, `${name} can be judged now: take it from the list`).not.toBe("agrees");
    else expect(comparison).toMatchObject({ kind: "agrees" });
  });
});
