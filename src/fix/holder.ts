import { ts } from "ts-morph";
import { functionAround, nodeAt, placeOf, unwrapped, wrapped, type Place, type Source } from "./source.js";
import { callAt } from "./callee.js";

/** The variable that a call's result is put into, and where. */
export interface Holder {
  readonly name: string;
  readonly call: ts.CallExpression;
  /** The statement that obtains the pointer. */
  readonly place: Place;
  /** The function, or file, that the statement belongs to. */
  readonly scope: ts.Node;
  /** True when the statement declares the variable and nothing else. */
  readonly declares: boolean;
}

/** The local variable that holds what the call at this place obtains. */
export function holderOf(source: Source, site: { readonly start: number; readonly end: number } | undefined): Holder | undefined {
  const call = site === undefined ? undefined : callAt(source, site);
  const name = call === undefined ? undefined : variableFor(wrapped(call));
  const place = call === undefined ? undefined : placeOf(call);
  if (call === undefined || name === undefined || place === undefined) return undefined;
  const { statement } = place;
  return { name, call, place, scope: functionAround(call), declares: ts.isVariableStatement(statement) && statement.declarationList.declarations.length === 1 };
}

function variableFor(value: ts.Node): string | undefined {
  const { parent } = value;
  if (ts.isVariableDeclaration(parent) && parent.initializer === value && ts.isIdentifier(parent.name)) return parent.name.text;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.right === value && ts.isIdentifier(parent.left)) return parent.left.text;
  return undefined;
}

/** The name of the variable that stands at this place, if the expression there is just that. */
export function variableAt(source: Source, site: { readonly start: number; readonly end: number }): string | undefined {
  const node = unwrapped(nodeAt(source, site));
  return ts.isIdentifier(node) ? node.text : undefined;
}
