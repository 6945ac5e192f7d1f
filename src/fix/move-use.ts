import { ts } from "ts-morph";
import type { Finding, Site } from "../findings.js";
import { indentAt, insertAfter, insertBefore, lineBreakOf, removal } from "./layout.js";
import { proposal, type FixProposal } from "./proposal.js";
import { beforeLeaving } from "./release-before-exit.js";
import { contains, descendants, mayLeave, nodeAt, placeOf, waits, type Place, type Source } from "./source.js";

/** Moves the use in front of what ends the pointer's life, where nothing in between minds. */
export function moveUse(source: Source, finding: Finding): FixProposal[] {
  const cause = endOfLife(finding);
  const ending = cause === undefined ? undefined : placeOf(nodeAt(source, cause));
  const use = ending === undefined ? undefined : placeIn(nodeAt(source, finding.primary), ending);
  if (ending === undefined || use === undefined || use.index <= ending.index || !canMove(ending, use)) return [];
  const start = use.statement.getStart(source.file);
  const indent = indentAt(source, start);
  const text = source.text.slice(start, use.statement.end).replace(/;$/u, "");
  const lines = text.split(/\r?\n/u).map((line, index) => (index > 0 && line.startsWith(indent) ? line.slice(indent.length) : line));
  const moved = lines.map((line, index) => (index > 0 && line !== "" ? indentAt(source, ending.statement.getStart(source.file)) + line : line)).join(lineBreakOf(source));
  return proposal("suggestion", `move the use before \`${firstLine(ending.statement.getText(source.file))}\``, [...insertBefore(source, ending.statement, [moved]), removal(source, use.statement)]);
}

/** Moves what ends the pointer's life behind the last use in the same list of statements. */
export function moveEnd(source: Source, finding: Finding): FixProposal[] {
  const cause = endOfLife(finding);
  const ending = cause === undefined ? undefined : placeOf(nodeAt(source, cause));
  const use = ending === undefined ? undefined : placeIn(nodeAt(source, finding.primary), ending);
  if (ending === undefined || use === undefined || use.index <= ending.index || !ts.isExpressionStatement(ending.statement)) return [];
  const name = finding.data.pointer ?? "";
  const last = ending.list.findLastIndex((statement, index) => index >= use.index && (index === use.index || identifiersIn(statement).includes(name)));
  const passed = ending.list.slice(ending.index + 1, last + 1);
  const final = ending.list[last];
  const code = ending.statement.getText(source.file).replace(/;$/u, "");
  const names = identifiersIn(ending.statement);
  if (final === undefined || passed.some((statement) => waits(statement) || (statement !== final && mayLeave(statement)) || writtenIn(statement).some((written) => names.includes(written)))) return [];
  const edits = ts.isReturnStatement(final) ? beforeLeaving(source, final, name, code) : mayLeave(final) ? [] : insertAfter(source, final, [code]);
  return edits.length === 0 ? [] : proposal("suggestion", `move \`${firstLine(code)}\` behind the last use`, [removal(source, ending.statement), ...edits]);
}

function endOfLife({ data, path, primary }: Finding): Site | undefined {
  return data.invalidatedAt ?? path.findLast(({ kind, depth, site }) => (kind === "invalidate" || kind === "release") && depth === 0 && site.file === primary.file)?.site;
}

function placeIn(node: ts.Node, { list, block }: Place): Place | undefined {
  const index = list.findIndex((statement) => contains(statement, node));
  const statement = list[index];
  return statement === undefined ? undefined : { statement, list, index, block };
}

function canMove(ending: Place, use: Place): boolean {
  const { statement } = use;
  if (!ts.isExpressionStatement(statement) && !ts.isVariableStatement(statement)) return false;
  const passed = use.list.slice(ending.index, use.index);
  const names = new Set(identifiersIn(statement));
  return !waits(statement) && passed.every((other) => !waits(other) && !ts.isReturnStatement(other) && !ts.isThrowStatement(other) && writtenIn(other).every((name) => !names.has(name))) && writtenIn(statement).every((name) => !passed.some((other) => identifiersIn(other).includes(name)));
}

function identifiersIn(node: ts.Node): string[] {
  return [...descendants(node)].filter(ts.isIdentifier).map(({ text }) => text);
}

function writtenIn(node: ts.Node): string[] {
  return [node, ...descendants(node)].flatMap((inner) => {
    if (ts.isVariableDeclaration(inner)) return namesOf(inner.name);
    if (ts.isBinaryExpression(inner) && inner.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && inner.operatorToken.kind <= ts.SyntaxKind.LastAssignment) return rootNames(inner.left);
    if ((ts.isPrefixUnaryExpression(inner) || ts.isPostfixUnaryExpression(inner)) && (inner.operator === ts.SyntaxKind.PlusPlusToken || inner.operator === ts.SyntaxKind.MinusMinusToken)) return rootNames(inner.operand);
    return [];
  });
}

function namesOf(name: ts.BindingName): string[] {
  return ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesOf(element.name) : []));
}

// A write to a field counts as one to everything that its object holds.
function rootNames(target: ts.Expression): string[] {
  return ts.isIdentifier(target) ? [target.text] : identifiersIn(target);
}

function firstLine(text: string): string {
  return text.split(/\r?\n/u, 1)[0] ?? text;
}
