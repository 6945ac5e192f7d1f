import { ts } from "ts-morph";

/**
 * A text in which the bodies of some functions are blank: those that have nothing to do with native objects, neither by
 * what they mention nor by who mentions them. Offsets stay. In a long file few functions matter, and the rest
 * need not be followed at every key stroke.
 *
 * A function matters when it mentions a native name, or one that matters so; when one that matters mentions it; and when
 * it writes a variable that one of these mentions. Code outside of functions, and classes, always matter. With
 * `othersImport`, so does what is exported.
 */
export function withoutIdleFunctions(fileName: string, text: string, { isNative, othersImport }: { readonly isNative: (word: string) => boolean; readonly othersImport: boolean }): string {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, false);
  const candidates = file.statements.flatMap((statement) => candidateOf(statement, text, othersImport) ?? []);
  if (candidates.length === 0) return text;
  const idle = new Set(candidates);
  const mentioned = wordsOf(blanked(text, candidates.map(({ body }) => body)));
  // Names under which native objects can be reached.
  const core = new Set([...mentioned].filter(isNative));
  for (const name of importedNames(file)) core.add(name);
  const keep = (candidate: Candidate): void => {
    idle.delete(candidate);
    for (const word of candidate.words) mentioned.add(word);
  };
  for (let before = -1; before !== idle.size; ) {
    before = idle.size;
    for (const candidate of idle) {
      if ([...candidate.words].some((word) => core.has(word) || isNative(word))) {
        core.add(candidate.name);
        keep(candidate);
      } else if (mentioned.has(candidate.name) || [...candidate.written].some((word) => mentioned.has(word))) keep(candidate);
    }
  }
  return blanked(text, [...idle].map(({ body }) => body));
}

interface Candidate {
  readonly name: string;
  /** What lies between the braces. */
  readonly body: { readonly start: number; readonly end: number };
  readonly words: ReadonlySet<string>;
  readonly written: ReadonlySet<string>;
}

function candidateOf(statement: ts.Statement, text: string, othersImport: boolean): Candidate | undefined {
  if (!ts.isFunctionDeclaration(statement) || statement.name === undefined || statement.body === undefined) return undefined;
  if (othersImport && statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true) return undefined;
  const body = { start: statement.body.pos + text.slice(statement.body.pos).indexOf("{") + 1, end: statement.body.end - 1 };
  const written = new Set<string>();
  collectWritten(statement.body, written);
  return { name: statement.name.text, body, words: wordsOf(text.slice(statement.name.end, statement.end)), written };
}

// The names below the left side of every assignment: more than are written, and never fewer.
function collectWritten(node: ts.Node, written: Set<string>): void {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) collectNames(node.left, written);
  else if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && !ts.isVariableDeclarationList(node.initializer)) collectNames(node.initializer, written);
  else if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)) collectNames(node.operand, written);
  ts.forEachChild(node, (child) => {
    collectWritten(child, written);
  });
}

function collectNames(node: ts.Node, names: Set<string>): void {
  if (ts.isIdentifier(node)) names.add(node.text);
  ts.forEachChild(node, (child) => {
    collectNames(child, names);
  });
}

function importedNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set(["require", "import"]);
  for (const statement of file.statements) if (ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) collectNames(statement, names);
  return names;
}

function wordsOf(text: string): Set<string> {
  return new Set(text.match(/[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/gu));
}

function blanked(text: string, ranges: readonly { readonly start: number; readonly end: number }[]): string {
  let result = "";
  let at = 0;
  for (const { start, end } of [...ranges].sort((left, right) => left.start - right.start)) {
    result += text.slice(at, start) + text.slice(start, end).replace(/[^\r\n\u2028\u2029]/gu, " ");
    at = end;
  }
  return result + text.slice(at);
}
