import { closeSync, constants, openSync, readSync } from "node:fs";

export interface ScanResult {
  /** Files that hold one of the needles. */
  readonly hits: string[];
  /** Files with a NUL byte near their start: no program text, whatever their name says. */
  readonly binary: string[];
  readonly unreadable: { readonly path: string; readonly reason: string }[];
}

/**
 * Looks for pieces of names in the bytes of files. Most files of a project are read here and never again, so this
 * is one open, one read and one close a file. Many are read into one buffer before it is looked through: what is in
 * none of them is looked for once. `texts` stand for what is on disk.
 */
export function scanFiles(files: readonly string[], needles: readonly string[], texts: ReadonlyMap<string, string> = new Map()): ScanResult {
  const batch = new Batch(needles.map((needle) => Buffer.from(needle)));
  for (const file of files) {
    const text = texts.size === 0 ? undefined : texts.get(file);
    if (text === undefined) batch.read(file);
    else if (needles.some((needle) => text.includes(needle))) batch.addHit(file);
  }
  return batch.finish();
}

/** A file that is longer is looked through by itself, piece by piece. */
const pieceSize = 128 * 1024;
/** Small enough to be looked through while it is still in the processor's cache. */
const batchSize = 256 * 1024;
// A needle that lies across two pieces is found because the end of the first is kept in front of the second.
const overlap = 256;
const buffer = Buffer.allocUnsafeSlow(batchSize + pieceSize);

class Batch {
  readonly #result: ScanResult = { hits: [], binary: [], unreadable: [] };
  /** The files in the buffer, and where each ends. */
  #files: string[] = [];
  #ends: number[] = [];
  #filled = 0;

  constructor(private readonly needles: readonly Buffer[]) {}

  addHit(file: string): void {
    this.#lookThrough();
    this.#result.hits.push(file);
  }

  read(file: string): void {
    try {
      const descriptor = openSync(file, constants.O_RDONLY);
      try {
        const count = readSync(descriptor, buffer, this.#filled, pieceSize, null);
        if (count === pieceSize) this.#addLong(file, descriptor);
        else this.#add(file, count);
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      this.#result.unreadable.push({ path: file, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  finish(): ScanResult {
    this.#lookThrough();
    return this.#result;
  }

  #add(file: string, count: number): void {
    this.#filled += count;
    this.#files.push(file);
    this.#ends.push(this.#filled);
    if (this.#filled > batchSize) this.#lookThrough();
  }

  // What came before is looked through first: hits keep the order of the files.
  #addLong(file: string, descriptor: number): void {
    const start = this.#filled;
    this.#lookThrough();
    buffer.copyWithin(0, start, start + pieceSize);
    this.#judge(file, buffer.subarray(0, pieceSize), () => this.#restMentions(descriptor));
  }

  #lookThrough(): void {
    const filled = buffer.subarray(0, this.#filled);
    if (filled.includes(0) || this.#mentions(filled)) {
      this.#files.forEach((file, index) => this.#judge(file, filled.subarray(this.#ends[index - 1] ?? 0, this.#ends[index]), () => false));
    }
    this.#files = [];
    this.#ends = [];
    this.#filled = 0;
  }

  #judge(file: string, bytes: Buffer, restMentions: () => boolean): void {
    if (bytes.subarray(0, 4096).includes(0)) this.#result.binary.push(file);
    else if (this.#mentions(bytes) || restMentions()) this.#result.hits.push(file);
  }

  #restMentions(descriptor: number): boolean {
    for (;;) {
      buffer.copyWithin(0, pieceSize - overlap, pieceSize);
      const count = readSync(descriptor, buffer, overlap, pieceSize - overlap, null);
      if (this.#mentions(buffer.subarray(0, overlap + count))) return true;
      if (count < pieceSize - overlap) return false;
    }
  }

  #mentions(bytes: Buffer): boolean {
    return this.needles.some((needle) => bytes.includes(needle));
  }
}
