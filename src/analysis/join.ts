import type { Numbering } from "./canonical.js";
import type { Digest } from "./digest.js";
import type { Fact, State, Trace } from "./state.js";

/** How a state is written down where paths meet, any number of times as long as it does not change. */
export type Describe = (state: State) => (omit: string | null) => { readonly digest: Digest; readonly numbering: Numbering };

/**
 * Merges states that differ only in the two sides of one test: what holds on both sides holds without the test. The
 * result stands for exactly the same paths, so nothing is lost by it; it is what keeps independent decisions in a row
 * from multiplying.
 */
export function mergeComplements(states: readonly State[], write: Describe): State[] {
  let current = [...states];
  // What a state says without the answer to one question, as long as it is not merged.
  const written = new Map<State, { readonly describe: ReturnType<Describe>; readonly values: Map<string, number> }>();
  const without = (state: State, name: string): number => {
    let known = written.get(state);
    if (!known) written.set(state, (known = { describe: write(state), values: new Map<string, number>() }));
    let value = known.values.get(name);
    if (value === undefined) known.values.set(name, (value = known.describe(name).digest.value));
    return value;
  };
  for (let merged = true; merged && current.length > 1; ) {
    merged = false;
    const open = openQuestions(current);
    if (open.size === 0) break;
    const byKey = new Map<string, { readonly name: string; readonly members: { readonly state: State; readonly fact: Fact }[] }>();
    for (const state of current) {
      for (const [name, fact] of state.facts) {
        if (!open.get(name)?.has(fact)) continue;
        const key = `${without(state, name)} ${name}`;
        const group = byKey.get(key);
        if (group) group.members.push({ state, fact });
        else byKey.set(key, { name, members: [{ state, fact }] });
      }
    }
    const gone = new Set<State>();
    // A state that was merged is looked at again in the next round, with what it says then.
    const touched = new Set<State>();
    for (const { name, members } of byKey.values()) {
      const alive = members.filter(({ state }) => !gone.has(state) && !touched.has(state));
      for (const left of alive) {
        if (gone.has(left.state) || touched.has(left.state)) continue;
        const right = alive.find((other) => other !== left && !gone.has(other.state) && !touched.has(other.state) && union(left.fact, other.fact) !== null);
        if (!right) continue;
        // The side on which there is an object tells what to do with it; on the other it is NULL.
        const [kept, dropped] = left.fact.truth === false ? [right, left] : [left, right];
        const fact = union(left.fact, right.fact)!;
        gone.add(dropped.state);
        touched.add(kept.state);
        written.delete(kept.state);
        if (fact === "none") forgetTest(kept.state, name);
        else kept.state.setFact(fact);
        kept.state.trace = commonTrace(kept.state.trace, dropped.state.trace);
        merged = true;
      }
    }
    current = current.filter((state) => !gone.has(state));
  }
  return current;
}

// A pointer of which it was asked whether it is NULL, and both answers lead on to here, is as if it had not been asked.
function forgetTest(state: State, name: string): void {
  state.deleteFact(name);
  const id = name.startsWith("e") ? Number(name.slice(1)) : NaN;
  if (state.objects.get(id)?.tested) state.updateObject(id, { tested: false });
}

// The values on which some states know one side and others the other, with what they know.
function openQuestions(states: readonly State[]): ReadonlyMap<string, ReadonlySet<Fact>> {
  const first = new Map<string, Fact>();
  const different = new Map<string, Set<Fact>>();
  for (const state of states) {
    for (const [name, fact] of state.facts) {
      const known = first.get(name);
      if (!known) first.set(name, fact);
      else if (known !== fact) different.set(name, (different.get(name) ?? new Set([known])).add(fact));
    }
  }
  const open = new Map<string, ReadonlySet<Fact>>();
  for (const [name, all] of different) {
    const sides = [...all].filter((fact) => [...all].some((other) => other !== fact && union(fact, other) !== null));
    if (sides.length > 0) open.set(name, new Set(sides));
  }
  return open;
}

// What two facts on one value say together, if that is a fact again.
function union(left: Fact, right: Fact): Fact | "none" | null {
  if (left.equals && right.equals) return null;
  if (!left.equals && !right.equals) {
    if (left.truth === undefined || right.truth === undefined || left.truth === right.truth) return null;
    const same = left.not.length === right.not.length && left.not.every((value) => right.not.includes(value));
    return same ? simplified({ ...left, truth: undefined }) : null;
  }
  const [one, rest] = left.equals ? [left, right] : [right, left];
  const value = one.equals!.value;
  if (!rest.not.includes(value)) return null;
  return simplified({ ...rest, not: rest.not.filter((other) => other !== value), truth: one.truth === rest.truth ? rest.truth : undefined });
}

function simplified(fact: Fact): Fact | "none" {
  return fact.truth === undefined && !fact.equals && fact.not.length === 0 ? "none" : fact;
}

/** The branches that two paths have in common. */
export function commonTrace(left: Trace | null, right: Trace | null): Trace | null {
  let a = left, b = right;
  while (a !== b) {
    if ((a?.length ?? 0) >= (b?.length ?? 0)) a = a?.before ?? null;
    else b = b?.before ?? null;
  }
  return a;
}

