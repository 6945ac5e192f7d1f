import type { Contracts } from "../contracts/model.js";
import type { Finding, Incomplete } from "../findings.js";
import type { Program } from "../ir/types.js";
import { judgeBindings } from "./bindings.js";
import { Engine, type AnalysisOptions, type RawFinding } from "./engine.js";
import { eventKey } from "./canonical.js";
import { followProgram } from "./roots.js";
import type { Event } from "./state.js";
import { Words } from "./words.js";

export { describeState } from "./describe.js";
export type { AnalysisOptions, Observer } from "./engine.js";

export interface AnalysisResult {
  readonly findings: Finding[];
  readonly incomplete: Incomplete[];
  /** Functions that were followed, each entry state counted. */
  readonly functions: number;
  /** Calls of native functions that were recognised, on all paths. */
  readonly calls: number;
  /** Instructions that were followed, and what it cost to write states down: it grows as the time does, and is the same in each run. */
  readonly work: number;
}

/** Analyses a program under the contracts in force. The same program gives the same result, whatever else was analysed before. */
export function analyzeProgram(program: Program, contracts: Contracts, options: AnalysisOptions): AnalysisResult {
  const engine = new Engine(program, contracts, options);
  followProgram(engine);
  const raw = [
    ...withoutEchoes([
      ...withoutReturns(engine.findings.filter((finding) => counts(finding, options) && isNoStore(finding, engine))),
      ...engine.fieldStores.filter(({ field, raw, shown }) => counts(raw, options) && !(shown && engine.releasedStores.has(eventKey(raw.primary))) && !engine.isFieldReleased(field, raw.object?.class ?? null)).map((store) => ({ ...store.raw, primary: innermost(store.raw.primary) })),
    ]),
    ...engine.nullTests.filter((test) => !engine.plainNullTests.has(test.key)).map((test) => test.raw),
    ...engine.index.modules.flatMap((module) => judgeBindings(module, contracts)),
  ];
  const words = new Words(contracts, engine.index);
  const findings = groups(withoutTwins(withoutSeconds(raw))).map((group) => words.finding(group));
  findings.sort((a, b) => compare(a.primary.file, b.primary.file) || a.primary.start - b.primary.start || a.primary.end - b.primary.end || compare(a.rule, b.rule));
  return { findings, incomplete: [...engine.incomplete.values()], functions: engine.followed.size, calls: engine.calls, work: engine.budget.work };
}

// The return of a pointer that the way out released, or of a function that uses one, is told only where no caller is seen to use it.
function withoutReturns(findings: readonly RawFinding[]): RawFinding[] {
  const used = new Set(findings.filter((finding) => finding.cause && finding.extra["unless"] === undefined && finding.rule !== "no-borrow-escape").map((finding) => placeOf(innermost(finding.cause!))));
  return findings.filter((finding) => finding.extra["unless"] === undefined || !finding.cause || !used.has(placeOf(innermost(finding.cause))));
}

// A release that gives back too much is one error, whichever rule each of its paths breaks; so is keeping a borrow for the
// sake of a later release or use.
function withoutSeconds(findings: readonly RawFinding[]): RawFinding[] {
  const placeIn = (event: Event): string => `${event.site.file}:${event.site.start}-${event.site.end}`;
  const of = (rule: RawFinding["rule"]): readonly RawFinding[] => findings.filter((finding) => finding.rule === rule);
  const twice = new Set(of("no-double-release").map(({ primary }) => placeIn(primary)));
  const borrowed = new Set([...of("no-release-borrowed"), ...of("no-use-after-invalidate")].flatMap(({ token }) => (token?.acquired ? [placeOf(innermost(token.acquired))] : [])));
  return findings.filter(({ rule, primary, token, extra }) => {
    if (rule === "no-release-borrowed") return !twice.has(placeIn(primary));
    return rule !== "no-borrow-escape" || extra["how"] !== "stored" || !token?.acquired || !borrowed.has(placeOf(innermost(token.acquired)));
  });
}

// A reference counted up is lost on some paths to a way out, and on others to it the one that the pointer came with: one
// release is missing there. No path loses both: nothing was given back in the stead of the other then.
function withoutTwins(findings: readonly RawFinding[]): RawFinding[] {
  const isLoss = ({ rule, token, cause }: RawFinding): boolean => rule === "require-release" && token !== null && cause !== null;
  const wayOut = (event: Event, { cause }: RawFinding): string => `${placeOf(event)}|${eventKey(cause!)}`;
  const owned = new Set(findings.filter((finding) => isLoss(finding) && finding.token!.kind === "owned").map((finding) => wayOut(finding.primary, finding)));
  const both = new Set(findings.filter((finding) => isLoss(finding) && finding.token!.kind === "retained" && !finding.token!.inStead).map((finding) => wayOut(finding.primary, finding)));
  return findings.filter((finding) => !isLoss(finding) || !finding.token!.inStead || both.has(wayOut(finding.primary, finding)) || !owned.has(wayOut(finding.token!.inStead, finding)));
}

/**
 * What is told of the function in which it happens is no further bug in its callers: a count that it raised and lost
 * itself, where they hold the pointer and lose it too; what a generator does with a pointer of its own after it showed it, or
 * loses before it does; and an object that goes with what nothing ever releases in its field.
 */
function withoutEchoes(findings: readonly RawFinding[]): RawFinding[] {
  const misuse = ({ rule, primary, token, cause }: RawFinding): string => [rule, ...[primary, token!.acquired!, ...(cause ? [cause] : [])].map((event) => placeOf(innermost(event)))].join();
  const misused = new Set(findings.filter(({ rule, primary, token }) => rule !== "require-release" && primary.inner === null && token?.acquired).map(misuse));
  const loss = ({ primary, cause }: RawFinding): string => [primary, cause!].map((event) => placeOf(innermost(event))).join();
  const lost = new Set(findings.filter(({ rule, primary, cause }) => rule === "require-release" && primary.inner === null && cause).map(loss));
  const field = ({ token }: RawFinding): string => (token?.acquired && token.stored ? `${token.stored.field} ${placeOf(innermost(token.acquired))}` : "");
  const stored = new Set(findings.filter(({ extra }) => extra["lost"] === "field").map(field));
  const lostAt = ({ rule, token }: RawFinding): Event | null => (rule === "require-release" && token?.kind === "retained" ? token.acquired : null);
  const told = new Set<string>();
  for (const finding of findings) {
    const at = lostAt(finding);
    if (at?.inner === null && finding.primary === at) told.add(placeOf(at));
  }
  return findings.filter((finding) => {
    if (finding.primary.inner !== null && finding.rule !== "require-release" && finding.token?.acquired && misused.has(misuse(finding))) return false;
    if (finding.rule === "require-release" && finding.primary.inner !== null && finding.cause?.inner && lost.has(loss(finding))) return false;
    if (finding.rule === "require-release" && finding.extra["lost"] !== "field" && finding.primary.inner !== null && stored.has(field(finding))) return false;
    const at = lostAt(finding);
    return !at || (finding.primary === at && at.inner === null) || !told.has(placeOf(innermost(at)));
  });
}

function placeOf(event: Event): string {
  return `${event.site.file}:${event.site.start}`;
}

// What is left behind on a path that exists only because a call may throw is a matter of its own setting.
function counts(finding: RawFinding, options: AnalysisOptions): boolean {
  if (finding.rule === "no-borrow-escape" && finding.extra["how"] === "stored") return options.checkThrowingCalls || !finding.mayThrow;
  return finding.rule !== "require-release" || options.checkThrowingCalls || (finding.exceptional !== "call" && !finding.mayThrow);
}

// What nothing ever releases is told where it is stored.
function isNoStore({ extra, object }: RawFinding, engine: Engine): boolean {
  return extra["inField"] === undefined || engine.isFieldReleased(extra["inField"], object?.class ?? null);
}

/** Violations that are one bug: the same rule at the same place. A lost reference has one place, the call that obtained it, and a way out for each violation. */
function groups(raw: readonly RawFinding[]): RawFinding[][] {
  const byPlace = new Map<string, RawFinding[]>();
  for (const finding of raw) {
    const { file, start, end } = finding.primary.site;
    const key = `${finding.rule}|${file}|${start}|${end}`;
    const group = byPlace.get(key);
    if (!group) byPlace.set(key, [finding]);
    else if (finding.rule === "require-release" && !group.some((other) => sameCause(other, finding))) group.push(finding);
  }
  for (const group of byPlace.values()) group.sort((a, b) => rank(a) - rank(b) || (a.cause?.site.start ?? 0) - (b.cause?.site.start ?? 0));
  return [...byPlace.values()];
}

function sameCause(left: RawFinding, right: RawFinding): boolean {
  return left.cause !== null && right.cause !== null ? eventKey(left.cause) === eventKey(right.cause) : left.cause === right.cause;
}

// A plain way out says more than one by an exception.
function rank(finding: RawFinding): number {
  return (finding.mayThrow ? 4 : 0) + (finding.exceptional === "no" ? 0 : 1);
}

// The store itself, whatever calls it lies in.
function innermost(event: Event): Event {
  return event.inner ? innermost(event.inner) : event;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
