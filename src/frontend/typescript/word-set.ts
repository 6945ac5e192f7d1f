/** A set of words that tells of most others by four numbers that they are not in it: a text need not be cut into words. */
export class WordSet {
  readonly #all: ReadonlySet<string>;
  readonly #marks: Uint8Array;
  readonly #mask: number;

  constructor(words: readonly string[]) {
    this.#all = new Set(words);
    // Eight marks or more for each word: most other words meet none that is set.
    this.#mask = (1 << Math.max(8, 35 - Math.clz32(words.length))) - 1;
    this.#marks = new Uint8Array(this.#mask + 1);
    for (const word of this.#all) if (word !== "") this.#marks[this.#markOf(word, 0, word.length)] = 1;
  }

  /** True for each of the words, and for few others. */
  mayHave(text: string, start: number, end: number): boolean {
    return this.#marks[this.#markOf(text, start, end)] === 1;
  }

  /** True where the text from `start` to `end` is one of the words. */
  has(text: string, start: number, end: number): boolean {
    return this.mayHave(text, start, end) && this.#all.has(text.slice(start, end));
  }

  #markOf(text: string, start: number, end: number): number {
    const mixed = Math.imul(text.charCodeAt(start), 0x9e3779b1) ^ Math.imul(text.charCodeAt(end - 1), 0x85ebca6b) ^ Math.imul(text.charCodeAt((start + end) >> 1), 0xc2b2ae35) ^ Math.imul(end - start, 0x27d4eb2f);
    return (mixed >>> 12) & this.#mask;
  }
}
