import { ts } from "ts-morph";
import type { VariableId } from "../../ir/types.js";
import type { FunctionContext, Target } from "./context.js";
import { value } from "./expressions.js";

type Jsx = ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment;

/** A JSX element: what renders it is not seen here, so that all that is handed to it may be kept. */
export function jsx(fn: FunctionContext, node: Jsx, to: Target | null): VariableId {
  const range = fn.range(node);
  const operands = ts.isJsxFragment(node) ? [] : openingOperands(fn, ts.isJsxElement(node) ? node.openingElement : node);
  if (!ts.isJsxSelfClosingElement(node)) for (const child of node.children) operands.push(...childOperands(fn, child));
  const result = fn.late(to, range);
  fn.emit({ op: "unknown", to: result, operands, range });
  return result;
}

function openingOperands(fn: FunctionContext, node: ts.JsxOpeningLikeElement): VariableId[] {
  const operands: VariableId[] = [];
  const { tagName } = node;
  const intrinsic = ts.isJsxNamespacedName(tagName) || (ts.isIdentifier(tagName) && /^[a-z]/.test(tagName.text));
  if (!intrinsic) operands.push(value(fn, tagName, node.end));
  for (const attribute of node.attributes.properties) {
    if (ts.isJsxSpreadAttribute(attribute)) operands.push(value(fn, attribute.expression, node.end));
    else if (attribute.initializer && !ts.isStringLiteral(attribute.initializer)) operands.push(...childOperands(fn, attribute.initializer));
  }
  return operands;
}

function childOperands(fn: FunctionContext, child: ts.JsxChild | ts.JsxAttributeValue): VariableId[] {
  if (ts.isJsxText(child) || ts.isStringLiteral(child)) return [];
  if (ts.isJsxExpression(child)) return child.expression ? [value(fn, child.expression)] : [];
  return [value(fn, child)];
}
