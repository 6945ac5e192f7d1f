import type { RawEffect, RawFunction, RawReturn, RawTable } from "../../src/contracts/raw.js";

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

const carriedOver = ["params", "success", "callback", "family", "doc"] as const;

function derived(name: string, target: string, contract: RawFunction, nameMap: Readonly<Record<string, string>>): RawFunction {
  const carried = Object.fromEntries(carriedOver.flatMap((key) => (contract[key] === undefined ? [] : [[key, contract[key]]]))) as RawFunction;
  return {
    ...(contract.signature === undefined ? {} : { signature: contract.signature.replace(new RegExp(`\\b${name}\\b`), target) }),
    ...carried,
    ...(contract.returns === undefined ? {} : { returns: withMappedGetter(contract.returns, nameMap) }),
    effects: (contract.effects ?? []).filter(keptInWolfssl),
    verified: ["convention"],
    notes: `The function behind ${name} in wolfSSL's compatibility layer; its contract is taken from OpenSSL's.`,
  };
}

function withMappedGetter(returns: RawReturn, nameMap: Readonly<Record<string, string>>): RawReturn {
  const entries = Object.entries(returns).flatMap(([key, value]) => {
    if (key !== "sameObjectAs") return [[key, value]];
    const getter = nameMap[String(value)];
    return getter === undefined ? [] : [[key, getter]];
  });
  return Object.fromEntries(entries) as RawReturn;
}

function keptInWolfssl(effect: RawEffect): boolean {
  return effect.kind !== "invalidate" || effect["strict"] === false;
}
