import { ts } from "ts-morph";
import type { Finding } from "../findings.js";
import { proposal, type FixProposal, type TextEdit } from "./proposal.js";
import { descendants, nodeAt, type Source } from "./source.js";

/** Binds the name that the library exports instead of the macro. */
export function bindExportedName(source: Source, finding: Finding): FixProposal[] {
  const { replacement } = finding.data;
  const wrong = wordAt(source, finding);
  if (replacement === undefined || wrong === undefined) return [];
  const node = nodeAt(source, { start: wrong.start, end: wrong.end });
  const title = `bind \`${replacement}\`, the name that the library exports`;
  const alias = aliased(source, node, replacement);
  if (alias !== undefined) return proposal("fix", title, [alias]);
  const shared = sharedNames(source, wrong.name);
  return shared.length === 0 ? proposal("fix", title, [{ start: wrong.start, end: wrong.end, text: replacement }]) : renameEverywhere(source, wrong, replacement, shared, title);
}

interface Word {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

// The reported range may be the name, the literal around it, or the whole prototype.
function wordAt({ text }: Source, { primary }: Finding): Word | undefined {
  const match = /_?[A-Za-z]\w*_\w+/u.exec(text.slice(primary.start, primary.end).replace(/^[^(]*?(?=[A-Za-z_]\w*\s*\()/u, (before) => " ".repeat(before.length)));
  if (match === null) return undefined;
  const [found] = match;
  const name = found.startsWith("_") ? found.slice(1) : found;
  const start = primary.start + match.index + (found.length - name.length);
  return { name, start, end: start + name.length };
}

// Deno's symbol tables can say another name: `SSL_get0_session: { name: "SSL_get_session", … }`.
function aliased(source: Source, node: ts.Node, replacement: string): TextEdit | undefined {
  const property = node.parent;
  if (!ts.isPropertyAssignment(property) || property.name !== node || !ts.isObjectLiteralExpression(property.initializer)) return undefined;
  const keys = property.initializer.properties.map((entry) => entry.name?.getText(source.file));
  if (!keys.includes("parameters") || keys.includes("name")) return undefined;
  const at = property.initializer.getStart(source.file) + 1;
  return { start: at, end: at, text: ` name: "${replacement}",` };
}

// Keys and members of the wrong name: the binding layer hands the function out under the name it was bound by.
function sharedNames(source: Source, name: string): ts.Node[] {
  return [...descendants(source.file)].filter((node) => {
    if (ts.isStringLiteralLike(node)) return node.text === name && (ts.isElementAccessExpression(node.parent) || ts.isPropertyAssignment(node.parent) || ts.isArrayLiteralExpression(node.parent)) && !isDirectBinding(node);
    if (!ts.isIdentifier(node) || node.text !== name) return false;
    const { parent } = node;
    return (ts.isPropertyAccessExpression(parent) && parent.name === node) || (ts.isPropertyAssignment(parent) && parent.name === node && !ts.isCallExpression(parent.initializer) && !ts.isNewExpression(parent.initializer)) || (ts.isBindingElement(parent) && (parent.propertyName === node || (parent.propertyName === undefined && parent.name === node)));
  });
}

// `addresses["SSL_get0_session"]` in `new NativeFunction(…)` looks the name up in the library, and nowhere else.
function isDirectBinding(node: ts.Node): boolean {
  return ts.isElementAccessExpression(node.parent) && ts.isNewExpression(node.parent.parent);
}

function renameEverywhere(source: Source, wrong: Word, replacement: string, shared: readonly ts.Node[], title: string): FixProposal[] {
  const edits = shared.map((node): TextEdit => {
    const quote = ts.isStringLiteralLike(node) ? 1 : 0;
    const text = ts.isBindingElement(node.parent) && node.parent.propertyName === undefined ? `${replacement}: ${wrong.name}` : replacement;
    return { start: node.getStart(source.file) + quote, end: node.end - quote, text };
  });
  const own: TextEdit = { start: wrong.start, end: wrong.end, text: replacement };
  return proposal("suggestion", title, edits.some(({ start }) => start === own.start) ? edits : [own, ...edits]);
}
