import type { Position, Range } from "./model.js";

/** Line and column of offsets in one text. */
export class LineMap {
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    const lineBreak = /\r\n|[\n\r\u2028\u2029]/g;
    while (lineBreak.exec(text) !== null) this.#starts.push(lineBreak.lastIndex);
  }

  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(Math.max(start, end)) };
  }

  position(offset: number): Position {
    const inside = Math.min(Math.max(offset, 0), this.#length);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: inside - (this.#starts[low] ?? 0) + 1 };
  }

  /** Offset of a position: the inverse of `position`. */
  offset(position: Position): number {
    const start = this.#starts[position.line - 1] ?? this.#length;
    return Math.min(start + position.column - 1, this.#length);
  }
}

/** The lines of a text, broken where `LineMap` breaks them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/);
}
