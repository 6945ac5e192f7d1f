import { ts } from "ts-morph";
import type { Finding } from "../findings.js";
import { calleeFor } from "./callee.js";
import { holderOf, type Holder } from "./holder.js";
import { indentAt, indented, indentUnit, lineBreakOf, removal, startsLine, terminated } from "./layout.js";
import { proposal, type FixProposal, type TextEdit } from "./proposal.js";
import { releasesOf } from "./releases.js";
import { descendants, referencesTo, type Source } from "./source.js";

/** Wraps what follows the call in `try`, and releases the reference in `finally`. */
export function releaseInFinally(source: Source, finding: Finding): FixProposal[] {
  const { release, acquiredAt = finding.primary } = finding.data;
  const holder = holderOf(source, acquiredAt);
  const callee = release === undefined || holder === undefined ? undefined : calleeFor(source, release, holder.call, holder.call);
  if (holder === undefined || callee === undefined) return [];
  const edits = finallyEdits(source, holder, callee);
  return edits === undefined ? [] : proposal("suggestion", `release \`${holder.name}\` in a \`finally\` block`, edits);
}

/** The edits that make a `finally` block release the variable, taking out the releases that it replaces. */
export function finallyEdits(source: Source, holder: Holder, callee: string): TextEdit[] | undefined {
  const region = statementsToGuard(holder);
  const releases = releasesOf(source, holder.name, callee, holder.place.block).filter((release) => release.pos >= (region[0]?.pos ?? Infinity));
  const kept = region.filter((statement) => !releases.some((release) => release === statement));
  const first = kept[0];
  const final = kept.at(-1);
  if (first === undefined || final === undefined || !staysWithin(holder, region.at(-1) ?? final)) return undefined;
  const removed = releases.map((statement) => removal(source, statement));
  const release = terminated(source, `${callee}(${holder.name})`, "}");
  const body = first === final && ts.isTryStatement(first) ? extendTry(source, first, release) : wrap(source, first, final, release);
  // A line that goes is not indented; where `try` begins or ends right in front of one, that stays.
  const goes = ({ start, end, text }: TextEdit): boolean => removed.some((range) => (text.trim() === "" ? range.start <= start : range.start < start) && end < range.end);
  return [...body.filter((edit) => !goes(edit)), ...removed];
}

// Tests that leave at once when there is no pointer may stay in front.
function statementsToGuard({ name, place }: Holder): readonly ts.Statement[] {
  const rest = place.list.slice(place.index + 1);
  const first = rest.findIndex((statement) => !isGuard(statement, name));
  return first < 0 ? [] : rest.slice(first);
}

function isGuard(statement: ts.Statement, name: string): boolean {
  if (!ts.isIfStatement(statement) || statement.elseStatement !== undefined || referencesTo(name, statement.expression).length === 0) return false;
  const { thenStatement } = statement;
  const body = ts.isBlock(thenStatement) ? thenStatement.statements : [thenStatement];
  const [only] = body;
  return body.length === 1 && only !== undefined && (ts.isReturnStatement(only) || ts.isThrowStatement(only) || ts.isContinueStatement(only)) && referencesTo(name, only).length === 0;
}

// What is declared inside `try` cannot be seen behind it, and the pointer must not be used there either.
function staysWithin({ name, scope, place }: Holder, final: ts.Statement): boolean {
  const after = referencesTo(name, scope).some((node) => node.pos >= final.end && !ts.isFunctionLike(node.parent));
  const written = [...descendants(scope)].some((node) => ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && ts.isIdentifier(node.left) && node.left.text === name && node.pos > place.statement.end);
  return !after && !written && !ts.isCaseOrDefaultClause(place.block);
}

function wrap(source: Source, first: ts.Statement, final: ts.Statement, release: string): TextEdit[] {
  const start = first.getStart(source.file);
  if (!startsLine(source, start)) return [{ start, end: start, text: "try { " }, { start: final.end, end: final.end, text: ` } finally { ${release} }` }];
  const breaks = lineBreakOf(source);
  const outer = indentAt(source, start);
  const inner = outer + indentUnit(source);
  const end = endOfLine(source.text, final.end);
  return [
    { start, end: start, text: `try {${breaks}${inner}` },
    ...indented(source, start, end),
    { start: end, end, text: `${breaks}${outer}} finally {${breaks}${inner}${release}${breaks}${outer}}` },
  ];
}

function extendTry(source: Source, statement: ts.TryStatement, release: string): TextEdit[] {
  const breaks = lineBreakOf(source);
  const outer = indentAt(source, statement.getStart(source.file));
  const inner = outer + indentUnit(source);
  const { finallyBlock } = statement;
  if (finallyBlock === undefined) return [{ start: statement.end, end: statement.end, text: ` finally {${breaks}${inner}${release}${breaks}${outer}}` }];
  const at = finallyBlock.getStart(source.file) + 1;
  return [{ start: at, end: at, text: `${breaks}${inner}${release}` }];
}

function endOfLine(text: string, end: number): number {
  return end + (/^[ \t]*(?:\/\/[^\r\n]*)?/u.exec(text.slice(end))?.[0].trimEnd().length ?? 0);
}
