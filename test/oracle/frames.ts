import type { FunctionFacts } from "./instrument.js";

/** One activation of a function, or the top-level code of a module (`facts` null). */
export class Frame {
  /** The line that runs now. */
  line = 0;
  exited = false;
  /** Number of `try` blocks that it is in. */
  tries = 0;
  readonly loops = new Map<number, { rounds: number; choices: number }>();
  result: unknown;
  thrown: { readonly error: unknown } | null = null;
  receiver: unknown;
  /** It stands at a `yield`. */
  suspended = false;
  /** The error that returning its result was, if it was one. */
  returned: { first: boolean } | null = null;
  /** Where it was called, which for an async function is not where its caller stands when it goes on. */
  readonly calledAt: { readonly file: number; readonly line: number } | null;
  /** Lines of its `using` declarations, where disposal is reported. */
  readonly usingLines: number[] = [];

  constructor(
    readonly facts: FunctionFacts | null,
    readonly file: number,
    readonly parent: Frame | null,
    receiver: unknown,
    readonly args: readonly unknown[],
    readonly outer: readonly (() => unknown)[],
  ) {
    this.receiver = receiver;
    this.calledAt = parent === null ? null : { file: parent.file, line: parent.line };
  }

  /** The nearest activation around this one, itself included, that has not ended. */
  alive(): Frame | null {
    return this.exited ? (this.parent?.alive() ?? null) : this;
  }

  inTry(): boolean {
    return (!this.exited && this.tries > 0) || (this.parent?.inTry() ?? false);
  }

  isAround(inner: Frame | null): boolean {
    for (let frame = inner; frame !== null; frame = frame.parent) if (frame === this) return true;
    return false;
  }
}

/** Why a path leaves a function without returning. */
export type ExitKind = "throw" | "reject" | "call";
