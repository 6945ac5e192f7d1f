import type { Activation } from "./activation.js";
import { noteFieldStore } from "./exits.js";
import { another } from "./lengths.js";
import { reach } from "./reach.js";
import type { State } from "./state.js";
import type { Value } from "./values.js";
import { waitFor } from "./violations.js";
import { forgetWalk } from "./walks.js";

/**
 * Values reach code that cannot be seen: it may keep what they lead to. References are no longer this code's duty,
 * records may be written by others from now on.
 */
export function giveAway(act: Activation, state: State, values: readonly Value[]): void {
  const plain = values.filter((value) => value.kind !== "function");
  const direct = new Set(plain.map((value) => (value.kind === "entity" ? value.id : 0)));
  const reached = reach(state, { values: plain, ids: [] });
  for (const value of plain) forgetWalk(state, value);
  for (const [id, token] of state.tokens) {
    if (token.status !== "held" || token.kind === "borrowed" || token.kind === "interior") continue;
    if (token.kind === "owned" ? reached.tokens.has(id) || pointsTo(state, plain, token.object) : reached.ids.has(token.object)) {
      if (!token.outer && !direct.has(token.object)) noteFieldStore(act, state, token, { shown: true });
      state.updateToken(id, { status: "given" });
    }
  }
  for (const id of reached.ids) {
    const record = state.records.get(id);
    if (record?.kind === "promise") waitFor(act, state);
    if (record) {
      forgetWalk(state, { kind: "entity", id, token: 0, hint: "" });
      forget(state, id);
    }
  }
}

// A borrowed pointer to an object of which a reference is held gives that reference away as well.
function pointsTo(state: State, values: readonly Value[], object: number): boolean {
  return values.some((value) => value.kind === "entity" && value.id === object && state.tokens.get(value.token)?.kind !== "owned");
}

/** Other code may have written the record: what is known of its plain fields is forgotten. */
export function forget(state: State, id: number): void {
  const record = state.records.get(id);
  if (!record) return;
  const fields = new Map(record.fields);
  for (const [key, value] of fields) {
    if (value.kind === "constant" || value.kind === "expression") fields.set(key, another(state, key, value));
    else if (value.kind === "entity" && !state.objects.has(value.id) && !state.records.has(value.id)) fields.set(key, state.unknown(key));
  }
  state.setRecord(id, { ...record, fields, computed: record.computed.filter(({ read }) => !read), shared: true, lent: record.lent || !record.shared });
}
