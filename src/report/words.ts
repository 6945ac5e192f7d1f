/** `1 file`, `2 files`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

/** Text from a source file or a file name, without the characters that would steer a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => (character === "\t" ? "\t" : `\\u${character.codePointAt(0)?.toString(16).padStart(4, "0") ?? ""}`));
}

/** The page name and the message of a place, for outputs that show places as text. */
export function placeText(file: string, position: { readonly line: number; readonly column: number }): string {
  return `${file}:${position.line}:${position.column}`;
}
