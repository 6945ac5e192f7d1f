import { relative, sep } from "node:path";

/** A path as it is shown and as modules are named: relative to the working directory, with `/`. */
export function displayPath(cwd: string, path: string): string {
  const shown = relative(cwd, path);
  return sep === "/" ? shown : shown.split(sep).join("/");
}
