import { ts } from "ts-morph";

/** Whether the declared type of a parameter says that it is never `undefined`; a type of which only the name is known says nothing. */
export function isAlwaysGiven({ type, questionToken, initializer, dotDotDotToken }: ts.ParameterDeclaration): boolean {
  return type !== undefined && !questionToken && !initializer && !dotDotDotToken && excludesUndefined(type);
}

function excludesUndefined(type: ts.TypeNode): boolean {
  switch (type.kind) {
    case ts.SyntaxKind.NumberKeyword:
    case ts.SyntaxKind.StringKeyword:
    case ts.SyntaxKind.BooleanKeyword:
    case ts.SyntaxKind.BigIntKeyword:
    case ts.SyntaxKind.ObjectKeyword:
    case ts.SyntaxKind.LiteralType:
    case ts.SyntaxKind.TypeLiteral:
    case ts.SyntaxKind.ArrayType:
    case ts.SyntaxKind.TupleType:
    case ts.SyntaxKind.FunctionType:
      return true;
    case ts.SyntaxKind.UnionType:
      return (type as ts.UnionTypeNode).types.every(excludesUndefined);
    case ts.SyntaxKind.ParenthesizedType:
      return excludesUndefined((type as ts.ParenthesizedTypeNode).type);
    case ts.SyntaxKind.TypeReference:
      return isDeclaredHere(type as ts.TypeReferenceNode);
    default:
      return false;
  }
}

// An alias may stand for a union with `undefined`; an enumeration, an interface and a class do not.
function isDeclaredHere({ typeName }: ts.TypeReferenceNode): boolean {
  if (!ts.isIdentifier(typeName)) return false;
  return typeName.getSourceFile().statements.some((statement) => (ts.isEnumDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name?.text === typeName.text);
}
