import { ts } from "ts-morph";
import type { FunctionIr } from "../../ir/types.js";
import type { ModuleContext } from "./context.js";
import { staticKey } from "./syntax.js";
import { isAlwaysGiven } from "./given.js";
import { mayHaveTags, ownershipTags } from "./tags.js";

/** A member of an interface or of a type literal that can be called. */
export type MemberSignature = ts.MethodSignature | ts.PropertySignature;

/** Gives the tagged members of interfaces and type literals functions of their own: who calls a member that has such a type calls one of these. */
export function lowerSignatures(module: ModuleContext): void {
  if (!mayHaveTags(module.source.text)) return;
  // Expressions can be nested thousands deep, so this is a walk with a stack.
  const stack: { readonly node: ts.Node; readonly path: string }[] = [{ node: module.source, path: "" }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node } = next;
    const path = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) ? node.name.text : next.path;
    if (isMemberSignature(node) && ownershipTags(node).length > 0) module.functions.push(signature(module, node, path));
    const children: ts.Node[] = [];
    ts.forEachChild(node, (child) => void children.push(child));
    for (const child of children.reverse()) stack.push({ node: child, path });
  }
}

export function isMemberSignature(node: ts.Node): node is MemberSignature {
  return ts.isMethodSignature(node) || (ts.isPropertySignature(node) && node.type !== undefined && ts.isFunctionTypeNode(node.type));
}

function signature(module: ModuleContext, node: MemberSignature, path: string): FunctionIr {
  const id = module.functions.length;
  const range = module.range(node);
  const parameters = [...(ts.isMethodSignature(node) ? node.parameters : (node.type as ts.FunctionTypeNode).parameters)];
  const names = parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : ""));
  return {
    id,
    name: `${path}.${staticKey(node.name) ?? ""}`,
    range,
    params: parameters.map((parameter, index) => module.newVariable(names[index] ?? "", id, module.range(parameter))),
    paramNames: names,
    alwaysGiven: parameters.map(isAlwaysGiven),
    rest: parameters[parameters.length - 1]?.dotDotDotToken !== undefined,
    receiver: null,
    argumentsVariable: null,
    async: false,
    generator: false,
    parent: 0,
    class: null,
    static: false,
    captures: [],
    tags: ownershipTags(node),
    hasBody: false,
    blocks: [{ id: 0, instructions: [], terminator: { op: "return", value: null, range }, handler: null }],
  };
}
