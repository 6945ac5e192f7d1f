import { ts } from "ts-morph";
import type { Finding } from "../findings.js";
import { calleeFor } from "./callee.js";
import { holderOf, type Holder } from "./holder.js";
import { insertAfter, removal } from "./layout.js";
import { proposal, type FixProposal } from "./proposal.js";
import { releasesOf } from "./releases.js";
import { contains, descendants, freshName, functionAround, type Source } from "./source.js";

/** Hands the reference to something that disposes of it: a stack that is in scope, or a wrapper class of the file. */
export function disposeOf(source: Source, finding: Finding): FixProposal[] {
  const { release, acquiredAt = finding.primary } = finding.data;
  const holder = holderOf(source, acquiredAt);
  const callee = release === undefined || holder === undefined ? undefined : calleeFor(source, release, holder.call, holder.call);
  if (holder === undefined || callee === undefined) return [];
  const stack = stackFor(holder);
  const wrapper = wrapperClass(source, callee, holder);
  const removed = releasesOf(source, holder.name, callee, holder.place.block).filter(({ pos }) => pos > holder.place.statement.pos).map((statement) => removal(source, statement));
  return [
    ...(stack === undefined ? [] : proposal("suggestion", `let \`${stack}\` release \`${holder.name}\``, [...insertAfter(source, holder.place.statement, [`${stack}.defer(() => ${callee}(${holder.name}))`]), ...removed])),
    ...(wrapper === undefined || !holder.declares ? [] : proposal("suggestion", `release \`${holder.name}\` by a \`using\` declaration of \`${wrapper}\``, [...insertAfter(source, holder.place.statement, [`using ${freshName(source, `${holder.name}Owner`)} = new ${wrapper}(${holder.name})`]), ...removed])),
  ];
}

// `using stack = new DisposableStack();` in front of the call, in a block around it.
function stackFor({ call, scope }: Holder): string | undefined {
  return [...descendants(scope, (node) => !ts.isFunctionLike(node))].find((node): node is ts.VariableDeclaration & { name: ts.Identifier } => ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && isUsing(node) && makesStack(node.initializer) && node.end <= call.pos && contains(node.parent.parent.parent, call))?.name.text;
}

function isUsing({ parent }: ts.VariableDeclaration): boolean {
  return (parent.flags & ts.NodeFlags.Using) !== 0;
}

function makesStack(initializer: ts.Expression | undefined): boolean {
  return initializer !== undefined && ts.isNewExpression(initializer) && ts.isIdentifier(initializer.expression) && /^(?:Async)?DisposableStack$/u.test(initializer.expression.text);
}

// A class of one constructor argument that it keeps in the field which its disposer releases.
function wrapperClass(source: Source, callee: string, holder: Holder): string | undefined {
  return source.file.statements.find((node): node is ts.ClassDeclaration & { name: ts.Identifier } => ts.isClassDeclaration(node) && node.name !== undefined && !contains(node, holder.call) && functionAround(node) === source.file && disposes(source, node, callee))?.name.text;
}

function disposes(source: Source, node: ts.ClassDeclaration, callee: string): boolean {
  const constructors = node.members.filter(ts.isConstructorDeclaration).filter(({ body }) => body !== undefined);
  const [parameter, ...others] = constructors[0]?.parameters ?? [];
  if (constructors.length !== 1 || parameter === undefined || others.some(({ initializer, questionToken }) => initializer === undefined && questionToken === undefined) || !ts.isIdentifier(parameter.name)) return false;
  const disposer = node.members.find((member) => ts.isMethodDeclaration(member) && member.name.getText(source.file) === "[Symbol.dispose]");
  const field = fieldFor(source, parameter, constructors[0]);
  return field !== undefined && disposer !== undefined && [...descendants(disposer)].some((inner) => ts.isCallExpression(inner) && inner.expression.getText(source.file) === callee && inner.arguments[0]?.getText(source.file) === field);
}

function fieldFor(source: Source, parameter: ts.ParameterDeclaration, maker: ts.ConstructorDeclaration | undefined): string | undefined {
  const name = parameter.name.getText(source.file);
  if (parameter.modifiers !== undefined && parameter.modifiers.length > 0) return `this.${name}`;
  const store = maker === undefined ? undefined : [...descendants(maker)].find((node): node is ts.BinaryExpression => ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken && node.right.getText(source.file) === name);
  return store?.left.getText(source.file);
}
