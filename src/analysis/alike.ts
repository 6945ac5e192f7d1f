import type { BlockId } from "../ir/types.js";
import type { Activation } from "./activation.js";
import { describe, transplant, wholeNumbering, type Numbering } from "./canonical.js";
import { addPath, anchoredIds, leaveLists } from "./forget.js";
import { emptyRecord, freshId, type JsRecord, type State } from "./state.js";
import { children, renameValue, valueKey, type Value } from "./values.js";
import { widen } from "./widen.js";

/**
 * The states of one place by the pointers that they hold: those that hold the same ones in the same places, and differ
 * only in numbers, texts, flags and unknown values, can be one state that holds what they agree on (property simulation:
 * Das, Lerner, Seigle 2002). Where there are still too many, lists of pointers are no longer followed; only then flags
 * are joined.
 */
export class Alike {
  #groups = new Map<number, Group>();
  #withoutLists = false;
  #coarse = false;

  constructor(
    readonly act: Activation,
    readonly block: BlockId,
    readonly most: number,
  ) {}

  /** Takes states in; gives those that stand for them, as far as they say something new, or null when there are too many kinds. */
  add(states: readonly State[]): State[] | null {
    let changed = this.#join(states);
    while (this.#groups.size > this.most) {
      if (this.#coarse) return null;
      if (this.#withoutLists) this.#coarse = true;
      else this.#withoutLists = true;
      const all = [...this.#groups.values()].map(({ state }) => state);
      this.#groups = new Map();
      changed = this.#join(all);
    }
    return [...changed].map(({ state }) => state.fork());
  }

  #join(states: readonly State[]): Set<Group> {
    const changed = new Set<Group>();
    for (const state of states) {
      if (this.#withoutLists) leaveLists(state);
      const { digest, numbering } = describeHeld(this.act, this.block, state, this.#coarse);
      const known = this.#groups.get(digest);
      if (!known) {
        const group = { state, numbering };
        this.#groups.set(digest, group);
        changed.add(group);
      } else {
        known.state = widen(known.state, renamed(state, numbering, known.numbering), (id) => this.act.isIncoming(id)).state;
        changed.add(known);
      }
    }
    return changed;
  }
}

interface Group {
  state: State;
  readonly numbering: Numbering;
}

// What a state holds, without what only decides where it goes.
function describeHeld(act: Activation, block: BlockId, state: State, coarse: boolean): { digest: number; numbering: Numbering } {
  const held = holders(state);
  const twice = listsOfTwo(state);
  const isHeld = (id: number): boolean => held.has(id) || twice.has(id) || state.objects.has(id) || (!act.root && act.isIncoming(id));
  const isPlain = (value: Value): boolean => {
    if (value.kind === "constant") return coarse || (typeof value.value !== "boolean" && value.value !== null && value.value !== undefined);
    if (value.kind === "entity") return value.token === 0 && !isHeld(value.id);
    return value.kind === "expression" && value.operands.every(isPlainOperand);
  };
  const isPlainOperand = (value: Value): boolean => (value.kind === "entity" ? !isHeld(value.id) : value.kind === "constant" || children(value).every(isPlainOperand));
  // How control came here stays apart: the clean-up code of a `finally` asks for it.
  const { variables } = act.fn.module.ir;
  const isOwnTemporary = (variable: number): boolean => variables[variable]?.name === "";
  const roots = [...state.vars].sort(([a], [b]) => a - b);
  const ids = [...[...state.frame].sort(([a], [b]) => a - b).map(([, cell]) => cell), ...anchoredIds(act, state, block).filter(isHeld)];
  const { digest, numbering } = describe(state, { roots, ids, dependents: false, sites: true, plain: isPlain });
  for (const [variable, value] of roots) if (isOwnTemporary(variable) && value.kind === "constant") digest.text(`${variable}=${String(value.value)}`);
  // So does how far a loop has come in what leads to pointers: they decide which of them are still to come.
  for (const id of numbering.order) {
    const { kind, fields } = state.records.get(id) ?? emptyRecord;
    const over = kind === "iterator" ? fields.get("over") : undefined;
    if (over?.kind === "entity" && isHeld(over.id)) digest.text(valueKey(fields.get("at")!));
  }
  digest.number(state.thrown ? 1 : 0);
  digest.text(state.thrownKind);
  addPath(digest, state);
  return { digest: digest.value, numbering };
}

// Lists that more than one variable leads to: what is put in through one of them is looked for through the other.
function listsOfTwo(state: State): ReadonlySet<number> {
  const once = new Set<number>(), twice = new Set<number>();
  for (const values of [state.vars, state.cells]) {
    for (const value of values.values()) {
      const record = value.kind === "entity" ? state.records.get(value.id) : undefined;
      if (value.kind === "entity" && record && !record.shared && (record.kind === "array" || record.kind === "collection")) (once.has(value.id) ? twice : once).add(value.id);
    }
  }
  return twice;
}

// Objects of the program that lead to a pointer or a function, or are more than a place for values.
function holders(state: State): ReadonlySet<number> {
  const found = new Set<number>();
  const leads = (value: Value): boolean => (value.kind === "entity" ? value.token !== 0 || found.has(value.id) || state.objects.has(value.id) : value.kind !== "constant" && (value.kind !== "expression" || value.operands.some(leads)));
  const holds = ({ kind, class: cls, accessors, fields, items, computed }: JsRecord): boolean =>
    (kind !== "record" && kind !== "array" && kind !== "open") || cls !== null || accessors !== null || [...fields.values()].some(leads) || items.some(leads) || computed.some(({ key, value }) => leads(key) || leads(value));
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const [id, record] of state.records) if (!found.has(id) && (id < 0 || holds(record))) found.add(id);
  }
  // What is looked up by a key is found by what is known of the key.
  for (const id of [...found]) for (const { key } of state.records.get(id)?.computed ?? []) if (key.kind === "entity") found.add(key.id);
  // What says whether an effect took place.
  for (const { condition } of state.tokens.values()) if (condition) found.add(condition.result);
  return found;
}

// The same state with the ids of one that holds the same.
function renamed(state: State, own: Numbering, other: Numbering): State {
  const ids = new Map(own.order.map((id, index) => [id, other.order[index]!]));
  const tokens = new Map(own.tokenOrder.map((token, index) => [token, other.tokenOrder[index]!]));
  const taken = new Set(other.order);
  const id = (old: number): number => {
    let known = ids.get(old);
    if (known === undefined) ids.set(old, (known = old > 0 && taken.has(old) ? freshId() : old));
    return known;
  };
  const token = (old: number): number => tokens.get(old) ?? old;
  const into = state.emptied();
  transplant(state, into, wholeNumbering(state), id, token, (found) => found, (found) => found);
  for (const [variable, held] of state.vars) into.setVar(variable, renameValue(held, id, token));
  for (const [variable, cell] of state.frame) into.setFrameCell(variable, id(cell));
  if (state.thrown) into.thrown = renameValue(state.thrown, id, token);
  into.pending = state.pending.map((violation) => ({ ...violation, object: id(violation.object), token: token(violation.token) }));
  into.broadcasts = state.broadcasts.map((broadcast) => ({ ...broadcast, context: id(broadcast.context) }));
  return into;
}
