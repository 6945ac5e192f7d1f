/** One function declared in C: `SSL_SESSION *SSL_get1_session(SSL *ssl)`. */
export interface Prototype {
  readonly name: string;
  /** Where the name starts in the text. */
  readonly offset: number;
  /** The result type: all that stands before the name. */
  readonly result: string;
}

/** The functions that the C text declares. Parameter names, calling conventions and line breaks do not matter. */
export function parsePrototypes(text: string): Prototype[] {
  const prototypes: Prototype[] = [];
  let start = 0;
  for (const declaration of blankComments(text).split(";")) {
    const prototype = parseDeclaration(declaration, start);
    if (prototype !== null) prototypes.push(prototype);
    start += declaration.length + 1;
  }
  return prototypes;
}

// The first name with a parenthesis behind it, unless that opens a pointer declarator: `void (*f(int))(char)` declares f.
const DECLARATOR = /([A-Za-z_][A-Za-z0-9_]*)\s*\((?!\s*\*)/g;
const NO_NAMES = new Set(["__attribute__", "__declspec", "sizeof", "void", "int"]);

function parseDeclaration(declaration: string, start: number): Prototype | null {
  for (const match of declaration.matchAll(DECLARATOR)) {
    const name = match[1];
    if (name === undefined || NO_NAMES.has(name)) continue;
    const result = declaration.slice(0, match.index).replace(/\b(?:extern|__cdecl|__stdcall|__fastcall|__thiscall)\b/g, "").replace(/\s+/g, " ").trim();
    if (result === "" || result.startsWith("typedef")) return null;
    return { name, offset: start + match.index, result };
  }
  return null;
}

// Offsets must stay, so a comment becomes as many blanks.
function blankComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|^\s*#[^\n]*/gm, (comment) => comment.replace(/[^\n]/g, " "));
}
