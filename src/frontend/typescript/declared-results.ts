import { ts } from "ts-morph";
import type { Argument, SourceRange, VariableId } from "../../ir/types.js";
import type { FunctionContext } from "./context.js";
import { NodeNotes } from "./node-notes.js";
import { isAmbient } from "./syntax.js";

/** To be called after a call: what the declaration of a function without a body says of its result holds from here on. */
export function applyDeclaredResult(fn: FunctionContext, callee: ts.Expression, args: readonly Argument[], result: VariableId, range: SourceRange): void {
  if (!ts.isIdentifier(callee) || fn.module.scopes.references.has(callee)) return;
  const signature = signaturesOf(fn.module.source).get(callee.text);
  if (!signature?.type) return;
  if (signature.type.kind === ts.SyntaxKind.NeverKeyword) return neverReturns(fn);
  const told = toldArgument(signature, signature.type);
  const arg = told === null ? undefined : args[told.index];
  if (!told || !arg || args.some(({ spread }) => spread)) return;
  if (told.always) fn.emit({ op: "assertNonNull", from: arg.value, range });
  else whenTrue(fn, result, range, () => fn.emit({ op: "assertNonNull", from: arg.value, range }));
}

type Signature = ts.FunctionDeclaration | ts.FunctionTypeNode;

const signatures = new NodeNotes<ts.SourceFile, ReadonlyMap<string, Signature>>();

// Functions that the module only declares, but for overloaded ones.
function signaturesOf(source: ts.SourceFile): ReadonlyMap<string, Signature> {
  let found = signatures.get(source);
  if (!found) signatures.set(source, (found = collect(source)));
  return found;
}

function collect(source: ts.SourceFile): ReadonlyMap<string, Signature> {
  const found = new Map<string, Signature | null>();
  const note = (name: string, signature: Signature): void => void found.set(name, found.has(name) ? null : signature);
  for (const node of source.statements) {
    if (!isAmbient(node, source)) continue;
    if (ts.isFunctionDeclaration(node) && node.name) note(node.name.text, node);
    if (!ts.isVariableStatement(node)) continue;
    for (const { name, type } of node.declarationList.declarations) if (ts.isIdentifier(name) && type && ts.isFunctionTypeNode(type)) note(name.text, type);
  }
  return new Map([...found].filter((entry): entry is [string, Signature] => entry[1] !== null));
}

// `asserts p`, `asserts p is T`, `p is T`: the parameter, and whether it holds whenever the call returns.
function toldArgument(signature: Signature, type: ts.TypeNode): { readonly index: number; readonly always: boolean } | null {
  if (!ts.isTypePredicateNode(type) || !ts.isIdentifier(type.parameterName) || (type.type && mayBeNull(type.type))) return null;
  const { text } = type.parameterName;
  const index = signature.parameters.findIndex(({ name }) => ts.isIdentifier(name) && name.text === text);
  return index < 0 ? null : { index, always: type.assertsModifier !== undefined };
}

function mayBeNull(type: ts.TypeNode): boolean {
  if (ts.isUnionTypeNode(type)) return type.types.some(mayBeNull);
  return type.kind === ts.SyntaxKind.UndefinedKeyword || (ts.isLiteralTypeNode(type) && type.literal.kind === ts.SyntaxKind.NullKeyword);
}

/** Nothing that follows is reached. */
export function neverReturns(fn: FunctionContext): void {
  const end = fn.builder.newBlock();
  fn.builder.start(end);
  fn.builder.goto(end);
}

function whenTrue(fn: FunctionContext, condition: VariableId, range: SourceRange, body: () => void): void {
  const holds = fn.builder.newBlock();
  const after = fn.builder.newBlock();
  fn.builder.branch(condition, holds, after, range);
  fn.builder.start(holds);
  body();
  fn.builder.start(after);
}
