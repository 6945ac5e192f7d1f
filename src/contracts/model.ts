/**
 * The typed model of a contract table. The meaning of each field is described in docs/contracts.md; the readable
 * source is data/openssl-contracts.json. The analysis reads this model and knows no function by name.
 */

export type Ownership = "owned" | "borrowed" | "static" | "unknown";

/** What a NULL argument does: `crash` and `error` do not accept it, `ok` and `tolerated` do; absent: not known. */
export type NullBehaviour = "ok" | "error" | "crash" | "tolerated";

export interface ClassContract {
  readonly name: string;
  readonly release: string | null;
  readonly alsoReleasedBy: readonly string[];
  readonly retain: string | null;
  readonly copy: string | null;
  readonly releaseAcceptsNull: boolean;
  readonly refcounted: boolean;
  readonly primary: boolean;
  /** No function releases it: always borrowed or static. */
  readonly opaque: boolean;
  readonly notes: string | null;
}

export interface ReturnContract {
  readonly class: string;
  readonly ownership: Ownership;
  /** Index of the argument it is borrowed from; on an owned result, the argument that holds the same object. */
  readonly from?: number;
  /** It belongs to the object of this class that the owner holds at the moment. */
  readonly via?: string;
  readonly nullable: boolean;
  readonly interior?: boolean;
  readonly elements?: Ownership;
  readonly sameAs?: number | { readonly pointee: number };
  readonly sameObject?: "may";
  /** Owned result: the object that this getter borrows from the same argument. */
  readonly sameObjectAs?: string;
  readonly takenFrom?: number;
}

interface EffectCondition {
  /** Only when the call succeeds, see `FunctionContract.success`. */
  readonly when?: "success";
  readonly ifArg?: { readonly param: number; readonly is?: number | string | null; readonly hasFlag?: string; readonly lacksFlag?: string };
  readonly ifPointee?: "null" | { readonly param: number; readonly is?: number; readonly isNot?: number };
  /** Free text: a condition that cannot be evaluated. */
  readonly condition?: string;
}

/** Who holds the reference afterwards: an argument, the result, or something that lives as long as the library. */
export type EffectTarget = number | "return" | "library";

export type EffectContract = EffectCondition &
  (
    | { readonly kind: "release"; readonly param: number; readonly class?: string; readonly elements?: boolean; readonly chain?: boolean }
    | { readonly kind: "retain"; readonly param: number; /** What is counted when it is not the argument itself. */ readonly what?: string }
    | { readonly kind: "transfer"; readonly param: number; readonly to: EffectTarget; readonly certainty?: "may" | "always"; readonly elements?: boolean; readonly chain?: boolean }
    | { readonly kind: "share"; readonly param: number; readonly to: EffectTarget; readonly elements?: boolean }
    | { readonly kind: "keep"; readonly param: number; readonly into?: number | "return"; readonly until?: string; readonly elements?: boolean; readonly chain?: boolean }
    | { readonly kind: "out"; readonly param: number; readonly class: string; readonly ownership: Ownership | "same-as-return"; readonly from?: number; readonly interior?: boolean; readonly optional?: boolean; readonly reuses?: boolean; readonly replaces?: boolean; readonly onFailure?: "kept" | "released"; readonly elements?: Ownership; readonly observed?: string }
    | { readonly kind: "invalidate"; readonly class: string; readonly owner: number; readonly certainty: "always" | "may"; readonly strict: boolean; readonly scope?: "context" | "cache"; readonly via?: string; readonly exceptSameAs?: number; readonly elements?: boolean; readonly how?: string; readonly basis?: string; readonly observed?: string }
    | { readonly kind: "link"; readonly to: number; readonly what: number | "return"; readonly strength: "strong" | "weak"; readonly relation?: "retie" | "same-context" }
    | { readonly kind: "unlink"; readonly param: number }
  );

export interface FunctionContract {
  readonly name: string;
  readonly signature: string | null;
  /** Class of each parameter, or null; `X*` is a pointer to a pointer to X. */
  readonly params: readonly (string | null)[];
  readonly null: Readonly<Record<number, NullBehaviour>>;
  readonly returns: ReturnContract | null;
  /** What the (integer) result must be for `when: success`; null: a pointer result (non-NULL), or nothing. */
  readonly success: "nonzero" | "positive" | "nonnegative" | "zero" | null;
  readonly effects: readonly EffectContract[];
  /** A macro: no library exports the name. `aliasOf` is the function behind it. */
  readonly macro: boolean;
  readonly aliasOf: string | null;
  /** Clearer names for the same thing. */
  readonly prefer: { readonly borrowed?: string; readonly owned?: string } | null;
  /** Key of the callback that it installs, and the index of the argument that takes the function. */
  readonly callback: string | null;
  readonly callbackParam: number | null;
  readonly family: string | null;
  /** Manual page, e.g. `SSL_get_session(3)`. */
  readonly doc: string | null;
  readonly since: string | null;
  readonly deprecated: string | null;
  readonly verified: readonly string[];
  readonly notes: string | null;
}

export interface CallbackParameter {
  readonly class: string;
  /** `borrowed`: for the call only; `counted`: comes with a reference; `given`: what is stored there goes to the library; `lent`: stays the program's. */
  readonly ownership: "borrowed" | "counted" | "given" | "lent" | "static" | "unknown";
}

export interface CallbackEffect {
  readonly kind: "accept" | "give" | "lend";
  readonly what?: "return" | "pointee";
  readonly param?: number;
  /** `nonzero`, `any`, or the value itself. */
  readonly ifReturn?: string;
  readonly ifPointee?: { readonly param: number; readonly is?: number; readonly isNot?: number };
  readonly until?: string;
}

export interface CallbackContract {
  readonly name: string;
  readonly setters: readonly string[];
  readonly signature: string;
  readonly params: readonly (CallbackParameter | null)[];
  readonly effects: readonly CallbackEffect[];
  readonly doc: string | null;
  readonly notes: string | null;
}

/** The contracts in force for one run. Look-ups are by exact C name. */
export interface Contracts {
  /** The contract of a function, or undefined when the table does not list it. Macros are listed too. */
  function(name: string): FunctionContract | undefined;
  /** Whether `function(name)` would find one, without loading anything. */
  has(name: string): boolean;
  class(name: string): ClassContract | undefined;
  callback(name: string): CallbackContract | undefined;
  /** True for a class whose references are judged in this run (setting `classes`). */
  isTracked(className: string): boolean;
  /** All function names in force, sorted: the words that the relevance scan looks for. */
  names(): readonly string[];
  /** Names that make a file relevant on their own: functions that touch a tracked class. */
  relevantNames(): readonly string[];
  /** What the contracts were made from, for cache keys: changes whenever a contract in force changes. */
  readonly fingerprint: string;
}
