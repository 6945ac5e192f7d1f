import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { languageModel } from "../../src/frontend/typescript/language.js";

/** Names that the model of the language gives to things: the analysis asks the model for them. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null && !(value instanceof RegExp) ? Object.values(value).flatMap(strings) : [];
}

const { properties, fieldNames, constants, lastNames, moduleScheme, bindingNames, spelling, functions, methods, constructors } = languageModel;
// What stands in a model under such names is the analysis's own word for it.
const plain = [...properties.keys(), ...strings(fieldNames), ...constants.keys(), ...lastNames.keys(), moduleScheme, ...bindingNames.values(), ...strings(spelling)];
const operations = new Set([...functions.values(), ...methods.values(), ...constructors.values()].flatMap(strings));
const library = [...functions.keys(), ...constructors.keys(), ...methods.keys()].filter((name) => !operations.has(name));
const hooks = [...functions.values()].flatMap((model) => (model.kind === "hooks" ? [model.first, model.then, model.result] : []));
const names = new Set([...plain, ...library, ...hooks, ...[...methods.keys()].map((name) => `.${name}`)]);

/** Places in which a name is one of the program's: what is read of it is compared, looked up or written under it. */
const ofPrograms = /(?:^|[.!])(?:key|name|method|calleeName|specifier)$/;
const ofRecords = /(?:\bfields|\bmemberKeys|\bmethods|\bfunctions)!?\.(?:get|has|set|delete)$|\b(?:setField|member)$/;

/** Texts in a file that stand where the program's names do, or that can be nothing else than names of the language. */
function namesIn(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && isName(node) && names.has(node.text)) found.push(node.text);
    if (ts.isRegularExpressionLiteral(node) && /\b(?:await|return|apply|null|undefined|typeof)\b/.test(node.text)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("file.ts", text, ts.ScriptTarget.Latest, true));
  return found;
}

function isName(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return ofPrograms.test((parent.left === node ? parent.right : parent.left).getText());
  if (ts.isCaseClause(parent)) return ofPrograms.test(parent.parent.parent.expression.getText());
  if (ts.isCallExpression(parent)) return ofRecords.test(parent.expression.getText()) || (/\.(?:startsWith|endsWith)$/.test(parent.expression.getText()) && ofPrograms.test(parent.expression.getText().replace(/\??\.\w+$/, "")));
  // An entry of a map of fields, or of a set of names.
  if (!ts.isArrayLiteralExpression(parent)) return false;
  const holder = parent.parent;
  const isSet = ts.isNewExpression(holder) && holder.expression.getText() === "Set" && properties.has(node.text);
  const isAsked = ts.isPropertyAccessExpression(holder) && ts.isCallExpression(holder.parent) && holder.parent.arguments.some((argument) => ofPrograms.test(argument.getText()));
  return isSet || isAsked || (parent.elements[0] === node && ts.isArrayLiteralExpression(holder) && ts.isNewExpression(holder.parent) && /fields\b[^;]*$/.test(text(holder.parent)));
}

// What stands before an expression in its statement.
function text(node: ts.Node): string {
  return node.getSourceFile().text.slice(Math.max(0, node.getStart() - 40), node.getStart());
}

/** Fields of iterators, which the analysis alone has. */
const own = new Set(["at", "over", "walk"]);

const folders = ["src/analysis", "src/ir"];
describe("knows no language", () => {
  test.each(folders.flatMap((folder) => readdirSync(folder).map((file) => `${folder}/${file}`)))("%s", (file) => {
    // What the first look knows of the language is still its own.
    const known = file === "src/analysis/screen.ts" ? new Set(["undefined"]) : own;
    if (file === "src/ir/exports.ts") return;
    expect(namesIn(readFileSync(file, "utf8")).filter((name) => !known.has(name))).toEqual([]);
  });

  test.each([
    ["if (key === \"length\" || key === \"size\") f();", ["length", "size"]],
    ["const sizes = new Set([\"length\", \"size\"]);", ["length", "size"]],
    ["if (callee.name === \".toString\") f();", [".toString"]],
    ["if (callee.name === \"Boolean\") f();", ["Boolean"]],
    ["f({ fields: new Map([[\"value\", a], [\"done\", b]]) });", ["value", "done"]],
    ["record.fields.get(\"value\");", ["value"]],
    ["specifier.startsWith(\"node:\");", ["node:"]],
    ["if (site.method === \"flatMap\") f();", ["flatMap"]],
    ["if (key === \"onEnter\") f();", ["onEnter"]],
    ["if (key === \"byteLength\" || key === \"buffer\") f();", ["byteLength", "buffer"]],
    ["text.replace(/^await\\s+/, \"\");", ["/^await\\s+/"]],
    ["if (value.operator === \"length\") f();", []],
  ])("sees %s", (program, found) => { expect(namesIn(program)).toEqual(found); });
});
