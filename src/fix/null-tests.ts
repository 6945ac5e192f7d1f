import { ts } from "ts-morph";
import type { Finding } from "../findings.js";
import { variableAt } from "./holder.js";
import { indentAt, indentUnit, insertBefore, lineBreakOf } from "./layout.js";
import { proposal, type FixProposal } from "./proposal.js";
import { descendants, nodeAt, placeOf, type Source } from "./source.js";

/** Writes the test for NULL in the form that works for the binding. */
export function workingNullTest(source: Source, finding: Finding): FixProposal[] {
  const { workingTest } = finding.data;
  const tested = workingTest === undefined ? undefined : testAt(source, nodeAt(source, finding.primary));
  if (workingTest === undefined || tested === undefined || !canWrite(source, workingTest)) return [];
  const text = tested.positive ? testOf(workingTest, tested.pointer.getText(source.file)) : negated(testOf(workingTest, tested.pointer.getText(source.file)));
  return proposal("suggestion", `test with \`${text}\``, [{ start: tested.node.getStart(source.file), end: tested.node.end, text: parenthesized(tested.node, text) }]);
}

/** Tests the pointer in front of its use: leaves with an error, or goes round the use. */
export function guardAgainstNull(source: Source, finding: Finding): FixProposal[] {
  const { workingTest, acquiredBy } = finding.data;
  const name = pointerName(source, finding);
  const place = placeOf(nodeAt(source, finding.primary));
  if (name === undefined || place === undefined) return [];
  const test = workingTest !== undefined && canWrite(source, workingTest) ? testOf(workingTest, name) : `!${name}`;
  const { statement } = place;
  const start = statement.getStart(source.file);
  const [indent, unit, breaks] = [indentAt(source, start), indentUnit(source), lineBreakOf(source)];
  const error = `throw new Error("${acquiredBy ?? name} gave NULL")`;
  const leave = proposal("suggestion", `throw when \`${name}\` is NULL`, insertBefore(source, statement, [`if (${test}) ${error}`]));
  if (!ts.isExpressionStatement(statement)) return leave;
  const around = [
    { start, end: start, text: `if (${negated(test)}) {${breaks}${indent}${unit}` },
    { start: statement.end, end: statement.end, text: `${breaks}${indent}}` },
  ];
  return [...leave, ...proposal("suggestion", `skip the call when \`${name}\` is NULL`, around)];
}

function pointerName(source: Source, { primary, data }: Finding): string | undefined {
  const here = variableAt(source, primary);
  if (here !== undefined) return here;
  const { pointer } = data;
  const call = nodeAt(source, primary);
  return pointer !== undefined && [call, ...descendants(call)].some((node) => ts.isIdentifier(node) && node.text === pointer) ? pointer : undefined;
}

interface Test {
  readonly node: ts.Node;
  readonly pointer: ts.Expression;
  /** True when the test is true for NULL. */
  readonly positive: boolean;
}

function testAt(source: Source, node: ts.Node): Test | undefined {
  if (ts.isParenthesizedExpression(node)) return testAt(source, node.expression);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    const inner = testAt(source, node.operand);
    return inner === undefined ? undefined : { ...inner, node, positive: !inner.positive };
  }
  if (ts.isBinaryExpression(node) && /^[!=]==?$/u.test(node.operatorToken.getText(source.file))) {
    const pointer = isNullLiteral(node.right) ? node.left : isNullLiteral(node.left) ? node.right : undefined;
    return pointer === undefined ? undefined : { node, pointer, positive: node.operatorToken.getText(source.file).startsWith("=") };
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && /^(?:isNull|equals)$/u.test(node.expression.name.text)) return { node, pointer: node.expression.expression, positive: true };
  if (ts.isPropertyAccessExpression(node) && node.name.text === "isNull") return { node, pointer: node.expression, positive: true };
  return isCondition(node) ? truthiness(node as ts.Expression) : undefined;
}

// `!p` tests for NULL, plain `p` for its absence; the smallest expression that is negated goes along.
function truthiness(pointer: ts.Expression): Test {
  const { parent } = pointer;
  const isNegated = ts.isPrefixUnaryExpression(parent) && parent.operator === ts.SyntaxKind.ExclamationToken;
  return isNegated ? { node: parent, pointer, positive: true } : { node: pointer, pointer, positive: false };
}

/** True where only the truthiness of an expression counts. */
function isCondition(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isCondition(parent);
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)) return parent.expression === node;
  if (ts.isForStatement(parent) || ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (!ts.isBinaryExpression(parent)) return false;
  const operator = parent.operatorToken.kind;
  if (operator === ts.SyntaxKind.AmpersandAmpersandToken && parent.left === node && ts.isExpressionStatement(parent.parent)) return true;
  return (operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken) && isCondition(parent);
}

function isNullLiteral(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword || ts.isNumericLiteral(node) || ts.isBigIntLiteral(node) || (ts.isIdentifier(node) && /^(?:undefined|NULL)$/u.test(node.text)) || (ts.isCallExpression(node) && /^(?:ptr|BigInt)\(/u.test(node.getText()));
}

function testOf(workingTest: string, pointer: string): string {
  return workingTest.replaceAll(/(?<![\w$.])p(?![\w$])/gu, () => pointer);
}

/** The opposite of a test, written as an author would. */
function negated(test: string): string {
  if (/^!(?!=)/u.test(test)) return test.slice(1);
  return /[^=!]==/u.test(test) ? test.replace(/==(=?)/u, (_, strict: string) => `!=${strict}`) : `!${test}`;
}

// `!s` in `!s.length` binds tighter than what takes its place.
function parenthesized(node: ts.Node, text: string): string {
  const { parent } = node;
  return / [!=]==? /u.test(text) && (ts.isPrefixUnaryExpression(parent) || (ts.isBinaryExpression(parent) && !/^(?:&&|\|\||\?\?|=|,)$/u.test(parent.operatorToken.getText()))) ? `(${text})` : text;
}

// A test by a function of the binding layer needs that function to be there.
function canWrite({ text }: Source, workingTest: string): boolean {
  const name = /^!?(\w+)\(/u.exec(workingTest)?.[1];
  return name === undefined || new RegExp(`\\b${name}\\b`, "u").test(text);
}
