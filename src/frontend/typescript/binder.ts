import { ts } from "ts-morph";
import { at } from "../../ir/lists.js";
import type { OwnershipTag } from "../../ir/types.js";
import { Declarations } from "./declarations.js";
import type { Binding, FunctionInfo, Scope, ScopeTable } from "./scopes.js";
import { assignedPlaces, declaredType, hasModifier, isAmbient, isAssignmentOperator, isFunctionNode, isTypeSyntax, namedType, type FunctionNode } from "./syntax.js";
import { ownershipTags } from "./tags.js";

/**
 * Finds what every name of a module means: scopes, variables, who assigns and who captures them. One walk over the
 * tree with an explicit stack (expressions can be nested thousands deep) collects the uses; they are resolved at the end.
 */
export function bindNames(source: ts.SourceFile): ScopeTable {
  const binder = new Binder(source);
  binder.walk();
  return binder.resolve();
}

const SyntaxKind = ts.SyntaxKind;

interface Use {
  readonly node: ts.Node;
  readonly scope: Scope;
}

class Binder {
  private readonly declarations: Declarations;
  private readonly stack: { node: ts.Node; scope: Scope }[] = [];
  private readonly uses: Use[] = [];
  private readonly typeUses: { node: ts.Identifier; scope: Scope }[] = [];
  private readonly written = new Set<ts.Node>();
  private readonly references = new Map<ts.Node, Binding>();
  private readonly typeReferences = new Map<ts.Node, Binding>();
  private exportsObject: Binding | null = null;

  constructor(private readonly source: ts.SourceFile) {
    this.declarations = new Declarations(source);
  }

  walk(): void {
    this.push(this.source.statements, this.declarations.module);
    for (let next = this.stack.pop(); next; next = this.stack.pop()) this.visit(next.node, next.scope);
  }

  resolve(): ScopeTable {
    const overloadTags = this.bindSignatures();
    for (const { node, scope } of this.uses) this.resolveUse(node, scope);
    for (const { node, scope } of this.typeUses) this.resolveType(node, scope);
    for (const binding of this.references.values()) binding.writes.sort((left, right) => left - right);
    const { module, scopeOf, functionOf, classOf, declared, imports } = this.declarations;
    const { references, typeReferences, exportsObject } = this;
    return { module, scopeOf, functionOf, classOf, declared, imports, references, typeReferences, exportsObject, overloadTags };
  }

  private visit(node: ts.Node, scope: Scope): void {
    switch (node.kind) {
      case SyntaxKind.Identifier:
      case SyntaxKind.ThisKeyword:
      case SyntaxKind.SuperKeyword:
        this.uses.push({ node, scope });
        return;
      case SyntaxKind.FunctionDeclaration:
      case SyntaxKind.FunctionExpression:
      case SyntaxKind.ArrowFunction:
      case SyntaxKind.MethodDeclaration:
      case SyntaxKind.Constructor:
      case SyntaxKind.GetAccessor:
      case SyntaxKind.SetAccessor:
        return this.visitFunction(node as FunctionNode, scope);
      case SyntaxKind.ClassDeclaration:
      case SyntaxKind.ClassExpression:
        return this.visitClass(node as ts.ClassLikeDeclaration, scope);
      case SyntaxKind.ImportDeclaration:
        return this.declarations.declareImports(node as ts.ImportDeclaration, scope);
      case SyntaxKind.ImportEqualsDeclaration:
        return this.visitImportEquals(node as ts.ImportEqualsDeclaration, scope);
      case SyntaxKind.ExportDeclaration:
        return this.visitExport(node as ts.ExportDeclaration, scope);
      case SyntaxKind.ModuleDeclaration:
        return this.visitNamespace(node as ts.ModuleDeclaration, scope);
      case SyntaxKind.EnumDeclaration:
        return this.visitEnum(node as ts.EnumDeclaration, scope);
      case SyntaxKind.VariableStatement:
        if (isAmbient(node, this.source)) return this.visitDeclaredVariables(node as ts.VariableStatement, scope);
        return this.visitVariables((node as ts.VariableStatement).declarationList, scope);
      case SyntaxKind.VariableDeclarationList:
        return this.visitVariables(node as ts.VariableDeclarationList, scope);
      case SyntaxKind.CatchClause:
        return this.visitCatch(node as ts.CatchClause, scope);
      case SyntaxKind.Block:
        return this.push((node as ts.Block).statements, this.declarations.scope(node, scope));
      case SyntaxKind.CaseBlock:
        return this.push((node as ts.CaseBlock).clauses, this.declarations.scope(node, scope));
      case SyntaxKind.ForStatement:
      case SyntaxKind.ForInStatement:
      case SyntaxKind.ForOfStatement:
      case SyntaxKind.WhileStatement:
      case SyntaxKind.DoStatement:
        return this.visitLoop(node as ts.IterationStatement, scope);
      default:
        if (!isTypeSyntax(node)) this.visitOther(node, scope);
    }
  }

  private visitOther(node: ts.Node, scope: Scope): void {
    switch (node.kind) {
      case SyntaxKind.TypeAssertionExpression:
      case SyntaxKind.AsExpression:
      case SyntaxKind.SatisfiesExpression:
        this.noteType((node as ts.AssertionExpression | ts.SatisfiesExpression).type, scope);
        return this.push([(node as ts.AsExpression).expression], scope);
      case SyntaxKind.CallExpression:
        this.push((node as ts.CallExpression).arguments, scope);
        return this.push([(node as ts.CallExpression).expression], scope);
      case SyntaxKind.PropertyAccessExpression:
        return this.push([(node as ts.PropertyAccessExpression).expression], scope);
      case SyntaxKind.BinaryExpression: {
        const { left, operatorToken, right } = node as ts.BinaryExpression;
        if (isAssignmentOperator(operatorToken.kind)) this.noteWrites(left);
        return this.push([left, right], scope);
      }
      case SyntaxKind.PrefixUnaryExpression:
      case SyntaxKind.PostfixUnaryExpression: {
        const { operator, operand } = node as ts.PrefixUnaryExpression | ts.PostfixUnaryExpression;
        if (operator === SyntaxKind.PlusPlusToken || operator === SyntaxKind.MinusMinusToken) this.noteWrites(operand);
        return this.push([operand], scope);
      }
      case SyntaxKind.PropertyAssignment: {
        const { name, initializer } = node as ts.PropertyAssignment;
        return this.push([...computedName(name), initializer], scope);
      }
      case SyntaxKind.LabeledStatement:
        return this.push([(node as ts.LabeledStatement).statement], scope);
      case SyntaxKind.BreakStatement:
      case SyntaxKind.ContinueStatement:
      case SyntaxKind.MetaProperty:
      case SyntaxKind.JsxNamespacedName:
      case SyntaxKind.JsxClosingElement:
        return;
      case SyntaxKind.JsxAttribute: {
        const { initializer } = node as ts.JsxAttribute;
        return this.push(initializer ? [initializer] : [], scope);
      }
      case SyntaxKind.JsxOpeningElement:
      case SyntaxKind.JsxSelfClosingElement: {
        const { tagName, attributes } = node as ts.JsxOpeningLikeElement;
        const intrinsic = ts.isIdentifier(tagName) && /^[a-z]/.test(tagName.text);
        return this.push(intrinsic ? [attributes] : [tagName, attributes], scope);
      }
      default:
        this.pushChildren(node, scope);
    }
  }

  private visitFunction(node: FunctionNode, outer: Scope): void {
    if (ts.isFunctionDeclaration(node)) {
      if (!node.body || isAmbient(node, this.source)) {
        if (node.name) outer.signatures.push(node);
        return;
      }
      this.declarations.declareFunction(node, outer);
    }
    const scope = this.declarations.functionScope(node, outer);
    const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
    const parameterDecorators = node.parameters.flatMap((parameter) => ts.getDecorators(parameter) ?? []);
    this.push([...decorators, ...parameterDecorators, ...computedName(node.name)], outer);
    const body = node.body ? (ts.isBlock(node.body) ? node.body.statements : [node.body]) : [];
    this.push(body, scope);
    for (const parameter of [...node.parameters].reverse()) {
      this.noteType(declaredType(parameter), scope);
      if (parameter.initializer) this.push([parameter.initializer], scope);
      this.declarePattern(parameter.name, "parameter", scope, parameter);
    }
  }

  private visitClass(node: ts.ClassLikeDeclaration, outer: Scope): void {
    const ambient = ts.isClassDeclaration(node) && isAmbient(node, this.source);
    if (ambient && !node.members.some((member) => ownershipTags(member).length > 0)) return;
    const { scope, info } = this.declarations.declareClass(node, outer);
    const heritage = node.heritageClauses?.filter((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword).flatMap((clause) => clause.types.map((type) => type.expression)) ?? [];
    const work: [readonly ts.Node[], Scope][] = [[[...(ts.getDecorators(node) ?? []), ...heritage], scope]];
    for (const member of node.members) {
      if (isFunctionNode(member)) work.push([[member], scope]);
      else if (ts.isClassStaticBlockDeclaration(member)) {
        work.push([member.body.statements, this.declarations.staticScope(member, scope, info)]);
      } else if (ts.isPropertyDeclaration(member)) {
        this.noteType(declaredType(member), scope);
        work.push([[...(ts.getDecorators(member) ?? []), ...computedName(member.name)], scope]);
        if (!member.initializer || ambient) continue;
        const isStatic = hasModifier(member, ts.SyntaxKind.StaticKeyword);
        work.push([[member.initializer], isStatic ? this.declarations.staticScope(member, scope, info) : this.declarations.fieldsScope(node, scope, info)]);
      }
    }
    for (const [nodes, inner] of work.reverse()) this.push(nodes, inner);
  }

  private visitNamespace(node: ts.ModuleDeclaration, scope: Scope): void {
    if (isAmbient(node, this.source) || !node.body || !ts.isIdentifier(node.name) || !containsCode(node.body)) return;
    const inner = this.declarations.declareNamespace(node, scope);
    if (ts.isModuleBlock(node.body)) this.push(node.body.statements, inner);
    else if (ts.isModuleDeclaration(node.body)) this.push([node.body], inner);
  }

  private visitEnum(node: ts.EnumDeclaration, scope: Scope): void {
    if (isAmbient(node, this.source)) return;
    const inner = this.declarations.declareEnum(node, scope);
    this.push(node.members.flatMap((member) => [...computedName(member.name), ...(member.initializer ? [member.initializer] : [])]), inner);
  }

  private visitVariables(list: ts.VariableDeclarationList, scope: Scope): void {
    const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
    for (const declaration of [...list.declarations].reverse()) {
      this.noteType(declaredType(declaration), scope);
      if (declaration.initializer) this.push([declaration.initializer], scope);
      this.declarePattern(declaration.name, isVar ? "var" : "let", scope, declaration);
    }
  }

  private visitCatch(node: ts.CatchClause, outer: Scope): void {
    const scope = this.declarations.scope(node, outer);
    this.push([node.block], scope);
    if (node.variableDeclaration) this.declarePattern(node.variableDeclaration.name, "catch", scope, node.variableDeclaration);
  }

  private visitLoop(node: ts.IterationStatement, outer: Scope): void {
    if ((ts.isForInStatement(node) || ts.isForOfStatement(node)) && !ts.isVariableDeclarationList(node.initializer)) this.noteWrites(node.initializer);
    this.pushChildren(node, this.declarations.scope(node, outer, true));
  }

  private visitImportEquals(node: ts.ImportEqualsDeclaration, scope: Scope): void {
    if (node.isTypeOnly) return;
    this.declarations.declareImportEquals(node, scope);
    if (!ts.isExternalModuleReference(node.moduleReference)) this.uses.push({ node: leftmost(node.moduleReference), scope });
  }

  private visitExport(node: ts.ExportDeclaration, scope: Scope): void {
    if (node.isTypeOnly || node.moduleSpecifier || !node.exportClause || !ts.isNamedExports(node.exportClause)) return;
    for (const specifier of node.exportClause.elements)
      if (!specifier.isTypeOnly) this.uses.push({ node: specifier.propertyName ?? specifier.name, scope });
  }

  // Declares the names of a pattern; default values and computed keys in it are visited later, in order.
  private declarePattern(name: ts.BindingName, kind: "var" | "let" | "parameter" | "catch", scope: Scope, declaration: ts.Node): void {
    if (ts.isIdentifier(name)) return this.declarations.declareName(name, kind, scope, declaration);
    for (const element of [...name.elements].reverse()) {
      if (ts.isOmittedExpression(element)) continue;
      if (element.initializer) this.push([element.initializer], scope);
      this.declarePattern(element.name, kind, scope, element);
      if (element.propertyName) this.push(computedName(element.propertyName), scope);
    }
  }

  private noteWrites(target: ts.Node): void {
    for (const place of assignedPlaces(target)) this.written.add(place);
  }

  private noteType(type: ts.TypeNode | undefined, scope: Scope): void {
    const name = namedType(type);
    if (name) this.typeUses.push({ node: name, scope });
  }

  private push(nodes: readonly ts.Node[], scope: Scope): void {
    for (let index = nodes.length - 1; index >= 0; index--) this.stack.push({ node: at(nodes, index), scope });
  }

  private pushChildren(node: ts.Node, scope: Scope): void {
    const children: ts.Node[] = [];
    ts.forEachChild(node, (child) => void children.push(child));
    this.push(children, scope);
  }

  // `declare const f: (p: T) => U` with tags declares a function as well: compilers write arrow functions so.
  private visitDeclaredVariables(node: ts.VariableStatement, scope: Scope): void {
    const tags = ownershipTags(node);
    if (tags.length === 0) return;
    for (const { name, type } of node.declarationList.declarations) {
      if (!ts.isIdentifier(name) || !type || !ts.isFunctionTypeNode(type)) continue;
      const signature = ts.setTextRange(ts.factory.createFunctionDeclaration(undefined, undefined, name, undefined, type.parameters, type.type, undefined), type);
      this.variableTags.set(signature, tags);
      scope.signatures.push(signature);
    }
  }

  /** Tags of variables that are declared to hold functions. */
  private readonly variableTags = new Map<ts.FunctionDeclaration, readonly OwnershipTag[]>();

  // A tagged declaration without a body is a function of its own, unless it is an overload of one with a body.
  private bindSignatures(): Map<ts.Node, readonly OwnershipTag[]> {
    const overloadTags = new Map<ts.Node, readonly OwnershipTag[]>();
    for (const scope of this.declarations.scopes)
      for (const signature of scope.signatures) {
        const ofVariable = this.variableTags.get(signature) ?? [];
        if (ofVariable.length > 0) overloadTags.set(signature, ofVariable);
        const tags = [...ownershipTags(signature), ...ofVariable];
        const implementation = scope.functions.find((node) => node.body && node.name?.text === signature.name?.text);
        if (tags.length === 0) continue;
        if (implementation) overloadTags.set(implementation, [...(overloadTags.get(implementation) ?? []), ...tags]);
        else {
          this.declarations.declareFunction(signature, scope);
          const inner = this.declarations.functionScope(signature, scope);
          for (const parameter of signature.parameters) this.declarePattern(parameter.name, "parameter", inner, parameter);
        }
      }
    return overloadTags;
  }

  private resolveUse(node: ts.Node, scope: Scope): void {
    const binding = ts.isIdentifier(node) ? this.lookUp(node, scope) : this.declarations.receiver(scope, this.commonJsObject);
    if (!binding || binding.imported?.typeOnly) return;
    const place = binding === this.exportsObject && ts.isIdentifier(node) && node.text === "module" ? node.parent : node;
    this.references.set(place, binding);
    capture(binding, scope.function);
    if (!this.written.has(place)) return;
    noteWrite(binding, node.pos, scope.function);
    // The assignment also sets the property of the namespace object.
    if (binding.namespace) capture(binding.namespace, scope.function);
  }

  private lookUp(node: ts.Identifier, scope: Scope): Binding | null {
    for (let at: Scope | null = scope; at; at = at.parent) {
      const found = at.names.get(node.text);
      if (found) return found;
      if (node.text === "arguments" && at.function.kind === "function" && at === this.declarations.scopeOf.get(at.function.node)) return this.declarations.argumentsOf(at);
    }
    const isExports = node.text === "exports" || (node.text === "module" && isMemberNamed(node.parent, node, "exports"));
    return isExports ? this.commonJsObject() : null;
  }

  private readonly commonJsObject = (): Binding | null => {
    if (this.declarations.isEsModule) return null;
    return (this.exportsObject ??= this.declarations.exportsObject());
  };

  private resolveType(node: ts.Identifier, scope: Scope): void {
    for (let at: Scope | null = scope; at; at = at.parent) {
      const found = at.names.get(node.text);
      if (!found) continue;
      if (found.kind === "class" || (found.kind === "import" && found.imported)) {
        this.typeReferences.set(node, found);
        capture(found, scope.function);
      }
      return;
    }
  }
}

function capture(binding: Binding, by: FunctionInfo): void {
  binding.referenced = true;
  for (let at: FunctionInfo | null = by; at && at !== binding.owner; at = at.parent) {
    binding.captured = true;
    if (at.captures.has(binding)) return;
    at.captures.add(binding);
  }
}

function noteWrite(binding: Binding, position: number, by: FunctionInfo): void {
  binding.writes.push(position);
  if (by !== binding.owner) binding.writtenElsewhere = true;
}

function isMemberNamed(parent: ts.Node, object: ts.Node, name: string): boolean {
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === object && parent.name.text === name;
  return ts.isElementAccessExpression(parent) && parent.expression === object && ts.isStringLiteralLike(parent.argumentExpression) && parent.argumentExpression.text === name;
}

function computedName(name: ts.PropertyName | ts.BindingName | undefined): ts.Node[] {
  return name && ts.isComputedPropertyName(name) ? [name.expression] : [];
}

function leftmost(name: ts.EntityName): ts.Identifier {
  let at = name;
  while (ts.isQualifiedName(at)) at = at.left;
  return at;
}

// A namespace that holds only types makes no object.
function containsCode(body: ts.Node): boolean {
  if (ts.isModuleDeclaration(body)) return !!body.body && containsCode(body.body);
  return ts.isModuleBlock(body) && body.statements.some((statement) => !ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement) && (!ts.isModuleDeclaration(statement) || containsCode(statement)));
}
