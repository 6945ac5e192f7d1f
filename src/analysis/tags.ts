import type { EffectContract, FunctionContract, ReturnContract } from "../contracts/model.js";
import type { FunctionInfo } from "./values.js";

/** The contract that the ownership tags of a declaration spell out, or null when it has none. */
export function taggedContract(fn: FunctionInfo): FunctionContract | null {
  const { tags, paramNames, name } = fn.ir;
  if (tags.length === 0) return null;
  const index = (word: string | undefined): number => paramNames.indexOf(word ?? "");
  const params: (string | null)[] = paramNames.map(() => null);
  const effects: EffectContract[] = [];
  let returns: ReturnContract | null = null;
  for (const { tag, words } of tags) {
    const param = index(words[0]);
    if (tag === "returnsOwned") returns = { class: words[0] ?? "SSL_SESSION", ownership: "owned", nullable: true };
    else if (tag === "returnsBorrowed") returns = { class: words[0] ?? "SSL_SESSION", ownership: "borrowed", nullable: true, ...(index(words[1]) >= 0 ? { from: index(words[1]) } : {}) };
    else if (param < 0) continue;
    else if (tag === "releases") effects.push({ kind: "release", param });
    else if (tag === "takes") effects.push({ kind: "transfer", param, to: "return", certainty: "may" });
    else if (tag === "retains") effects.push({ kind: "retain", param });
    else effects.push({ kind: "invalidate", class: "*", owner: param, certainty: "always", strict: false });
  }
  return { name, signature: null, params, null: {}, returns, success: null, effects, macro: false, aliasOf: null, prefer: null, callback: null, callbackParam: null, family: null, doc: null, since: null, deprecated: null, verified: [], notes: null };
}
