import { ts } from "ts-morph";
import type { TextEdit } from "./proposal.js";
import { descendants, type Source } from "./source.js";

/** How the file breaks its lines. */
export function lineBreakOf({ text }: Source): string {
  return /\r\n|\n/u.exec(text)?.[0] ?? "\n";
}

/** White space in front of the line that holds an offset. */
export function indentAt({ text }: Source, offset: number): string {
  return /^[ \t]*/u.exec(text.slice(lineStart(text, offset)))?.[0] ?? "";
}

/** What the file indents by: a tab, or as many spaces as the first indented line of a block has more than the one before it. */
export function indentUnit({ text }: Source): string {
  let before = "";
  for (const line of text.split(/\r\n|\n/u)) {
    const indent = /^[ \t]*/u.exec(line)?.[0] ?? "";
    if (line.trim() === "" || /^[ \t]*\*/u.test(line)) continue;
    if (indent.length > before.length && indent.startsWith(before)) return indent.slice(before.length);
    before = indent;
  }
  return "  ";
}

/** Statements of this file end in `;`, or most of them do not. */
function hasSemicolons({ file }: Source): boolean {
  const ends = [...descendants(file)].filter((node) => ts.isExpressionStatement(node) || ts.isVariableStatement(node) || ts.isReturnStatement(node)).map((node) => node.getText(file).endsWith(";"));
  return ends.filter(Boolean).length * 2 >= ends.length;
}

/** A statement as the file would end it; `next` is the text that follows. */
export function terminated(source: Source, code: string, next = ""): string {
  return hasSemicolons(source) || /^\s*[([`/+-]/u.test(next) ? `${code};` : code;
}

/** Puts statements on lines of their own in front of a statement; makes the braces of an `if` that had none. */
export function insertBefore(source: Source, statement: ts.Statement, statements: readonly string[]): TextEdit[] {
  const start = statement.getStart(source.file);
  const lines = statements.map((code, index) => terminated(source, code, statements[index + 1] ?? source.text.slice(start, start + 1)));
  const indent = indentAt(source, start);
  const breaks = lineBreakOf(source);
  if (inList(statement)) return [{ start, end: start, text: lines.map((line) => (startsLine(source, start) ? `${line}${breaks}${indent}` : `${line} `)).join("") }];
  return braced(source, statement, [...lines, null]);
}

/** Puts statements on lines of their own behind a statement; makes the braces of an `if` that had none. */
export function insertAfter(source: Source, statement: ts.Statement, statements: readonly string[]): TextEdit[] {
  const lines = statements.map((code, index) => terminated(source, code, statements[index + 1] ?? source.text.slice(statement.end, statement.end + 200)));
  if (!inList(statement)) return braced(source, statement, [null, ...lines]);
  const { end } = statement;
  const separator = startsLine(source, statement.getStart(source.file)) ? lineBreakOf(source) + indentAt(source, statement.getStart(source.file)) : " ";
  const at = separator === " " ? end : endOfComment(source.text, end);
  return [{ start: at, end: at, text: lines.map((line) => `${separator}${line}`).join("") }];
}

// `null` stands for the statement itself.
function braced(source: Source, statement: ts.Statement, lines: readonly (string | null)[]): TextEdit[] {
  const start = statement.getStart(source.file);
  const outer = indentAt(source, statement.parent.getStart(source.file));
  const inner = outer + indentUnit(source);
  const breaks = lineBreakOf(source);
  const own = lines.indexOf(null);
  const before = lines.slice(0, own).map((line) => `${inner}${line}${breaks}`).join("");
  const after = lines.slice(own + 1).map((line) => `${breaks}${inner}${line}`).join("");
  const gap = /\s*$/u.exec(source.text.slice(0, start))?.[0] ?? "";
  return [
    { start: start - gap.length, end: start, text: ` {${breaks}${before}${inner}` },
    { start: statement.end, end: statement.end, text: `${after}${breaks}${outer}}` },
  ];
}

/** Takes a statement out, with its line when nothing else is on it. */
export function removal({ text, file }: Source, statement: ts.Statement): TextEdit {
  const start = statement.getStart(file);
  const end = endOfComment(text, statement.end);
  const from = lineStart(text, start);
  const alone = text.slice(from, start).trim() === "" && /^[ \t]*(?:\r?\n|$)/u.test(text.slice(end));
  if (!inList(statement)) return { start, end: statement.end, text: "{}" };
  if (!alone) return { start: text[start - 1] === " " ? start - 1 : start, end: statement.end, text: "" };
  const next = /^[ \t]*(?:\r?\n)?/u.exec(text.slice(end))?.[0].length ?? 0;
  return { start: from, end: end + next, text: "" };
}

/** The edits that move the lines of a range one unit to the right; text inside templates stays as it is. */
export function indented(source: Source, from: number, to: number): TextEdit[] {
  const { text } = source;
  const unit = indentUnit(source);
  const kept = [...descendants(source.file)].filter((node) => isLiteralText(node) && node.getStart(source.file) < to && node.end > from);
  const edits: TextEdit[] = [];
  for (let at = text.indexOf("\n", from) + 1; at > 0 && at < to; at = text.indexOf("\n", at) + 1) {
    const empty = /^[ \t]*(?:\r?\n|$)/u.test(text.slice(at, at + 500));
    const insideLiteral = kept.some((node) => node.getStart(source.file) < at && at < node.end);
    if (!empty && !insideLiteral) edits.push({ start: at, end: at, text: unit });
  }
  return edits;
}

function isLiteralText(node: ts.Node): boolean {
  return ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node) || ts.isStringLiteral(node) || ts.isJsxText(node);
}

/** True when nothing but white space stands in front of the offset on its line. */
export function startsLine({ text }: Source, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === "";
}

function inList(statement: ts.Statement): boolean {
  const { parent } = statement;
  return ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isModuleBlock(parent) || ts.isCaseOrDefaultClause(parent);
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

// A comment at the end of a statement's line belongs to the statement.
function endOfComment(text: string, end: number): number {
  return end + (/^[ \t]*\/\/[^\r\n]*/u.exec(text.slice(end))?.[0].length ?? 0);
}
