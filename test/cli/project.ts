import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { commandLine, type Terminal } from "../../src/cli/command-line.js";
import type { Report } from "../../src/report/model.js";

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** A folder with files that lives as long as one test. */
export class Project {
  readonly root: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.root = mkdtempSync(join(tmpdir(), "session-lint-"));
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    this.write({ "package.json": '{ "name": "sample" }', ...files });
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, name)), { recursive: true });
      writeFileSync(join(this.root, name), text);
    }
  }

  read(name: string): string {
    return readFileSync(join(this.root, name), "utf8");
  }

  /** Runs the command line in the folder. */
  async run(words: readonly string[], around: Partial<Terminal> = {}): Promise<Outcome> {
    let out = "";
    let error = "";
    const status = await commandLine(words, {
      cwd: this.root,
      env: {},
      out: (text) => void (out += text),
      error: (text) => void (error += text),
      readInput: () => "",
      outIsTerminal: false,
      errorIsTerminal: false,
      columns: undefined,
      ...around,
    });
    return { status, out, error };
  }

  async report(words: readonly string[] = []): Promise<Report> {
    const { out, error } = await this.run([...words, "--format", "json"]);
    if (out === "") throw new Error(error);
    return JSON.parse(out) as Report;
  }
}

const bindings = ["SSL_get1_session", "SSL_get_session", "SSL_SESSION_free", "SSL_SESSION_get_time", "SSL_free"].map((name) => `export const ${name} = lib.func("void *${name}(void *p)");\n`).join("");

/** Bindings that the other files of a sample import. */
export const library = `import koffi from "koffi";\nconst lib = koffi.load("libssl.so.3");\n${bindings}`;

const imports = 'import { SSL_get1_session, SSL_get_session, SSL_SESSION_free, SSL_SESSION_get_time, SSL_free } from "./library.js";\n';

/** One `require-release`. */
export const leak = `${imports}export function age(ssl: unknown) {\n  const session = SSL_get1_session(ssl);\n  if (session === null) return 0;\n  return SSL_SESSION_get_time(session);\n}\n`;

/** One `no-use-after-invalidate`. */
export const dangling = `${imports}export function age(ssl: unknown) {\n  const session = SSL_get_session(ssl);\n  if (session === null) return 0;\n  SSL_free(ssl);\n  return SSL_SESSION_get_time(session);\n}\n`;

/** Nothing wrong. */
export const clean = `${imports}export function age(ssl: unknown) {\n  const session = SSL_get1_session(ssl);\n  if (session === null) return 0;\n  const time = SSL_SESSION_get_time(session);\n  SSL_SESSION_free(session);\n  return time;\n}\n`;
