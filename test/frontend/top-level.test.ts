import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { mayHoldMarkup } from "../../src/frontend/typescript/parse.js";
import { topLevelOf, type TopLevelDeclaration } from "../../src/frontend/typescript/top-level.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);

/** Programs of ours and of others, in many styles. */
const folders = [...["src", "rules", "test", "fixtures", "bench"].map((name) => join(root, name)), ...["ajv", "fast-check", "eslint", "@typescript-eslint/utils"].map((name) => dirname(require.resolve(`${name}/package.json`)))];

test.each(folders.map((folder) => [relative(root, folder), folder]))("what is found without parsing is there, and assigns no more than is told: %s", (_name, folder) => {
  let found = 0;
  for (const file of programs(folder)) {
    const text = readFileSync(file, "utf8");
    const declarations = topLevelOf(text, mayHoldMarkup(file))?.declarations ?? [];
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
    if ((source as unknown as { parseDiagnostics: readonly unknown[] }).parseDiagnostics.length > 0) continue;
    const real = new Map(source.statements.map((statement) => [statement.getStart(source), statement]));
    for (const declaration of declarations) {
      const statement = real.get(declaration.start);
      expect([file, declaration.name, declaration.end]).toEqual([file, statement === undefined ? "" : nameOf(statement), statement?.end]);
      expect([file, declaration.name, untold(declaration, statement as ts.Statement)]).toEqual([file, declaration.name, []]);
      found++;
    }
  }
  expect(found).toBeGreaterThan(10);
});

test.each([
  ["a slash that may be either", "function f() {}\n/re/.test(x)\nfunction g() {}\n"],
  ["a brace too many", "function f() { } }\n"],
  ["a text that ends inside", "function f() { `${ }\n"],
  ["a comment of HTML", "function f() {}\n<!-- function g() {\n"],
])("nothing is told of %s", (_what, text) => {
  expect(topLevelOf(text, false)).toBeNull();
});

test("markup is not looked through", () => {
  expect(topLevelOf("function f() { return <a>}</a>; }\n", true)).toBeNull();
});

function* programs(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") yield* programs(path);
    else if (/\.[cm]?[jt]sx?$/u.test(entry.name)) yield path;
  }
}

function nameOf(statement: ts.Statement): string {
  const named = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement);
  return named ? (statement.name?.text ?? "") : "";
}

// Assignments that the declaration does not tell of.
function untold({ assigned, assignsPlaces }: TopLevelDeclaration, statement: ts.Statement): string[] {
  if (assignsPlaces) return [];
  const missing: string[] = [];
  const note = (target: ts.Node): void => {
    const place = ts.isParenthesizedExpression(target) || ts.isNonNullExpression(target) ? target.expression : target;
    if (place !== target) note(place);
    else if (!ts.isIdentifier(place) || !assigned.includes(place.text)) missing.push(place.getText(statement.getSourceFile()));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) note(node.left);
    else if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && !ts.isVariableDeclarationList(node.initializer)) note(node.initializer);
    else if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)) note(node.operand);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return missing;
}
