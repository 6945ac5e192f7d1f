import { ts } from "ts-morph";
import type { BindingSite, FieldBinding, NativeRef } from "../../ir/types.js";
import { type BindingScope, lateBinding, type LateBinding, type NamedNative, recognize, recognizeMember, type Recognition } from "./bindings/index.js";
import type { Binding, ScopeTable } from "./scopes.js";
import { accessKey, isAccess, staticKey, unwrap, unwrapAll } from "./syntax.js";

/** The native bindings of one module: asks the recogniser once for each node and collects what the checks need. */
export class Natives {
  readonly sites: BindingSite[] = [];
  private readonly known = new Map<ts.Node, Recognition | null>();
  private readonly scope: BindingScope;

  constructor(private readonly scopes: ScopeTable) {
    this.scope = { initializerOf: (identifier) => initializerOf(identifier, scopes), patternOf: (identifier) => patternOf(identifier, scopes), importOf: (identifier) => importOf(identifier, scopes), declarationOf: (identifier) => declarationOf(identifier, scopes) };
  }

  /** What a call binds, or null for an ordinary call. */
  recognition(node: ts.CallExpression | ts.NewExpression): Recognition | null {
    let found = this.known.get(node);
    if (found === undefined) this.known.set(node, (found = recognize(node, this.scope)));
    return found;
  }

  /** What a call binds by a name that only a run of the program tells. */
  late(node: ts.CallExpression | ts.NewExpression): LateBinding | null {
    return lateBinding(node, this.scope);
  }

  /** The native function that `object.key` is by its place. */
  member(object: ts.Expression, key: string): NativeRef | null {
    return recognizeMember(object, key, this.scope);
  }

  addSite(native: NamedNative, optional = false): void {
    this.sites.push({ ref: native.ref, range: native.nameRange, optional });
  }

  /** The native function that an expression surely gives, through constant variables. */
  functionOf(node: ts.Expression): NativeRef | null {
    const inner = unwrapAll(node);
    if (ts.isCallExpression(inner) || ts.isNewExpression(inner)) {
      const found = this.recognition(inner);
      return found?.kind === "function" ? found.ref : null;
    }
    if (isAccess(inner)) {
      const key = accessKey(inner);
      return key === null ? null : this.member(inner.expression, key);
    }
    const initializer = ts.isIdentifier(inner) ? initializerOf(inner, this.scopes) : undefined;
    return initializer && !ts.isIdentifier(unwrapAll(initializer)) ? this.functionOf(initializer) : null;
  }
}

/** Collects which fields hold native functions and nothing else. */
export class FieldBindings {
  private readonly fields = new Map<string, { key: string; class: number | null; refs: (NativeRef | null)[] }>();

  constructor(private readonly natives: Natives) {}

  /** Notes that `value` is stored under `key`. */
  note(key: string, classId: number | null, value: ts.Expression): void {
    for (const part of alternatives(value)) {
      if (isNothing(part)) continue;
      const id = `${classId ?? ""} ${key}`;
      const field = this.fields.get(id) ?? { key, class: classId, refs: [] };
      field.refs.push(this.natives.functionOf(part));
      this.fields.set(id, field);
    }
  }

  all(): FieldBinding[] {
    return [...this.fields.values()].filter(({ refs }) => refs.some((ref) => ref !== null)).map(({ key, class: owner, refs }) => ({ key, class: owner, ref: onlyOne(refs) }));
  }
}

/** The initialiser of the variable that an identifier means, when nothing else is assigned to it. */
export function initializerOf(identifier: ts.Identifier, scopes: ScopeTable): ts.Expression | undefined {
  const declaration = bindingOf(identifier, scopes)?.declaration;
  return declaration && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) ? declaration.initializer : undefined;
}

function patternOf(identifier: ts.Identifier, scopes: ScopeTable): { object: ts.Expression; keys: readonly string[] } | undefined {
  const keys: string[] = [];
  let element: ts.Node | null | undefined = bindingOf(identifier, scopes)?.declaration;
  while (element && ts.isBindingElement(element) && ts.isObjectBindingPattern(element.parent) && !element.dotDotDotToken) {
    const key = element.propertyName ? staticKey(element.propertyName) : ts.isIdentifier(element.name) ? element.name.text : null;
    if (key === null) return undefined;
    keys.unshift(key);
    element = element.parent.parent;
  }
  return keys.length > 0 && element && ts.isVariableDeclaration(element) && element.initializer ? { object: element.initializer, keys } : undefined;
}

/** The module that a call of `require` (free, or made by `createRequire`) names, or null. */
export function requiredModule(node: ts.Node, scopes: ScopeTable): string | null {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== "require") return null;
  const [argument] = node.arguments;
  if (!argument || !ts.isStringLiteralLike(argument)) return null;
  if (!scopes.references.has(node.expression)) return argument.text;
  const made = initializerOf(node.expression, scopes);
  return made && ts.isCallExpression(made) && ts.isIdentifier(made.expression) && made.expression.text === "createRequire" ? argument.text : null;
}

/** The module that a compiler's helper around `require` gives as a namespace (`__importStar(require("x"))`), or null. */
export function interopModule(node: ts.Node, scopes: ScopeTable): string | null {
  if (!ts.isCallExpression(node)) return null;
  const callee = unwrapAll(node.expression);
  const name = ts.isIdentifier(callee) ? callee.text : ts.isPropertyAccessExpression(callee) ? callee.name.text : "";
  const [argument] = node.arguments;
  return argument && interopHelpers.has(name) ? requiredModule(argument, scopes) : null;
}

/** Helpers of tsc, tslib, Babel, SWC and esbuild. */
const interopHelpers: ReadonlySet<string> = new Set(["__importDefault", "__importStar", "_interopRequireDefault", "_interopRequireWildcard", "_interop_require_default", "_interop_require_wildcard", "__toESM"]);

/** The module that `import("x")` names, or null. */
export function dynamicImport(node: ts.Node): string | null {
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return null;
  const [argument] = node.arguments;
  return argument && ts.isStringLiteralLike(argument) ? argument.text : null;
}

function importOf(identifier: ts.Identifier, scopes: ScopeTable): { specifier: string; name: string } | undefined {
  const binding = bindingOf(identifier, scopes);
  if (binding?.imported) return { specifier: binding.imported.specifier, name: binding.imported.name };
  const declaration = binding?.declaration;
  if (!declaration) return undefined;
  if (ts.isVariableDeclaration(declaration)) return ts.isIdentifier(declaration.name) ? moduleOf(declaration.initializer, scopes) : undefined;
  if (!ts.isBindingElement(declaration) || !ts.isObjectBindingPattern(declaration.parent) || !ts.isVariableDeclaration(declaration.parent.parent)) return undefined;
  const from = moduleOf(declaration.parent.parent.initializer, scopes);
  const name = declaration.propertyName ? staticKey(declaration.propertyName) : identifier.text;
  return from && name !== null ? { specifier: from.specifier, name } : undefined;
}

function moduleOf(initializer: ts.Expression | undefined, scopes: ScopeTable): { specifier: string; name: string } | undefined {
  if (!initializer) return undefined;
  const inner = unwrap(initializer);
  const required = requiredModule(inner, scopes);
  if (required !== null) return { specifier: required, name: "module.exports" };
  const imported = ts.isAwaitExpression(inner) ? dynamicImport(unwrap(inner.expression)) : interopModule(inner, scopes);
  return imported === null ? undefined : { specifier: imported, name: "*" };
}

function declarationOf(identifier: ts.Identifier, scopes: ScopeTable): ts.FunctionDeclaration | ts.ClassDeclaration | undefined {
  const declaration = bindingOf(identifier, scopes)?.declaration;
  if (!declaration) return undefined;
  return ts.isClassDeclaration(declaration) || (ts.isFunctionDeclaration(declaration) && declaration.body !== undefined) ? declaration : undefined;
}

// Only a variable that nothing reassigns says where its value comes from.
function bindingOf(identifier: ts.Identifier, scopes: ScopeTable): Binding | undefined {
  const binding = scopes.references.get(identifier) ?? scopes.declared.get(identifier);
  return binding?.writes.length === 0 ? binding : undefined;
}

function alternatives(value: ts.Expression): ts.Expression[] {
  const inner = unwrapAll(value);
  return ts.isConditionalExpression(inner) ? [...alternatives(inner.whenTrue), ...alternatives(inner.whenFalse)] : [inner];
}

function isNothing(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword || ts.isVoidExpression(node) || (ts.isIdentifier(node) && node.text === "undefined");
}

// The same function bound twice (a fallback address) is still that function.
function onlyOne(refs: readonly (NativeRef | null)[]): NativeRef | null {
  const [first] = refs;
  return first && refs.every((ref) => ref?.name === first.name) ? first : null;
}
