import { ts } from "ts-morph";

/**
 * What compilers and bundlers write where newer code leaves a check to the language: private members of the wrong object, classes that
 * are called, values that cannot be walked or disposed of. In source text the language makes these checks, and nobody takes them for ways out.
 * Their texts outlive every minifier.
 */
const texts = [
  "Cannot (?:read|write) private member (?:from|to) an object",
  "Cannot (?:add the same private member|initialize the same private elements) ",
  "Cannot (?:call a class as a function|destructure )",
  "Private (?:accessor was defined without a|method is not writable|element is not present)",
  "attempted to (?:get|set|call) (?:read only )?private",
  "Class (?:constructor|extends value) ",
  "this hasn't been initiali[sz]ed - super\\(\\)",
  "Derived constructors may only return",
  "Super expression must either be null or a function",
  "Object (?:expected|not disposable)\\.?$",
  "Symbol\\.\\w+ is not defined\\.?$",
  "Object is not iterable\\.?$",
  "Invalid attempt to (?:iterate|destructure|spread) ",
  "Generator is already executing",
];

const guardText = new RegExp(`^(?:${texts.join("|")})`);

/** Whether the call, or the error that is made, is what a compiler put there for a check of the language that failed. */
export function isCompilersGuard(node: ts.Expression): boolean {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const text = node.arguments?.[0];
  if (text === undefined || !ts.isIdentifier(node.expression)) return false;
  const start = leftmost(text);
  return ts.isStringLiteralLike(start) && (guardText.test(start.text) || (start !== text && start.text === "Cannot " && isFailedMembership(node)));
}

function leftmost(expression: ts.Expression): ts.Expression {
  let at = expression;
  while (ts.isBinaryExpression(at)) at = at.left;
  return at;
}

// `members.has(object) || fail("Cannot " + what)`
function isFailedMembership(node: ts.Expression): boolean {
  const { parent } = node;
  if (!ts.isBinaryExpression(parent) || parent.right !== node || parent.operatorToken.kind !== ts.SyntaxKind.BarBarToken) return false;
  return ts.isCallExpression(parent.left) && ts.isPropertyAccessExpression(parent.left.expression) && parent.left.expression.name.text === "has";
}
