import type { Frame } from "./frames.js";

/** A place in the program: the number of the file and a line, from 1. */
export interface Place {
  readonly file: number;
  readonly line: number;
}

/** The native thing behind pointers. */
export class NativeObject {
  /** Undefined until the program tests it. */
  isNull: boolean | undefined;
  /** How much code that nobody sees had been called when a getter gave it first. */
  lentAt = 0;
  /** References that the program has been given, in order. */
  readonly references: Reference[] = [];
  /** Objects that keep this one alive. */
  readonly anchors = new Set<NativeObject>();
  /** What getters have lent from it, by getter: the same object until something invalidates. */
  readonly lent = new Map<string, NativeObject>();
  /** The object that it was created from or tied to: the context of a connection. */
  tie: NativeObject | null = null;
  /** True once a borrowed pointer to it was counted up. */
  retained = false;
  /** True once an error on it was reported on this path. */
  failed = false;
  /** True once a reference was given back through a pointer that it did not come with. */
  disputed = false;
  dead = false;
  /** A function that may give it back was handed to a promise or to a stack: that it did not is not sure to be an error. */
  offered = false;
  /** The fields of objects of classes that some pointer to it was put into, which, and where; `shared`: something gives back one of the name. */
  readonly fields: { readonly name: string; readonly pointer: Pointer | null; readonly place: Place; readonly shared: boolean }[] = [];
  /** True for a connection or context from outside that the program has freed. */
  freed = false;

  constructor(
    readonly id: number,
    readonly className: string,
    /** False for what came from outside: its count is not known. */
    readonly known: boolean,
    /** True for what a constructor of the library made in the run. */
    readonly created: boolean,
  ) {}

  get held(): Reference | undefined {
    return this.references.find((reference) => reference.held);
  }
}

/** One unit of an object's count. */
export interface Reference {
  readonly object: NativeObject;
  held: boolean;
  /** Somebody who cannot be seen may have it. */
  given: boolean;
  /** The activation whose duty it is, and where that one obtained it. */
  frame: Frame;
  place: Place;
  /** True when it came from counting up, not with a pointer. */
  readonly counted: boolean;
  /** Counted references: the activation that obtained the pointer that was counted up. */
  readonly holder: Frame | null;
  /**
   * Where it was put into fields; `shared`: of an object of a class, under a name that something gives back;
   * `perhaps`: of one of a class that gives back what it holds on some ways alone, which may be none.
   */
  readonly stores: (Place & { readonly shared: boolean; readonly perhaps: boolean })[];
  /** Where the library call was, and the calls that led to it. */
  readonly chain: readonly Place[];
  /** How many calls had thrown on the path by then. */
  readonly epoch: number;
}

export class Pointer {
  constructor(
    readonly object: NativeObject,
    /** The reference it came with; null for a borrow. */
    readonly reference: Reference | null,
    /** For a pointer into an object: the pointer it was computed from. */
    readonly base: Pointer | null,
    /** The activation that obtained it; null where nobody of the program did. */
    readonly frame: Frame | null,
  ) {}
}

/** A value that the program does not determine. What a path learns of it is kept, so that a test twice goes the same way twice. */
export class Unknown {
  truthy: boolean | undefined;
  nullish: boolean | undefined;
  equal: { readonly value: unknown } | undefined;
  readonly different = new Set<unknown>();
  readonly members = new Map<PropertyKey, unknown>();
  /** Another value that the path found to be the same: what is known stands there. */
  same: Unknown | undefined;
  /** The native object that it stands for, once it is given to the library. */
  object: NativeObject | undefined;
  /** Set on the result of a call whose effect is undone when the program finds that it failed. */
  outcome: { undo(): void; decided: number | undefined } | undefined;
  /** A function that a binding leads to, which is none of the library's. */
  foreign = false;
  /** True when it was read as a property of another. */
  isMember = false;

  constructor(
    readonly id: number,
    readonly name: string,
  ) {}

  /** Whoever was given it may have written its properties. */
  forget(isUnknown: (value: unknown) => boolean): void {
    for (const [key, value] of [...this.members]) if (isUnknown(value)) this.members.delete(key);
  }
}

/** Ends a run: the path cannot go on, or is of no interest. */
export class Stop {
  constructor(readonly reason: "pruned" | "infeasible" | "exit" | "unsupported", readonly detail = "") {}
}
