import { ts } from "ts-morph";
import { descendants, type Source } from "./source.js";

/** Statements of this function that do nothing but release the variable: `SSL_SESSION_free(s);`. */
export function releasesOf(source: Source, name: string, callee: string, within: ts.Node): ts.ExpressionStatement[] {
  return [...descendants(within, (node) => !ts.isFunctionLike(node))].filter((node): node is ts.ExpressionStatement => ts.isExpressionStatement(node) && isRelease(source, node.expression, name, callee));
}

function isRelease(source: Source, expression: ts.Expression, name: string, callee: string): boolean {
  const [argument, ...rest] = ts.isCallExpression(expression) ? expression.arguments : [];
  return ts.isCallExpression(expression) && expression.expression.getText(source.file) === callee && rest.length === 0 && argument !== undefined && ts.isIdentifier(argument) && argument.text === name;
}
