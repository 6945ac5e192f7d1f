/** Bounds that a caller may set. */
export interface Limits {
  /** Instructions that are followed per function and entry state, over all its paths. */
  readonly maxSteps?: number;
  /** States that are kept apart at one block. */
  readonly maxStates?: number;
}

/** What a row of a table may cost top-level code, and how many rows of one are followed. */
const stepsOfRow = 120;
export const mostRows = 400;
/** So many roots may ask for as many entry states of one function as one may have. */
const rootsOfManyEntries = 5;

/**
 * How much work may be done. Each root, a function that is followed with nothing known of its callers, has a share; one
 * that needs much of it is followed in less detail. Work is counted, not timed: a program gets the same answers everywhere.
 */
export class Budget {
  readonly maxSteps: number;
  readonly maxStates: number;
  readonly #maxRootSteps: number;
  /** Work that the present root has caused: instructions, and what it costs to write states down. */
  #spent = 0;
  #bareSpent = 0;
  #total = 0;
  #share = 0;
  #rows = 0;
  /** Entry states of functions, and those of them that the present root asked for: a loop in one caller is not to use up what others need. */
  readonly #entries = new Map<object, number>();
  readonly #entriesOfRoot = new Map<object, number>();

  constructor({ maxSteps = 60_000, maxStates = 60 }: Limits) {
    this.maxSteps = maxSteps;
    this.maxStates = maxStates;
    this.#maxRootSteps = Math.max(400_000, maxSteps);
  }

  /** Goes on to another root. */
  begin(isTopLevel: boolean): void {
    this.#total += this.#spent;
    this.#spent = 0;
    this.#bareSpent = 0;
    this.#rows = 0;
    this.#entriesOfRoot.clear();
    const most = this.#maxRootSteps;
    // A large program gives each root a smaller share, so that the whole stays in bounds.
    this.#share = this.#total < 20 * most ? most : this.#total < 60 * most ? most >> 4 : 2_000;
    // What top-level code calls is followed from its own entry as well.
    if (isTopLevel) this.#share = Math.min(this.#share, most >> 2);
  }

  /** `bare`: no pointer is in hand where the work is done. */
  spend(cost: number, bare: boolean): void {
    this.#spent += cost;
    if (bare) this.#bareSpent += cost;
  }

  /** The root goes on to the next row of a table: all rows are one way through it, however many there are. */
  takeRow(): void {
    if (this.#rows < mostRows) this.#rows++;
  }

  /** The work that all roots have caused. */
  get work(): number {
    return this.#total + this.#spent;
  }

  /** The present root has used up its share: it is followed no further. */
  get exhausted(): boolean {
    return this.#spent > this.#share;
  }

  /** The present root is expensive: fewer states are kept apart, and what has nothing to do with natives is passed over. */
  get strained(): boolean {
    return this.#spent > this.#share >> 2;
  }

  /** The present root leads through much code in which no pointer is in hand. */
  get wandering(): boolean {
    return this.#hasWandered(7);
  }

  /** … and so much that it follows no more of it. */
  get lost(): boolean {
    return this.#hasWandered(5);
  }

  #hasWandered(part: number): boolean {
    return this.#bareSpent > (this.#share >> part) + this.#rows * stepsOfRow;
  }

  /** States that are kept apart at one place. */
  get mostStates(): number {
    return (this.strained ? 8 : this.maxStates) + this.#rows;
  }

  /** Those of them that are kept apart whatever they differ in. */
  get mostApart(): number {
    return Math.min(this.mostStates, 24 + this.#rows);
  }

  /** States without a pointer in hand that are kept apart at one place, and outcomes of such a kind of one function. */
  get mostBare(): number {
    return (this.strained || this.wandering ? 4 : 24) + this.#rows;
  }

  /** Takes one more entry state of a function; false where it has as many as are followed. `matters`: it may have to do with natives; others are followed for their result only. */
  takeEntry(fn: object, matters: boolean): boolean {
    const most = (matters ? 60 : 8) + this.#rows;
    const all = this.#entries.get(fn) ?? 0;
    const ofRoot = this.#entriesOfRoot.get(fn) ?? 0;
    if (ofRoot >= most || all >= most * rootsOfManyEntries) return false;
    this.#entries.set(fn, all + 1);
    this.#entriesOfRoot.set(fn, ofRoot + 1);
    return true;
  }

  hasEntries(fn: object): boolean {
    return this.#entries.has(fn);
  }
}
