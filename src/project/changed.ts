import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { UserError } from "./user-error.js";

/** Absolute paths of the files that differ from a commit (none named: the last one), those that git does not know yet among them. */
export function changedFiles(named: string, cwd: string): ReadonlySet<string> {
  const ref = named === "" ? "HEAD" : named;
  const root = git(["rev-parse", "--show-toplevel"], cwd, "--changed needs a git repository").trim();
  const base = ref === "HEAD" ? ref : git(["merge-base", "HEAD", ref], cwd, `--changed: git does not know "${ref}"`).trim();
  const unborn = ref === "HEAD" && !succeeds(["rev-parse", "--verify", "--quiet", "HEAD"], cwd);
  const differing = unborn ? git(["ls-files", "-z"], root, "git ls-files failed") : git(["diff", "--name-only", "--diff-filter=d", "-z", base, "--"], root, `--changed: git cannot compare with "${ref}"`);
  const unknown = git(["ls-files", "--others", "--exclude-standard", "-z"], root, "git ls-files failed");
  return new Set(`${differing}${unknown}`.split("\0").filter((name) => name !== "").map((name) => join(root, name)));
}

function git(words: readonly string[], cwd: string, problem: string): string {
  try {
    return execFileSync("git", words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).split("\n")[0] : "";
    throw new UserError([said === undefined || said === "" ? problem : `${problem} (${said})`]);
  }
}

function succeeds(words: readonly string[], cwd: string): boolean {
  try {
    execFileSync("git", words, { cwd, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
