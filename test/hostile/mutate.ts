/** Ways to spoil a text. Each takes two fractions between 0 and 1 that say where and how much. */
export const mutations: Readonly<Record<string, (text: string, where: number, much: number) => string>> = {
  truncate: (text, where) => text.slice(0, Math.floor(text.length * where)),
  delete: (text, where, much) => splice(text, where, much, ""),
  duplicate: (text, where, much) => splice(text, where, 0, part(text, where, much)),
  repeat: (text, where, much) => splice(text, where, 0, part(text, where, much * 0.05).repeat(200)),
  bytes: (text, where, much) => splice(text, where, much * 0.02, String.fromCharCode(...Array.from({ length: 20 }, (_, index) => Math.floor(where * 65536 + index * much * 4001) % 65536))),
  unicode: (text, where) => splice(text, where, 0, "\u{1F4A5}\u200D\uD800\u2028\u0000\uFEFFé\u202E"),
  brackets: (text, where, much) => splice(text, where, 0, (["(", "[", "{", "((", "`${", "<"][Math.floor(much * 6)] ?? "(").repeat(300)),
  crlf: (text) => text.replace(/\n/g, "\r\n"),
  mark: (text) => `\uFEFF${text}`,
  swap: (text, where, much) => part(text, where, much) + text.slice(0, Math.floor(text.length * where)),
  literal: (text, where, much) => splice(text, where, 0, `"${"x".repeat(Math.floor(much * 200_000))}"`),
  quotes: (text, where, much) => splice(text, where, 0, ["'", '"', "`", "/*", "//", "/"][Math.floor(much * 6)] ?? "'"),
  keywords: (text, where, much) => splice(text, where, 0, ` ${["yield", "await", "class", "function*", "async", "using", "switch(", "finally {", "=>", "...", "?.", "export default", "import("][Math.floor(much * 13)] ?? ""} `),
};

function part(text: string, where: number, much: number): string {
  const start = Math.floor(text.length * where);
  return text.slice(start, start + Math.ceil((text.length - start) * much));
}

function splice(text: string, where: number, much: number, insert: string): string {
  const start = Math.floor(text.length * where);
  return text.slice(0, start) + insert + text.slice(start + Math.floor((text.length - start) * much));
}
