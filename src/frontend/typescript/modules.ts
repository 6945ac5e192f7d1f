import { ts } from "ts-morph";
import { at } from "../../ir/lists.js";
import type { VariableId } from "../../ir/types.js";
import type { FunctionContext } from "./context.js";
import { evaluate, value } from "./expressions.js";
import { enterScope } from "./functions.js";
import type { Binding } from "./scopes.js";
import { statements } from "./statements.js";
import { hasModifier, isAmbient, unwrapAll } from "./syntax.js";

/** Lowers a module's top-level code and notes what it imports and exports. */
export function moduleBody(fn: FunctionContext): void {
  const { source, scopes } = fn.module;
  noteSpecifiers(fn, source);
  bindImports(fn);
  if (scopes.exportsObject) exportsObject(fn, scopes.exportsObject);
  enterScope(fn, scopes.module);
  for (const node of source.statements) noteExports(fn, node);
  statements(fn, source.statements);
}

/** `export default value` and `export = value`. */
export function exportDefault(fn: FunctionContext, node: ts.ExportAssignment): void {
  const { module } = fn;
  const name = node.isExportEquals ? "module.exports" : "default";
  const binding = module.scopes.references.get(unwrapAll(node.expression));
  if (binding?.imported) reexport(fn, name, binding);
  else if (binding) exportVariable(fn, name, module.variableOf(binding));
  else {
    const range = fn.range(node);
    const variable = module.newVariable(name, fn.ir.id, range);
    at(module.variables, variable).constant = true;
    fn.copy(evaluate(fn, node.expression, { variable, fresh: true }), variable, range);
    exportVariable(fn, name, variable);
  }
}

/** `import a = b.c`. */
export function importAlias(fn: FunctionContext, node: ts.ImportEqualsDeclaration): void {
  const binding = fn.module.scopes.declared.get(node.name);
  if (!binding || node.isTypeOnly || ts.isExternalModuleReference(node.moduleReference)) return;
  fn.assign(binding, entity(fn, node.moduleReference), fn.range(node));
}

function entity(fn: FunctionContext, name: ts.EntityName): VariableId {
  if (ts.isIdentifier(name)) return value(fn, name);
  const range = fn.range(name);
  const object = entity(fn, name.left);
  const to = fn.temp(range);
  fn.emit({ op: "load", to, object, key: name.right.text, range });
  return to;
}

function noteSpecifiers(fn: FunctionContext, source: ts.SourceFile): void {
  for (const node of source.statements) {
    const isImport = ts.isImportDeclaration(node);
    if (!isImport && !ts.isExportDeclaration(node)) continue;
    const typeOnly = isImport ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword : node.isTypeOnly;
    if (node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) && !typeOnly) fn.module.imports.add(node.moduleSpecifier.text);
  }
}

// An imported name that no code mentions is a type, or not needed.
function bindImports(fn: FunctionContext): void {
  const { module } = fn;
  for (const binding of module.scopes.imports) {
    if (!binding.imported || !binding.referenced) continue;
    const { specifier, name } = binding.imported;
    module.imports.add(specifier);
    fn.emit({ op: "import", to: module.variableOf(binding), specifier, name, range: fn.range(binding.node) });
  }
}

function exportsObject(fn: FunctionContext, binding: Binding): void {
  const variable = fn.module.variableOf(binding);
  fn.emit({ op: "object", to: variable, kind: "record", range: { start: 0, end: 0 } });
  exportVariable(fn, "module.exports", variable);
}

function noteExports(fn: FunctionContext, node: ts.Statement): void {
  if (ts.isExportDeclaration(node)) exportDeclaration(fn, node);
  else if (hasModifier(node, ts.SyntaxKind.ExportKeyword)) exportedStatement(fn, node);
}

function exportDeclaration(fn: FunctionContext, node: ts.ExportDeclaration): void {
  const { exports } = fn.module;
  if (node.isTypeOnly) return;
  const specifier = node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : null;
  const { exportClause } = node;
  if (!exportClause) {
    if (specifier !== null) exports.push({ kind: "star", specifier });
  } else if (ts.isNamespaceExport(exportClause)) {
    if (specifier !== null) exports.push({ kind: "reexport", name: exportClause.name.text, specifier, imported: "*" });
  } else {
    for (const element of exportClause.elements) {
      if (element.isTypeOnly) continue;
      const local = element.propertyName ?? element.name;
      if (specifier !== null) exports.push({ kind: "reexport", name: element.name.text, specifier, imported: local.text });
      else exportLocal(fn, element.name.text, local);
    }
  }
}

function exportLocal(fn: FunctionContext, name: string, local: ts.ModuleExportName): void {
  const binding = fn.module.scopes.references.get(local);
  if (binding?.imported) reexport(fn, name, binding);
  else if (binding) exportVariable(fn, name, fn.module.variableOf(binding));
  else if (!namesType(fn, local.text)) exportGlobal(fn, name, local);
}

function exportedStatement(fn: FunctionContext, node: ts.Statement): void {
  const { declared } = fn.module.scopes;
  const exportName = (name: ts.Identifier): void => {
    const binding = declared.get(name);
    if (binding) exportVariable(fn, name.text, fn.module.variableOf(binding));
    else if (isAmbient(node, fn.module.source)) exportGlobal(fn, name.text, name);
  };
  if (ts.isVariableStatement(node)) for (const name of declaredNames(node.declarationList)) exportName(name);
  else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) {
    const binding = declared.get(node.name ?? node);
    if (!hasModifier(node, ts.SyntaxKind.DefaultKeyword)) {
      if (node.name) exportName(node.name);
    } else if (binding) exportVariable(fn, "default", fn.module.variableOf(binding));
  } else if (ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node) || ts.isImportEqualsDeclaration(node)) {
    const binding = ts.isIdentifier(node.name) ? declared.get(node.name) : undefined;
    if (binding?.imported) reexport(fn, binding.name, binding);
    else if (binding) exportVariable(fn, binding.name, fn.module.variableOf(binding));
  }
}

function exportVariable(fn: FunctionContext, name: string, variable: VariableId): void {
  const { exports, variables } = fn.module;
  if (exports.some((other) => other.kind === "variable" && other.name === name && other.variable === variable)) return;
  exports.push({ kind: "variable", name, variable });
  at(variables, variable).exported = true;
}

function reexport(fn: FunctionContext, name: string, { imported }: Binding): void {
  if (imported && !imported.typeOnly) fn.module.exports.push({ kind: "reexport", name, specifier: imported.specifier, imported: imported.name });
}

// What is only declared (`export declare function f()`) is the free name of the environment.
function exportGlobal(fn: FunctionContext, name: string, node: ts.Node): void {
  const { module } = fn;
  const range = fn.range(node);
  const variable = module.newVariable(name, fn.ir.id, range);
  at(module.variables, variable).constant = true;
  fn.emit({ op: "global", to: variable, name: node.getText(module.source), range });
  exportVariable(fn, name, variable);
}

function namesType(fn: FunctionContext, name: string): boolean {
  return fn.module.source.statements.some((node) => (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) && node.name.text === name);
}

function declaredNames(list: ts.VariableDeclarationList): ts.Identifier[] {
  const names: ts.Identifier[] = [];
  const work: ts.BindingName[] = list.declarations.map((declaration) => declaration.name).reverse();
  for (let name = work.pop(); name; name = work.pop()) {
    if (ts.isIdentifier(name)) names.push(name);
    else for (const element of [...name.elements].reverse()) if (!ts.isOmittedExpression(element)) work.push(element.name);
  }
  return names;
}
