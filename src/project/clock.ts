/** Times the stages of a run. */
export class Clock {
  readonly laps: Record<string, number> = {};
  #last = performance.now();

  /** Books the time since the last lap under a name. */
  lap(name: string): void {
    const now = performance.now();
    this.laps[name] = (this.laps[name] ?? 0) + now - this.#last;
    this.#last = now;
  }
}
