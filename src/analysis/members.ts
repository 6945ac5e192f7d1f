import type { BuiltinModel, LanguageModel } from "../ir/language.js";
import type { Activation } from "./activation.js";
import { classOfField } from "./settled.js";
import { inherited } from "./stored-fields.js";
import { emptyRecord, freshId, openRecord, type State } from "./state.js";
import { entity, functionValue, globalField, type ClassValue, type EntityValue, type Value } from "./values.js";

/** What a field that is declared with a class holds, if nobody wrote it: an instance that nothing else is known of. */
export function typedField(act: Activation, state: State, cls: ClassValue, key: string): Value | null {
  for (let current: Value | null = cls; current?.kind === "class"; current = current.superclass) {
    if (boundField(act, key)) continue;
    const variable = current.ir.fieldTypes.get(key);
    const type = (variable === undefined ? null : act.engine.typeOf(current.module, variable)) ?? classOfField(act.engine, current, key);
    if (!type && variable === undefined) continue;
    if (!type) return null;
    const value = state.unknown(key);
    state.setRecord(value.id, { ...openRecord, class: type });
    return value;
  }
  return null;
}

/** A list or collection of unknown content that a class keeps. */
export function fieldContainer(act: Activation, state: State, cls: ClassValue, key: string): Value | null {
  const kind = inherited(act.engine.index.fields.kinds, cls, key)?.known;
  if (!kind) return null;
  const value = entity(freshId(), 0, key);
  state.setRecord(value.id, { ...emptyRecord, kind, overflow: true, shared: true });
  return value;
}

/** The same of a static field. */
export function staticContainer(act: Activation, state: State, cls: ClassValue, key: string): Value | null {
  const found = inherited(act.engine.index.fields.staticKinds, cls, key);
  if (!found) return null;
  const value = entity(globalField(found.owner.statics, key), 0, key);
  if (!act.record(state, value.id)) state.setRecord(value.id, { ...emptyRecord, kind: found.known, overflow: true, shared: true });
  return value;
}

/** A field that the class fills with a function or a callback: what it is does not depend on the path. */
export function fieldClosure(act: Activation, state: State, object: EntityValue, cls: ClassValue, key: string, behind = false): Value | null {
  const { known: found, owner } = inherited(act.engine.index.fields.closures, cls, key) ?? {};
  if (!found || !owner) return null;
  switch (found.kind) {
    case "closure": {
      const fn = functionValue(found.fn, cellsOfField(state, object, owner, found.receivers));
      return found.callback ? callbackOf(state, fn) : fn;
    }
    case "member": {
      const member = memberOf(cls, found.key, false, "method") ?? (behind ? null : fieldClosure(act, state, object, cls, found.key, true));
      return member?.kind === "function" ? callbackOf(state, member) : null;
    }
    case "variable": {
      const held = act.engine.index.functionBehind(found.module, found.variable);
      return held?.kind === "function" ? callbackOf(state, held) : null;
    }
  }
}

function cellsOfField(state: State, object: EntityValue, cls: ClassValue, receivers: readonly number[]): ReadonlyMap<number, number> {
  if (receivers.length === 0) return cls.cells;
  const cells = new Map(cls.cells);
  for (const receiver of receivers) {
    const cell = freshId();
    state.setCell(cell, object);
    cells.set(receiver, cell);
  }
  return cells;
}

function callbackOf(state: State, fn: Value): Value {
  const wrapper = freshId();
  state.setRecord(wrapper, { ...emptyRecord, kind: "callback", items: [fn], shared: true });
  return entity(wrapper);
}

/** The native function that every binding of a field of that name binds. */
export function boundField(act: Activation, key: string): Value | null {
  const alias = act.engine.index.fields.aliases.get(key);
  if (alias !== undefined && alias !== null && act.engine.contracts.has(alias)) return { kind: "native", ref: act.engine.refByName(alias), args: [] };
  const ref = act.engine.index.fieldBindings.get(key);
  return ref ? { kind: "native", ref, args: [] } : null;
}

/** True where a class extends something that cannot be seen. */
export function hasUnknownBase(cls: ClassValue): boolean {
  for (let current: Value | null = cls; current; current = current.superclass) {
    if (current.kind !== "class") return true;
  }
  return false;
}

type Collection = Extract<BuiltinModel, { kind: "collection" }>;

/** The map or set of the language that a class is one of. */
export function collectionBelow(language: LanguageModel, cls: ClassValue): Collection | null {
  for (let current: Value | null = cls; current; current = current.superclass) if (current.kind !== "class") return collectionModel(language, current);
  return null;
}

export function collectionModel(language: LanguageModel, base: Value): Collection | null {
  const model = base.kind === "builtin" ? language.constructors.get(base.name) : undefined;
  return model?.kind === "collection" ? model : null;
}

/** True for a static field that other code writes, while this path has seen all that happened to the class. */
export function isUnset(act: Activation, state: State, cls: ClassValue, key: string): boolean {
  if (!act.engine.index.fields.written.has(key)) return false;
  for (let current: ClassValue = cls; ; ) {
    const record = act.record(state, current.statics);
    if (record?.kind !== "statics" || record.shared) return false;
    if (current.superclass === null) return true;
    if (current.superclass.kind !== "class") return false;
    current = current.superclass;
  }
}

/** A member of a class or of its superclasses. */
export function memberOf(cls: ClassValue, key: string, isStatic: boolean, kind: "method" | "get" | "set"): Value | null {
  for (let current: Value | null = cls; current?.kind === "class"; current = current.superclass) {
    const found = current.ir.members.find((member) => member.key === key && member.static === isStatic && member.kind === kind);
    if (found) {
      const fn = current.module.functions[found.function];
      if (fn) return functionValue(fn, current.cells);
    }
  }
  return null;
}
