import { ts } from "ts-morph";
import { callbackMakers } from "./callbacks.js";
import { type Callee, calleeOf, plainName } from "./callee.js";
import { callMember, ccall, ffiRsLoad, invokeMember } from "./calls.js";
import { cFunction, ctypesDeclare, cwrap, denoFunctionPointer, foreignFunction, fridaFunction, koffiDecoded, koffiFunction, nodeFfiFunction } from "./functions.js";
import { isInside, visibleCall, type VisibleCall } from "./helpers.js";
import { recognizeCProto, recognizeDefine, recognizeDlopen, recognizeFfiLibrary, recognizeGetFunctions, recognizeLinkSymbols } from "./libraries.js";
import { resolve, textOf, unwrap } from "./text.js";
import type { BindingScope, NamedNative, Recognition } from "./types.js";

export { boundLate, lateBinding, type LateBinding } from "./late.js";
export { recognizeMember } from "./members.js";
export type { BindingScope, LibraryFunction, NamedNative, Recognition } from "./types.js";

type Node = ts.CallExpression | ts.NewExpression;

/** What a call or `new` expression binds, if it is one of the known ways to bind a native function. */
export function recognize(node: Node, scope: BindingScope): Recognition | null {
  return recognizeWithin(node, scope, { depth: 6, steps: { left: 500 } });
}

/** Bounds the helper functions that call helper functions: how deep, and how many in all (each may return many values). */
interface Limits {
  readonly depth: number;
  readonly steps: { left: number };
}

function deeper(limits: Limits): Limits {
  return { ...limits, depth: limits.depth - 1 };
}

function recognizeWithin(node: Node, scope: BindingScope, limits: Limits): Recognition | null {
  if (limits.depth <= 0 || limits.steps.left-- <= 0) return null;
  const helper = visibleCall(node, scope);
  if (helper !== null) return throughHelper(helper, limits);
  const plain = plainName(node, scope);
  if (plain !== null && plain !== "promisify" && !recognizers.has(plain)) return null;
  const callee = calleeOf(node, scope);
  if (callee === null) return null;
  if (callee.name === "promisify") return promisified(node, scope, limits);
  const recognizer = recognizers.get(callee.name);
  return recognizer === undefined ? null : recognizer(node, callee, scope);
}

type Recognizer = (node: Node, callee: Callee, scope: BindingScope) => Recognition | null;

const recognizers: ReadonlyMap<string, Recognizer> = new Map(
  Object.entries({
    NativeFunction: functionBy(fridaFunction),
    SystemFunction: functionBy(fridaFunction),
    func: functionBy(koffiFunction),
    cdecl: functionBy(koffiFunction),
    stdcall: functionBy(koffiFunction),
    fastcall: functionBy(koffiFunction),
    thiscall: functionBy(koffiFunction),
    decode: functionBy(koffiDecoded),
    ForeignFunction: functionBy(foreignFunction),
    VariadicForeignFunction: functionBy(foreignFunction),
    UnsafeFnPointer: functionBy(denoFunctionPointer),
    CFunction: functionBy(cFunction),
    cwrap: functionBy(cwrap),
    declare: functionBy(ctypesDeclare),
    getFunction: functionBy(nodeFfiFunction),
    dlopen: recognizeDlopen,
    dlopenCProto: recognizeCProto,
    linkSymbols: recognizeLinkSymbols,
    cc: recognizeLinkSymbols,
    Library: recognizeFfiLibrary,
    define: recognizeDefine,
    getFunctions: recognizeGetFunctions,
    ccall,
    load: ffiRsLoad,
    call: callMember,
    invoke: invokeMember,
    ...callbackMakers,
  } satisfies Record<string, Recognizer>),
);

function functionBy(recognizer: (node: Node, callee: Callee, scope: BindingScope) => NamedNative | null): Recognizer {
  return (node, callee, scope) => {
    const native = recognizer(node, callee, scope);
    return native === null ? null : { kind: "function", ...native };
  };
}

// `promisify(fn.async)`: the same function, giving a promise.
function promisified(node: Node, scope: BindingScope, limits: Limits): Recognition | null {
  const argument = node.arguments?.[0] === undefined ? undefined : unwrap(node.arguments[0]);
  if (argument === undefined || !ts.isPropertyAccessExpression(argument) || argument.name.text !== "async") return null;
  const native = recognizeValue(argument.expression, scope, deeper(limits));
  return native?.kind === "function" ? { ...native, ref: { ...native.ref, async: true } } : null;
}

// A helper binds for its caller only if the name comes from the caller: else it is a function like any other.
function throughHelper(helper: VisibleCall, limits: Limits): Recognition | null {
  const given = helper.returns.map((value) => {
    const recognition = recognizeValue(value, helper.scope, deeper(limits));
    return { value, recognition: recognition === null ? null : asSeenByCaller(recognition, helper) };
  });
  return onlyOne(given, helper.scope);
}

interface Alternative {
  readonly value: ts.Expression;
  readonly recognition: Recognition | null;
}

// Several values of which one is taken. Where they are different functions it is the run of the program that chooses.
function onlyOne(alternatives: readonly Alternative[], scope: BindingScope): Recognition | null {
  const found = alternatives.flatMap(({ recognition }) => recognition ?? []);
  const [first = null] = found;
  if (first?.kind !== "function") return first;
  const isOther = ({ value, recognition }: Alternative): boolean => (recognition === null ? isFunction(value, scope) : recognition.kind === "function" && recognition.ref.name !== first.ref.name);
  return alternatives.some(isOther) ? null : first;
}

function isFunction(value: ts.Expression, scope: BindingScope): boolean {
  const inner = resolve(value, scope);
  return ts.isFunctionLike(inner) || (ts.isIdentifier(inner) && scope.declarationOf(inner) !== undefined);
}

function asSeenByCaller(recognition: Recognition, helper: VisibleCall): Recognition | null {
  const isGiven = (node: ts.Node): boolean => !isInside(node, helper.function);
  switch (recognition.kind) {
    case "function":
      return isGiven(recognition.nameNode) ? recognition : null;
    case "library":
      return recognition.functions.every((one) => isGiven(one.nameNode)) ? { ...recognition, spreads: recognition.spreads.filter(isGiven) } : null;
    case "call":
      // A helper that does more than the call, a test of the result perhaps, is judged by its body.
      if (!helper.onlyReturns || !isGiven(recognition.nameNode)) return null;
      return { ...recognition, args: recognition.args === null ? null : helper.substitute(recognition.args) };
    case "callback": {
      const [wrapped] = helper.substitute([recognition.function]) ?? [];
      return wrapped === undefined ? null : { kind: "callback", function: wrapped };
    }
  }
}

// A value that is bound somewhere else: through variables, choices, and members of a library.
function recognizeValue(expression: ts.Expression, scope: BindingScope, limits: Limits): Recognition | null {
  if (limits.depth <= 0) return null;
  const inner = unwrap(expression);
  const next = (value: ts.Expression): Recognition | null => recognizeValue(value, scope, deeper(limits));
  if (ts.isCallExpression(inner) || ts.isNewExpression(inner)) return recognizeWithin(inner, scope, limits);
  if (ts.isIdentifier(inner)) {
    const initializer = scope.initializerOf(inner);
    return initializer === undefined ? null : next(initializer);
  }
  if (ts.isBinaryExpression(inner)) return next(inner.right) ?? next(inner.left);
  if (ts.isConditionalExpression(inner)) return onlyOne([inner.whenTrue, inner.whenFalse].map((value) => ({ value, recognition: next(value) })), scope);
  if (ts.isPropertyAccessExpression(inner)) return memberOf(next(inner.expression), inner.name.text);
  if (ts.isElementAccessExpression(inner)) return memberOf(next(inner.expression), textOf(inner.argumentExpression, scope)?.value ?? null);
  return null;
}

function memberOf(library: Recognition | null, key: string | null): Recognition | null {
  if (library?.kind !== "library") return null;
  if (library.under !== null) return library.under === key ? { ...library, under: null } : null;
  const native = library.functions.find((one) => one.key === key);
  return native === undefined ? null : { kind: "function", ref: native.ref, nameNode: native.nameNode, nameRange: native.nameRange };
}
