import { ts } from "ts-morph";
import type { Site } from "../findings.js";

/** A text with its syntax tree and the questions that the makers of edits ask of it. */
export interface Source {
  readonly text: string;
  readonly file: ts.SourceFile;
}

let last: Source | undefined;

/** Parses a text; the last one is kept, for one file's findings come in a row. */
export function sourceOf(fileName: string, text: string): Source {
  if (last?.text !== text || last.file.fileName !== fileName) last = { text, file: ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true, scriptKind(fileName)) };
  return last;
}

/** How many mistakes the parser finds in a text. */
export function syntaxErrors(fileName: string, text: string): number {
  const file: ts.SourceFile & { readonly parseDiagnostics?: readonly unknown[] } = sourceOf(fileName, text).file;
  return file.parseDiagnostics?.length ?? 0;
}

function scriptKind(fileName: string): ts.ScriptKind {
  if (/\.tsx$/iu.test(fileName)) return ts.ScriptKind.TSX;
  return /\.[cm]?ts$/iu.test(fileName) ? ts.ScriptKind.TS : ts.ScriptKind.JSX;
}

/** The outermost node that covers exactly this range, or the innermost one that contains it. */
export function nodeAt({ file }: Source, { start, end }: Pick<Site, "start" | "end">): ts.Node {
  let found: ts.Node = file;
  const visit = (node: ts.Node): void => {
    if (node.getStart(file) > start || node.end < end) return;
    found = node;
    if (node.getStart(file) !== start || node.end !== end || isWrapper(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}

function isWrapper(node: ts.Node): boolean {
  return ts.isSourceFile(node) || ts.isExpressionStatement(node);
}

/** A statement together with the list that holds it. */
export interface Place {
  readonly statement: ts.Statement;
  readonly list: ts.NodeArray<ts.Statement>;
  readonly index: number;
  readonly block: ts.Node;
}

/** The innermost statement around a node that stands in a list of statements, no further out than the function around it. */
export function placeOf(node: ts.Node): Place | undefined {
  for (let current = node; !ts.isSourceFile(current); current = current.parent) {
    const list = statementsOf(current.parent);
    const index = list?.findIndex((other) => other === current) ?? -1;
    const statement = list?.[index];
    if (list !== undefined && statement !== undefined) return { statement, list, index, block: current.parent };
    if (current !== node && ts.isFunctionLike(current)) return undefined;
  }
  return undefined;
}

/** The statements of a block-like node. */
export function statementsOf(node: ts.Node): ts.NodeArray<ts.Statement> | undefined {
  return ts.isBlock(node) || ts.isSourceFile(node) || ts.isModuleBlock(node) || ts.isCaseOrDefaultClause(node) ? node.statements : undefined;
}

/** The function whose body holds the node, or the file. */
export function functionAround(node: ts.Node): ts.Node {
  let current = node.parent;
  while (!ts.isFunctionLike(current) && !ts.isSourceFile(current) && !ts.isClassStaticBlockDeclaration(current)) current = current.parent;
  return current;
}

/** Parentheses, casts, `await` and `!` around an expression do not change which pointer it is. */
export function unwrapped(node: ts.Node): ts.Node {
  let current = node;
  while (isTransparent(current)) current = current.expression;
  return current;
}

/** The outermost expression that is the same pointer as the given one. */
export function wrapped(node: ts.Node): ts.Node {
  let current = node;
  while (isTransparent(current.parent)) current = current.parent;
  return current;
}

function isTransparent(node: ts.Node): node is ts.ParenthesizedExpression | ts.AsExpression | ts.NonNullExpression | ts.AwaitExpression | ts.SatisfiesExpression {
  return ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node) || ts.isAwaitExpression(node) || ts.isSatisfiesExpression(node);
}

/** All nodes below a node, outermost first; `enter` says which ones to look into. */
export function* descendants(node: ts.Node, enter: (node: ts.Node) => boolean = () => true): Generator<ts.Node> {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) {
    yield child;
    if (enter(child)) yield* descendants(child, enter);
  }
}

/** All places below a node where a name is read or written as a variable. */
export function referencesTo(name: string, within: ts.Node): ts.Identifier[] {
  return [...descendants(within)].filter((node): node is ts.Identifier => ts.isIdentifier(node) && node.text === name && isReference(node));
}

function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isGetAccessor(parent) || ts.isSetAccessor(parent)) return parent.name !== node;
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return parent.propertyName === undefined || parent.name === node;
  return !ts.isPropertySignature(parent) && !ts.isMethodSignature(parent);
}

/** True for a node that lies in the other. */
export function contains(outer: ts.Node, inner: ts.Node): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end;
}

/** True for a statement behind which control may not come, though nothing throws by itself. */
export function mayLeave(statement: ts.Statement): boolean {
  return inOwnCode(statement, (node) => ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node));
}

/** True for a statement in which other code may run: it holds `await` or `yield`. */
export function waits(statement: ts.Statement): boolean {
  return inOwnCode(statement, (node) => ts.isAwaitExpression(node) || ts.isYieldExpression(node));
}

function inOwnCode(statement: ts.Statement, test: (node: ts.Node) => boolean): boolean {
  return [statement, ...descendants(statement, (node) => !ts.isFunctionLike(node))].some(test);
}

/** A name that nothing in the file has yet. */
export function freshName({ text }: Source, wanted: string): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}${count}`;
    if (!new RegExp(`(?<![\\w$])${name}(?![\\w$])`, "u").test(text)) return name;
  }
}
