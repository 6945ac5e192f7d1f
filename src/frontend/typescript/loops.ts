import { ts } from "ts-morph";
import type { BlockId, SourceRange, VariableId } from "../../ir/types.js";
import { type JumpTarget, withIterator } from "./completion.js";
import { condition } from "./conditions.js";
import type { FunctionContext } from "./context.js";
import { effect, value } from "./expressions.js";
import { enterScope } from "./functions.js";
import { assignPattern, bindPattern, isPattern, place, writePlace } from "./patterns.js";
import type { Binding } from "./scopes.js";
import { statement, variables } from "./statements.js";
import { unwrapAll } from "./syntax.js";
import { disposed, disposedVariable, isUsing } from "./using.js";

/** Runs `body` with a place that `break` (and `continue`) can leave to. */
export function withTarget(fn: FunctionContext, target: JumpTarget, body: () => void): void {
  fn.exits.push(target);
  body();
  fn.exits.pop();
}

export function whileStatement(fn: FunctionContext, node: ts.WhileStatement, labels: readonly string[]): void {
  const { builder } = fn;
  const [head, inside, after] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  builder.start(head);
  condition(fn, node.expression, inside, after);
  builder.start(inside);
  withTarget(fn, loop(labels, after, head), () => statement(fn, node.statement));
  builder.goto(head);
  builder.start(after);
}

export function doStatement(fn: FunctionContext, node: ts.DoStatement, labels: readonly string[]): void {
  const { builder } = fn;
  const [inside, test, after] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  builder.start(inside);
  withTarget(fn, loop(labels, after, test), () => statement(fn, node.statement));
  builder.start(test);
  condition(fn, node.expression, inside, after);
  builder.start(after);
}

export function forStatement(fn: FunctionContext, node: ts.ForStatement, labels: readonly string[]): void {
  const scope = fn.module.scopes.scopeOf.get(node);
  enterScope(fn, scope);
  const captured = scope?.entry.filter((binding) => binding.captured) ?? [];
  const { initializer } = node;
  const rounds = (): void => forRounds(fn, node, labels, captured);
  if (initializer && ts.isVariableDeclarationList(initializer)) {
    if (isUsing(initializer)) return disposed(fn, initializer, rounds);
    variables(fn, initializer);
  } else if (initializer) effect(fn, initializer);
  rounds();
}

export function forInStatement(fn: FunctionContext, node: ts.ForInStatement, labels: readonly string[]): void {
  const { builder } = fn;
  const iterator = startIteration(fn, node, "keys");
  const [head, inside, after] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  builder.start(head);
  const element = nextElement(fn, node, iterator, inside, after);
  builder.start(inside);
  bindElement(fn, node, element);
  withTarget(fn, loop(labels, after, head), () => statement(fn, node.statement));
  builder.goto(head);
  builder.start(after);
}

export function forOfStatement(fn: FunctionContext, node: ts.ForOfStatement, labels: readonly string[]): void {
  const { builder } = fn;
  const range = fn.range(node);
  const iterator = startIteration(fn, node, node.awaitModifier ? "async" : "values");
  const [head, inside, broken, after] = [builder.newBlock(), builder.newBlock(), builder.newBlock(), builder.newBlock()];
  builder.start(head);
  const element = nextElement(fn, node, iterator, inside, after);
  builder.start(inside);
  withIterator(fn, iterator, range, () => {
    bindElement(fn, node, element);
    const { initializer } = node;
    const declared = declaredName(initializer);
    withTarget(fn, loop(labels, broken, head), () => {
      if (ts.isVariableDeclarationList(initializer) && isUsing(initializer) && declared) disposedVariable(fn, initializer, declared, () => statement(fn, node.statement));
      else statement(fn, node.statement);
    });
  });
  builder.goto(head);
  builder.start(broken);
  fn.emit({ op: "closeIterator", iterator, range });
  builder.start(after);
}

function forRounds(fn: FunctionContext, node: ts.ForStatement, labels: readonly string[], captured: readonly Binding[]): void {
  const { builder } = fn;
  const [head, inside, update, after] = [builder.newBlock(), builder.newBlock(), builder.newBlock(), builder.newBlock()];
  builder.start(head);
  if (node.condition) condition(fn, node.condition, inside, after);
  builder.start(inside);
  withTarget(fn, loop(labels, after, update), () => statement(fn, node.statement));
  builder.start(update);
  for (const binding of captured) renew(fn, fn.module.variableOf(binding), fn.range(node));
  if (node.incrementor) effect(fn, node.incrementor);
  builder.goto(head);
  builder.start(after);
}

// Each round has its own variable, which starts with the value of the one before.
function renew(fn: FunctionContext, variable: VariableId, range: SourceRange): void {
  const kept = fn.temp(range);
  fn.copy(variable, kept, range);
  fn.emit({ op: "declare", variable, range });
  fn.copy(kept, variable, range);
}

function startIteration(fn: FunctionContext, node: ts.ForInOrOfStatement, kind: "values" | "keys" | "async"): VariableId {
  const range = fn.range(node.expression);
  const from = value(fn, node.expression);
  const iterator = fn.temp(range);
  fn.emit({ op: "iterate", to: iterator, from, kind, range });
  return iterator;
}

// The variables of the loop are new in each round, before the step that fills them.
function nextElement(fn: FunctionContext, node: ts.ForInOrOfStatement, iterator: VariableId, inside: BlockId, after: BlockId): VariableId {
  const range = fn.range(node.initializer);
  enterScope(fn, fn.module.scopes.scopeOf.get(node));
  const binding = declaredBinding(fn, node.initializer);
  const element = binding ? fn.module.variableOf(binding) : fn.temp(range);
  const done = fn.temp(range);
  fn.emit({ op: "next", to: element, done, iterator, range });
  fn.builder.branch(done, after, inside, range);
  return element;
}

function bindElement(fn: FunctionContext, node: ts.ForInOrOfStatement, element: VariableId): void {
  const { initializer } = node;
  if (ts.isVariableDeclarationList(initializer)) {
    const name = initializer.declarations[0]?.name;
    const binding = declaredBinding(fn, initializer);
    if (binding) fn.assigned(binding, fn.range(initializer));
    else if (name) bindPattern(fn, name, element);
    return;
  }
  const target = unwrapAll(initializer);
  if (isPattern(target)) assignPattern(fn, target, element);
  else writePlace(fn, place(fn, target, target.end), element, fn.range(target));
}

function declaredName(initializer: ts.ForInitializer): ts.Identifier | null {
  const name = ts.isVariableDeclarationList(initializer) ? initializer.declarations[0]?.name : undefined;
  return name && ts.isIdentifier(name) ? name : null;
}

function declaredBinding(fn: FunctionContext, initializer: ts.ForInitializer): Binding | undefined {
  const name = declaredName(initializer);
  return name ? fn.module.scopes.declared.get(name) : undefined;
}

function loop(labels: readonly string[], breakTo: number, continueTo: number): JumpTarget {
  return { kind: "target", labels, breakTo, continueTo, plainBreak: true };
}
