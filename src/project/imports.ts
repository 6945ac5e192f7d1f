/**
 * The module specifiers that a text mentions in the place of an import, an export or a `require`, found without
 * parsing. It may give too many (an import in a comment), which costs a look-up, and never too few.
 */
export function specifiersIn(text: string): string[] {
  const found = new Set<string>();
  for (const match of text.matchAll(importPattern)) found.add(match[2] as string);
  return [...found];
}

const importPattern = /\b(?:from|import|require)\b\s*(?:\(\s*)?(["'`])([^"'`\n\r]{1,500})\1/g;
