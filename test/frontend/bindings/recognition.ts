import { ts } from "ts-morph";
import { type BindingScope, recognize, type Recognition } from "../../../src/frontend/typescript/bindings/index.js";

/** Every recognition in the text, in source order. */
export function recognitionsIn(text: string): { recognition: Recognition; node: ts.Node }[] {
  const file = parse(text);
  const scope = scopeOf(file);
  const found: { recognition: Recognition; node: ts.Node }[] = [];
  const visit = (node: ts.Node): void => {
    const recognition = ts.isCallExpression(node) || ts.isNewExpression(node) ? recognize(node, scope) : null;
    if (recognition !== null) found.push({ recognition, node });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** What the text binds, one line each: `const f = new NativeFunction(a["SSL_free"], …)` gives `frida SSL_free`. */
export function bindingsIn(text: string): string[] {
  return recognitionsIn(text).flatMap(({ recognition }) => {
    switch (recognition.kind) {
      case "function":
        return [describe(recognition)];
      case "library": {
        const under = recognition.under === null ? "" : `${recognition.under}.`;
        const open = recognition.spreads.map((spread) => `${under}...${spread.getText()}`);
        return [...recognition.functions.map((one) => `${under}${one.key}: ${describe(one)}${one.optional ? " optional" : ""}`), ...open];
      }
      case "call":
        return [`${describe(recognition)}(${recognition.args?.map((argument) => argument.getText()).join(", ") ?? "?"})`];
      case "callback":
        return [`callback ${recognition.function.getText()}`];
    }
  });
}

/** The text that each recognised name stands at. */
export function namesIn(text: string): string[] {
  return recognitionsIn(text).flatMap(({ recognition }) => {
    const natives = recognition.kind === "library" ? recognition.functions : recognition.kind === "callback" ? [] : [recognition];
    return natives.map((native) => text.slice(native.nameRange.start, native.nameRange.end));
  });
}

function describe({ ref }: Extract<Recognition, { kind: "function" }> | Extract<Recognition, { kind: "library" }>["functions"][number] | Extract<Recognition, { kind: "call" }>): string {
  const marks = [ref.async ? " async" : "", ref.argumentStyle === "array" ? " array" : "", ref.resultIn === undefined ? "" : ` result in ${ref.resultIn}`, ref.resultGone ? " disposed" : ""];
  return `${ref.binding} ${ref.name}${marks.join("")}`;
}

export function parse(text: string): ts.SourceFile {
  return ts.createSourceFile("test.ts", text, ts.ScriptTarget.Latest, true);
}

/** Scopes by name alone: enough for texts in which no name means two things. */
export function scopeOf(file: ts.SourceFile): BindingScope {
  const initializers = new Map<string, ts.Expression>();
  const imports = new Map<string, { specifier: string; name: string }>();
  const declarations = new Map<string, ts.FunctionDeclaration | ts.ClassDeclaration>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined && ts.getCombinedNodeFlags(node) & ts.NodeFlags.Const) {
      initializers.set(node.name.text, node.initializer);
    }
    if ((ts.isClassDeclaration(node) || (ts.isFunctionDeclaration(node) && node.body !== undefined)) && node.name !== undefined) declarations.set(node.name.text, node);
    if (ts.isImportDeclaration(node)) for (const [local, imported] of importedNames(node)) imports.set(local, imported);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { initializerOf: (identifier) => initializers.get(identifier.text), importOf: (identifier) => imports.get(identifier.text), patternOf: () => undefined, declarationOf: (identifier) => declarations.get(identifier.text) };
}

function importedNames(node: ts.ImportDeclaration): [string, { specifier: string; name: string }][] {
  const specifier = (node.moduleSpecifier as ts.StringLiteral).text;
  const clause = node.importClause;
  const names: [string, { specifier: string; name: string }][] = [];
  if (clause?.name !== undefined) names.push([clause.name.text, { specifier, name: "default" }]);
  const bindings = clause?.namedBindings;
  if (bindings !== undefined && ts.isNamespaceImport(bindings)) names.push([bindings.name.text, { specifier, name: "*" }]);
  if (bindings !== undefined && ts.isNamedImports(bindings)) {
    for (const element of bindings.elements) names.push([element.name.text, { specifier, name: (element.propertyName ?? element.name).text }]);
  }
  return names;
}
