import { readFileSync } from "node:fs";

/** The version of the package that this code belongs to. */
export function packageVersion(): string {
  for (const place of ["../package.json", "../../package.json"]) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(place, import.meta.url), "utf8")) as { name?: string; version?: string };
      if (manifest.name === "session-lint") return manifest.version ?? "0.0.0";
    } catch {
      continue;
    }
  }
  return "0.0.0";
}
