import type { RawEffect, RawFunction, RawTable } from "../../src/contracts/raw.js";

/**
 * Contracts for the functions behind wolfSSL's compatibility names. The name map says where a name goes, and the
 * layer promises what OpenSSL's function of that name promises; so the references follow OpenSSL's contract. What
 * could raise a finding on OpenSSL's inner workings alone (which calls replace a session, what NULL does) is left out.
 */
export function wolfsslFunctions(table: RawTable): Record<string, RawFunction> {
  const nameMap = table.dialects["wolfssl"]?.nameMap ?? {};
  const functions: Record<string, RawFunction> = {};
  for (const [name, target] of Object.entries(nameMap)) {
    const contract = table.functions[name];
    // Two names can go to one function: the one that it is called after speaks for it.
    if (contract === undefined || (target in functions && target !== `wolfSSL_${name}`)) continue;
    functions[target] = derived(name, target, contract, nameMap);
  }
  return functions;
}

function derived(name: string, target: string, contract: RawFunction, nameMap: Readonly<Record<string, string>>): RawFunction {
  const { returns, effects, callback, success, doc, family, params } = contract;
  const sameObjectAs = returns?.sameObjectAs === undefined ? undefined : nameMap[returns.sameObjectAs];
  const { sameObjectAs: _, ...ownReturns } = returns ?? { ownership: "unknown" };
  return {
    ...(contract.signature === undefined ? {} : { signature: contract.signature.replace(new RegExp(`\\b${name}\\b`), target) }),
    ...(params === undefined ? {} : { params }),
    ...(returns === undefined ? {} : { returns: { ...ownReturns, ...(sameObjectAs === undefined ? {} : { sameObjectAs }) } }),
    ...(success === undefined ? {} : { success }),
    ...(callback === undefined ? {} : { callback }),
    effects: (effects ?? []).filter(keptInWolfssl),
    ...(family === undefined ? {} : { family }),
    ...(doc === undefined ? {} : { doc }),
    verified: ["convention"],
    notes: `The function behind ${name} in wolfSSL's compatibility layer; its contract is taken from OpenSSL's.`,
  };
}

function keptInWolfssl(effect: RawEffect): boolean {
  return effect.kind !== "invalidate" || effect["strict"] === false;
}
