import { closeSync, openSync, readSync } from "node:fs";

export interface ScanResult {
  /** Files that hold one of the needles. */
  readonly hits: string[];
  /** Files with a NUL byte near their start: no program text, whatever their name says. */
  readonly binary: string[];
  readonly unreadable: { readonly path: string; readonly reason: string }[];
}

/**
 * Looks for pieces of names in the bytes of files. Most files of a project are read here and never again, so this
 * is one open, one read and one close a file, into one buffer. `texts` stand for what is on disk.
 */
export function scanFiles(files: readonly string[], needles: readonly string[], texts: ReadonlyMap<string, string> = new Map()): ScanResult {
  const result: ScanResult = { hits: [], binary: [], unreadable: [] };
  const bytes = needles.map((needle) => Buffer.from(needle));
  for (const file of files) {
    const text = texts.get(file);
    if (text !== undefined) {
      if (needles.some((needle) => text.includes(needle))) result.hits.push(file);
      continue;
    }
    try {
      const kind = scanFile(file, bytes);
      if (kind === "hit") result.hits.push(file);
      else if (kind === "binary") result.binary.push(file);
    } catch (error) {
      result.unreadable.push({ path: file, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return result;
}

const chunkSize = 128 * 1024;
// A needle that lies across two chunks is found because the end of the first is kept in front of the second.
const overlap = 256;
const buffer = Buffer.allocUnsafe(chunkSize + overlap);

function scanFile(file: string, needles: readonly Buffer[]): "hit" | "miss" | "binary" {
  const descriptor = openSync(file, "r");
  try {
    let kept = 0;
    for (let first = true; ; first = false) {
      const count = readSync(descriptor, buffer, kept, chunkSize, null);
      if (count === 0) return "miss";
      const filled = buffer.subarray(0, kept + count);
      if (first && filled.subarray(0, 4096).includes(0)) return "binary";
      if (needles.some((needle) => filled.includes(needle))) return "hit";
      if (count < chunkSize) return "miss";
      kept = Math.min(overlap, filled.length);
      filled.copy(buffer, 0, filled.length - kept);
    }
  } finally {
    closeSync(descriptor);
  }
}
