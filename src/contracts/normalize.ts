import type { CallbackContract, ClassContract, EffectContract, FunctionContract, NullBehaviour, ReturnContract } from "./model.js";
import type { RawCallback, RawClass, RawEffect, RawFunction, RawReturn } from "./raw.js";

/** The full contract of a function, every default filled in. */
export function functionContract(name: string, raw: RawFunction): FunctionContract {
  return {
    name,
    signature: raw.signature ?? null,
    params: raw.params ?? [],
    null: nullBehaviours(raw.null ?? {}),
    returns: raw.returns === undefined ? null : returnContract(raw.returns),
    success: raw.success ?? null,
    effects: (raw.effects ?? []).map(effectContract),
    macro: raw.macro ?? false,
    aliasOf: raw.aliasOf ?? null,
    prefer: raw.prefer ?? null,
    callback: raw.callback ?? null,
    callbackParam: raw.callbackParam ?? null,
    family: raw.family ?? null,
    doc: raw.doc ?? null,
    since: raw.since ?? null,
    deprecated: raw.deprecated ?? null,
    verified: raw.verified ?? [],
    notes: raw.notes ?? null,
  };
}

export function classContract(name: string, raw: RawClass): ClassContract {
  return {
    name,
    release: raw.release,
    alsoReleasedBy: raw.alsoReleasedBy ?? [],
    retain: raw.retain ?? null,
    copy: raw.copy ?? null,
    releaseAcceptsNull: raw.releaseAcceptsNull ?? false,
    refcounted: raw.refcounted ?? typeof raw.retain === "string",
    primary: raw.primary ?? false,
    opaque: false,
    notes: raw.notes ?? null,
  };
}

/** A class without a release function. */
export function opaqueClass(name: string): ClassContract {
  return { ...classContract(name, { release: null }), opaque: true };
}

export function callbackContract(name: string, raw: RawCallback): CallbackContract {
  return {
    name,
    setters: raw.setters ?? [],
    signature: raw.signature ?? "",
    params: raw.params,
    effects: raw.effects ?? [],
    doc: raw.doc ?? null,
    notes: raw.notes ?? null,
  };
}

function nullBehaviours(raw: Readonly<Record<string, NullBehaviour>>): Record<number, NullBehaviour> {
  return Object.fromEntries(Object.entries(raw).map(([index, behaviour]) => [Number(index), behaviour]));
}

function returnContract(raw: RawReturn): ReturnContract {
  return { ...raw, class: raw.class ?? "memory", nullable: raw.nullable ?? true };
}

// The schema has checked that each kind carries its own keys, so adding the defaults makes the effect whole.
function effectContract(raw: RawEffect): EffectContract {
  const effect = { ...effectDefaults[raw.kind], ...raw } as unknown as EffectContract;
  // Plain memory that is lent is a part of what lends it.
  return effect.kind === "out" && effect.class === "memory" && effect.ownership === "borrowed" ? { ...effect, interior: true } : effect;
}

const effectDefaults: Partial<Record<RawEffect["kind"], Readonly<Record<string, unknown>>>> = {
  transfer: { to: "library" },
  share: { to: "library" },
  out: { class: "memory", ownership: "owned" },
  invalidate: { class: "*", certainty: "always", strict: false },
  link: { what: "return", strength: "strong" },
};
