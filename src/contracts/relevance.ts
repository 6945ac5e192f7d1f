import type { RawEffect, RawFunction } from "./raw.js";

type Relation = ReadonlyMap<string, ReadonlySet<string>>;

export interface Ownerships {
  /** Class name to the classes whose objects keep a pointer of it alive, directly or through others. */
  readonly owners: Relation;
  /** Class name to the classes that it is tied to: an `SSL` to its `SSL_CTX`. */
  readonly ties: Relation;
}

/** Who can own what, read off the contracts: a result borrowed from an argument, a reference given to an argument. */
export function ownershipsOf(functions: Iterable<RawFunction>): Ownerships {
  const owners = new Map<string, Set<string>>();
  const ties = new Map<string, Set<string>>();
  const add = (from: string | null, to: string | null, relation = owners): void => {
    if (from !== null && to !== null && from !== to) relation.set(from, (relation.get(from) ?? new Set()).add(to));
  };
  for (const contract of functions) {
    const { returns } = contract;
    if (returns?.from !== undefined && returns.ownership === "borrowed") {
      add(returns.class ?? "memory", returns.via ?? null);
      add(returns.class ?? "memory", paramClass(contract, returns.from));
    }
    for (const effect of contract.effects ?? []) {
      if (effect.kind === "out" && effect.ownership === "borrowed") add(effect.class ?? "memory", paramClass(contract, effect.from));
      if (effect.kind === "transfer") add(paramClass(contract, effect.param), targetClass(contract, effect.to));
      if (effect.kind === "link") add(targetClass(contract, effect.what ?? "return"), targetClass(contract, effect.to), ties);
    }
  }
  return { owners: transitive(owners), ties };
}

function transitive(relation: Relation): Relation {
  const closed = new Map<string, Set<string>>();
  for (const [from, direct] of relation) {
    const reached = new Set(direct);
    for (const next of reached) relation.get(next)?.forEach((further) => reached.add(further));
    reached.delete(from);
    closed.set(from, reached);
  }
  return closed;
}

/**
 * The classes that a function touches: a file that names it can take part in a finding about an object of such a
 * class. It takes or returns one, or it ends, replaces or ties what keeps one alive.
 */
export function touchedClasses(contract: RawFunction, { owners, ties }: Ownerships, callbackClasses: readonly string[]): Set<string> {
  const touched = new Set<string>(callbackClasses);
  const add = (name: string): unknown => touched.add(name);
  const addOwnedBy = (owner: string | null): void => backwards(owners, owner).forEach(add);

  for (const param of contract.params ?? []) withElements(param).forEach(add);
  const returned = contract.returns?.class ?? null;
  withElements(returned).forEach(add);
  // A new SSL_CTX decides whether two connections belong together.
  if (contract.returns?.ownership === "owned") backwards(ties, returned).forEach(addOwnedBy);

  for (const effect of contract.effects ?? []) {
    if (effect.kind === "out") withElements(effect.class ?? "memory").forEach(add);
    if (effect.kind === "release") {
      const released = effect.class ?? paramClass(contract, effect.param);
      if (released !== null) touched.add(released);
      addOwnedBy(released);
    }
    if (effect.kind === "invalidate") {
      if ((effect.class ?? "*") === "*") addOwnedBy(paramClass(contract, effect.owner));
      else touched.add(effect.class as string);
    }
    if (effect.kind === "link") [effect.what ?? "return", effect.to].forEach((end) => addOwnedBy(targetClass(contract, end)));
  }
  return touched;
}

function backwards(relation: Relation, to: string | null): string[] {
  return to === null ? [] : [...relation].filter(([, reached]) => reached.has(to)).map(([from]) => from);
}

function withElements(name: string | null): string[] {
  if (name === null) return [];
  const base = baseClass(name);
  const element = /^(?:STACK|LHASH)_OF\((.+)\)$/.exec(base)?.[1];
  return element === undefined ? [base] : [base, element];
}

function paramClass(contract: RawFunction, index: number | undefined): string | null {
  const name = index === undefined ? null : (contract.params?.[index] ?? null);
  return name === null ? null : baseClass(name);
}

function targetClass(contract: RawFunction, to: RawEffect["what"]): string | null {
  if (to === "return") return contract.returns?.class ?? null;
  return typeof to === "number" ? paramClass(contract, to) : null;
}

/** `X` of `X*`. */
export function baseClass(name: string): string {
  return name.replace(/\*+$/, "");
}
