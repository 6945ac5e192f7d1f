import { closestMatch } from "leven";

/** `; did you mean x?` for a name that is nearly one of the known ones, or the beginning of one, else nothing. */
export function nearest(name: string, known: readonly string[]): string {
  const match = closestMatch(name, [...known], { maxDistance: Math.max(2, Math.floor(name.length / 3)) }) ?? known.find((other) => other.startsWith(name) || name.startsWith(other));
  return match === undefined ? "" : `; did you mean ${match}?`;
}
