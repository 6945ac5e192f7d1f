import { dirname } from "node:path";
import type { FileSystem } from "./file-system.js";

/** Folders of the workspace's packages by name, from their manifests: they import each other by name, installed or not. */
export function packagesOf(manifests: readonly string[], disk: FileSystem): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  for (const manifest of [...new Set(manifests)].sort()) {
    const name = nameIn(disk.read(manifest) ?? "");
    if (typeof name === "string" && !packages.has(name)) packages.set(name, dirname(manifest));
  }
  return packages;
}

function nameIn(manifest: string): unknown {
  try {
    return (JSON.parse(manifest) as { readonly name?: unknown } | null)?.name;
  } catch {
    return undefined;
  }
}
