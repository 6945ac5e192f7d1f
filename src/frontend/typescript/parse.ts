import { ts } from "ts-morph";
import type { ModuleId } from "../../ir/types.js";
import { mayHaveTags } from "./tags.js";

/** A place where the text is not valid. */
export interface SyntaxProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Parses one file by its extension. The tree is there even when the text has errors. `create`: of the TypeScript that is to understand the tree. */
export function parse(id: ModuleId, text: string, create = ts.createSourceFile): { source: ts.SourceFile; problems: SyntaxProblem[] } {
  const kind = scriptKind(id);
  const jsDocParsingMode = commentsToParse(text, kind);
  // Without comments in the tree, telling nodes their parents is no matter for the parser, which takes its time over it.
  const isPlain = jsDocParsingMode === ts.JSDocParsingMode.ParseNone;
  const source = create(id, text, { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode }, !isPlain, kind);
  if (isPlain) setParents(source);
  return { source, problems: parseDiagnostics(source).map(toProblem) };
}

// Expressions can be nested thousands deep: a walk with a stack.
function setParents(source: ts.SourceFile): void {
  const stack: ts.Node[] = [source];
  let parent: ts.Node | undefined;
  const visit = (child: Mutable<ts.Node>): void => {
    child.parent = parent as ts.Node;
    // Names and literals have nothing in them.
    if (child.kind > ts.SyntaxKind.LastToken) stack.push(child);
  };
  while ((parent = stack.pop())) ts.forEachChild(parent, visit);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** True where `<` may start an element of JSX. */
export function mayHoldMarkup(id: ModuleId): boolean {
  return scriptKind(id) !== ts.ScriptKind.TS;
}

// Parsing comments takes time, and most say nothing that is read here: ownership, and the types of JavaScript.
function commentsToParse(text: string, kind: ts.ScriptKind): ts.JSDocParsingMode {
  const isJavaScript = kind === ts.ScriptKind.JS || kind === ts.ScriptKind.JSX;
  return mayHaveTags(text) || (isJavaScript && /@(?:type|param|arg)/.test(text)) ? ts.JSDocParsingMode.ParseAll : ts.JSDocParsingMode.ParseNone;
}

function scriptKind(id: ModuleId): ts.ScriptKind {
  const extension = /\.([^./]+)$/.exec(id)?.[1]?.toLowerCase() ?? "";
  return scriptKinds[extension] ?? ts.ScriptKind.TS;
}

const scriptKinds: Readonly<Record<string, ts.ScriptKind>> = {
  ts: ts.ScriptKind.TS,
  mts: ts.ScriptKind.TS,
  cts: ts.ScriptKind.TS,
  tsx: ts.ScriptKind.TSX,
  js: ts.ScriptKind.JS,
  mjs: ts.ScriptKind.JS,
  cjs: ts.ScriptKind.JS,
  jsx: ts.ScriptKind.JSX,
};

// The parser keeps its errors on the tree, in a property that is not part of the published types.
function parseDiagnostics(source: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  const { parseDiagnostics: found } = source as ts.SourceFile & { parseDiagnostics?: readonly ts.DiagnosticWithLocation[] };
  return found ?? [];
}

function toProblem(diagnostic: ts.DiagnosticWithLocation): SyntaxProblem {
  const { messageText } = diagnostic;
  return { message: typeof messageText === "string" ? messageText : messageText.messageText, start: diagnostic.start, end: diagnostic.start + diagnostic.length };
}
