import { ts } from "ts-morph";
import type { ClassId, ClassIr, ClassMember, FunctionId } from "../../ir/types.js";
import type { Binding, ScopeTable } from "./scopes.js";
import { isFunctionNode, staticKey, unwrapAll, type FunctionNode } from "./syntax.js";

/** A class that is written as a function whose prototype gets methods: `function Conn() {}`, `Conn.prototype.close = function () {}`. */
export interface PrototypeClass {
  readonly name: string;
  readonly constructor: FunctionNode;
  readonly methods: readonly PrototypeMethod[];
}

interface PrototypeMethod {
  readonly key: string;
  readonly kind: ClassMember["kind"];
  readonly node: FunctionNode;
}

/** All classes of a module that are written with prototypes, in source order. */
export function prototypeClasses(source: ts.SourceFile, scopes: ScopeTable): PrototypeClass[] {
  if (!source.text.includes("prototype")) return [];
  const found = new Map<Binding, PrototypeClass & { readonly methods: PrototypeMethod[] }>();
  const note = (target: ts.Expression, methods: readonly PrototypeMethod[]): void => {
    const binding = ts.isIdentifier(target) ? scopes.references.get(target) : undefined;
    const constructor = binding && functionOf(binding);
    if (!constructor || methods.length === 0) return;
    const known = found.get(binding);
    if (known) known.methods.push(...methods);
    else found.set(binding, { name: binding.name, constructor, methods: [...methods] });
  };
  const work: ts.Node[] = [source];
  for (let node = work.pop(); node; node = work.pop()) {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) noteAssignment(node, note);
    else if (ts.isCallExpression(node)) noteCall(node, note);
    const children: ts.Node[] = [];
    ts.forEachChild(node, (child) => void children.push(child));
    work.push(...children.reverse());
  }
  return [...found.values()];
}

/** The class in the form that the analysis knows, once its functions have numbers. */
export function prototypeClassIr(id: ClassId, { name, constructor, methods }: PrototypeClass, source: ts.SourceFile, numberOf: (node: FunctionNode) => FunctionId | null): ClassIr {
  const members = methods.flatMap(({ key, kind, node }): ClassMember[] => {
    const number = numberOf(node);
    return number === null ? [] : [{ key, kind, static: false, function: number }];
  });
  return { id, name, range: { start: constructor.getStart(source), end: constructor.end }, constructor: numberOf(constructor), fieldInitializer: null, members, fieldTypes: new Map() };
}

type Note = (target: ts.Expression, methods: readonly PrototypeMethod[]) => void;

// `F.prototype.key = function …`, `F.prototype = { … }`
function noteAssignment({ left, right }: ts.BinaryExpression, note: Note): void {
  if (!ts.isPropertyAccessExpression(left)) return;
  const value = unwrapAll(right);
  const owner = ofPrototype(left.expression);
  if (owner && ts.isFunctionExpression(value)) note(owner, [{ key: left.name.text, kind: "method", node: value }]);
  const whole = ofPrototype(left);
  if (whole && ts.isObjectLiteralExpression(value)) note(whole, methodsOf(value));
}

// `Object.assign(F.prototype, { … })`, `Object.defineProperty(F.prototype, "key", { get: function … })`, `_createClass(F, [{ key: "key", get: function … }])`
function noteCall(node: ts.CallExpression, note: Note): void {
  const [target, ...sources] = node.arguments;
  const owner = target && ofPrototype(target);
  if (!owner) return noteDescriptors(node, note);
  if (!ts.isPropertyAccessExpression(node.expression)) return;
  const { text } = node.expression.name;
  if (text === "assign") for (const source of sources) if (ts.isObjectLiteralExpression(source)) note(owner, methodsOf(source));
  const [key, descriptor] = sources;
  if (text === "defineProperty" && key && ts.isStringLiteralLike(key) && descriptor && ts.isObjectLiteralExpression(descriptor)) note(owner, describedBy(key.text, descriptor));
}

// What Babel makes of the methods and accessors of a class, whatever the helper is called.
function noteDescriptors({ expression, arguments: [target, list] }: ts.CallExpression, note: Note): void {
  if (!target || !list || !ts.isIdentifier(expression) || !ts.isIdentifier(target) || !ts.isArrayLiteralExpression(list)) return;
  note(target, list.elements.flatMap((element) => {
    if (!ts.isObjectLiteralExpression(element)) return [];
    const key = element.properties.find((property) => property.name && staticKey(property.name) === "key");
    return key && ts.isPropertyAssignment(key) && ts.isStringLiteralLike(key.initializer) ? describedBy(key.initializer.text, element) : [];
  }));
}

const descriptorKinds: Readonly<Record<string, ClassMember["kind"]>> = { value: "method", get: "get", set: "set" };

function describedBy(key: string, descriptor: ts.ObjectLiteralExpression): PrototypeMethod[] {
  return descriptor.properties.flatMap((property): PrototypeMethod[] => {
    const kind = property.name ? descriptorKinds[staticKey(property.name) ?? ""] : undefined;
    if (!kind) return [];
    const value = ts.isPropertyAssignment(property) ? unwrapAll(property.initializer) : property;
    return ts.isFunctionExpression(value) || ts.isMethodDeclaration(value) ? [{ key, kind, node: value }] : [];
  });
}

function ofPrototype(node: ts.Expression): ts.Expression | null {
  return ts.isPropertyAccessExpression(node) && node.name.text === "prototype" ? node.expression : null;
}

function methodsOf(literal: ts.ObjectLiteralExpression): PrototypeMethod[] {
  return literal.properties.flatMap((property): PrototypeMethod[] => {
    const key = property.name ? staticKey(property.name) : null;
    if (key === null || key === "constructor") return [];
    if (ts.isMethodDeclaration(property)) return [{ key, kind: "method", node: property }];
    if (ts.isGetAccessor(property) || ts.isSetAccessor(property)) return [{ key, kind: ts.isGetAccessor(property) ? "get" : "set", node: property }];
    const value = ts.isPropertyAssignment(property) ? unwrapAll(property.initializer) : null;
    return value && ts.isFunctionExpression(value) ? [{ key, kind: "method", node: value }] : [];
  });
}

// The function that a name stands for whatever path is taken.
function functionOf(binding: Binding): FunctionNode | null {
  if (binding.writes.length > 0) return null;
  const declaration = binding.node.parent;
  if (ts.isFunctionDeclaration(declaration)) return declaration;
  const value = ts.isVariableDeclaration(declaration) && declaration.initializer ? unwrapAll(declaration.initializer) : null;
  return value && isFunctionNode(value) && ts.isFunctionExpression(value) ? value : null;
}
