import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Ignore } from "ignore";

interface Rules {
  /** The folder that the patterns are relative to, with a slash at its end. */
  readonly base: string;
  readonly patterns: Ignore;
}

/** What `.gitignore` files and the settings leave out: nested files count, and the innermost word is the last. */
export class IgnoreFiles {
  readonly #settings: Rules | null;
  readonly #files: Rules[] = [];
  readonly #honour: boolean;

  constructor(options: { readonly cwd: string; readonly honourIgnoreFiles: boolean; readonly ignorePatterns: readonly string[] }) {
    this.#honour = options.honourIgnoreFiles;
    this.#settings = options.ignorePatterns.length === 0 ? null : { base: `${options.cwd}/`, patterns: compile(options.ignorePatterns) };
  }

  /** Takes in the ignore files above a folder, up to the root of its repository. */
  enterRoot(path: string): void {
    this.#files.length = 0;
    if (!this.#honour) return;
    const above: string[] = [];
    let folder = path;
    while (!existsSync(join(folder, ".git"))) {
      const parent = dirname(folder);
      if (parent === folder) return;
      folder = parent;
      above.unshift(folder);
    }
    this.#add(`${folder}/`, join(folder, ".git", "info", "exclude"));
    for (const parent of above) this.enterFolder(`${parent}/`);
  }

  /** Takes in the ignore file of a folder, if it has one. Gives what `leaveFolder` needs to forget it again. */
  enterFolder(prefix: string): number {
    const mark = this.#files.length;
    if (this.#honour) this.#add(prefix, `${prefix}.gitignore`);
    return mark;
  }

  leaveFolder(mark: number): void {
    this.#files.length = mark;
  }

  /** Whether a path (a folder's ends with a slash) is left out. Folders around it are taken not to be. */
  ignores(path: string): boolean {
    if (this.#settings !== null && path.startsWith(this.#settings.base) && verdict(this.#settings, path) === true) return true;
    for (let index = this.#files.length - 1; index >= 0; index -= 1) {
      const rules = this.#files[index] as Rules;
      if (!path.startsWith(rules.base)) continue;
      const answer = verdict(rules, path);
      if (answer !== null) return answer;
    }
    return false;
  }

  #add(base: string, file: string): void {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch {
      return;
    }
    this.#files.push({ base, patterns: compile(text.split("\n")) });
  }
}

function verdict(rules: Rules, path: string): boolean | null {
  const relative = path.slice(rules.base.length);
  if (relative === "") return null;
  const { ignored, unignored } = rules.patterns.test(relative);
  return ignored ? true : unignored ? false : null;
}

// Loaded when the first pattern is met: most of a run's start-up is loading code.
function compile(patterns: readonly string[]): Ignore {
  const factory = createRequire(import.meta.url)("ignore") as { default: (options: { allowRelativePaths: boolean }) => Ignore };
  return factory.default({ allowRelativePaths: true }).add(patterns);
}
