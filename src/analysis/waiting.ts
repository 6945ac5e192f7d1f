import type { Position } from "./activation.js";
import type { Alike } from "./alike.js";
import type { State } from "./state.js";

/** A place where states meet: the start of a block, or after a call. */
export interface Waiting {
  readonly at: Position;
  readonly visited: Set<number>;
  pending: State[];
  /** Of those that came, the ones that were found to be worth following. */
  chosen: State[];
  kept: number;
  /** Those kept that had no pointer in hand. */
  bare: number;
  /** What stands for the states without a pointer once there are too many. */
  wide: State | null;
  /** Past the bound: the states by the pointers that they hold. */
  alike: Alike | null;
  /** A way leads from it back to it. */
  again: boolean;
}

/** A place that no state has reached yet. */
export function waitAt(at: Position): Waiting {
  return { at, visited: new Set(), pending: [], chosen: [], kept: 0, bare: 0, wide: null, alike: null, again: false };
}
