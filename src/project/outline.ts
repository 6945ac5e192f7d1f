import { ts } from "ts-morph";

export interface OutlineOptions {
  readonly isNative: (word: string) => boolean;
  /** True when other modules of the program may use what this one exports. */
  readonly isImported: boolean;
}

/**
 * A text in which the bodies of idle functions are blank: those that have nothing to do with native objects. Offsets
 * stay. In a long file few functions matter, and the rest need not be followed at every key stroke.
 *
 * Code matters when it mentions a native function, an import, or a name that such code provides; a function also
 * matters when code that is kept mentions it, or mentions what it writes. Code outside of functions is always kept.
 */
export function withoutIdleFunctions(fileName: string, text: string, { isNative, isImported }: OutlineOptions): string {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, false);
  const parts = file.statements.map((statement) => partOf(statement, file, isImported));
  if (parts.every(({ body }) => body === null)) return text;
  const kept = new Set<Part>();
  const core = new Set<Part>();
  const reaching = new Set(["require", "import"]);
  const mentioned = new Set<string>();
  const keep = (part: Part): void => {
    kept.add(part);
    for (const word of part.words) mentioned.add(word);
  };
  for (const part of parts) if (part.body === null) keep(part);
  for (let before = -1; before !== kept.size + core.size; ) {
    before = kept.size + core.size;
    for (const part of parts) {
      if (!core.has(part) && (part.matters || some(part.words, (word) => reaching.has(word) || isNative(word)))) {
        core.add(part);
        for (const name of providedNames(part.statement)) reaching.add(name);
        keep(part);
      }
      if (!kept.has(part) && (mentioned.has(part.name) || some(writtenNames(part), (word) => mentioned.has(word)))) keep(part);
    }
  }
  return blanked(text, parts.flatMap((part) => (part.body === null || kept.has(part) ? [] : [part.body])));
}

/** One statement at the top of a module. */
interface Part {
  readonly statement: ts.Statement;
  /** Name of the function, or "". */
  readonly name: string;
  /** What lies between the braces of a function that could be blank; null for all other code. */
  readonly body: { readonly start: number; readonly end: number } | null;
  readonly words: ReadonlySet<string>;
  /** It is an import, or tags say what it does. */
  readonly matters: boolean;
  written?: ReadonlySet<string>;
}

function partOf(statement: ts.Statement, file: ts.SourceFile, isImported: boolean): Part {
  const start = statement.getStart(file);
  const comment = file.text.slice(statement.pos, start);
  const matters = ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement) || /@(?:returnsOwned|returnsBorrowed|releases|takes|retains|invalidates)\b/u.test(comment);
  return { statement, name: nameOf(statement), body: bodyOf(statement, file, isImported), words: wordsOf(file.text.slice(start, statement.end)), matters };
}

function nameOf(statement: ts.Statement): string {
  return ts.isFunctionDeclaration(statement) ? (statement.name?.text ?? "") : "";
}

function bodyOf(statement: ts.Statement, file: ts.SourceFile, isImported: boolean): Part["body"] {
  if (!ts.isFunctionDeclaration(statement) || statement.name === undefined || statement.body === undefined) return null;
  if (isImported && statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true) return null;
  return { start: statement.body.getStart(file) + 1, end: statement.body.end - 1 };
}

// By these names other code gets at what the statement makes: variables, members, keys, and all that is assigned to.
function providedNames(statement: ts.Statement): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node)) collectNames(node, names);
    else if (isNamed(node) && node.name !== undefined) collectNames(node.name, names);
    collectTargets(node, names);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return names;
}

function isNamed(node: ts.Node): node is ts.VariableDeclaration | ts.FunctionDeclaration | ts.ClassDeclaration | ts.ClassElement | ts.ObjectLiteralElement {
  return ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node) || ts.isClassElement(node) || ts.isObjectLiteralElement(node);
}

// The names below the left side of every assignment: more than are written, and never fewer.
function writtenNames(part: Part): ReadonlySet<string> {
  if (part.written !== undefined) return part.written;
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    collectTargets(node, names);
    ts.forEachChild(node, visit);
  };
  visit(part.statement);
  return (part.written = names);
}

function collectTargets(node: ts.Node, names: Set<string>): void {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) collectNames(node.left, names);
  else if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && !ts.isVariableDeclarationList(node.initializer)) collectNames(node.initializer, names);
  else if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)) collectNames(node.operand, names);
}

function collectNames(node: ts.Node, names: Set<string>): void {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || ts.isStringLiteralLike(node)) names.add(node.text.replace(/^#/u, ""));
  ts.forEachChild(node, (child) => {
    collectNames(child, names);
  });
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/gu));
}

function some(words: ReadonlySet<string>, test: (word: string) => boolean): boolean {
  for (const word of words) if (test(word)) return true;
  return false;
}

function blanked(text: string, ranges: readonly { readonly start: number; readonly end: number }[]): string {
  let result = "";
  let at = 0;
  for (const { start, end } of ranges) {
    result += text.slice(at, start) + text.slice(start, end).replace(/[^\r\n\u2028\u2029]/gu, " ");
    at = end;
  }
  return result + text.slice(at);
}
