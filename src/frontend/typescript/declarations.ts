import { ts } from "ts-morph";
import type { Binding, BindingKind, ClassInfo, FunctionInfo, ImportedName, Scope } from "./scopes.js";
import { type FunctionNode, hasModifier, nameFromPlace, staticKey } from "./syntax.js";

/** The scopes of a module and the names declared in them, as the binder meets them. */
export class Declarations {
  readonly module: Scope;
  readonly isEsModule: boolean;
  readonly scopes: Scope[] = [];
  readonly scopeOf = new Map<ts.Node, Scope>();
  readonly functionOf = new Map<ts.Node, FunctionInfo>();
  readonly classOf = new Map<ts.Node, ClassInfo>();
  readonly declared = new Map<ts.Node, Binding>();
  readonly imports: Binding[] = [];
  private readonly namespaceScopes = new Map<Binding, Scope>();
  private readonly strict: boolean;

  constructor(source: ts.SourceFile) {
    this.isEsModule = source.statements.some((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) || ts.isExportAssignment(statement) || hasModifier(statement, ts.SyntaxKind.ExportKeyword));
    this.strict = this.isEsModule || startsStrict(source.statements);
    const info = functionInfo({ node: source, kind: "module", parent: null, name: "<module>" });
    this.functionOf.set(source, info);
    this.module = this.newScope(source, null, { function: info, ownsReceiver: true, path: "" });
  }

  /** A block scope. */
  scope(node: ts.Node, parent: Scope, isLoop = false): Scope {
    return this.newScope(node, parent, { inLoop: parent.inLoop || isLoop });
  }

  functionScope(node: FunctionNode, outer: Scope): Scope {
    const known = this.scopeOf.get(node);
    if (known) return known;
    const isMember = ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node) || ts.isAccessor(node);
    const classInfo = isMember && ts.isClassLike(node.parent) ? this.classOf.get(node.parent) : undefined;
    const name = qualified(outer.path, ownName(node));
    const kind = ts.isArrowFunction(node) ? "arrow" : "function";
    const info = functionInfo({ node, kind, parent: outer.function, name, class: classInfo ?? null, static: hasModifier(node, ts.SyntaxKind.StaticKeyword) });
    this.functionOf.set(node, info);
    // The own name of a function expression is a variable around it.
    const around = ts.isFunctionExpression(node) && node.name ? this.newScope(node.name, outer, {}) : outer;
    if (ts.isFunctionExpression(node) && node.name) this.declareName(node.name, "function", around, node);
    const scope = this.newScope(node, around, { function: info, ownsReceiver: kind === "function", path: name, inLoop: false });
    if (ts.isConstructorDeclaration(node)) this.ownReceiver(scope);
    return scope;
  }

  /** The scope of the code that runs on each new object of a class. */
  fieldsScope(node: ts.ClassLikeDeclaration, outer: Scope, owner: ClassInfo): Scope {
    const known = owner.fields && this.fieldsScopes.get(owner);
    if (known) return known;
    owner.fields = functionInfo({ node, kind: "fields", parent: outer.function, name: `${owner.name}.<fields>`, class: owner });
    const scope = this.newScope(null, outer, { function: owner.fields, ownsReceiver: true, path: owner.name, inLoop: false });
    this.fieldsScopes.set(owner, scope);
    this.ownReceiver(scope);
    return scope;
  }
  private readonly fieldsScopes = new Map<ClassInfo, Scope>();

  /** The scope of a static block or of a static field's initialiser: code of the function around, with the class as receiver. */
  staticScope(member: ts.ClassElement, outer: Scope, owner: ClassInfo): Scope {
    const scope = this.newScope(member, outer, { ownsReceiver: true, path: owner.name });
    this.staticOwners.set(scope, owner);
    return scope;
  }
  private readonly staticOwners = new Map<Scope, ClassInfo>();

  declareName(name: ts.Identifier, kind: BindingKind, scope: Scope, declaration: ts.Node): void {
    const target = kind === "var" ? scope.varScope : scope;
    const initialised = !ts.isVariableDeclaration(declaration) || declaration.initializer !== undefined || isLoopVariable(declaration);
    const binding = this.declare(name, kind, target, initialised ? declaration : null, isExportedVariable(declaration) ? target.namespace : null);
    // A `var` in a loop is one variable that every round assigns.
    if (kind === "var" && initialised && (scope.inLoop || isLoopVariable(declaration))) binding.writes.push(name.pos);
  }

  declareFunction(node: ts.FunctionDeclaration, scope: Scope): void {
    scope.functions.push(node);
    // Outside strict mode, a function in a block is visible in the whole function.
    const home = this.strict ? scope : scope.varScope;
    const exportedTo = hasModifier(node, ts.SyntaxKind.ExportKeyword) ? scope.namespace : null;
    if (node.name) this.declare(node.name, "function", home, node, exportedTo);
    else this.declared.set(node, this.newBinding("default", "function", node, node, home, null));
  }

  declareClass(node: ts.ClassLikeDeclaration, outer: Scope): { scope: Scope; info: ClassInfo } {
    const own = node.name?.text ?? (ts.isClassExpression(node) ? nameFromPlace(node) : "default") ?? "<anonymous>";
    const info: ClassInfo = { node, name: qualified(outer.path, own), fields: null, staticReceiver: null, id: -1 };
    this.classOf.set(node, info);
    const exportedTo = hasModifier(node, ts.SyntaxKind.ExportKeyword) ? outer.namespace : null;
    if (ts.isClassDeclaration(node)) {
      if (node.name) this.declare(node.name, "class", outer, node, exportedTo);
      else this.declared.set(node, this.newBinding("default", "class", node, node, outer, null));
    }
    const scope = this.newScope(node, outer, { path: info.name });
    if (ts.isClassExpression(node) && node.name) this.declare(node.name, "class", scope, node, null);
    return { scope, info };
  }

  declareEnum(node: ts.EnumDeclaration, outer: Scope): Scope {
    this.declare(node.name, "enum", outer, node, hasModifier(node, ts.SyntaxKind.ExportKeyword) ? outer.namespace : null);
    const scope = this.newScope(node, outer, {});
    for (const member of node.members) if (ts.isIdentifier(member.name)) this.declare(member.name, "let", scope, member, null);
    return scope;
  }

  declareNamespace(node: ts.ModuleDeclaration, outer: Scope): Scope {
    const exported = hasModifier(node, ts.SyntaxKind.ExportKeyword) || ts.isModuleDeclaration(node.parent);
    const binding = ts.isIdentifier(node.name) ? this.declare(node.name, "namespace", outer, node, exported ? outer.namespace : null) : null;
    const known = binding && this.namespaceScopes.get(binding);
    const scope = known ?? this.newScope(node, outer, { path: qualified(outer.path, node.name.text), namespace: binding, varScope: "own" });
    // All parts of one namespace see each other's names.
    this.scopeOf.set(node, scope);
    if (binding) this.namespaceScopes.set(binding, scope);
    return scope;
  }

  declareImports(node: ts.ImportDeclaration, scope: Scope): void {
    const clause = node.importClause;
    if (!clause || !ts.isStringLiteral(node.moduleSpecifier)) return;
    const specifier = node.moduleSpecifier.text;
    const typeOnly = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
    if (clause.name) this.declareImport(clause.name, clause, scope, { specifier, name: "default", typeOnly });
    const named = clause.namedBindings;
    if (!named) return;
    if (ts.isNamespaceImport(named)) this.declareImport(named.name, named, scope, { specifier, name: "*", typeOnly });
    else
      for (const element of named.elements)
        this.declareImport(element.name, element, scope, { specifier, name: (element.propertyName ?? element.name).text, typeOnly: typeOnly || element.isTypeOnly });
  }

  declareImportEquals(node: ts.ImportEqualsDeclaration, scope: Scope): void {
    const reference = node.moduleReference;
    if (ts.isExternalModuleReference(reference) && ts.isStringLiteralLike(reference.expression))
      this.declareImport(node.name, node, scope, { specifier: reference.expression.text, name: "module.exports", typeOnly: false });
    else this.declare(node.name, "let", scope, node, hasModifier(node, ts.SyntaxKind.ExportKeyword) ? scope.namespace : null);
  }

  /** The variable of `this` in the scope; null where `this` is nothing that a variable holds. */
  receiver(scope: Scope, moduleReceiver: () => Binding | null): Binding | null {
    let at = scope;
    while (!at.ownsReceiver && at.parent) at = at.parent;
    if (at === this.module) return moduleReceiver();
    const owner = this.staticOwners.get(at);
    if (owner) return (owner.staticReceiver ??= this.newBinding("this", "receiver", owner.node, owner.node, at, null));
    return this.ownReceiver(at);
  }

  argumentsOf(scope: Scope): Binding {
    return (scope.function.arguments ??= this.newBinding("arguments", "arguments", scope.function.node, null, scope, null));
  }

  exportsObject(): Binding {
    const { node } = this.module.function;
    return this.newBinding("module.exports", "exports", node, null, this.module, null);
  }

  private ownReceiver(scope: Scope): Binding {
    return (scope.function.receiver ??= this.newBinding("this", "receiver", scope.function.node, null, scope, null));
  }

  private declareImport(name: ts.Identifier, node: ts.Node, scope: Scope, imported: ImportedName): void {
    const binding = this.newBinding(name.text, "import", name, node, scope, null, imported);
    scope.names.set(name.text, binding);
    this.declared.set(name, binding);
    this.imports.push(binding);
  }

  private declare(name: ts.Identifier, kind: BindingKind, scope: Scope, declaration: ts.Node | null, namespace: Binding | null): Binding {
    const known = scope.names.get(name.text);
    const binding = known ?? this.newBinding(name.text, kind, name, declaration, scope, namespace);
    this.declared.set(name, binding);
    if (!known) {
      scope.names.set(name.text, binding);
      if (kind !== "parameter" && kind !== "receiver") scope.entry.push(binding);
    } else if (declaration && !mergesWith(declaration)) {
      // A second declaration assigns like any other assignment.
      if (binding.declaration || binding.kind === "parameter") binding.writes.push(name.pos);
      else binding.declaration = declaration;
    }
    return binding;
  }

  private newBinding(name: string, kind: BindingKind, node: ts.Node, declaration: ts.Node | null, scope: Scope, namespace: Binding | null, imported: ImportedName | null = null): Binding {
    return { name, kind, node, declaration, owner: scope.function, namespace, imported, writes: [], writtenElsewhere: false, captured: false, referenced: false, variable: -1 };
  }

  private newScope(
    node: ts.Node | null,
    parent: Scope | null,
    own: { function?: FunctionInfo; ownsReceiver?: boolean; inLoop?: boolean; path?: string; namespace?: Binding | null; varScope?: "own" },
  ): Scope {
    const info = own.function ?? parent?.function;
    if (!info) throw new Error("the outermost scope needs a function");
    const ownsVars = info !== parent?.function || own.varScope === "own" || node?.kind === ts.SyntaxKind.ClassStaticBlockDeclaration;
    const scope: { -readonly [K in keyof Scope]: Scope[K] } = {
      parent,
      function: info,
      names: new Map(),
      entry: [],
      functions: [],
      signatures: [],
      varScope: parent?.varScope as Scope,
      ownsReceiver: own.ownsReceiver ?? false,
      inLoop: own.inLoop ?? parent?.inLoop ?? false,
      path: own.path ?? parent?.path ?? "",
      namespace: own.namespace ?? null,
    };
    if (ownsVars) scope.varScope = scope;
    if (node) this.scopeOf.set(node, scope);
    this.scopes.push(scope);
    return scope;
  }
}

function functionInfo(own: Pick<FunctionInfo, "node" | "kind" | "parent" | "name"> & Partial<FunctionInfo>): FunctionInfo {
  return { class: null, static: false, receiver: null, arguments: null, captures: new Set(), id: -1, ...own };
}

function ownName(node: FunctionNode): string {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (ts.isArrowFunction(node)) return nameFromPlace(node) ?? "<anonymous>";
  if (node.name) return staticKey(node.name) ?? "<computed>";
  return (ts.isFunctionDeclaration(node) ? "default" : nameFromPlace(node)) ?? "<anonymous>";
}

function qualified(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function startsStrict(statements: ts.NodeArray<ts.Statement>): boolean {
  const [first] = statements;
  return first !== undefined && ts.isExpressionStatement(first) && ts.isStringLiteral(first.expression) && first.expression.text === "use strict";
}

// Namespaces, enums and classes of one name are parts of one value.
function mergesWith(declaration: ts.Node): boolean {
  return ts.isModuleDeclaration(declaration) || ts.isEnumDeclaration(declaration);
}

function isLoopVariable(declaration: ts.VariableDeclaration | ts.Node): boolean {
  return ts.isVariableDeclaration(declaration) && ts.isVariableDeclarationList(declaration.parent) && (ts.isForInStatement(declaration.parent.parent) || ts.isForOfStatement(declaration.parent.parent));
}

function isExportedVariable(declaration: ts.Node): boolean {
  let at: ts.Node = declaration;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at) || ts.isVariableDeclaration(at) || ts.isVariableDeclarationList(at)) at = at.parent;
  return ts.isVariableStatement(at) && hasModifier(at, ts.SyntaxKind.ExportKeyword);
}
