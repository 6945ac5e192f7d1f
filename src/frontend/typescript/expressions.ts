import { ts } from "ts-morph";
import { last } from "../../ir/lists.js";
import type { VariableId } from "../../ir/types.js";
import { assignment, binary, increment, postfix, prefix } from "./operators.js";
import { chain, construct, deleted } from "./chains.js";
import { classValue } from "./classes.js";
import { branchEffect, branchValue } from "./conditions.js";
import { abandonedBlock } from "./completion.js";
import type { FunctionContext, Target } from "./context.js";
import { giveUp, MAX_DEPTH } from "./depth.js";
import { isAsyncBody } from "./downlevel.js";
import { closure } from "./functions.js";
import { jsx } from "./jsx.js";
import { arrayLiteral, objectLiteral } from "./literals.js";
import { isAssignmentOperator, isLogicalOperator, isTransparent, namedType, type Transparent, unwrap } from "./syntax.js";

const SyntaxKind = ts.SyntaxKind;

/**
 * Evaluates an expression and gives the variable that holds its value: a source variable itself where that is safe. `until`: the
 * offset up to which code runs before the value is used; a variable that such code may assign is copied.
 */
export function value(fn: FunctionContext, node: ts.Expression, until = node.end): VariableId {
  return fn.protect(evaluate(fn, node, null), node.end, until);
}

/** Evaluates an expression into a variable that nothing can see before (a temporary, a new binding). */
export function into(fn: FunctionContext, node: ts.Expression, variable: VariableId): void {
  fn.copy(evaluate(fn, node, { variable, fresh: true }), variable, fn.range(node));
}

/** Evaluates an expression for what it does; its value is dropped. */
export function effect(fn: FunctionContext, expression: ts.Expression): void {
  const node = unwrap(expression);
  if (ts.isVoidExpression(node)) return effect(fn, node.expression);
  if ((ts.isBinaryExpression(node) && isLogicalOperator(node.operatorToken.kind)) || ts.isConditionalExpression(node)) return branchEffect(fn, node);
  if (ts.isPostfixUnaryExpression(node)) return increment(fn, node);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.CommaToken) {
    for (const part of commaParts(node)) effect(fn, part);
    return;
  }
  const result = evaluate(fn, node, null);
  if (dropsValue(node)) fn.emit({ op: "discard", from: result, range: fn.range(node) });
}

/** Evaluates an expression, into `to` where that saves a copy; gives the variable that holds the value. */
export function evaluate(fn: FunctionContext, node: ts.Expression, to: Target | null): VariableId {
  if (fn.depth >= MAX_DEPTH) return giveUp(fn, node, to);
  fn.depth++;
  const result = dispatch(fn, node, to);
  fn.depth--;
  return result;
}

/** The parts of `a, b, c`, however many. */
export function commaParts(node: ts.BinaryExpression): ts.Expression[] {
  const parts: ts.Expression[] = [];
  let at: ts.Expression = node;
  while (ts.isBinaryExpression(at) && at.operatorToken.kind === SyntaxKind.CommaToken) {
    parts.push(at.right);
    at = at.left;
  }
  return [...parts, at].reverse();
}

function dispatch(fn: FunctionContext, node: ts.Expression, to: Target | null): VariableId {
  const { module } = fn;
  switch (node.kind) {
    case SyntaxKind.ParenthesizedExpression:
    case SyntaxKind.AsExpression:
    case SyntaxKind.TypeAssertionExpression:
    case SyntaxKind.SatisfiesExpression:
    case SyntaxKind.ExpressionWithTypeArguments:
      return transparent(fn, node as Transparent, to);
    case SyntaxKind.PropertyAccessExpression:
    case SyntaxKind.ElementAccessExpression:
    case SyntaxKind.CallExpression:
    case SyntaxKind.TaggedTemplateExpression:
    case SyntaxKind.NonNullExpression:
      return chain(fn, node, to);
    case SyntaxKind.Identifier:
      return identifier(fn, node as ts.Identifier, to);
    case SyntaxKind.ThisKeyword:
    case SyntaxKind.SuperKeyword:
      return module.reference(node) ?? fn.constant(undefined, fn.range(node), to);
    case SyntaxKind.NullKeyword:
      return fn.constant(null, fn.range(node), to);
    case SyntaxKind.TrueKeyword:
    case SyntaxKind.FalseKeyword:
      return fn.constant(node.kind === SyntaxKind.TrueKeyword, fn.range(node), to);
    case SyntaxKind.NumericLiteral:
      return fn.constant(Number((node as ts.NumericLiteral).text), fn.range(node), to);
    case SyntaxKind.BigIntLiteral:
      return fn.constant(BigInt((node as ts.BigIntLiteral).text.replace(/n$/, "")), fn.range(node), to);
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
      return fn.constant((node as ts.StringLiteral).text, fn.range(node), to);
    case SyntaxKind.TemplateExpression:
      return template(fn, node as ts.TemplateExpression, to);
    case SyntaxKind.RegularExpressionLiteral:
      return pure(fn, `regexp ${node.getText(module.source)}`, [], node, to);
    case SyntaxKind.MetaProperty:
      return pure(fn, node.getText(module.source), [], node, to);
    case SyntaxKind.ArrayLiteralExpression:
      return arrayLiteral(fn, node as ts.ArrayLiteralExpression, to);
    case SyntaxKind.ObjectLiteralExpression:
      return objectLiteral(fn, node as ts.ObjectLiteralExpression, to);
    case SyntaxKind.FunctionExpression:
    case SyntaxKind.ArrowFunction:
      return closure(fn, node as ts.FunctionExpression | ts.ArrowFunction, to);
    case SyntaxKind.ClassExpression:
      return classValue(fn, node as ts.ClassExpression, to);
    case SyntaxKind.NewExpression:
      return construct(fn, node as ts.NewExpression, to);
    case SyntaxKind.DeleteExpression:
      return deleted(fn, node as ts.DeleteExpression, to);
    case SyntaxKind.TypeOfExpression:
      return pure(fn, "typeof", [value(fn, (node as ts.TypeOfExpression).expression)], node, to);
    case SyntaxKind.VoidExpression:
      effect(fn, (node as ts.VoidExpression).expression);
      return fn.constant(undefined, fn.range(node), to);
    case SyntaxKind.AwaitExpression: {
      const from = value(fn, (node as ts.AwaitExpression).expression);
      const range = fn.range(node);
      const result = fn.late(to, range);
      fn.emit({ op: "await", to: result, from, range });
      return result;
    }
    case SyntaxKind.YieldExpression:
      return yielded(fn, node as ts.YieldExpression, to);
    case SyntaxKind.PrefixUnaryExpression:
      return prefix(fn, node as ts.PrefixUnaryExpression, to);
    case SyntaxKind.PostfixUnaryExpression:
      return postfix(fn, node as ts.PostfixUnaryExpression, to);
    case SyntaxKind.ConditionalExpression:
      return branchValue(fn, node as ts.ConditionalExpression, to);
    case SyntaxKind.BinaryExpression:
      return binaryExpression(fn, node as ts.BinaryExpression, to);
    case SyntaxKind.JsxElement:
    case SyntaxKind.JsxSelfClosingElement:
    case SyntaxKind.JsxFragment:
      return jsx(fn, node as ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment, to);
    case SyntaxKind.SpreadElement:
      return value(fn, (node as ts.SpreadElement).expression);
    case SyntaxKind.OmittedExpression:
      return fn.constant(undefined, fn.range(node), to);
    default:
      return giveUp(fn, node, to);
  }
}

function binaryExpression(fn: FunctionContext, node: ts.BinaryExpression, to: Target | null): VariableId {
  const operator = node.operatorToken.kind;
  if (isAssignmentOperator(operator)) return assignment(fn, node, to);
  if (isLogicalOperator(operator)) return branchValue(fn, node, to);
  if (operator !== SyntaxKind.CommaToken) return binary(fn, node, to);
  const parts = commaParts(node);
  for (const part of parts.slice(0, -1)) effect(fn, part);
  return evaluate(fn, last(parts), to);
}

// Peels parentheses and assertions in a loop: generated code nests them deeply.
function transparent(fn: FunctionContext, node: Transparent, to: Target | null): VariableId {
  let inner: ts.Expression = node;
  const types: ts.TypeNode[] = [];
  while (isTransparent(inner)) {
    if (ts.isAsExpression(inner) || ts.isTypeAssertionExpression(inner) || ts.isSatisfiesExpression(inner)) types.push(inner.type);
    inner = inner.expression;
  }
  const result = evaluate(fn, inner, to);
  for (const type of types) typeHint(fn, result, type);
  return result;
}

/** Says what class a value is an instance of, where the declared type names one. */
export function typeHint(fn: FunctionContext, variable: VariableId, type: ts.TypeNode | undefined): void {
  const named = fn.module.typeVariable(namedType(type));
  if (named !== null && type) fn.emit({ op: "typeHint", variable, class: named, range: fn.range(type) });
}

/** A pure operator's result. */
export function pure(fn: FunctionContext, operator: string, operands: readonly VariableId[], node: ts.Node, to: Target | null): VariableId {
  const range = fn.range(node);
  const result = fn.late(to, range);
  fn.emit({ op: "pure", to: result, operator, operands, range });
  return result;
}

function identifier(fn: FunctionContext, node: ts.Identifier, to: Target | null): VariableId {
  const variable = fn.module.reference(node);
  if (variable !== null) return variable;
  const range = fn.range(node);
  if (node.text === "undefined") return fn.constant(undefined, range, to);
  if (node.text === "NaN") return fn.constant(NaN, range, to);
  if (node.text === "Infinity") return fn.constant(Infinity, range, to);
  if (node.text === "") return giveUp(fn, node, to);
  const result = fn.late(to, range);
  if (node.text === "NULL") fn.emit({ op: "constant", to: result, value: null, nullPointer: true, range });
  else fn.emit({ op: "global", to: result, name: node.text, range });
  return result;
}

function template(fn: FunctionContext, node: ts.TemplateExpression, to: Target | null): VariableId {
  const operands = node.templateSpans.map((span) => value(fn, span.expression, node.end));
  return pure(fn, "template", operands, node, to);
}

function yielded(fn: FunctionContext, node: ts.YieldExpression, to: Target | null): VariableId {
  const range = fn.range(node);
  const from = node.expression ? value(fn, node.expression) : fn.constant(undefined, range);
  const abandoned = isAsyncBody(fn.info.node) ? null : abandonedBlock(fn, range);
  const result = fn.late(to, range);
  if (isAsyncBody(fn.info.node)) fn.emit({ op: "await", to: result, from, range });
  else fn.emit({ op: "yield", to: result, from, delegate: node.asteriskToken !== undefined, abandoned, range });
  return result;
}

// Assignments and literals leave nothing behind that could be lost.
function dropsValue(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node)) return !isAssignmentOperator(node.operatorToken.kind);
  if (ts.isPrefixUnaryExpression(node)) return node.operator !== SyntaxKind.PlusPlusToken && node.operator !== SyntaxKind.MinusMinusToken;
  if (ts.isCallExpression(node)) return node.expression.kind !== SyntaxKind.SuperKeyword;
  return !ts.isPostfixUnaryExpression(node) && !ts.isLiteralExpression(node) && !ts.isDeleteExpression(node) && !ts.isIdentifier(node) && node.kind !== SyntaxKind.ThisKeyword && node.kind !== SyntaxKind.SuperKeyword;
}
