/**
 * Enumerates the paths of a program by running it again and again: every choice is read from a tape, and the
 * tape is advanced like a counter, so that the runs visit all combinations depth first.
 */
export interface Exploration {
  readonly runs: number;
  /** False when the bound on runs was reached before every path was seen. */
  readonly complete: boolean;
}

export class Tape {
  private readonly entries: { choice: number; readonly options: number }[] = [];
  private position = 0;

  /** How many choices this run has made. */
  get made(): number {
    return this.position;
  }

  /** One of `options` ways, the first one first. */
  choose(options: number): number {
    const entry = this.entries[this.position++];
    if (entry !== undefined) return entry.choice;
    this.entries.push({ choice: 0, options });
    return 0;
  }

  rewind(): void {
    this.position = 0;
  }

  /** Moves on to the next path; false when there is none. */
  advance(): boolean {
    this.entries.length = Math.min(this.entries.length, this.position);
    for (let last = this.entries.pop(); last !== undefined; last = this.entries.pop()) {
      if (last.choice + 1 < last.options) {
        this.entries.push({ choice: last.choice + 1, options: last.options });
        return true;
      }
    }
    return false;
  }
}

/** Calls `run` once for each path, at most `bound` times and not after `deadline` (of `performance.now`). */
export function explore(bound: number, deadline: number, run: (tape: Tape) => void): Exploration {
  const tape = new Tape();
  let runs = 0;
  do {
    if (runs === bound || (runs > 0 && performance.now() > deadline)) return { runs, complete: false };
    tape.rewind();
    run(tape);
    runs++;
  } while (tape.advance());
  return { runs, complete: true };
}
