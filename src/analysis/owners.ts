import { reach } from "./reach.js";
import type { State } from "./state.js";
import type { Value } from "./values.js";

/** Stands for every owner that no code on the path can reach any more: what it keeps alive stays so. */
export const unreachableOwner = -3_000_000_000;

/** Stands for a reference that was lost: nobody gives it back any more, so what it counts lives on. */
export const lostReference = -3_000_000_001;

/** Replaces the owners that nothing leads to by one that stands for all of them, so that loops which drop owners come to rest. */
export function forgetOwners(state: State, roots: () => { readonly values: readonly Value[]; readonly ids: readonly number[] }): void {
  if (!hasOwners(state)) return;
  const reached = reach(state, roots());
  const known = (id: number): boolean => id < 0 || reached.ids.has(id);
  for (const [id, object] of [...state.objects]) {
    if (object.anchors.every((anchor) => known(anchor.owner))) continue;
    if (object.anchors.some((anchor) => isOwned(state, anchor.owner, reached.ids))) continue;
    const anchors = object.anchors.filter((anchor) => known(anchor.owner));
    if (!anchors.some((anchor) => anchor.owner === unreachableOwner)) anchors.push({ owner: unreachableOwner, via: null });
    state.setObject(id, { ...object, anchors });
  }
}

function hasOwners(state: State): boolean {
  for (const { anchors } of state.objects.values()) if (anchors.length > 0) return true;
  return false;
}

// An owner that itself hangs on something reachable can still be ended through that.
function isOwned(state: State, owner: number, reached: ReadonlySet<number>): boolean {
  const object = state.objects.get(owner);
  return object !== undefined && !reached.has(owner) && object.anchors.some((anchor) => reached.has(anchor.owner));
}
