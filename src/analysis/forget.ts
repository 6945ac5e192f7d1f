import type { BlockId } from "../ir/types.js";
import type { Activation } from "./activation.js";
import { eventKey, type Numbering } from "./canonical.js";
import { loseSight } from "./closures.js";
import type { Digest } from "./digest.js";
import { isBlank } from "./engine.js";
import { callAfter, callPerhaps, chainsAhead } from "./later.js";
import { numberBehind } from "./lengths.js";
import { reach } from "./reach.js";
import type { State } from "./state.js";
import { children, entity, type Value } from "./values.js";
import { toldByLength } from "./walks.js";

/**
 * What was read from objects of others is forgotten, and with it the tests of it, where no variable has it, nobody reads that
 * name again and nothing is known of it that would not be so of a second reading.
 */
export function dropFields(act: Activation, block: BlockId, state: State): void {
  const { keysAhead, callsAhead } = act.graph;
  let mentions: ReadonlyMap<number, number> | null = null;
  let held: ReadonlySet<number> | null = null;
  for (const [id, record] of state.records) {
    if (record.kind !== "open" || record.fields.size === 0) continue;
    const isKept = (key: string, field: Value): boolean => {
      const value = numberBehind(field) ?? field;
      if (value.kind !== "entity" || value.token !== 0 || state.objects.has(value.id) || isTold(state, value.id)) return true;
      if (!keysAhead.has(block, key) && !(callsAhead[block] && act.engine.index.isReadElsewhere(key, act.fn)) && act.root) return (held ??= inVariables(state)).has(value.id);
      mentions ??= mentionsOf(state);
      return mentions.get(value.id)! > 1 || act.isIncoming(value.id);
    };
    const kept = [...record.fields].filter(([key, value]) => isKept(key, value));
    // Whether there is anything in a list goes for those who walk over it as well.
    for (const [key, value] of record.fields) if (numberBehind(value) && !kept.some(([other]) => other === key)) toldByLength(state, entity(id), value);
    if (kept.length < record.fields.size) state.setRecord(id, { ...record, fields: new Map(kept) });
  }
}

/** True for a free name that this function may still read. */
export function isAhead(act: Activation, block: BlockId, id: number): boolean {
  const name = act.engine.globalName(id);
  return name !== undefined && (!act.root || act.graph.globalsAhead.has(block, name));
}

/** Ids that matter although no variable leads to them: the callers' objects, references still held, thrown values. */
export function anchoredIds(act: Activation, state: State, block: BlockId): number[] {
  const ids = keptIds(act, state);
  const grows = act.graph.inLoop[block];
  for (const token of state.tokens.values()) {
    if (token.status !== "held" || token.outer || state.facts.get(`e${token.object}`)?.truth === false || !act.engine.contracts.isTracked(state.objects.get(token.object)?.class ?? "")) continue;
    // What a function that still runs will use; in a loop each round would leave another one.
    if (token.kind === "owned" || token.kind === "retained" || (token.late?.running && !grows)) ids.push(token.object);
  }
  if (state.thrown?.kind === "entity" && (act.graph.catches[block] || !act.graph.inLoop[block])) ids.push(state.thrown.id);
  ids.push(...chainsAhead(act, state));
  if (act.leavesWork) for (const [id, record] of state.records) if (record.status === callAfter || record.status === callPerhaps) ids.push(id);
  return ids;
}

/** What was thrown is of no interest once it is caught and nothing leads to it: each round of a loop would leave another one. */
export function forgetThrown(state: State, { ids }: Numbering): void {
  if (state.thrown?.kind !== "entity" || ids.has(state.thrown.id)) return;
  state.thrown = null;
  state.thrownKind = "throw";
  state.thrownAt = null;
}

/** Ids that a caller or other code leads to. */
export function keptIds(act: Activation, state: State): number[] {
  // What a caller's values are is part of an outcome; a root has no caller.
  const ids = act.root ? act.incoming.filter((id) => state.objects.has(id) || state.records.has(id) || state.cells.has(id)) : [...act.incoming];
  ids.push(...act.engine.changedGlobals(state));
  if (act.handedOn !== null) ids.push(act.handedOn);
  return ids;
}

/** Forgets variables that nobody reads any more, and what is in those that decide nothing. */
export function dropDead(act: Activation, block: BlockId, live: ReadonlySet<number>, state: State): void {
  dropCounts(act, block, state);
  const decisive = act.root && !act.judge ? act.graph.decisive : act.graph.decisiveForCaller;
  for (const [variable, value] of state.vars) {
    if (!live.has(variable)) {
      if (!holdsReference(state, value)) state.deleteVar(variable);
    } else if (!decisive.has(variable) && isPlain(state, value)) {
      state.setVar(variable, entity(undecided - variable));
    }
  }
}

// How far the outer loops of a deep nest have come multiplies the states of the inner ones and decides nothing there.
function dropCounts(act: Activation, block: BlockId, state: State): void {
  const depth = act.graph.loopDepth[block]!;
  if (depth < 3) return;
  for (const [variable, step] of act.graph.counters) {
    const value = step <= depth - 2 ? state.vars.get(variable) : undefined;
    if (value && isPlain(state, value)) state.setVar(variable, entity(undecided - variable));
  }
}

function isPlain(state: State, value: Value): boolean {
  if (value.kind === "entity") return value.token === 0 && !state.objects.has(value.id) && !state.records.has(value.id);
  return value.kind === "constant" || (value.kind === "expression" && value.operator !== "address");
}

/** A field under a key that no variable knows any more cannot be read again by that key. */
export function dropComputed(state: State): void {
  if (!hasComputed(state)) return;
  const known = new Set<number>();
  for (const value of [...state.vars.values(), ...state.cells.values()]) if (value.kind === "entity") known.add(value.id);
  for (const [id, record] of state.records) {
    if (record.computed.length === 0) continue;
    const kept = record.computed.filter(({ key, value }) => key.kind !== "entity" || known.has(key.id) || isKeptThere(state, value) || isMadeHere(state, value, known));
    if (kept.length < record.computed.length) state.setRecord(id, { ...record, computed: kept });
  }
}

// A pointer that was put there, or an object with one.
function isKeptThere(state: State, value: Value): boolean {
  if (value.kind !== "entity") return false;
  if (holdsReference(state, value) || state.tokens.get(value.token)?.stored) return true;
  return state.records.has(value.id) && [...reach(state, { values: [value], ids: [] }).tokens].some((token) => state.tokens.get(token)?.stored);
}

// What is put into it later on goes there as well.
function isMadeHere(state: State, value: Value, known: ReadonlySet<number>): boolean {
  const record = value.kind === "entity" && known.has(value.id) ? state.records.get(value.id) : undefined;
  return record !== undefined && record.kind !== "open" && !record.shared;
}

function hasComputed(state: State): boolean {
  for (const record of state.records.values()) if (record.computed.length > 0) return true;
  return false;
}

/** True for a pointer that this code has to give back. */
export function holdsReference(state: State, value: Value): boolean {
  return value.kind === "entity" && value.token !== 0 && state.tokens.get(value.token)?.status === "held" && state.tokens.get(value.token)!.kind !== "borrowed";
}

/** Ids below this stand for the contents of variables that decide nothing. */
const undecided = -4_000_000_000;

/** Adds what has happened on a path that no value shows. */
export function addPath(digest: Digest, state: State): void {
  digest.number(state.pending.length);
  for (const { rule, use } of state.pending) digest.text(`${rule}@${eventKey(use)}`);
  digest.number(state.broadcasts.length);
  for (const broadcast of state.broadcasts) digest.text(`${broadcast.class}@${broadcast.context}`);
  digest.number((state.mayThrow ? 1 : 0) + (state.awaited ? 2 : 0));
}

/** What was read far inside the caller's objects says nothing to the caller; keeping it would make recursion endless. */
export function forgetDepths(state: State, roots: readonly number[]): void {
  const depths = new Map<number, number>(roots.map((id) => [id, 0]));
  const queue = [...roots];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const record = state.records.get(id);
    if (record?.kind !== "open") continue;
    const depth = depths.get(id)!;
    if (depth >= 2) {
      const kept = [...record.fields].filter(([, value]) => value.kind !== "entity" || value.token !== 0);
      if (kept.length < record.fields.size || record.computed.length > 0) state.setRecord(id, { ...record, fields: new Map(kept), computed: record.computed.filter(({ value }) => value.kind !== "entity" || value.token !== 0) });
      continue;
    }
    for (const value of [...record.fields.values(), ...record.computed.map((entry) => entry.value)]) {
      if (value.kind !== "entity" || depths.has(value.id)) continue;
      depths.set(value.id, depth + 1);
      queue.push(value.id);
    }
  }
}

/** A caller seldom asks the same thing of a number as its callee did; of many such answers none is told. */
export function forgetComparisons(state: State): void {
  const comparisons = [...state.facts].filter(([, fact]) => fact.value.kind === "expression");
  if (comparisons.length > 4) for (const [key] of comparisons) state.deleteFact(key);
}

function inVariables(state: State): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const values of [state.vars, state.cells]) {
    for (const value of values.values()) {
      const read = numberBehind(value) ?? value;
      if (read.kind === "entity") ids.add(read.id);
    }
  }
  return ids;
}

// How often each entity is mentioned by a value or a fact.
function mentionsOf(state: State): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const note = (value: Value): void => {
    if (value.kind === "entity") counts.set(value.id, (counts.get(value.id) ?? 0) + 1);
    for (const child of children(value)) note(child);
  };
  for (const value of state.vars.values()) note(value);
  for (const value of state.cells.values()) note(value);
  for (const fact of state.facts.values()) note(fact.value);
  for (const record of state.records.values()) {
    for (const value of record.fields.values()) note(value);
    record.items.forEach(note);
    for (const { key, value } of record.computed) {
      note(key);
      note(value);
    }
  }
  for (const { condition, parent } of state.tokens.values()) {
    if (condition) note(entity(condition.result));
    if (parent) note(parent);
  }
  if (state.thrown) note(state.thrown);
  return counts;
}

// An object of which something is known.
function isTold(state: State, id: number): boolean {
  const record = state.records.get(id);
  return record !== undefined && !isBlank(record);
}

/** Forgets what was asked of the caller's values. */
export function forgetFacts(state: State, incoming: ReadonlySet<number>): void {
  for (const [key, fact] of state.facts) if (fact.value.kind !== "entity" || incoming.has(fact.value.id) || fact.value.id < 0) state.deleteFact(key);
}

/** Lists with pointers in them are no longer followed: how many are in which of them would make one state each. */
export function leaveLists(state: State): void {
  for (const [id, record] of state.records) {
    const content = [...record.items, ...record.computed.map(({ value }) => value)];
    if ((record.kind !== "array" && record.kind !== "collection") || record.shared || !content.some((item) => item.kind === "entity")) continue;
    for (const item of content) loseSight(state, item);
    state.setRecord(id, { ...record, items: [], computed: [], overflow: true });
  }
}

/** The states that together show the most facts both ways. */
export function mostDiverse(states: readonly State[], room: number): State[] {
  const seen = new Set<string>();
  const first: State[] = [];
  const rest: State[] = [];
  for (const state of states) {
    let news = false;
    for (const [key, fact] of state.facts) {
      const mark = `${key}${fact.truth}`;
      if (!seen.has(mark)) {
        seen.add(mark);
        news = true;
      }
    }
    (news ? first : rest).push(state);
  }
  return [...first, ...rest].slice(0, room);
}
