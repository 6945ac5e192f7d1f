import { describe, expect, test } from "vitest";
import { loadContracts } from "../../src/contracts/index.js";
import { parametersOf } from "../../src/contracts/callback-param.js";
import type { EffectContract, FunctionContract } from "../../src/contracts/model.js";

const contracts = loadContracts({ classes: "all" });
const functions = contracts.names().map((name) => contracts.function(name) as FunctionContract);

/** Every function that breaks a law, so that one run shows them all. */
function breaking(law: (contract: FunctionContract) => string | undefined | false): string[] {
  return functions.flatMap((contract) => {
    const problem = law(contract);
    return problem ? [`${contract.name}: ${problem}`] : [];
  });
}

function classExists(name: string): boolean {
  const base = name.replace(/\*+$/, "");
  if (base === "" || /^\(.*\)$/.test(base)) return true;
  const element = /^(?:STACK|LHASH)_OF\((.+)\)$/.exec(base)?.[1];
  return contracts.class(element ?? base) !== undefined || foreignElements.has(element ?? "");
}

// Elements of stacks that only other libraries, or no function of ours, hand out one by one.
const foreignElements = new Set(["CRYPTO_BUFFER", "ESS_CERT_ID", "ESS_CERT_ID_V2", "OPENSSL_CSTRING", "POLICYQUALINFO", "SRTP_PROTECTION_PROFILE", "SSL_COMP"]);

function indices(effect: EffectContract): number[] {
  const named = effect as unknown as Record<string, unknown>;
  const direct = ["param", "owner", "to", "into", "from", "exceptSameAs"].map((key) => named[key]);
  const what = effect.kind === "link" ? effect.what : undefined;
  return [...direct, what, effect.ifArg?.param].filter((value) => typeof value === "number");
}

describe("every contract", () => {
  test("has a parameter for each index it names", () => {
    const unlisted = breaking((contract) => {
      const named = [
        ...contract.effects.flatMap(indices),
        ...Object.keys(contract.null).map(Number),
        ...(contract.returns?.from === undefined ? [] : [contract.returns.from]),
        ...(contract.callbackParam === null ? [] : [contract.callbackParam]),
      ];
      const missing = named.filter((index) => index >= contract.params.length);
      return missing.length > 0 && `no parameter ${missing.join(", ")}`;
    });
    expect(unlisted).toEqual([]);
  });

  test("lists as many parameters as its prototype has", () => {
    const different = breaking((contract) => {
      const written = parametersOf(contract.signature ?? "");
      return contract.signature !== null && written.length !== contract.params.length && `${written.length} written, ${contract.params.length} listed`;
    });
    expect(different).toEqual([]);
  });

  test("names classes that exist", () => {
    const unknown = breaking((contract) => {
      const named = [...contract.params, contract.returns?.class ?? null, contract.returns?.via ?? null, ...contract.effects.map((effect) => ("class" in effect ? (effect.class ?? null) : null))];
      const missing = named.filter((name) => name !== null && !classExists(name));
      return missing.length > 0 && missing.join(", ");
    });
    expect(unknown).toEqual([]);
  });

  test("releases, retains or gives away only an argument that has a class", () => {
    const unclassed = breaking((contract) => {
      const effect = contract.effects.find(
        (each) => (each.kind === "release" || each.kind === "retain") && (contract.params[each.param] ?? null) === null && !("class" in each),
      );
      return effect !== undefined && `${effect.kind} of an argument without a class`;
    });
    expect(unclassed).toEqual([]);
  });

  test("does not both release and keep one argument unconditionally", () => {
    const both = breaking((contract) => {
      const released = contract.effects.flatMap((effect) => (effect.kind === "release" ? [effect.param] : []));
      const shared = contract.effects.find((effect) => (effect.kind === "share" || effect.kind === "transfer") && released.includes(effect.param));
      return shared !== undefined && `argument ${"param" in shared ? shared.param : ""} is released and kept`;
    });
    expect(both).toEqual([]);
  });

  test("borrows from an argument only with an argument to borrow from", () => {
    expect(breaking((contract) => contract.returns?.interior === true && contract.returns.ownership === "owned" && "interior and owned")).toEqual([]);
  });

  test("points to functions that have a contract", () => {
    const dangling = breaking((contract) => {
      const named = [contract.returns?.sameObjectAs, contract.prefer?.borrowed, contract.prefer?.owned];
      const missing = named.filter((name) => name !== undefined && !contracts.has(name));
      return missing.length > 0 && missing.join(", ");
    });
    expect(dangling).toEqual([]);
  });

  test("is a macro exactly when it goes to another function", () => {
    expect(breaking((contract) => contract.macro !== (contract.aliasOf !== null) && "macro without a function behind it, or the reverse")).toEqual([]);
  });

  test("installs a callback that exists, through the argument for it", () => {
    const broken = breaking((contract) => {
      if (contract.callback === null) return undefined;
      if (contracts.callback(contract.callback) === undefined) return `no callback ${contract.callback}`;
      if (contract.callbackParam === null) return "no argument takes the function";
      return contract.params[contract.callbackParam] !== null && "the argument for the function has a class";
    });
    expect(broken).toEqual([]);
  });
});

describe("every class", () => {
  const names = [...new Set(functions.flatMap((contract) => [...contract.params, contract.returns?.class ?? null]))].flatMap((name) => {
    const contract = name === null ? undefined : contracts.class(name.replace(/\*+$/, ""));
    return contract === undefined ? [] : [contract];
  });

  test("is found more than two hundred times", () => expect(names.length).toBeGreaterThan(200));

  test("is released and retained by functions that say so", () => {
    const broken = names.flatMap((contract) =>
      [contract.release, ...contract.alsoReleasedBy].flatMap((release) => {
        if (release === null || contract.name === "memory") return [];
        return contracts.function(release)?.effects.some((effect) => effect.kind === "release") === true ? [] : [`${contract.name}: ${release}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  test("with a retain function counts", () => {
    expect(names.filter((contract) => contract.retain !== null && !contract.refcounted).map((contract) => contract.name)).toEqual([]);
  });

  test("that is opaque has no release", () => {
    expect(names.filter((contract) => contract.opaque !== (contract.release === null)).map((contract) => contract.name)).toEqual([]);
  });
});

test("every setter of a callback names it back", () => {
  for (const name of ["new_session", "remove_session", "get_session", "psk_use_session", "psk_find_session", "ticket_generate", "cert_verify"]) {
    const callback = contracts.callback(name);
    expect(callback?.setters.map((setter) => contracts.function(setter)?.callback)).toEqual(callback?.setters.map(() => name));
  }
});
