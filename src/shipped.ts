import { readFileSync } from "node:fs";

/** The text of a file that is shipped as it is, by its path in the package. */
export function readShipped(path: string): string {
  return readFileSync(new URL(path, ownPackage().folder), "utf8");
}

/** The version of the package that this code belongs to. */
export function packageVersion(): string {
  return ownPackage().version;
}

/** The place of a file or folder of the package. */
export function shippedPlace(path: string): URL {
  return new URL(path, ownPackage().folder);
}

interface OwnPackage {
  readonly folder: URL;
  readonly version: string;
}

let found: OwnPackage | undefined;

function ownPackage(): OwnPackage {
  return (found ??= packageAbove(new URL("./", import.meta.url)));
}

// This code lies in src, in dist/src or in a bundle, each at another depth.
function packageAbove(folder: URL): OwnPackage {
  const manifest = manifestIn(folder);
  if (manifest?.name === "session-lint") return { folder, version: manifest.version ?? "0.0.0" };
  const parent = new URL("../", folder);
  return parent.href === folder.href ? { folder, version: "0.0.0" } : packageAbove(parent);
}

function manifestIn(folder: URL): { readonly name?: string; readonly version?: string } | null {
  try {
    return JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as { readonly name?: string; readonly version?: string };
  } catch {
    return null;
  }
}
