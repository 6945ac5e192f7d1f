import { fstatSync, statSync, writeSync } from "node:fs";

/**
 * Standard output or standard error. Node's own objects for them take as long to load as hundreds of files take to scan:
 * they are left alone where what is written goes to a file, to a pipe or nowhere.
 */
export class OutStream {
  readonly #descriptor: 1 | 2;
  #plain: boolean | undefined;
  #node: NodeJS.WriteStream | undefined;

  constructor(name: "stdout" | "stderr") {
    this.#descriptor = name === "stdout" ? 1 : 2;
  }

  get isTerminal(): boolean {
    return !this.#isPlain && this.#stream.isTTY;
  }

  get columns(): number | undefined {
    return this.#isPlain ? undefined : this.#stream.columns;
  }

  /** Whether all that was written has left this process. */
  get isWritten(): boolean {
    return this.#node === undefined;
  }

  write(text: string): void {
    if (text === "") return;
    if (this.#isPlain) this.#writeAll(Buffer.from(text));
    else this.#stream.write(text);
  }

  #writeAll(bytes: Buffer): void {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return leaveOrThrow(error as NodeJS.ErrnoException);
      // A full pipe that does not wait for its reader: Node.js knows how to wait for it, now and from here on.
      this.#plain = false;
      this.#stream.write(bytes.subarray(written));
    }
  }

  get #isPlain(): boolean {
    return (this.#plain ??= isPlain(this.#descriptor));
  }

  get #stream(): NodeJS.WriteStream {
    return (this.#node ??= (this.#descriptor === 1 ? process.stdout : process.stderr).on("error", leaveOrThrow));
  }
}

// A reader that has seen enough (`| head`) is no error.
function leaveOrThrow(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit();
  throw error;
}

// A device may be a terminal, unless it is the one that takes everything.
function isPlain(descriptor: number): boolean {
  const stats = fstatSync(descriptor);
  return stats.isFile() || stats.isFIFO() || stats.isSocket() || (stats.isCharacterDevice() && stats.rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev);
}
