import { ts } from "ts-morph";
import { at } from "../../ir/lists.js";
import { classDeclaration } from "./classes.js";
import { type JumpTarget, leave, withFinally } from "./completion.js";
import { condition } from "./conditions.js";
import type { FunctionContext } from "./context.js";
import { giveUp, MAX_DEPTH } from "./depth.js";
import { effect, evaluate, value } from "./expressions.js";
import { enterScope } from "./functions.js";
import { doStatement, forInStatement, forOfStatement, forStatement, whileStatement, withTarget } from "./loops.js";
import { neverReturns } from "./declared-results.js";
import { isCompilersGuard } from "./guards.js";
import { exportDefault, importAlias } from "./modules.js";
import { enumDeclaration, namespaceDeclaration } from "./namespaces.js";
import { bindPattern, initialize } from "./patterns.js";
import { nullLiteral } from "./nulls.js";
import { disposed, isUsing } from "./using.js";
import { isAmbient, unwrap } from "./syntax.js";

const SyntaxKind = ts.SyntaxKind;

/** Lowers statements in a row. What follows a `using` declaration is the body of its clean-up. */
export function statements(fn: FunctionContext, list: readonly ts.Statement[], from = 0): void {
  for (let index = from; index < list.length; index++) {
    const node = at(list, index);
    if (ts.isVariableStatement(node) && isUsing(node.declarationList)) return disposed(fn, node.declarationList, () => statements(fn, list, index + 1));
    statement(fn, node);
  }
}

/** Lowers one statement. `labels`: the labels directly before it. */
export function statement(fn: FunctionContext, node: ts.Statement, labels: readonly string[] = []): void {
  if (fn.depth >= MAX_DEPTH) return void giveUp(fn, node, null);
  fn.depth++;
  dispatch(fn, node, labels);
  fn.depth--;
}

function dispatch(fn: FunctionContext, node: ts.Statement, labels: readonly string[]): void {
  switch (node.kind) {
    case SyntaxKind.ExpressionStatement:
      return effect(fn, (node as ts.ExpressionStatement).expression);
    case SyntaxKind.VariableStatement:
      if (!isAmbient(node, fn.module.source)) variables(fn, (node as ts.VariableStatement).declarationList);
      return;
    case SyntaxKind.IfStatement:
      return ifStatement(fn, node as ts.IfStatement);
    case SyntaxKind.ReturnStatement:
      return returnStatement(fn, node as ts.ReturnStatement);
    case SyntaxKind.Block:
      return block(fn, node as ts.Block);
    case SyntaxKind.ThrowStatement:
      return throwStatement(fn, node as ts.ThrowStatement);
    case SyntaxKind.ForStatement:
      return forStatement(fn, node as ts.ForStatement, labels);
    case SyntaxKind.ForOfStatement:
      return forOfStatement(fn, node as ts.ForOfStatement, labels);
    case SyntaxKind.ForInStatement:
      return forInStatement(fn, node as ts.ForInStatement, labels);
    case SyntaxKind.WhileStatement:
      return whileStatement(fn, node as ts.WhileStatement, labels);
    case SyntaxKind.DoStatement:
      return doStatement(fn, node as ts.DoStatement, labels);
    case SyntaxKind.TryStatement:
      return tryStatement(fn, node as ts.TryStatement);
    case SyntaxKind.SwitchStatement:
      return switchStatement(fn, node as ts.SwitchStatement, labels);
    case SyntaxKind.BreakStatement:
    case SyntaxKind.ContinueStatement:
      return jump(fn, node as ts.BreakOrContinueStatement);
    case SyntaxKind.LabeledStatement:
      return labeled(fn, node as ts.LabeledStatement, labels);
    case SyntaxKind.ClassDeclaration:
      return classDeclaration(fn, node as ts.ClassDeclaration);
    case SyntaxKind.EnumDeclaration:
      return enumDeclaration(fn, node as ts.EnumDeclaration);
    case SyntaxKind.ModuleDeclaration:
      return namespaceDeclaration(fn, node as ts.ModuleDeclaration);
    case SyntaxKind.ExportAssignment:
      return exportDefault(fn, node as ts.Node as ts.ExportAssignment);
    case SyntaxKind.ImportEqualsDeclaration:
      return importAlias(fn, node as ts.ImportEqualsDeclaration);
    case SyntaxKind.WithStatement:
      effect(fn, (node as ts.WithStatement).expression);
      return statement(fn, (node as ts.WithStatement).statement);
    default:
    // Nothing runs for the rest: hoisted functions, imports, exports, types, empty statements.
  }
}

function returnStatement(fn: FunctionContext, node: ts.ReturnStatement): void {
  const result = node.expression ? value(fn, node.expression) : null;
  leave(fn, { kind: "return", value: result, range: fn.range(node) });
}

/** Declarations of one `let`, `const` or `var`. */
export function variables(fn: FunctionContext, list: ts.VariableDeclarationList): void {
  for (const declaration of list.declarations) initialize(fn, declaration);
}

function block(fn: FunctionContext, node: ts.Block): void {
  enterScope(fn, fn.module.scopes.scopeOf.get(node));
  statements(fn, node.statements);
}

// A loop: `else if` chains are long in generated code.
function ifStatement(fn: FunctionContext, node: ts.IfStatement): void {
  const { builder } = fn;
  const after = builder.newBlock();
  let at: ts.Statement | undefined = node;
  let tested: ts.Expression | undefined;
  while (at && ts.isIfStatement(at)) {
    const [whenTrue, whenFalse] = [builder.newBlock(), builder.newBlock()];
    condition(fn, at.expression, whenTrue, whenFalse);
    builder.start(whenTrue);
    statement(fn, at.thenStatement);
    builder.goto(after);
    builder.start(whenFalse);
    tested = unwrap(at.expression);
    at = at.elseStatement;
  }
  if (at) statement(fn, at);
  else if (node.elseStatement && tested && isIdentity(tested)) fn.emit({ op: "unmatched", range: fn.range(tested) });
  builder.start(after);
}

function isIdentity(node: ts.Node): boolean {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.EqualsEqualsEqualsToken;
}

function tryStatement(fn: FunctionContext, node: ts.TryStatement): void {
  const { catchClause, finallyBlock } = node;
  const guarded = (): void => (catchClause ? tryCatch(fn, node, catchClause) : block(fn, node.tryBlock));
  if (finallyBlock) withFinally(fn, fn.range(finallyBlock), guarded, () => block(fn, finallyBlock));
  else guarded();
}

function tryCatch(fn: FunctionContext, node: ts.TryStatement, clause: ts.CatchClause): void {
  const { builder } = fn;
  const [pad, after] = [builder.newBlock(), builder.newBlock()];
  builder.withHandler(pad, () => block(fn, node.tryBlock));
  builder.goto(after);
  builder.start(pad);
  caught(fn, clause);
  statements(fn, clause.block.statements);
  builder.start(after);
}

function caught(fn: FunctionContext, clause: ts.CatchClause): void {
  const name = clause.variableDeclaration?.name;
  const range = fn.range(clause.variableDeclaration ?? clause);
  const binding = name && ts.isIdentifier(name) ? fn.module.scopes.declared.get(name) : undefined;
  const direct = binding && !binding.captured;
  const thrown = direct ? fn.module.variableOf(binding) : fn.temp(range);
  fn.emit({ op: "catch", to: thrown, range });
  const scope = fn.module.scopes.scopeOf.get(clause);
  enterScope(fn, scope && direct ? { ...scope, entry: scope.entry.filter((other) => other !== binding) } : scope);
  if (name && !direct) bindPattern(fn, name, thrown);
  enterScope(fn, fn.module.scopes.scopeOf.get(clause.block));
}

function switchStatement(fn: FunctionContext, node: ts.SwitchStatement, labels: readonly string[]): void {
  const { builder } = fn;
  const clauses = node.caseBlock.clauses;
  const on = unwrap(node.expression);
  const subject = on.kind === SyntaxKind.TrueKeyword ? null : value(fn, node.expression, node.caseBlock.end);
  enterScope(fn, fn.module.scopes.scopeOf.get(node.caseBlock));
  const after = builder.newBlock();
  const entries = clauses.map(() => builder.newBlock());
  for (const [index, clause] of clauses.entries()) {
    if (ts.isDefaultClause(clause)) continue;
    const next = builder.newBlock();
    const range = fn.range(clause.expression);
    // `switch (true)`: each case is a condition of its own.
    if (subject === null) condition(fn, clause.expression, at(entries, index), next);
    else {
      const literal = nullLiteral(clause.expression, fn.module.scopes);
      const right = evaluate(fn, clause.expression, null);
      const matches = fn.temp(range);
      fn.emit({ op: "compare", to: matches, strict: true, left: subject, right, test: literal ? `=== ${literal.text}` : null, range });
      builder.branch(matches, at(entries, index), next, range);
    }
    builder.start(next);
  }
  const defaultIndex = clauses.findIndex((clause) => ts.isDefaultClause(clause));
  const last = clauses.findLast(ts.isCaseClause);
  if (defaultIndex < 0 && subject !== null && last) fn.emit({ op: "unmatched", range: fn.range(last.expression) });
  builder.goto(defaultIndex >= 0 ? at(entries, defaultIndex) : after);
  withTarget(fn, { kind: "target", labels, breakTo: after, continueTo: null, plainBreak: true }, () => {
    for (const [index, clause] of clauses.entries()) {
      builder.start(at(entries, index));
      statements(fn, clause.statements);
    }
  });
  builder.start(after);
}

function jump(fn: FunctionContext, node: ts.BreakOrContinueStatement): void {
  const isContinue = ts.isContinueStatement(node);
  const label = node.label?.text;
  const target = fn.exits.findLast((exit): exit is JumpTarget => {
    if (exit.kind !== "target" || (isContinue && exit.continueTo === null)) return false;
    return label === undefined ? exit.plainBreak : exit.labels.includes(label);
  });
  if (target) leave(fn, { kind: "jump", target, isContinue, range: fn.range(node) });
}

function labeled(fn: FunctionContext, node: ts.LabeledStatement, outer: readonly string[]): void {
  const labels = [...outer, node.label.text];
  const { statement: inner } = node;
  if (ts.isIterationStatement(inner, false) || ts.isSwitchStatement(inner) || ts.isLabeledStatement(inner)) return statement(fn, inner, labels);
  const after = fn.builder.newBlock();
  withTarget(fn, { kind: "target", labels, breakTo: after, continueTo: null, plainBreak: false }, () => statement(fn, inner));
  fn.builder.start(after);
}

function throwStatement(fn: FunctionContext, node: ts.ThrowStatement): void {
  if (isCompilersGuard(unwrap(node.expression))) return neverReturns(fn);
  fn.builder.end({ op: "throw", value: value(fn, node.expression), range: fn.range(node) });
}
