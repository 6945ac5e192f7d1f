/** A finding is plain data: rules, reporters, fixes and the ESLint plugin all read this and nothing else. */

/** The rules of the product, without the `session-lint/` prefix. */
export const ruleIds = [
  "no-use-after-invalidate",
  "require-release",
  "no-use-after-release",
  "no-double-release",
  "no-release-borrowed",
  "no-borrow-escape",
  "no-borrow-across-suspension",
  "no-cross-context",
  "session-callback-contract",
  "require-null-check",
  "no-ineffective-null-test",
  "no-unresolvable-binding",
  "prefer-explicit-ownership",
] as const;
export type RuleId = (typeof ruleIds)[number];

export type Severity = "off" | "warn" | "error";

/** A place in a file: half-open range of UTF-16 offsets in its text. */
export interface Site {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** What happened at one step of the path that leads to the finding. */
export type StepKind = "acquire" | "borrow" | "retain" | "release" | "invalidate" | "escape" | "use" | "branch" | "call" | "return" | "throw" | "suspend" | "overwrite" | "exit" | "test" | "bind" | "note";

export interface PathStep {
  readonly kind: StepKind;
  readonly site: Site;
  /** Short label for the code at the site: "one reference obtained here". */
  readonly message: string;
  /** 0 in the function of the finding, one more for each call that it lies in. */
  readonly depth: number;
}

export interface Finding {
  readonly rule: RuleId;
  /** The fact, standing alone: lower case, no final period, backticks round code. */
  readonly message: string;
  readonly primary: Site;
  /** What the primary place is, as a short label. */
  readonly label: string;
  /** The path in execution order: where obtained, what broke it, where used. Does not repeat the primary place unless it is a step of its own. */
  readonly path: readonly PathStep[];
  /** The function that holds the primary place, qualified; `<module>` for top-level code. */
  readonly functionName: string;
  /** Why the path leaves: `call` only because a call may throw. */
  readonly exceptional: "no" | "throw" | "reject" | "call";
  /** The contract that it rests on: function name and manual page. */
  readonly note: string | null;
  /** A concrete change in words. */
  readonly help: string | null;
  /** Facts for the makers of edits, by rule: names, sites, release function … */
  readonly data: FindingData;
}

/** What a fix needs to know. All sites are in the finding's own file unless they say otherwise. */
export interface FindingData {
  /** Name of the class of the object, e.g. `SSL_SESSION`. */
  readonly class?: string;
  /** Name of the variable that holds the pointer, or the text of the expression. */
  readonly pointer?: string;
  /** C name of the function that obtained it. */
  readonly acquiredBy?: string;
  readonly acquiredAt?: Site;
  /** C name of the release function of the class. */
  readonly release?: string;
  /** C name of the getter that gives a reference of its own to what `acquiredBy` borrows. */
  readonly ownedGetter?: string;
  /** Name of the function that was to take over a reference that nobody holds. */
  readonly takenBy?: string;
  /** C name of the function that ended the borrow, and where. */
  readonly invalidatedBy?: string;
  readonly invalidatedAt?: Site;
  /** Where the reference is lost. */
  readonly exits?: readonly { readonly site: Site; readonly kind: "return" | "throw" | "reject" | "call" | "end" | "overwrite" | "discard" | "abandon" | "store" }[];
  /** C name to bind instead, or the explicit name. */
  readonly replacement?: string;
  /** How NULL can be tested for this binding (`p` stands for the pointer). */
  readonly workingTest?: string;
  /** The test that was used, see the IR's `NullTest`. */
  readonly test?: string;
  /** The kind of binding. */
  readonly binding?: string;
}

/** A function that was not followed to its end. */
export interface Incomplete {
  readonly file: string;
  readonly function: string;
  readonly reason: string;
}

/** A finding together with what the settings of the run make of it. */
export interface JudgedFinding extends Finding {
  readonly severity: Exclude<Severity, "off">;
  /** Names the finding across edits: holds no line number and no message. Unique in its file. */
  readonly fingerprint: string;
  /** Why it is not counted, or null when it is. */
  readonly suppression: Suppression | null;
}

export interface Suppression {
  /** `comment`: in the source; `baseline`: known from before. */
  readonly kind: "comment" | "baseline";
  /** The author's words after `--`, if any. */
  readonly justification: string | null;
}

/** What stood in the way of the job, or a comment that does nothing. */
export interface Problem {
  readonly kind: "unreadable" | "binary" | "syntax" | "internal" | "unused-suppression";
  readonly severity: Exclude<Severity, "off">;
  readonly message: string;
  readonly file: string;
  /** Where in the file, if it is about a place. */
  readonly site: Site | null;
}
