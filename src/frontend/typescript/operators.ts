import { ts } from "ts-morph";
import { at } from "../../ir/lists.js";
import type { VariableId } from "../../ir/types.js";
import { branchOnNullish } from "./conditions.js";
import type { FunctionContext, Target } from "./context.js";
import { evaluate, into, pure, value } from "./expressions.js";
import { nullLiteral } from "./nulls.js";
import { assignPattern, assignPlace, isPattern, type Place, place, readPlace, writePlace } from "./patterns.js";
import { isAssignmentOperator, isLogicalOperator, unwrap, unwrapAll } from "./syntax.js";

const SyntaxKind = ts.SyntaxKind;

/** `target = value` and the compound assignments; gives the variable that holds the assigned value. */
export function assignment(fn: FunctionContext, node: ts.BinaryExpression, to: Target | null): VariableId {
  const operator = node.operatorToken.kind;
  const target = unwrapAll(node.left);
  if (operator === SyntaxKind.EqualsToken) {
    if (!isPattern(target)) return plainAssignment(fn, node, target);
    const from = fn.protect(evaluate(fn, node.right, null), target.pos, target.end);
    assignPattern(fn, target, from, node.right);
    return from;
  }
  const assigned = place(fn, target, node.right.end);
  if (operator === SyntaxKind.AmpersandAmpersandEqualsToken || operator === SyntaxKind.BarBarEqualsToken || operator === SyntaxKind.QuestionQuestionEqualsToken)
    return logicalAssignment(fn, node, assigned);
  const old = fn.protect(readPlace(fn, assigned, node.left), node.left.end, node.right.end);
  const right = value(fn, node.right);
  const name = ts.tokenToString(operator)?.slice(0, -1) ?? "";
  const result = pure(fn, name, [old, right], node, assigned.kind === "binding" ? targetOf(fn, assigned) : to);
  writePlace(fn, assigned, result, fn.range(node));
  return result;
}

/** An operator without side effects, or a comparison. Chains such as `a + b + c` are walked in a loop. */
export function binary(fn: FunctionContext, node: ts.BinaryExpression, to: Target | null): VariableId {
  const spine: ts.BinaryExpression[] = [];
  let first: ts.Expression = node;
  while (isOperator(first)) {
    spine.push(first);
    first = unwrap(first.left);
  }
  let current: VariableId | null = null;
  for (let inner = spine.length - 1; inner >= 0; ) {
    const outer = groupEnd(spine, inner);
    const target = outer === 0 ? to : null;
    const group = at(spine, outer);
    if (isEqualityOperator(group.operatorToken.kind)) {
      const { same, negated } = equality(fn, group, current);
      current = negated ? not(fn, same, group, target) : same;
    } else {
      const operands: VariableId[] = [current ?? value(fn, first, group.right.end)];
      for (let index = inner; index >= outer; index--) operands.push(value(fn, at(spine, index).right, group.right.end));
      current = isWord(group) && operands.length === 2 ? at(operands, 0) : pure(fn, ts.tokenToString(group.operatorToken.kind) ?? "", operands, group, target);
    }
    inner = outer - 1;
  }
  return current ?? value(fn, first);
}

// `p >>> 0`, `p | 0`: the same address, read as a machine word.
function isWord({ operatorToken: { kind }, right }: ts.BinaryExpression): boolean {
  if (kind !== SyntaxKind.GreaterThanGreaterThanGreaterThanToken && kind !== SyntaxKind.BarToken) return false;
  const word = unwrap(right);
  return ts.isNumericLiteral(word) && Number(word.text) === 0;
}

/** `===`, `==` and their negations: `same` holds the result of the plain comparison. `known`: the left side, where it is evaluated already. */
export function equality(fn: FunctionContext, node: ts.BinaryExpression, known: VariableId | null = null): { same: VariableId; negated: boolean } {
  const operator = node.operatorToken.kind;
  const strict = operator === SyntaxKind.EqualsEqualsEqualsToken || operator === SyntaxKind.ExclamationEqualsEqualsToken;
  const negated = operator === SyntaxKind.ExclamationEqualsToken || operator === SyntaxKind.ExclamationEqualsEqualsToken;
  const left = known ?? value(fn, node.left, node.right.end);
  const right = value(fn, node.right);
  const range = fn.range(node);
  const same = fn.temp(range);
  const leftNull = nullLiteral(node.left, fn.module.scopes);
  const literal = nullLiteral(node.right, fn.module.scopes) ?? leftNull;
  const test = literal ? `${strict ? "===" : "=="} ${literal.text}` : null;
  const swapped = literal !== null && literal === leftNull;
  fn.emit({ op: "compare", to: same, strict, left: swapped ? right : left, right: swapped ? left : right, test, range });
  return { same, negated };
}

export function isEquality(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && isEqualityOperator(node.operatorToken.kind);
}

function isEqualityOperator(operator: ts.SyntaxKind): boolean {
  return (
    operator === SyntaxKind.EqualsEqualsToken || operator === SyntaxKind.EqualsEqualsEqualsToken || operator === SyntaxKind.ExclamationEqualsToken || operator === SyntaxKind.ExclamationEqualsEqualsToken
  );
}

export function prefix(fn: FunctionContext, node: ts.PrefixUnaryExpression, to: Target | null): VariableId {
  const operand = unwrap(node.operand);
  const range = fn.range(node);
  if (node.operator === SyntaxKind.PlusPlusToken || node.operator === SyntaxKind.MinusMinusToken) return update(fn, node).updated;
  if (node.operator === SyntaxKind.ExclamationToken) return not(fn, value(fn, node.operand), node, to);
  if (node.operator === SyntaxKind.MinusToken && ts.isNumericLiteral(operand)) return fn.constant(-Number(operand.text), range, to);
  if (node.operator === SyntaxKind.MinusToken && ts.isBigIntLiteral(operand)) return fn.constant(-BigInt(operand.text.replace(/n$/, "")), range, to);
  return pure(fn, ts.tokenToString(node.operator) ?? "", [value(fn, node.operand)], node, to);
}

/** `x++` for its value: what `x` was before. */
export function postfix(fn: FunctionContext, node: ts.PostfixUnaryExpression, to: Target | null): VariableId {
  const assigned = place(fn, unwrapAll(node.operand), node.end);
  const range = fn.range(node);
  const old = fn.early(to, range);
  fn.copy(readPlace(fn, assigned, node.operand), old, range);
  update(fn, node, assigned, old);
  return old;
}

/** `x++` whose value is not used. */
export function increment(fn: FunctionContext, node: ts.PostfixUnaryExpression): void {
  update(fn, node);
}

function update(fn: FunctionContext, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, known: Place | null = null, old: VariableId | null = null): { updated: VariableId } {
  const assigned = known ?? place(fn, unwrapAll(node.operand), node.end);
  const before = old ?? readPlace(fn, assigned, node.operand);
  const one = fn.constant(1, fn.range(node));
  const updated = pure(fn, node.operator === SyntaxKind.PlusPlusToken ? "+" : "-", [before, one], node, assigned.kind === "binding" ? targetOf(fn, assigned) : null);
  writePlace(fn, assigned, updated, fn.range(node));
  return { updated };
}

function plainAssignment(fn: FunctionContext, node: ts.BinaryExpression, target: ts.Expression): VariableId {
  const assigned = place(fn, target, node.right.end);
  const range = fn.range(node);
  if (assigned.kind === "binding") {
    writePlace(fn, assigned, evaluate(fn, node.right, targetOf(fn, assigned)), range);
    return fn.module.variableOf(assigned.binding);
  }
  const from = value(fn, node.right);
  assignPlace(fn, assigned, from, node.right, range);
  return from;
}

function logicalAssignment(fn: FunctionContext, node: ts.BinaryExpression, assigned: Place): VariableId {
  const { builder } = fn;
  const range = fn.range(node);
  const [assign, after] = [builder.newBlock(), builder.newBlock()];
  const old = readPlace(fn, assigned, node.left);
  const result = assigned.kind === "binding" ? fn.module.variableOf(assigned.binding) : fn.temp(range);
  fn.copy(old, result, range);
  const operator = node.operatorToken.kind;
  if (operator === SyntaxKind.QuestionQuestionEqualsToken) branchOnNullish(fn, old, assign, after, fn.range(node.left), "== null");
  else builder.branch(old, operator === SyntaxKind.BarBarEqualsToken ? after : assign, operator === SyntaxKind.BarBarEqualsToken ? assign : after, fn.range(node.left));
  builder.start(assign);
  if (assigned.kind === "binding") writePlace(fn, assigned, evaluate(fn, node.right, targetOf(fn, assigned)), range);
  else {
    into(fn, node.right, result);
    assignPlace(fn, assigned, result, node.right, range);
  }
  builder.start(after);
  return result;
}

function not(fn: FunctionContext, from: VariableId, node: ts.Node, to: Target | null): VariableId {
  const range = fn.range(node);
  const result = fn.late(to, range);
  fn.emit({ op: "not", to: result, from, range });
  return result;
}

function targetOf(fn: FunctionContext, assigned: Extract<Place, { kind: "binding" }>): Target {
  return { variable: fn.module.variableOf(assigned.binding), fresh: false };
}

function isOperator(node: ts.Expression): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node)) return false;
  const operator = node.operatorToken.kind;
  return !isAssignmentOperator(operator) && !isLogicalOperator(operator) && operator !== SyntaxKind.CommaToken;
}

// The outermost operator of a run of one kind (`a + b + c`), given its innermost; the spine's outermost has index 0.
function groupEnd(spine: readonly ts.BinaryExpression[], inner: number): number {
  const operator = at(spine, inner).operatorToken.kind;
  if (operator !== SyntaxKind.PlusToken && operator !== SyntaxKind.MinusToken && operator !== SyntaxKind.AsteriskToken && operator !== SyntaxKind.BarToken) return inner;
  let outer = inner;
  while (outer > 0 && at(spine, outer - 1).operatorToken.kind === operator) outer--;
  return outer;
}
