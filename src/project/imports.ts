/**
 * The module specifiers that a text mentions in the place of an import, an export or a `require`, found without
 * parsing. It may give too many (an import in a comment), which costs a look-up, and never too few.
 */
export function specifiersIn(text: string): string[] {
  const found = new Set<string>();
  for (const match of text.matchAll(importPattern)) found.add(match[2] as string);
  return [...found];
}

/** The same, and the declarations that a file of plain JavaScript may have beside it: they say what its code does not show. */
export function specifiersOf(path: string, text: string): string[] {
  const declarations = declarationsOf(path);
  return declarations === null ? specifiersIn(text) : [...specifiersIn(text), declarations];
}

/** Where the declarations of a file of plain JavaScript would be: `./native.d.ts` for `lib/native.js`. */
export function declarationsOf(path: string): string | null {
  const match = /([^/\\]+)\.([mc]?)jsx?$/.exec(path);
  return match === null ? null : `./${match[1]}.d.${match[2]}ts`;
}

const importPattern = /\b(?:from|import|require)\b\s*(?:\(\s*)?(["'`])([^"'`\n\r]{1,500})\1/g;
