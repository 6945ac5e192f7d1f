import { ts } from "ts-morph";
import type { Contracts, EffectContract, FunctionContract, ReturnContract } from "../../src/contracts/model.js";

/** The contracts, and what ownership tags on declarations without a body say. */
export function withTags(contracts: Contracts, files: readonly ts.SourceFile[]): Contracts {
  const tagged = new Map<string, FunctionContract>();
  for (const file of files) collect(file, tagged);
  if (tagged.size === 0) return contracts;
  return {
    function: (name) => tagged.get(name) ?? contracts.function(name),
    has: (name) => tagged.has(name) || contracts.has(name),
    class: (name) => contracts.class(name),
    callback: (name) => contracts.callback(name),
    isTracked: (name) => contracts.isTracked(name),
    names: () => contracts.names(),
    relevantNames: () => contracts.relevantNames(),
    fingerprint: contracts.fingerprint,
  };
}

function collect(node: ts.Node, tagged: Map<string, FunctionContract>): void {
  if (ts.isFunctionDeclaration(node) && node.body === undefined && node.name !== undefined) {
    const contract = contractOf(node, node.name.text);
    if (contract !== null) tagged.set(node.name.text, contract);
  }
  ts.forEachChild(node, (child) => collect(child, tagged));
}

function contractOf(node: ts.FunctionDeclaration, name: string): FunctionContract | null {
  const names = node.parameters.map((parameter) => parameter.name.getText());
  const effects: EffectContract[] = [];
  let returns: ReturnContract | null = null;
  for (const tag of ts.getJSDocTags(node)) {
    const words = (ts.getTextOfJSDocComment(tag.comment) ?? "").split(/\s+/);
    const param = names.indexOf(words[0] ?? "");
    const kind = tag.tagName.text;
    if (kind === "returnsOwned") returns = { class: words[0] ?? "SSL_SESSION", ownership: "owned", nullable: true };
    else if (kind === "returnsBorrowed") returns = { class: words[0] ?? "SSL_SESSION", ownership: "borrowed", nullable: true, from: names.indexOf(words[1] ?? "") };
    else if (kind === "releases") effects.push({ kind: "release", param });
    else if (kind === "takes") effects.push({ kind: "transfer", param, to: "library" });
    else if (kind === "retains") effects.push({ kind: "retain", param });
    else if (kind === "invalidates") effects.push({ kind: "invalidate", class: "*", owner: param, certainty: "may", strict: false });
  }
  if (returns === null && effects.length === 0) return null;
  return {
    name, returns, effects, signature: null, params: names.map(() => null), null: {}, success: null, macro: false, aliasOf: null, prefer: null,
    callback: null, callbackParam: null, family: null, doc: null, since: null, deprecated: null, verified: [], notes: null,
  };
}
