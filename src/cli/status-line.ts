import type { Terminal } from "./command-line.js";

/** One line on standard error that says what is being done; only on a terminal, and only when it takes a while. */
export class StatusLine {
  readonly #started = performance.now();
  #shown = 0;

  constructor(private readonly terminal: Terminal) {}

  show(text: string): void {
    const now = performance.now();
    if (!this.terminal.errorIsTerminal || now - this.#started < 500 || now - this.#shown < 100) return;
    this.#shown = now;
    this.terminal.error(`\r\u001b[2K${text}`);
  }

  clear(): void {
    if (this.#shown > 0) this.terminal.error("\r\u001b[2K");
  }
}
