import { ts } from "ts-morph";
import type { Argument, BlockId, VariableId } from "../../ir/types.js";
import { branchOnNullish } from "./conditions.js";
import { parameterProperties } from "./classes.js";
import type { FunctionContext, Target } from "./context.js";
import { applyDeclaredResult, neverReturns } from "./declared-results.js";
import { asyncRun, type AsyncRun } from "./downlevel.js";
import { evaluate, typeHint, value } from "./expressions.js";
import { isCompilersGuard } from "./guards.js";
import { dynamicImport, interopModule, requiredModule } from "./natives.js";
import { fieldKey, globalMember } from "./patterns.js";
import { emitLateBinding, emitMember, emitRecognition } from "./recognized.js";
import { isNullMember, isNullPointer } from "./nulls.js";
import { accessKey, isAccess, isTransparent, unwrap, unwrapAll } from "./syntax.js";

type Link = ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.CallExpression | ts.TaggedTemplateExpression | ts.NonNullExpression | ts.ParenthesizedExpression | ts.AsExpression | ts.TypeAssertion | ts.SatisfiesExpression | ts.ExpressionWithTypeArguments;

/**
 * Lowers `a.b?.c(d)[e]!` link by link, in a loop. One `?.` that meets null or undefined ends the whole chain with
 * undefined; parentheses end a chain.
 */
export function chain(fn: FunctionContext, node: ts.Expression, to: Target | null): VariableId {
  const { start, links } = linksOf(fn, node);
  const range = fn.range(node);
  if (!links.some(hasQuestion)) {
    const state: ChainState = { current: startValue(fn, start, links.length === 0 ? to : null), receiver: null, short: null };
    for (const link of links) follow(fn, link, state, link === node ? to : null);
    return state.current;
  }
  const [short, after] = [fn.builder.newBlock(), fn.builder.newBlock()];
  const result = { variable: fn.early(to, range), fresh: true };
  const state: ChainState = { current: startValue(fn, start, null), receiver: null, short };
  for (const link of links) follow(fn, link, state, link === node ? result : null);
  fn.copy(state.current, result.variable, range);
  fn.builder.goto(after);
  fn.builder.start(short);
  fn.constant(undefined, range, result);
  fn.builder.start(after);
  return result.variable;
}

/** `new C(…)`. */
export function construct(fn: FunctionContext, node: ts.NewExpression, to: Target | null): VariableId {
  const recognition = fn.module.natives.recognition(node);
  if (recognition) return emitRecognition(fn, node, recognition, to);
  const range = fn.range(node);
  if (isNullPointer(node, fn.module.scopes)) return nullPointer(fn, node, to);
  const callee = value(fn, node.expression, node.end - 1);
  const args = argumentsOf(fn, node.arguments ?? []);
  const late = fn.module.natives.late(node);
  const result = fn.late(late ? null : to, range);
  fn.emit({ op: "construct", to: result, callee, args, ...calleeWords(fn, node.expression), range });
  return late ? emitLateBinding(fn, node, late, result, args, to) : result;
}

/** `delete o.k`: the field is gone as if undefined had been stored. */
export function deleted(fn: FunctionContext, node: ts.DeleteExpression, to: Target | null): VariableId {
  const target = unwrapAll(node.expression);
  const range = fn.range(node);
  if (!isAccess(target)) {
    value(fn, target);
    return fn.constant(true, range, to);
  }
  const { builder } = fn;
  const after = builder.newBlock();
  const object = value(fn, target.expression, target.end);
  if (ts.isOptionalChain(target)) {
    const present = builder.newBlock();
    branchOnNullish(fn, object, after, present, range, null);
    builder.start(present);
  }
  const key = fieldKey(fn, target);
  fn.emit({ op: "store", object, key, from: fn.constant(undefined, range), range });
  builder.start(after);
  return fn.constant(true, range, to);
}

/** Evaluates arguments in order. */
export function argumentsOf(fn: FunctionContext, nodes: readonly ts.Expression[]): Argument[] {
  const until = nodes[nodes.length - 1]?.end ?? 0;
  return nodes.map((node) => {
    const spread = ts.isSpreadElement(node);
    return { value: value(fn, spread ? node.expression : node, until), spread, range: fn.range(node) };
  });
}

/** The words of a callee for messages: its own name and where that stands. */
export function calleeWords(fn: FunctionContext, expression: ts.Expression): { calleeName: string; calleeRange: { start: number; end: number } } {
  let callee = unwrapAll(expression);
  while (ts.isBinaryExpression(callee) && callee.operatorToken.kind === ts.SyntaxKind.CommaToken) callee = unwrapAll(callee.right);
  if (ts.isIdentifier(callee)) return { calleeName: callee.text, calleeRange: fn.range(callee) };
  if (!isAccess(callee)) return { calleeName: "", calleeRange: fn.range(callee) };
  return { calleeName: accessKey(callee) ?? "", calleeRange: fn.range(ts.isPropertyAccessExpression(callee) ? callee.name : callee.argumentExpression) };
}

interface ChainState {
  current: VariableId;
  /** The object that `current` was read from, while a call may follow. */
  receiver: VariableId | null;
  /** Where a `?.` on null or undefined goes. */
  readonly short: BlockId | null;
}

function linksOf(fn: FunctionContext, node: ts.Expression): { start: ts.Expression; links: Link[] } {
  const links: Link[] = [];
  let at = node;
  while (isLink(at) && !isStart(fn, at)) {
    links.push(at);
    at = ts.isTaggedTemplateExpression(at) ? at.tag : at.expression;
  }
  return { start: at, links: links.reverse() };
}

function isLink(node: ts.Expression): node is Link {
  if (isTransparent(node)) return (unwrap(node).flags & ts.NodeFlags.OptionalChain) === 0;
  return isAccess(node) || ts.isCallExpression(node) || ts.isTaggedTemplateExpression(node) || ts.isNonNullExpression(node);
}

// Calls and members that are not lowered as such.
function isStart(fn: FunctionContext, node: Link): boolean {
  const { natives, scopes } = fn.module;
  if (scopes.references.has(node)) return true;
  if (ts.isCallExpression(node)) {
    const { kind } = node.expression;
    return kind === ts.SyntaxKind.SuperKeyword || kind === ts.SyntaxKind.ImportKeyword || requiredModule(node, scopes) !== null || interopModule(node, scopes) !== null || isNullPointer(node, scopes) || asyncRun(node) !== null || natives.recognition(node) !== null;
  }
  if (!isAccess(node)) return false;
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword || isNullMember(node) || globalMember(fn, node) !== null) return true;
  const key = accessKey(node);
  return key !== null && natives.member(node.expression, key) !== null;
}

function startValue(fn: FunctionContext, node: ts.Expression, to: Target | null): VariableId {
  const range = fn.range(node);
  if (isLink(node)) {
    const known = fn.module.reference(node);
    if (known !== null) return known;
    if (ts.isCallExpression(node)) return specialCall(fn, node, to);
    if (isAccess(node)) return specialMember(fn, node, to);
  }
  return evaluate(fn, node, to);

  function specialMember(context: FunctionContext, access: ts.PropertyAccessExpression | ts.ElementAccessExpression, target: Target | null): VariableId {
    const name = globalMember(context, access);
    const key = accessKey(access);
    if (access.expression.kind === ts.SyntaxKind.SuperKeyword) return superMember(context, access, target);
    if (isNullMember(access)) return nullPointer(context, access, target);
    const native = name === null && key !== null ? context.module.natives.member(access.expression, key) : null;
    if (native) return emitMember(context, access, native, target);
    const result = context.late(target, range);
    context.emit({ op: "global", to: result, name: name ?? "", range });
    return result;
  }
}

function specialCall(fn: FunctionContext, node: ts.CallExpression, to: Target | null): VariableId {
  const { module } = fn;
  const range = fn.range(node);
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return superCall(fn, node);
  const promised = dynamicImport(node);
  const namespace = promised ?? interopModule(node, module.scopes);
  const specifier = requiredModule(node, module.scopes) ?? namespace;
  if (specifier !== null) {
    const result = fn.late(to, range);
    module.imports.add(specifier);
    fn.emit({ op: "import", to: result, specifier, name: namespace === null ? "module.exports" : "*", ...(promised !== null && { promised: true }), range });
    return result;
  }
  if (isNullPointer(node, module.scopes)) return nullPointer(fn, node, to);
  const run = asyncRun(node);
  if (run) return runBody(fn, node, run, to);
  const recognition = module.natives.recognition(node);
  if (recognition) return emitRecognition(fn, node, recognition, to);
  const operands = argumentsOf(fn, node.arguments).map((argument) => argument.value);
  const result = fn.late(to, range);
  fn.emit({ op: "unknown", to: result, operands, range });
  return result;
}

// The body runs as the asynchronous function that it was before it was compiled.
function runBody(fn: FunctionContext, node: ts.CallExpression, { body, run }: AsyncRun, to: Target | null): VariableId {
  if (run === null) return evaluate(fn, body, to);
  const range = fn.range(node);
  const receiver = value(fn, run.receiver, node.end);
  const args = run.list === null ? [] : [{ value: value(fn, run.list, node.end), spread: true, range: fn.range(run.list) }];
  const callee = value(fn, body);
  const result = fn.late(to, range);
  fn.emit({ op: "call", to: result, callee, receiver, args, calleeName: "", calleeRange: fn.range(body), method: null, range });
  return result;
}

function nullPointer(fn: FunctionContext, node: ts.Node, to: Target | null): VariableId {
  const range = fn.range(node);
  const result = fn.late(to, range);
  fn.emit({ op: "constant", to: result, value: null, nullPointer: true, range });
  return result;
}

function superCall(fn: FunctionContext, node: ts.CallExpression): VariableId {
  const range = fn.range(node);
  const args = argumentsOf(fn, node.arguments);
  const receiver = fn.module.reference(node.expression) ?? fn.constant(undefined, range);
  const owner = enclosingClass(fn);
  if (owner === null) {
    const to = fn.temp(range);
    fn.emit({ op: "unknown", to, operands: [receiver, ...args.map((argument) => argument.value)], range });
    return receiver;
  }
  fn.emit({ op: "superCall", receiver, class: owner, args, range });
  parameterProperties(fn);
  return receiver;
}

function superMember(fn: FunctionContext, node: ts.PropertyAccessExpression | ts.ElementAccessExpression, to: Target | null): VariableId {
  const range = fn.range(node);
  const owner = enclosingClass(fn);
  const key = accessKey(node);
  const result = fn.late(to, range);
  if (owner !== null && key !== null) fn.emit({ op: "superLoad", to: result, class: owner, key, static: isStaticCode(fn, node.expression), range });
  else fn.emit({ op: "unknown", to: result, operands: [], range });
  return result;
}

// The class whose code this is: of the function itself or, in an arrow function, of one around it.
function enclosingClass(fn: FunctionContext): number | null {
  let info: typeof fn.info | null = fn.info;
  while (info?.kind === "arrow") info = info.parent;
  const owner = info?.class ?? fn.staticOwner;
  return owner && owner.id >= 0 ? owner.id : null;
}

function isStaticCode(fn: FunctionContext, superKeyword: ts.Node): boolean {
  const receiver = fn.module.scopes.references.get(superKeyword);
  if (receiver && ts.isClassLike(receiver.node)) return receiver.owner.kind !== "fields";
  return receiver?.owner.static ?? false;
}

function follow(fn: FunctionContext, link: Link, state: ChainState, to: Target | null): void {
  const range = fn.range(link);
  if (hasQuestion(link) && state.short !== null) {
    const present = fn.builder.newBlock();
    branchOnNullish(fn, state.current, state.short, present, fn.range(link), null);
    fn.builder.start(present);
  }
  if (ts.isNonNullExpression(link)) fn.emit({ op: "assertNonNull", from: state.current, range });
  else if (isAccess(link)) {
    if (ts.isElementAccessExpression(link)) state.current = fn.protect(state.current, link.expression.end, link.end);
    state.receiver = state.current;
    const key = fieldKey(fn, link);
    state.current = fn.late(to, range);
    if (key === "isNull" && !isCallee(link)) fn.emit({ op: "nullTest", to: state.current, from: state.receiver, test: ".isNull", range });
    else fn.emit({ op: "load", to: state.current, object: state.receiver, key, range });
  } else if (ts.isCallExpression(link) || ts.isTaggedTemplateExpression(link)) call(fn, link, state, to);
  else if (ts.isAsExpression(link) || ts.isTypeAssertionExpression(link) || ts.isSatisfiesExpression(link)) typeHint(fn, state.current, link.type);
}

function call(fn: FunctionContext, node: ts.CallExpression | ts.TaggedTemplateExpression, state: ChainState, to: Target | null): void {
  const range = fn.range(node);
  if (ts.isCallExpression(node) && isCompilersGuard(node)) neverReturns(fn);
  const expression = ts.isCallExpression(node) ? node.expression : node.tag;
  const until = node.end - 1;
  const callee = fn.protect(state.current, expression.end, until);
  const member = unwrapAll(expression);
  const receiver = isAccess(member) && state.receiver !== null ? fn.protect(state.receiver, expression.end, until) : superReceiver(fn, member);
  const args = ts.isCallExpression(node) ? argumentsOf(fn, node.arguments) : templateArguments(fn, node);
  const late = ts.isCallExpression(node) ? fn.module.natives.late(node) : null;
  const result = fn.late(late ? null : to, range);
  const method = isAccess(member) ? accessKey(member) : null;
  fn.emit({ op: "call", to: result, callee, receiver, args, ...calleeWords(fn, expression), method: receiver === null ? null : method, range });
  applyDeclaredResult(fn, expression, args, result, range);
  state.current = late && ts.isCallExpression(node) ? emitLateBinding(fn, node, late, result, args, to) : result;
  state.receiver = null;
}

// `super.m()` runs on the receiver of the method around it.
function superReceiver(fn: FunctionContext, member: ts.Expression): VariableId | null {
  return isAccess(member) && member.expression.kind === ts.SyntaxKind.SuperKeyword ? fn.module.reference(member.expression) : null;
}

function templateArguments(fn: FunctionContext, node: ts.TaggedTemplateExpression): Argument[] {
  const strings = fn.temp(fn.range(node.template));
  fn.emit({ op: "unknown", to: strings, operands: [], range: fn.range(node.template) });
  const first: Argument = { value: strings, spread: false, range: fn.range(node.template) };
  return ts.isTemplateExpression(node.template) ? [first, ...argumentsOf(fn, node.template.templateSpans.map((span) => span.expression))] : [first];
}

function hasQuestion(link: Link): boolean {
  return (ts.isPropertyAccessExpression(link) || ts.isElementAccessExpression(link) || ts.isCallExpression(link)) && link.questionDotToken !== undefined;
}

function isCallee(node: ts.Node): boolean {
  let at = node;
  while (isTransparent(at.parent) || ts.isNonNullExpression(at.parent)) at = at.parent;
  return ts.isCallExpression(at.parent) && at.parent.expression === at;
}
