import { ts } from "ts-morph";
import { last } from "../../ir/lists.js";
import type { BlockId, SourceRange, VariableId } from "../../ir/types.js";
import type { FunctionContext, Target } from "./context.js";
import { giveUp, MAX_DEPTH } from "./depth.js";
import { commaParts, effect, evaluate, into, value } from "./expressions.js";
import { equality, isEquality } from "./operators.js";
import { isLogicalOperator, unwrap } from "./syntax.js";

const SyntaxKind = ts.SyntaxKind;

type Logical = ts.BinaryExpression;

/** Lowers an expression as the control flow of a test: no boolean is made where the test can be branched on directly. */
export function condition(fn: FunctionContext, expression: ts.Expression, whenTrue: BlockId, whenFalse: BlockId): void {
  const node = unwrap(expression);
  const range = fn.range(node);
  const { builder } = fn;
  if (fn.depth >= MAX_DEPTH) return builder.branch(giveUp(fn, node, null), whenTrue, whenFalse, range);
  fn.depth++;
  if (isNegation(node)) condition(fn, node.operand, whenFalse, whenTrue);
  else if (node.kind === SyntaxKind.TrueKeyword) builder.goto(whenTrue, range);
  else if (node.kind === SyntaxKind.FalseKeyword) builder.goto(whenFalse, range);
  else if (isLogical(node) && node.operatorToken.kind !== SyntaxKind.QuestionQuestionToken) logicalCondition(fn, node, whenTrue, whenFalse);
  else if (isEquality(node)) {
    const { same, negated } = equality(fn, node);
    builder.branch(same, negated ? whenFalse : whenTrue, negated ? whenTrue : whenFalse, range);
  } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.CommaToken) {
    const parts = commaParts(node);
    for (const part of parts.slice(0, -1)) effect(fn, part);
    condition(fn, last(parts), whenTrue, whenFalse);
  } else builder.branch(value(fn, node), whenTrue, whenFalse, range);
  fn.depth--;
}

/** Branches on whether a value is null or undefined. */
export function branchOnNullish(fn: FunctionContext, tested: VariableId, whenNullish: BlockId, otherwise: BlockId, range: SourceRange, test: string | null): void {
  const right = fn.constant(null, range);
  const isNullish = fn.temp(range);
  fn.emit({ op: "compare", to: isNullish, strict: false, left: tested, right, test, range });
  fn.builder.branch(isNullish, whenNullish, otherwise, range);
}

/** `a && b`, `a || b`, `a ?? b` and `a ? b : c` for what they do. */
export function branchEffect(fn: FunctionContext, node: Logical | ts.ConditionalExpression): void {
  const { builder } = fn;
  const after = builder.newBlock();
  if (ts.isConditionalExpression(node)) {
    conditional(fn, node, (part) => effect(fn, part));
    return;
  }
  const parts = operandsOf(node);
  const operator = node.operatorToken.kind;
  for (const part of parts.slice(0, -1)) {
    const next = builder.newBlock();
    if (operator === SyntaxKind.QuestionQuestionToken) branchOnNullish(fn, value(fn, part), next, after, fn.range(part), "== null");
    else condition(fn, part, operator === SyntaxKind.BarBarToken ? after : next, operator === SyntaxKind.BarBarToken ? next : after);
    builder.start(next);
  }
  effect(fn, last(parts));
  builder.start(after);
}

/** `a && b`, `a || b`, `a ?? b` and `a ? b : c` for their value. */
export function branchValue(fn: FunctionContext, node: Logical | ts.ConditionalExpression, to: Target | null): VariableId {
  const range = fn.range(node);
  const result = fn.early(to, range);
  if (ts.isConditionalExpression(node)) conditional(fn, node, (part) => into(fn, part, result));
  else logicalValue(fn, node, result);
  return result;
}

function conditional(fn: FunctionContext, node: ts.ConditionalExpression, use: (part: ts.Expression) => void): void {
  const { builder } = fn;
  const after = builder.newBlock();
  let at: ts.Expression = node;
  while (ts.isConditionalExpression(at)) {
    const [whenTrue, whenFalse] = [builder.newBlock(), builder.newBlock()];
    condition(fn, at.condition, whenTrue, whenFalse);
    builder.start(whenTrue);
    use(at.whenTrue);
    builder.goto(after);
    builder.start(whenFalse);
    at = unwrap(at.whenFalse);
  }
  use(at);
  builder.start(after);
}

function logicalValue(fn: FunctionContext, node: Logical, result: VariableId): void {
  const { builder } = fn;
  const after = builder.newBlock();
  const operator = node.operatorToken.kind;
  const parts = operandsOf(node);
  for (const part of parts.slice(0, -1)) {
    const next = builder.newBlock();
    if (operator !== SyntaxKind.QuestionQuestionToken && isBoolean(part)) {
      // The value of a test that ends the chain is known.
      const ends = builder.newBlock();
      const endsWhen = operator === SyntaxKind.BarBarToken;
      condition(fn, part, endsWhen ? ends : next, endsWhen ? next : ends);
      builder.start(ends);
      fn.constant(endsWhen, fn.range(part), { variable: result, fresh: true });
      builder.goto(after);
    } else {
      const tested = evaluate(fn, part, { variable: result, fresh: true });
      fn.copy(tested, result, fn.range(part));
      if (operator === SyntaxKind.QuestionQuestionToken) branchOnNullish(fn, tested, next, after, fn.range(part), "== null");
      else builder.branch(tested, operator === SyntaxKind.BarBarToken ? after : next, operator === SyntaxKind.BarBarToken ? next : after, fn.range(part));
    }
    builder.start(next);
  }
  into(fn, last(parts), result);
  builder.start(after);
}

function logicalCondition(fn: FunctionContext, node: Logical, whenTrue: BlockId, whenFalse: BlockId): void {
  const isOr = node.operatorToken.kind === SyntaxKind.BarBarToken;
  const parts = operandsOf(node);
  for (const part of parts.slice(0, -1)) {
    const next = fn.builder.newBlock();
    condition(fn, part, isOr ? whenTrue : next, isOr ? next : whenFalse);
    fn.builder.start(next);
  }
  condition(fn, last(parts), whenTrue, whenFalse);
}

// The operands of a chain of one operator, however long.
function operandsOf(node: Logical): ts.Expression[] {
  const operands: ts.Expression[] = [];
  let at: ts.Expression = node;
  while (isLogical(at) && at.operatorToken.kind === node.operatorToken.kind) {
    operands.push(at.right);
    at = unwrap(at.left);
  }
  return [...operands, at].reverse();
}

// Looks one level deep: enough for tests as they are written.
function isBoolean(expression: ts.Expression): boolean {
  const node = unwrap(expression);
  return isNegation(node) || isEquality(node);
}

function isNegation(node: ts.Node): node is ts.PrefixUnaryExpression {
  return ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.ExclamationToken;
}

function isLogical(node: ts.Node): node is Logical {
  return ts.isBinaryExpression(node) && isLogicalOperator(node.operatorToken.kind);
}
