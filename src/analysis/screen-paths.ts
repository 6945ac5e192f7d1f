import type { NativeRef } from "../ir/types.js";

/** Thrown to leave where something is not understood. */
export const unclear = new Error("not plainly right");

/** What may have become of a pointer, as bits; absent: it was not obtained. */
export const Absent = 1, Held = 2, Null = 4, Released = 8, Borrowed = 16;

/** What a variable holds, as far as it matters here. */
export type Content =
  /** No pointer that this function obtained; `hints`: the names by which it may have been reached. */
  | { readonly kind: "plain"; readonly hints: readonly string[] }
  | { readonly kind: "null" }
  /** Where `origin` was not reached, null. */
  | { readonly kind: "pointer"; readonly origin: number }
  /** The outcome of a test whether the pointer is NULL. */
  | { readonly kind: "test"; readonly origin: number; readonly nullWhen: boolean }
  | { readonly kind: "native"; readonly ref: NativeRef }
  | { readonly kind: "library"; readonly name: string }
  /** A method of texts or lists. */
  | { readonly kind: "method"; readonly name: string }
  /** What a variable of a module holds: an object. */
  | { readonly kind: "outer"; readonly id: number; readonly hint: string }
  /** What goes over a list. */
  | { readonly kind: "iterator"; readonly suspends: boolean; readonly hints: readonly string[] }
  /** A new object, in which there is no pointer. */
  | { readonly kind: "object" }
  /** Anything else: only to be passed along. */
  | { readonly kind: "mixed" };

export const plain: Content = { kind: "plain", hints: [] };
export const nothing: Content = { kind: "null" };
export const mixed: Content = { kind: "mixed" };

/** All paths that come to one place. */
export interface Paths {
  /** Of each variable, by its place; one that is not listed holds something plain. */
  readonly contents: Content[];
  /** Of each pointer, by its number. */
  readonly fates: number[];
}

/** True for what may be a pointer that the function obtained. */
export function isPointerLike({ kind }: Content): boolean {
  return kind === "pointer" || kind === "mixed";
}

/** The same, to go on from in another way. */
export function copyOf({ contents, fates }: Paths): Paths {
  return { contents: contents.slice(), fates: fates.slice() };
}

/** Goes on with what the outcome of a test leaves; false where that is nothing. */
export function assume({ fates }: Paths, origin: number, isNull: boolean): boolean {
  const fate = fates[origin] ?? Absent;
  // What was given back was not NULL, and is still told from it.
  fates[origin] = isNull ? fate & (Null | Absent) : fate & ~(Null | Absent);
  return fates[origin] !== 0;
}

/** Puts what holds on more paths into what is known; true when that says less than before. */
export function joinInto(known: Paths, more: Paths): boolean {
  let changed = false;
  for (let place = 0; place < Math.max(known.contents.length, more.contents.length); place++) {
    const before = known.contents[place] ?? plain;
    const joined = joinOf(before, known, more.contents[place] ?? plain, more);
    if (place === known.contents.length) known.contents.push(joined);
    else known.contents[place] = joined;
    changed ||= joined !== before;
  }
  for (let origin = 0; origin < Math.max(known.fates.length, more.fates.length); origin++) {
    const before = known.fates[origin] ?? Absent;
    const after = before | (more.fates[origin] ?? Absent);
    if (after === before && origin < known.fates.length) continue;
    while (known.fates.length < origin) known.fates.push(Absent);
    known.fates[origin] = after;
    changed ||= after !== before;
  }
  return changed;
}

function joinOf(left: Content, ofLeft: Paths, right: Content, ofRight: Paths): Content {
  if (left === right) return left;
  if (left.kind === "plain" && right.kind === "plain") {
    let all = left.hints;
    for (const hint of right.hints) if (!all.includes(hint)) all = [...all, hint];
    return all === left.hints ? left : { kind: "plain", hints: all };
  }
  if (left.kind === "pointer" && right.kind === "null") return isMissing(ofRight, left.origin) ? left : mixed;
  if (left.kind === "null" && right.kind === "pointer") return isMissing(ofLeft, right.origin) ? right : mixed;
  if (left.kind === "test" && isValue(right) && !isSame(left, right)) return plain;
  if (right.kind === "test" && isValue(left)) return plain;
  if ((left.kind === "null" && right.kind === "plain") || (left.kind === "plain" && right.kind === "null")) return left.kind === "plain" ? left : right;
  return isSame(left, right) ? left : mixed;
}

// Where the variable is null, the pointer was not obtained: its absence stands for that.
function isMissing({ fates }: Paths, origin: number): boolean {
  return ((fates[origin] ?? Absent) & ~(Absent | Null)) === 0;
}

function isValue({ kind }: Content): boolean {
  return kind === "plain" || kind === "null" || kind === "test";
}

function isSame(left: Content, right: Content): boolean {
  switch (left.kind) {
    case "pointer":
      return right.kind === "pointer" && left.origin === right.origin;
    case "test":
      return right.kind === "test" && left.origin === right.origin && left.nullWhen === right.nullWhen;
    case "native":
      return right.kind === "native" && left.ref === right.ref;
    case "library":
    case "method":
      return right.kind === left.kind && left.name === right.name;
    case "outer":
      return right.kind === "outer" && left.id === right.id && left.hint === right.hint;
    case "iterator":
      return right.kind === "iterator" && left.suspends === right.suspends && left.hints.join() === right.hints.join();
    default:
      return left.kind === right.kind;
  }
}
