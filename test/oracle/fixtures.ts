import { loadContracts } from "../../src/contracts/index.js";
import { parseProgram } from "../fixtures/expectations.js";
import type { FixtureProgram } from "../fixtures/programs.js";
import { decidedRules, judge, type OracleError } from "./index.js";

/** How a fixture and the oracle compare. */
export type Comparison =
  | { readonly kind: "agrees"; readonly runs: number }
  /** Why running it says nothing. */
  | { readonly kind: "cannot be run"; readonly reason: string }
  | { readonly kind: "disagrees"; readonly differences: readonly string[] };

/** Runs a fixture and holds its expectations of the rules that the oracle decides against what happened. */
export function compareFixture(program: FixtureProgram, maxRuns: number): Comparison {
  const { directives, expectations } = parseProgram(program.files);
  const strict = directives.preset !== "recommended";
  const contracts = loadContracts({ ...(directives.classes === null ? {} : { classes: directives.classes }), ...(directives.dialect === null ? {} : { dialect: directives.dialect }) });
  const settings = { contracts, strict, checkThrowingCalls: directives.checkThrowingCalls ?? strict, flush: directives.flush ?? "manual", nativeThrows: false, rounds: 2, maxRuns, maxMilliseconds: 3000 } as const;
  let verdict;
  try {
    verdict = judge(new Map(program.files.map(({ file, text }) => [file, text])), settings);
  } catch (error) {
    return { kind: "cannot be run", reason: String(error).split("\n")[0] ?? "" };
  }
  if (verdict.unsupported.length > 0) return { kind: "cannot be run", reason: (verdict.unsupported[0] ?? "").split("\n")[0] ?? "" };
  const compared = (rule: string): boolean => decidedRules.some((decided) => decided === rule) && (directives.only === null || directives.only.some((only) => only === rule));
  const expected = expectations.filter(({ rule }) => compared(rule));
  const matches = (error: OracleError, at: { file: string; line: number; rule: string }): boolean => error.rules.some((rule) => rule === at.rule) && error.places.some((place) => place.file === at.file && place.line === at.line);
  const wrong = expected.filter((at) => at.wrong);
  const missing = verdict.sure.filter((error) => compared(error.rule) && !expected.some((at) => matches(error, at)));
  const unfounded = expected.filter((at) => !at.wrong && !verdict.possible.some((error) => matches(error, at)));
  if (!verdict.complete && unfounded.length > 0) return { kind: "cannot be run", reason: "more paths than runs" };
  const differences = [
    ...missing.map((error) => `${error.file}:${error.line}: the oracle has ${error.rule}, the fixture does not`),
    ...unfounded.map((at) => `${at.file}:${at.line}: the fixture has ${at.rule}, the oracle does not`),
  ];
  return differences.length === 0 || wrong.length > 0 ? { kind: "agrees", runs: verdict.runs } : { kind: "disagrees", differences };
}
