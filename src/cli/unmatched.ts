import type { UnmatchedPath } from "../project/discovery.js";
import { UserError } from "../project/user-error.js";

/** Paths that name nothing to look at are mistakes of the caller. */
export function refuseUnmatched(unmatched: readonly UnmatchedPath[]): void {
  if (unmatched.length === 0) return;
  throw new UserError(
    unmatched.map(({ path, reason }) =>
      reason === "missing" ? `${path}: there is no such file or folder` : `${path}: no JavaScript or TypeScript file to look at here (node_modules and what .gitignore names are left out)`,
    ),
  );
}
