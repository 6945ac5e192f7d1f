import { ts } from "ts-morph";
import type { NativeRef } from "../../../ir/types.js";
import { type BindingKind, nativeRef } from "./profiles.js";
import { parsePrototypes } from "./prototype.js";
import { unwrap } from "./text.js";
import type { BindingScope } from "./types.js";

/** A binding by a text that is known only when the program runs: a row of a table in a loop, the parameter of a helper. */
export interface LateBinding {
  readonly kind: BindingKind;
  /** The name of the function, or its declaration. */
  readonly symbol: ts.Expression;
  /** The type of its result, where that is given apart. */
  readonly result: ts.Expression | null;
}

type Node = ts.CallExpression | ts.NewExpression;

/** What the call or `new` expression binds, if it has the form of a binding and its name cannot be seen where it stands. */
export function lateBinding(node: Node, scope: BindingScope): LateBinding | null {
  const callee = unwrap(node.expression);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : "";
  const form = forms.get(name);
  const args = node.arguments ?? [];
  if (form === undefined || args.some(ts.isSpreadElement)) return null;
  const found = form(args, scope);
  return found !== null && isPlace(found.symbol) ? found : null;
}

type Form = (args: readonly ts.Expression[], scope: BindingScope) => LateBinding | null;

const forms: ReadonlyMap<string, Form> = new Map(
  Object.entries({
    func: koffi,
    cdecl: koffi,
    stdcall: koffi,
    fastcall: koffi,
    thiscall: koffi,
    cwrap: byName("emscripten"),
    getFunction: byName("node-ffi"),
    NativeFunction: byAddress("frida"),
    ForeignFunction: byAddress("ffi-napi"),
  } satisfies Record<string, Form>),
);

function koffi(args: readonly ts.Expression[]): LateBinding | null {
  const [symbol, result] = args.length >= 4 ? [args[1], args[2]] : [args[0], args[1]];
  return symbol === undefined ? null : { kind: "koffi", symbol, result: place(result) };
}

function byName(kind: BindingKind): Form {
  return ([symbol, result]) => (symbol === undefined ? null : { kind, symbol, result: place(result) });
}

function byAddress(kind: BindingKind): Form {
  return ([address, result], scope) => {
    const symbol = address === undefined ? null : nameBehind(address, scope, 4);
    return symbol === null ? null : { kind, symbol, result: place(result) };
  };
}

// What an address was looked up by: `addresses[name]`, `Module.getExportByName(null, name)`, through variables of the same function.
function nameBehind(address: ts.Expression, scope: BindingScope, depth: number): ts.Expression | null {
  const inner = unwrap(address);
  if (depth === 0) return null;
  if (ts.isElementAccessExpression(inner)) return inner.argumentExpression;
  if (ts.isCallExpression(inner)) {
    const last = inner.arguments[inner.arguments.length - 1];
    return last !== undefined && isPlace(last) ? last : null;
  }
  const initializer = ts.isIdentifier(inner) ? scope.initializerOf(inner) : undefined;
  return initializer !== undefined && functionAround(initializer) === functionAround(inner) ? nameBehind(initializer, scope, depth - 1) : null;
}

function functionAround(node: ts.Node): ts.Node | undefined {
  return ts.findAncestor(node, ts.isFunctionLike);
}

function place(expression: ts.Expression | undefined): ts.Expression | null {
  return expression !== undefined && (isPlace(expression) || ts.isStringLiteralLike(unwrap(expression))) ? expression : null;
}

// A variable, or a member of one: reading it again does nothing.
function isPlace(expression: ts.Expression): boolean {
  const inner = unwrap(expression);
  if (ts.isIdentifier(inner) || ts.isTemplateExpression(inner)) return true;
  if (ts.isPropertyAccessExpression(inner)) return isPlace(inner.expression);
  return ts.isElementAccessExpression(inner) && isPlace(inner.expression) && (ts.isNumericLiteral(inner.argumentExpression) || isPlace(inner.argumentExpression));
}

const name = /^[A-Za-z_]\w*$/;

/** The native function that the text names, or declares. */
export function boundLate(kind: string, text: string, result: string | null): NativeRef | null {
  const binding = kind as BindingKind;
  if (name.test(text)) return withoutTests(nativeRef(text, binding, { result: result ?? "" }), result);
  const prototype = binding === "koffi" ? parsePrototypes(text)[0] : undefined;
  return prototype === undefined ? null : nativeRef(prototype.name, binding, { result: prototype.result });
}

// A result whose type is not seen may be a number: which tests for NULL work is not known.
function withoutTests(ref: NativeRef, result: string | null): NativeRef {
  return result === null ? { ...ref, ineffective: [] } : ref;
}
