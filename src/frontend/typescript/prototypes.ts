import { ts } from "ts-morph";
import type { ClassId, ClassIr, ClassMember, FunctionId } from "../../ir/types.js";
import { initializerOf } from "./natives.js";
import type { Binding, ScopeTable } from "./scopes.js";
import { isFunctionNode, staticKey, unwrapAll, type FunctionNode } from "./syntax.js";

/** A class that is written as a function whose prototype gets methods: `function Conn() {}`, `Conn.prototype.close = function () {}`. */
export interface PrototypeClass {
  readonly name: string;
  readonly constructor: FunctionNode;
  readonly methods: readonly PrototypeMethod[];
}

/** A class declaration whose prototype gets more methods: `Object.assign(Conn.prototype, mixin)`. */
export interface ExtendedClass {
  readonly node: ts.ClassLikeDeclaration;
  readonly methods: readonly PrototypeMethod[];
}

interface PrototypeMethod {
  readonly key: string;
  readonly kind: ClassMember["kind"];
  readonly node: FunctionNode;
}

/** All classes of a module that are written, or extended, with prototypes, in source order. */
export function prototypeClasses(source: ts.SourceFile, scopes: ScopeTable): { readonly written: readonly PrototypeClass[]; readonly extended: readonly ExtendedClass[] } {
  if (!source.text.includes("prototype")) return { written: [], extended: [] };
  const found = new Map<Binding, PrototypeMethod[]>();
  const note: Note = (target, methods) => {
    const binding = ts.isIdentifier(target) ? scopes.references.get(target) : undefined;
    if (!binding || methods.length === 0) return;
    const known = found.get(binding);
    if (known) known.push(...methods);
    else found.set(binding, [...methods]);
  };
  const work: ts.Node[] = [source];
  for (let node = work.pop(); node; node = work.pop()) {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) noteAssignment(node, note, scopes);
    else if (ts.isCallExpression(node)) noteCall(node, note, scopes);
    const children: ts.Node[] = [];
    ts.forEachChild(node, (child) => void children.push(child));
    work.push(...children.reverse());
  }
  return {
    written: [...found].flatMap(([binding, methods]): PrototypeClass[] => {
      const constructor = functionOf(binding);
      return constructor ? [{ name: binding.name, constructor, methods }] : [];
    }),
    extended: [...found].flatMap(([binding, methods]): ExtendedClass[] => {
      const node = binding.writes.length === 0 ? binding.node.parent : undefined;
      return node && ts.isClassDeclaration(node) ? [{ node, methods }] : [];
    }),
  };
}

/** The class in the form that the analysis knows, once its functions have numbers. */
export function prototypeClassIr(id: ClassId, { name, constructor, methods }: PrototypeClass, source: ts.SourceFile, numberOf: (node: FunctionNode) => FunctionId | null): ClassIr {
  const members = membersOf(methods, numberOf);
  return { id, name, range: { start: constructor.getStart(source), end: constructor.end }, constructor: numberOf(constructor), fieldInitializer: null, members, fieldTypes: new Map() };
}

/** Methods as members of a class, as far as their functions have numbers. */
export function membersOf(methods: readonly PrototypeMethod[], numberOf: (node: FunctionNode) => FunctionId | null): ClassMember[] {
  return methods.flatMap(({ key, kind, node }): ClassMember[] => {
    const number = numberOf(node);
    return number === null ? [] : [{ key, kind, static: false, function: number }];
  });
}

type Note = (target: ts.Expression, methods: readonly PrototypeMethod[]) => void;

// `F.prototype.key = function …`, `F.prototype.key = mixin.key`, `F.prototype = { … }`
function noteAssignment({ left, right }: ts.BinaryExpression, note: Note, scopes: ScopeTable): void {
  if (!ts.isPropertyAccessExpression(left)) return;
  const owner = ofPrototype(left.expression);
  const node = owner && methodIn(right, scopes);
  if (node) note(owner, [{ key: left.name.text, kind: "method", node }]);
  const whole = ofPrototype(left);
  if (whole) note(whole, methodsIn(right, scopes));
}

// The function that is put under a name: written there, of a declaration, or a method of an object literal.
function methodIn(expression: ts.Expression, scopes: ScopeTable): FunctionNode | null {
  const value = unwrapAll(expression);
  if (ts.isFunctionExpression(value)) return value;
  const binding = ts.isIdentifier(value) ? scopes.references.get(value) : undefined;
  if (binding) return functionOf(binding);
  if (!ts.isPropertyAccessExpression(value)) return null;
  return methodsIn(value.expression, scopes).find(({ key, kind }) => key === value.name.text && kind === "method")?.node ?? null;
}

// The methods of an object: a literal, a variable that holds one for good, or what `Object.assign` makes of several.
function methodsIn(expression: ts.Expression, scopes: ScopeTable, depth = 0): PrototypeMethod[] {
  const value = unwrapAll(expression);
  if (depth > 4) return [];
  if (ts.isObjectLiteralExpression(value)) {
    const spreads = value.properties.flatMap((property) => (ts.isSpreadAssignment(property) ? methodsIn(property.expression, scopes, depth + 1) : []));
    return [...spreads, ...methodsOf(value)];
  }
  if (ts.isIdentifier(value)) {
    const initializer = initializerOf(value, scopes);
    return initializer ? methodsIn(initializer, scopes, depth + 1) : [];
  }
  if (ts.isCallExpression(value) && ts.isPropertyAccessExpression(value.expression) && value.expression.name.text === "assign") return value.arguments.flatMap((source) => methodsIn(source, scopes, depth + 1));
  return [];
}

// `Object.assign(F.prototype, { … })`, `Object.defineProperty(F.prototype, "key", { get: function … })`, `_createClass(F, [{ key: "key", get: function … }])`
function noteCall(node: ts.CallExpression, note: Note, scopes: ScopeTable): void {
  const [target, ...sources] = node.arguments;
  const owner = target && ofPrototype(target);
  if (!owner) return noteDescriptors(node, note);
  if (!ts.isPropertyAccessExpression(node.expression)) return;
  const { text } = node.expression.name;
  if (text === "assign") for (const source of sources) note(owner, methodsIn(source, scopes));
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
