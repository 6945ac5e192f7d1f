import { commonTrace } from "./join.js";
import { freshId, openRecord, type Fact, type JsRecord, type State } from "./state.js";
import { entity, valueKey, type Value } from "./values.js";

/** No pointer is in hand on this path: what it knows can only decide which way later code goes. */
export function isBare(state: State): boolean {
  return state.tokens.size === 0 && state.pending.length === 0 && state.broadcasts.length === 0;
}

/** True where one state may stand for both: the same native objects are known, and nothing was done to one of them on one side alone. */
export function canWiden(left: State, right: State): boolean {
  if (left.objects.size !== right.objects.size) return false;
  for (const [id, object] of left.objects) if (right.objects.get(id) !== object) return false;
  return true;
}

/**
 * One state that holds what two states agree on (the widening of the states of a place, once there are too many of
 * them). Where they differ a value is unknown, but one and the same unknown wherever the same two values met, so that
 * tests of it stay correlated; and a function, a binding or an object is preferred to its absence, or the calls
 * through it would be lost. What may be one of those that `isOuter` names is somebody else's as they are. The completion
 * value, if there is one, is joined along.
 */
export function widen(left: State, right: State, isOuter: (id: number) => boolean, values: readonly [Value, Value] | null = null): { state: State; value: Value | null } {
  return new Widening(left, right, isOuter).join(values);
}

class Widening {
  readonly #result: State;
  readonly #pairs = new Map<string, Value>();

  constructor(
    readonly left: State,
    readonly right: State,
    readonly isOuter: (id: number) => boolean,
  ) {
    this.#result = left.fork();
  }

  join(values: readonly [Value, Value] | null): { state: State; value: Value | null } {
    const { left, right } = this;
    const result = this.#result;
    for (const [variable, cell] of right.frame) if (!left.frame.has(variable)) result.setFrameCell(variable, cell);
    for (const [id, record] of right.records) {
      const known = left.records.get(id);
      if (!known) result.setRecord(id, record);
      else if (known !== record) result.setRecord(id, this.#record(known, record));
    }
    for (const id of union(left.vars, right.vars)) {
      const joined = this.#value(left.vars.get(id), right.vars.get(id));
      if (joined !== left.vars.get(id)) result.setVar(id, joined);
    }
    for (const [id, cell] of right.cells) {
      const known = left.cells.get(id);
      const joined = known ? this.#value(known, cell) : cell;
      if (joined !== known) result.setCell(id, joined);
    }
    const value = values && this.#value(values[0], values[1]);
    this.#facts();
    result.trace = commonTrace(left.trace, right.trace);
    result.mayThrow = left.mayThrow && right.mayThrow;
    result.thrown = left.thrown && right.thrown ? this.#value(left.thrown, right.thrown) : (left.thrown ?? right.thrown);
    const thrower = left.thrown ? left : right;
    result.thrownKind = thrower.thrownKind;
    result.thrownAt = thrower.thrownAt;
    return { state: result, value };
  }

  // What both sides know; of an object that one side made the other need not know anything.
  #facts(): void {
    for (const [key, fact] of this.left.facts) {
      const other = this.right.facts.get(key);
      if (!(other ? sameFact(fact, other) : this.#isOwn(fact, this.right))) this.#result.deleteFact(key);
    }
    for (const [key, fact] of this.right.facts) if (!this.left.facts.has(key) && this.#isOwn(fact, this.left)) this.#result.setFact(fact);
  }

  #isOwn(fact: Fact, other: State): boolean {
    return fact.value.kind === "entity" && this.#result.records.has(fact.value.id) && !other.records.has(fact.value.id);
  }

  #value(left: Value | undefined, right: Value | undefined): Value {
    if (left && right && valueKey(left) === valueKey(right)) return left;
    if (isAbsent(left) && right && this.#isSolid(right)) return right;
    if (isAbsent(right) && left && this.#isSolid(left)) return left;
    const key = `${left ? valueKey(left) : ""}|${right ? valueKey(right) : ""}`;
    const known = this.#pairs.get(key);
    if (known) return known;
    const hint = left?.kind === "entity" && right?.kind === "entity" && left.hint === right.hint ? left.hint : "";
    const joined = entity(freshId(), 0, hint);
    this.#pairs.set(key, joined);
    const a = left?.kind === "entity" ? this.left.records.get(left.id) : undefined;
    const b = right?.kind === "entity" ? this.right.records.get(right.id) : undefined;
    if (a && a.kind === b?.kind && a.class?.ir === b.class?.ir) this.#result.setRecord(joined.id, this.#record(a, b));
    else if (this.#isOuters(left) || this.#isOuters(right)) this.#result.setRecord(joined.id, openRecord);
    return joined;
  }

  #isOuters(value: Value | undefined): boolean {
    return value?.kind === "entity" && value.token === 0 && (this.isOuter(value.id) || (this.left.records.get(value.id) ?? this.right.records.get(value.id))?.shared === true);
  }

  #isSolid(value: Value): boolean {
    return value.kind === "function" || value.kind === "native" || value.kind === "class" || value.kind === "builtin" || (value.kind === "entity" && (this.left.records.has(value.id) || this.right.records.has(value.id)));
  }

  #record(left: JsRecord, right: JsRecord): JsRecord {
    const open = left.kind === "open" || right.kind === "open";
    const fields = new Map<string, Value>();
    for (const key of union(left.fields, right.fields)) {
      const a = left.fields.get(key), b = right.fields.get(key);
      if (open && !(a && b)) {
        // A field of an object of others is read anew where one side never asked for it.
        const known = a ?? b!;
        if (this.#isSolid(known)) fields.set(key, known);
      } else {
        fields.set(key, this.#value(a, b));
      }
    }
    const level = left.items.length === right.items.length;
    return {
      ...left,
      fields,
      items: level ? left.items.map((item, index) => this.#value(item, right.items[index])) : [],
      computed: left.computed.length === right.computed.length ? left.computed.map((entry, index) => ({ ...entry, key: this.#value(entry.key, right.computed[index]!.key), value: this.#value(entry.value, right.computed[index]!.value) })) : [],
      overflow: left.overflow || right.overflow || !level,
      shared: left.shared || right.shared,
      lent: left.lent || right.lent,
      status: left.status === right.status ? left.status : "",
    };
  }
}

function isAbsent(value: Value | undefined): boolean {
  return value === undefined || (value.kind === "constant" && (value.value === null || value.value === undefined));
}

function sameFact(left: Fact, right: Fact): boolean {
  return left === right || (left.truth === right.truth && left.equals?.value === right.equals?.value && left.not.length === right.not.length && left.not.every((value) => right.not.includes(value)));
}

function* union<Key>(left: ReadonlyMap<Key, unknown>, right: ReadonlyMap<Key, unknown>): Generator<Key> {
  yield* left.keys();
  for (const key of right.keys()) if (!left.has(key)) yield key;
}
