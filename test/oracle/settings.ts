import type { Contracts } from "../../src/contracts/model.js";

/** How a program is judged: as the product's settings of the same names. */
export interface Settings {
  readonly contracts: Contracts;
  readonly strict: boolean;
  readonly checkThrowingCalls: boolean;
  readonly flush: "manual" | "observed";
  /** Also the paths on which a native call throws, doing nothing. */
  readonly nativeThrows: boolean;
  /** How often a loop goes round at most, where nothing but a choice ends it. */
  readonly rounds: number;
  /** Most runs for each function. */
  readonly maxRuns: number;
  /** Most time for the whole program. */
  readonly maxMilliseconds: number;
}
