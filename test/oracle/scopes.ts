import { ts } from "ts-morph";

/** Which variables of the functions around it a function uses. Resolution is by name, function by function. */
export interface Scopes {
  captures(node: ts.Node): readonly string[];
  /** True when `name`, used inside `inside`, belongs to a function around that one. */
  isOuter(name: string, inside: ts.Node): boolean;
}

export function analyzeScopes(file: ts.SourceFile): Scopes {
  const declared = new Map<ts.Node, Set<string>>();
  const used = new Map<ts.Node, Set<string>>();
  collect(file, file, declared, used);
  const outerOf = (name: string, inside: ts.Node): boolean => {
    if (declared.get(inside)?.has(name)) return false;
    for (let scope = enclosing(inside); scope !== null; scope = enclosing(scope)) {
      if (declared.get(scope)?.has(name)) return true;
    }
    return false;
  };
  return {
    captures: (node) => [...(used.get(node) ?? [])].filter((name) => outerOf(name, node)),
    isOuter: (name, inside) => outerOf(name, inside),
  };
}

/** The function with a body that holds the node, or the file. */
export function functionAround(node: ts.Node): ts.Node {
  let scope: ts.Node = node.parent;
  while (!isFunctionWithBody(scope) && !ts.isSourceFile(scope)) scope = scope.parent;
  return scope;
}

export function isFunctionWithBody(node: ts.Node): node is ts.FunctionLikeDeclaration & { readonly body: ts.ConciseBody } {
  return ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
}

/** True for an identifier that stands for the value of a variable. */
export function isReference(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isAccessor(parent)) return "initializer" in parent && parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === node;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  return !ts.isImportSpecifier(parent) && !ts.isImportClause(parent) && !ts.isNamespaceImport(parent) && !ts.isMetaProperty(parent);
}

function enclosing(scope: ts.Node): ts.Node | null {
  return ts.isSourceFile(scope) ? null : functionAround(scope);
}

function collect(node: ts.Node, scope: ts.Node, declared: Map<ts.Node, Set<string>>, used: Map<ts.Node, Set<string>>): void {
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || isAmbient(node)) return;
  const inner = isFunctionWithBody(node) ? node : scope;
  if (ts.isIdentifier(node)) {
    if (isReference(node)) for (let at: ts.Node | null = scope; at !== null; at = enclosing(at)) setOf(used, at).add(node.text);
    else if (isDeclarationName(node)) setOf(declared, declaringScope(node, scope)).add(node.text);
  }
  ts.forEachChild(node, (child) => collect(child, inner, declared, used));
}

function isDeclarationName(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) return parent.name === node;
  if (ts.isFunctionDeclaration(parent) || ts.isClassDeclaration(parent) || ts.isFunctionExpression(parent) || ts.isEnumDeclaration(parent)) return parent.name === node;
  return ts.isImportSpecifier(parent) ? parent.name === node : ts.isImportClause(parent) || ts.isNamespaceImport(parent);
}

// The name of a function declaration belongs to the function around it.
function declaringScope(name: ts.Identifier, scope: ts.Node): ts.Node {
  return ts.isFunctionDeclaration(name.parent) && name.parent === scope ? functionAround(name.parent) : scope;
}

export function isAmbient(node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword) ?? false);
}

function setOf(map: Map<ts.Node, Set<string>>, key: ts.Node): Set<string> {
  let set = map.get(key);
  if (set === undefined) map.set(key, (set = new Set()));
  return set;
}
