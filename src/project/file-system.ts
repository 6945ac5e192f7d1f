import { readFileSync, realpathSync, statSync, type Stats } from "node:fs";

/** What import resolution asks of the disk. Paths are absolute. */
export interface FileSystem {
  isFile(path: string): boolean;
  /** Text of a file, or null when there is none. */
  read(path: string): string | null;
  /** The path behind symbolic links. */
  real(path: string): string;
}

/** The disk, asked once for each path. */
export class DiskFileSystem implements FileSystem {
  readonly #isFile = new Map<string, boolean>();

  /** `known`: files that were just seen. `texts` stand for what is on disk. */
  constructor(
    known: Iterable<string> = [],
    private readonly texts: ReadonlyMap<string, string> = new Map(),
  ) {
    for (const file of known) this.#isFile.set(file, true);
  }

  isFile(path: string): boolean {
    let answer = this.#isFile.get(path);
    if (answer === undefined) this.#isFile.set(path, (answer = isFile(path)));
    return answer;
  }

  read(path: string): string | null {
    const given = this.texts.get(path);
    if (given !== undefined) return given;
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  }

  real(path: string): string {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  }
}

/** Whether there is a file of that path. */
export function isFile(path: string): boolean {
  return statsOf(path)?.isFile() ?? false;
}

/** What is at a path. A path through a file, one that may not be looked at, and a link to itself lead to nothing. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Files that exist only as text. */
export class TextFileSystem implements FileSystem {
  constructor(readonly texts: ReadonlyMap<string, string>) {}

  isFile(path: string): boolean {
    return this.texts.has(path);
  }

  read(path: string): string | null {
    return this.texts.get(path) ?? null;
  }

  real(path: string): string {
    return path;
  }
}

/** Program text as every part of the analysis sees it: without a byte order mark. */
export function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}
