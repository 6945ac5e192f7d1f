import type { AnalysisSettings } from "./settings.js";

/**
 * Pieces of text such that every file that matters holds one of them. Few and short: they are looked for in every
 * file. For the classes that are on by default they are known without loading any contract.
 */
export async function needlesFor(settings: AnalysisSettings): Promise<readonly string[]> {
  if (isDefault(settings)) return defaultNeedles;
  const { contractsFor } = await import("./contracts.js");
  return coveringPieces(contractsFor(settings).relevantNames());
}

/**
 * Every function that takes or gives an `SSL_SESSION` has this in its name; a test compares it with the table. One
 * that only ends what keeps a session alive (`BIO_free_all`) matters together with one of these: in the same file,
 * or in files that import each other, and then the imports lead to it.
 */
export const defaultNeedles: readonly string[] = ["SSL_"];

/** Whether nothing is followed but what is on by default. */
export function isDefault({ classes, contracts, dialect }: AnalysisSettings): boolean {
  return contracts.length === 0 && dialect === null && classes !== "all" && classes.length === 1 && classes[0] === "SSL_SESSION";
}

/** A small set of pieces of which every name holds one: the beginnings of names up to the first underscore. */
export function coveringPieces(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(beginning(name), (counts.get(beginning(name)) ?? 0) + 1);
  const byUse = [...counts].sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1));
  const chosen: string[] = [];
  let rest = names;
  for (const [piece] of byUse) {
    const left = rest.filter((name) => !name.includes(piece));
    if (left.length < rest.length) chosen.push(piece);
    rest = left;
  }
  return chosen;
}

function beginning(name: string): string {
  const underscore = name.indexOf("_", 2);
  return underscore < 0 ? name : name.slice(0, underscore + 1);
}
