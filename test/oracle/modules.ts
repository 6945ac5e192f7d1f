import { ts } from "ts-morph";
import { boundNames } from "./syntax-facts.js";

/** Writes the imports and exports of a module as CommonJS, without a transpiler. */
export interface ModuleForms {
  /** What stands for a statement of the module's top, of which `text` is the rewritten form. */
  statement(node: ts.Statement, text: string): string;
  /** What the module ends with. */
  readonly end: string;
}

/** The forms of the modules of a program of plain JavaScript; null where some module needs a transpiler: all go through it then. */
export function plainProgram(sources: readonly ts.SourceFile[]): readonly ModuleForms[] | null {
  const forms: ModuleForms[] = [];
  for (const source of sources) {
    const form = plainForms(source);
    if (form === null) return null;
    forms.push(form);
  }
  return forms;
}

/**
 * The forms of a module of plain JavaScript; null where only a transpiler does: types, decorators, JSX, disposal that
 * waits, exports that are assigned later.
 */
function plainForms(source: ts.SourceFile): ModuleForms | null {
  if (!/\.[cm]?js$/.test(source.fileName) || needsTranspiler(source) || source.statements.some((statement) => sharesVariable(statement, source))) return null;
  const isModule = source.statements.some((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) || ts.isExportAssignment(statement) || isExported(statement));
  if (!isModule) return { statement: (_, text) => text, end: "" };
  const local = source.statements.flatMap((statement) => (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined ? specifiers(statement) : []));
  const marked = 'Object.defineProperty(exports, "__esModule", { value: true });';
  const functions = source.statements.flatMap((statement) => (ts.isFunctionDeclaration(statement) && isExported(statement) ? [exported(statement)] : []));
  let first = `${marked}${functions.join("")}`;
  const once = (text: string): string => {
    const whole = first + text;
    first = "";
    return whole;
  };
  return { statement: (node, text) => once(written(node, text)), end: local.map(([name, as]) => `exports[${JSON.stringify(as)}] = ${name};`).join("") };
}

function written(node: ts.Statement, text: string): string {
  if (ts.isImportDeclaration(node)) return imports(node);
  if (ts.isExportDeclaration(node)) return reexports(node);
  if (ts.isExportAssignment(node)) return text.replace(/^export\s+default\s+/, "exports.default = ");
  if (!isExported(node)) return text;
  const bare = text.replace(/^export\s+(default\s+)?/, "");
  if (ts.isFunctionDeclaration(node)) return node.name === undefined ? `exports.default = ${bare}` : bare;
  return ts.isClassDeclaration(node) && node.name === undefined ? `exports.default = ${bare}` : `${bare}\n${exported(node)}`;
}

// Only what other modules may see changing has to be read anew each time, which nothing here does.
function sharesVariable(statement: ts.Statement, source: ts.SourceFile): boolean {
  if (ts.isVariableStatement(statement)) return isExported(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) === 0;
  if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier !== undefined) return false;
  const changing = source.statements.flatMap((other) => (ts.isVariableStatement(other) && (other.declarationList.flags & ts.NodeFlags.Const) === 0 ? other.declarationList.declarations.flatMap(({ name }) => boundNames(name)) : []));
  return specifiers(statement).some(([name]) => changing.includes(name));
}

const plainUsing: number = ts.NodeFlags.Using;
const awaitUsing: number = ts.NodeFlags.AwaitUsing;

function needsTranspiler(node: ts.Node): boolean {
  if (ts.isDecorator(node) || ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) return true;
  if (ts.isVariableDeclarationList(node)) {
    const form: number = node.flags & ts.NodeFlags.BlockScoped;
    const { parent } = node.parent;
    // Disposal that waits, in a head of a loop, in a clause of a `switch`, beside functions.
    if (form === awaitUsing || (form === plainUsing && !(ts.isBlock(parent) && !parent.statements.some(ts.isFunctionDeclaration)))) return true;
  }
  return ts.forEachChild(node, (child) => needsTranspiler(child) || undefined) ?? false;
}

function isExported(node: ts.Statement): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);
}

function isDefault(node: ts.Statement): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false);
}

function exported(node: ts.Statement): string {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(({ name }) => boundNames(name)).map((name) => `exports.${name} = ${name};`).join("");
  if ((!ts.isFunctionDeclaration(node) && !ts.isClassDeclaration(node)) || node.name === undefined) return "";
  return `exports.${isDefault(node) ? "default" : node.name.text} = ${node.name.text};`;
}

function imports(node: ts.ImportDeclaration): string {
  const { importClause: clause } = node;
  const from = `require(${node.moduleSpecifier.getText()})`;
  if (clause === undefined) return `${from};`;
  const parts: string[] = [];
  if (clause.name !== undefined) parts.push(`const ${clause.name.text} = $o.whole(${from}).default;`);
  const bindings = clause.namedBindings;
  if (bindings !== undefined && ts.isNamespaceImport(bindings)) parts.push(`const ${bindings.name.text} = $o.whole(${from});`);
  else if (bindings !== undefined) parts.push(`const { ${bindings.elements.map(({ name, propertyName }) => `${JSON.stringify((propertyName ?? name).text)}: ${name.text}`).join(", ")} } = ${from};`);
  return parts.join("");
}

function reexports(node: ts.ExportDeclaration): string {
  if (node.moduleSpecifier === undefined) return "";
  const from = `require(${node.moduleSpecifier.getText()})`;
  if (node.exportClause === undefined) return `for (const [$k, $v] of Object.entries(${from})) if ($k !== "default" && !Object.hasOwn(exports, $k)) exports[$k] = $v;`;
  if (ts.isNamespaceExport(node.exportClause)) return `exports.${node.exportClause.name.text} = $o.whole(${from});`;
  return specifiers(node).map(([name, as]) => `exports[${JSON.stringify(as)}] = ${from}[${JSON.stringify(name)}];`).join("");
}

function specifiers({ exportClause }: ts.ExportDeclaration): (readonly [name: string, as: string])[] {
  return exportClause !== undefined && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name, propertyName }) => [(propertyName ?? name).text, name.text]) : [];
}
