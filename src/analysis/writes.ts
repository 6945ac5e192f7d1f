import type { SourceRange, VariableId } from "../ir/types.js";
import type { Activation } from "./activation.js";
import { deferClosure, keepOutside } from "./closures.js";
import { makeEvent } from "./engine.js";
import { isInInstance, isInMute, lose, noteFieldStore, outerRoots } from "./exits.js";
import { truthOf } from "./facts.js";
import { liveAfter } from "./graph.js";
import { reach } from "./reach.js";
import type { State } from "./state.js";
import { entity, type Value } from "./values.js";
import { useOf, waitFor } from "./violations.js";

/** Writes a variable. References that only its old value led to are lost here. */
export function writeVariable(act: Activation, state: State, to: VariableId, value: Value, range: SourceRange): void {
  const old = holdsReferences(state) ? currentValue(act, state, to) : undefined;
  const name = act.fn.module.ir.variables[to]!.name;
  act.write(state, to, value);
  if (name !== "") nameTokens(state, value, name);
  // A variable of the function around this one outlives this one, but not always the use of the connection there.
  if (act.isOuter(to)) storeOutside(act, state, value, range, act.engine.lasting.outlives(act.fn.module.variableBase + to, act.fn) ? "" : outerLocal);
  if (old && (old.kind === "entity" || old.kind === "function")) loseUnreachable(act, state, old, range, name === "" ? "" : name);
}

/** Marks a store into a variable of a function around. */
export const outerLocal = "%local";

/** A value goes where it outlives the function. */
export function storeOutside(act: Activation, state: State, value: Value, range: SourceRange, className: string): void {
  useOf(act, state, value, makeEvent("use", act.site(range), "stored here"));
  noteOuterStore(act, state, value, range, "", className);
  const event = makeEvent("escape", act.site(range), "stored here");
  if (className === "") keepOutside(act, state, value, event);
  else deferClosure(act, state, value, event, false);
}

/** Notes where a pointer was put into a place that outlives the function. */
export function noteOuterStore(act: Activation, state: State, value: Value, range: SourceRange, field: string, className = ""): void {
  if (value.kind !== "entity") return;
  const stored = { event: makeEvent("escape", act.site(range), "stored here"), field, className };
  // An object goes with what its fields hold.
  const inside = state.records.get(value.id);
  if (inside?.kind === "promise") waitFor(act, state);
  if (inside && (inside.kind === "record" || inside.kind === "array") && !inside.shared) {
    // What a function in it has is for the function to give back.
    const plain = reach(state, { values: [value], ids: [] }, () => []).tokens;
    for (const id of reach(state, { values: [value], ids: [] }).tokens) state.updateToken(id, { stored: plain.has(id) ? stored : { ...stored, field: "" } });
  }
  if (!state.objects.has(value.id)) return;
  state.updateToken(value.token, { stored });
  for (const [id, other] of state.tokens) if (other.object === value.id && other.kind === "retained") state.updateToken(id, { stored });
}

function currentValue(act: Activation, state: State, id: VariableId): Value | undefined {
  const variable = act.fn.module.ir.variables[id]!;
  if (!variable.captured && variable.owner === act.fn.ir.id && !(variable.exported && act.fn.ir.id === 0)) return state.vars.get(id);
  const cell = state.frame.get(act.fn.module.variableBase + id) ?? (variable.owner === 0 ? act.engine.index.moduleCell(act.fn.module.variableBase + id) : undefined);
  return cell === undefined ? undefined : state.cells.get(cell);
}

function holdsReferences(state: State): boolean {
  for (const token of state.tokens.values()) if (token.status === "held" && !token.outer && token.kind !== "borrowed" && token.kind !== "interior") return true;
  return false;
}

/** Reports the references inside `old` that nothing leads to any more. */
export function loseUnreachable(act: Activation, state: State, old: Value, range: SourceRange, name: string): void {
  const before = reach(state, { values: [old], ids: [] });
  const candidates = [...state.tokens].filter(([id, token]) => token.status === "held" && !token.outer && (token.kind === "owned" ? before.tokens.has(id) : token.kind === "retained" && before.ids.has(token.object)));
  if (candidates.length === 0) return;
  const outer = outerRoots(act, state);
  // A temporary counts as long as something will read it.
  const live = liveAfter(act.fn, act.graph, act.position.block, act.position.index);
  const named = [...state.vars].filter(([id]) => live.has(id) || act.fn.module.ir.variables[id]!.name !== "").map(([, value]) => value);
  const now = reach(state, { values: named, ids: [...outer.ids, ...state.frame.values()] });
  for (const [id, token] of candidates) {
    if (token.kind === "owned" && now.tokens.has(id)) continue;
    const inMute = isInInstance(state, id, token) && isInMute(act, state, id, token);
    if (inMute) noteFieldStore(act, state, token);
    else if (isInInstance(state, id, token)) {
      noteFieldStore(act, state, token);
      state.updateToken(id, { status: "given" });
      continue;
    }
    if (truthOf(state, entity(token.object)) === false) continue;
    const round = token.acquired?.inner === null && token.acquired.site.start === range.start;
    const event = makeEvent("overwrite", act.site(range), round ? "the next round of the loop overwrites it here" : name === "" ? "the last pointer to it goes here" : `\`${name}\` is overwritten here`);
    if (now.ids.has(token.object)) {
      if (token.kind === "owned") state.updateToken(id, { overwritten: { event, name } });
      continue;
    }
    if (state.objects.get(token.object)?.origin === "unknown") continue;
    // What was counted up is still to be had from its owner, and may be given back through that; if it is not, the exit tells.
    if (token.kind === "retained" && isAtHand(state, token.object, now.ids)) {
      state.updateToken(id, { overwritten: { event, name } });
      continue;
    }
    lose(act, state, id, event, "no", inMute ? { name, inField: token.stored!.field } : { name });
  }
}

function isAtHand(state: State, object: number, reached: ReadonlySet<number>): boolean {
  for (const owner of reached) for (const held of state.objects.get(owner)?.current.values() ?? []) if (held === object) return true;
  return false;
}

function nameTokens(state: State, value: Value, name: string): void {
  if (value.kind !== "entity" || value.token === 0) return;
  const token = state.tokens.get(value.token);
  if (token?.name === "") state.updateToken(value.token, { name });
}
