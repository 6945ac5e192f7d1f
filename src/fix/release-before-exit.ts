import { ts } from "ts-morph";
import type { Finding } from "../findings.js";
import { callAt, calleeFor } from "./callee.js";
import { holderOf, type Holder } from "./holder.js";
import { insertAfter, insertBefore } from "./layout.js";
import { proposal, type FixProposal, type TextEdit } from "./proposal.js";
import { descendants, freshName, nodeAt, placeOf, referencesTo, wrapped, type Source } from "./source.js";

type Exit = NonNullable<Finding["data"]["exits"]>[number];

/** Releases the reference in front of each way out that loses it. */
export function releaseBeforeExit(source: Source, finding: Finding): FixProposal[] {
  const { release, acquiredAt = finding.primary, exits = [] } = finding.data;
  if (release === undefined) return [];
  const holder = holderOf(source, acquiredAt);
  if (holder === undefined) return releaseDiscarded(source, finding, release);
  const callee = calleeFor(source, release, holder.call, holder.call);
  if (callee === undefined || exits.length === 0) return [];
  const edits = exits.map((exit) => releaseAt(source, holder, exit, `${callee}(${holder.name})`));
  if (edits.some((edit) => edit === undefined)) return [];
  const places = new Set(edits.map((edit) => edit?.[0]?.start));
  const where = places.size === 1 ? "before the exit that loses it" : "before each exit that loses it";
  return proposal("suggestion", `release \`${holder.name}\` ${where}`, edits.flatMap((edit) => edit ?? []));
}

function releaseAt(source: Source, holder: Holder, { site, kind }: Exit, release: string): TextEdit[] | undefined {
  const node = nodeAt(source, site);
  switch (kind) {
    case "return":
    case "throw":
      return leave(source, holder, node, release) ?? atEndOfBlock(source, holder, release);
    case "overwrite":
    case "discard": {
      const place = placeOf(node);
      return place === undefined || isRound(place.statement, holder) ? atEndOfBlock(source, holder, release) : insertBefore(source, place.statement, [release]);
    }
    case "end":
      return atEndOfBlock(source, holder, release);
    default:
      return undefined;
  }
}

// Lost to the next round of a loop: the statement that overwrites it is the one that obtains it.
function isRound(statement: ts.Statement, holder: Holder): boolean {
  return statement === holder.place.statement;
}

function leave(source: Source, holder: Holder, node: ts.Node, release: string): TextEdit[] | undefined {
  let current = node;
  while (!ts.isStatement(current) && !ts.isFunctionLike(current) && !ts.isSourceFile(current)) current = current.parent;
  if (ts.isReturnStatement(current) || ts.isThrowStatement(current)) return beforeLeaving(source, current, holder.name, release);
  return ts.isBreakOrContinueStatement(current) ? insertBefore(source, current, [release]) : undefined;
}

/** Releases in front of `return` or `throw`; what is returned is worked out first when it may need the pointer. */
export function beforeLeaving(source: Source, statement: ts.ReturnStatement | ts.ThrowStatement, name: string, release: string): TextEdit[] {
  const { expression } = statement;
  if (expression === undefined || !needsPointer(expression, name)) return insertBefore(source, statement, [release]);
  const result = freshName(source, "result");
  const edits = insertBefore(source, statement, [`const ${result} = ${asOperand(source, expression)}`, release]);
  return [...edits, { start: expression.getStart(source.file), end: expression.end, text: result }];
}

function asOperand({ file }: Source, expression: ts.Expression): string {
  const text = expression.getText(file);
  return ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.CommaToken ? `(${text})` : text;
}

function needsPointer(expression: ts.Expression, name: string): boolean {
  const nodes = [expression, ...descendants(expression, (node) => !ts.isFunctionLike(node))];
  return nodes.some((node) => ts.isCallExpression(node) || ts.isAwaitExpression(node) || (ts.isIdentifier(node) && node.text === name));
}

// Where the variable is declared, at the end of that block; for a variable of a loop this is the end of the round.
function atEndOfBlock(source: Source, holder: Holder, release: string): TextEdit[] | undefined {
  const list = blockOf(holder);
  const lastStatement = list?.at(-1);
  if (list === undefined || lastStatement === undefined) return undefined;
  if (ts.isReturnStatement(lastStatement) || ts.isThrowStatement(lastStatement)) return undefined;
  if (ts.isBreakOrContinueStatement(lastStatement)) return insertBefore(source, lastStatement, [release]);
  return insertAfter(source, lastStatement, [release]);
}

function blockOf({ name, place, scope, declares }: Holder): ts.NodeArray<ts.Statement> | undefined {
  if (declares) return place.list;
  const declared = referencesTo(name, scope).find((node) => ts.isVariableDeclaration(node.parent) && node.parent.name === node);
  return declared === undefined ? undefined : placeOf(declared)?.list;
}

// The result of the call has no name: give it one, and release it after the statement.
function releaseDiscarded(source: Source, finding: Finding, release: string): FixProposal[] {
  const call = callAt(source, finding.data.acquiredAt ?? finding.primary);
  const place = call === undefined ? undefined : placeOf(call);
  if (call === undefined || place === undefined || !ts.isExpressionStatement(place.statement) && !ts.isVariableStatement(place.statement) && !ts.isReturnStatement(place.statement)) return [];
  const callee = calleeFor(source, release, call, call);
  if (callee === undefined || !runsOnce(call, place.statement)) return [];
  const outer = wrapped(call);
  if (outer.parent === place.statement) {
    const expression = outer.getText(source.file);
    return proposal("suggestion", "release the reference at once", [{ start: outer.getStart(source.file), end: outer.end, text: `${callee}(${expression})` }]);
  }
  return nameAndRelease(source, call, place.statement, callee, finding);
}

function nameAndRelease(source: Source, call: ts.CallExpression, statement: ts.Statement, callee: string, finding: Finding): FixProposal[] {
  const outer = wrapped(call);
  const name = freshName(source, (finding.data.class ?? "pointer").split("_").at(-1)?.toLowerCase() ?? "pointer");
  const declaration = `const ${name} = ${outer.getText(source.file)}`;
  const title = `name the reference and release it after its use`;
  const replacement = { start: outer.getStart(source.file), end: outer.end, text: name };
  if (!ts.isReturnStatement(statement)) return proposal("suggestion", title, [...insertBefore(source, statement, [declaration]), replacement, ...insertAfter(source, statement, [`${callee}(${name})`])]);
  const { expression } = statement;
  if (expression === undefined || outer === expression) return [];
  const start = expression.getStart(source.file);
  const result = freshName(source, "result");
  const text = source.text.slice(start, replacement.start) + name + source.text.slice(replacement.end, expression.end);
  return proposal("suggestion", title, [...insertBefore(source, statement, [declaration, `const ${result} = ${text}`, `${callee}(${name})`]), { start, end: expression.end, text: result }]);
}

// Not in a branch of an expression, nor in a function that runs at another time.
function runsOnce(call: ts.Node, statement: ts.Node): boolean {
  for (let current = call.parent; current !== statement; current = current.parent) {
    if (ts.isFunctionLike(current) || ts.isConditionalExpression(current) || (ts.isBinaryExpression(current) && /^(?:&&|\|\||\?\?)$/u.test(current.operatorToken.getText()))) return false;
  }
  return true;
}
