import { ts } from "ts-morph";
import type { Finding } from "../findings.js";
import { calleeFor, callAt } from "./callee.js";
import { proposal, type FixProposal, type TextEdit } from "./proposal.js";
import { descendants, nodeAt, referencesTo, type Source } from "./source.js";

/** Says get0 or get1 in the name under which the getter is called. */
export function explicitName(source: Source, finding: Finding): FixProposal[] {
  const { replacement } = finding.data;
  const callee = nodeAt(source, finding.primary);
  if (replacement === undefined) return [];
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  if (!ts.isIdentifier(name)) return [];
  return ts.isPropertyAccessExpression(name.parent) && name.parent.name === name ? otherMember(source, name, replacement) : otherVariable(source, name, replacement);
}

// Only where the file uses the clearer name on the same object already: it may not be there.
function otherMember(source: Source, name: ts.Identifier, replacement: string): FixProposal[] {
  const call = callAt(source, { start: name.parent.getStart(source.file), end: name.parent.end });
  const callee = call === undefined ? undefined : calleeFor(source, replacement, call, undefined);
  if (call === undefined || callee === undefined) return [];
  return proposal("suggestion", `call \`${callee}\``, [{ start: call.expression.getStart(source.file), end: call.expression.end, text: callee }]);
}

function otherVariable(source: Source, name: ts.Identifier, replacement: string): FixProposal[] {
  const title = `rename to \`${replacement}\``;
  const declared = calleeFor(source, replacement, name, undefined);
  if (declared !== undefined) return proposal("suggestion", `call \`${declared}\``, [{ start: name.getStart(source.file), end: name.end, text: declared }]);
  const references = referencesTo(name.text, source.file);
  const declarations = references.filter(isDeclaration);
  const [declaration] = declarations;
  if (declarations.length !== 1 || declaration === undefined || isExported(declaration)) return [];
  const used = [...descendants(source.file)].some((node) => ts.isIdentifier(node) && node.text === replacement);
  if (used || ts.isFunctionDeclaration(declaration.parent)) return [];
  return proposal("fix", title, references.map((node) => renamed(source, node, replacement)));
}

function isDeclaration(node: ts.Identifier): boolean {
  const { parent } = node;
  return (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isFunctionDeclaration(parent) || ts.isBindingElement(parent) || ts.isImportSpecifier(parent)) && parent.name === node;
}

function isExported(node: ts.Identifier): boolean {
  const statement = ts.findAncestor(node, ts.isStatement);
  return statement !== undefined && ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

// What is imported, taken out of an object or put into one keeps its old name there.
function renamed(source: Source, node: ts.Identifier, replacement: string): TextEdit {
  const { parent } = node;
  const range = { start: node.getStart(source.file), end: node.end };
  if (ts.isImportSpecifier(parent) && parent.propertyName === undefined) return { ...range, text: `${node.text} as ${replacement}` };
  if (ts.isExportSpecifier(parent) && parent.propertyName === undefined) return { ...range, text: `${replacement} as ${node.text}` };
  if (ts.isBindingElement(parent) && parent.propertyName === undefined && ts.isObjectBindingPattern(parent.parent)) return { ...range, text: `${node.text}: ${replacement}` };
  if (ts.isShorthandPropertyAssignment(parent)) return { ...range, text: `${node.text}: ${replacement}` };
  return { ...range, text: replacement };
}
