import type { Engine } from "./engine.js";
import { freshId, type JsRecord, type State } from "./state.js";
import { entity, moduleEntity, type Cells, type Value } from "./values.js";

/** True for values that are the same thing, as far as that can be told of what two paths hold. */
export function sameKind(left: Value | undefined, right: Value): boolean {
  if (left?.kind !== right.kind) return false;
  if (left.kind === "constant" && right.kind === "constant") return left.value === right.value;
  if (left.kind === "function" && right.kind === "function") return left.fn === right.fn;
  if (left.kind === "native" && right.kind === "native") return left.ref.name === right.ref.name;
  return true;
}

/** Notes the native object that a constant of top-level code, or of a function around others, was made for. */
export function noteMade(engine: Engine, state: State, number: number, value: Value, constant: boolean): void {
  if (constant && value.kind === "entity" && state.objects.get(value.id)?.origin === "fresh") engine.madeByModules.set(moduleEntity(number), value.id);
}

/** True for a function, or what only a native function's name is known of. */
export function isCallable(engine: Engine, value: Value | undefined): boolean {
  return value?.kind === "function" || value?.kind === "native" || (value?.kind === "entity" && engine.contracts.has(value.hint));
}

/** True for null and undefined. */
export function isNothing(value: Value | undefined): boolean {
  return value?.kind === "constant" && (value.value === null || value.value === undefined);
}

/** Keeps of a final state what stays true while its functions run: functions, bindings, classes, and objects that hold them. */
export class Settler {
  readonly #ids = new Map<number, number>();

  constructor(readonly engine: Engine) {}

  value(state: State, value: Value): Value | null {
    switch (value.kind) {
      case "constant":
      case "native":
      case "builtin":
        return value.kind === "builtin" && value.receiver ? null : value;
      case "function":
        return { ...value, cells: this.#cells(state, value.cells), receiver: null };
      case "class":
        return { ...value, cells: new Map(), statics: this.#statics(state, value.statics) };
      case "entity": {
        const record = state.records.get(value.id);
        // An object that an earlier module settled, and that this one only reads.
        const known = this.engine.moduleRecords.records.get(value.id);
        if (known && (!record || record === known)) return value;
        if (!record && this.engine.contracts.has(value.hint)) return { kind: "native", ref: this.engine.refByName(value.hint), args: [] };
        if (!record || state.objects.has(value.id)) return null;
        return entity(this.record(state, value.id, record), 0, value.hint);
      }
      case "expression":
        return null;
    }
  }

  // What a closure captured of the call that made it, where that is a function, a binding or a number, say, and stays so.
  #cells(state: State, cells: Cells): Cells {
    const kept = new Map<number, number>();
    for (const [number, cell] of cells) {
      // Of another module, which settled it.
      if (cell < -3_000_000_000) kept.set(number, cell);
      const content = state.cells.get(cell);
      const { module, id } = this.engine.index.variable(number);
      const variable = module.ir.variables[id]!;
      const stays = content !== undefined && variable.constant && (content.kind === "constant" || isCallable(this.engine, content));
      // A variable of a loop of top-level code is another one in each round, whatever it holds.
      if (cell < 0 || !(stays || variable.owner === 0)) continue;
      let global = this.#ids.get(cell);
      if (global === undefined) {
        this.#ids.set(cell, (global = -(3_000_000_002 + freshId())));
        const settled = stays ? this.value(state, content) : null;
        if (settled) this.engine.settledCells.set(global, settled);
      }
      kept.set(number, global);
    }
    return kept;
  }

  // Static fields of a class that a function made get a number for the whole program.
  #statics(state: State, id: number): number {
    const record = id < 0 ? undefined : state.records.get(id);
    return record ? this.record(state, id, record) : id;
  }

  record(state: State, id: number, record: JsRecord): number {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const global = id < 0 ? id : -(3_000_000_002 + freshId());
    this.#ids.set(id, global);
    const fields = new Map<string, Value>();
    const rows = new Map<string, Value>();
    for (const [key, value] of record.fields) {
      const kept = this.value(state, value);
      if (kept) rows.set(key, kept);
      if (kept && !(value.kind === "constant" && this.engine.index.fields.written.has(key))) fields.set(key, kept);
    }
    const list = record.kind === "array" || record.kind === "collection";
    const closed = list || record.kind === "registry" || record.kind === "instance" || record.kind === "statics" || record.kind === "callback";
    // A promise of a module, say, gives it to whoever waits for it.
    const delivered = record.kind === "promise" && record.status === "fulfilled" ? record.items.flatMap((item) => this.#lasting(state, item)) : [];
    const settled = record.kind === "callback" || record.kind === "array" ? record.items.map((item) => this.value(state, item) ?? item) : [];
    const fixed = record.kind === "array" && settled.length > 0 && settled.every((item) => item.kind === "function" || item.kind === "native");
    const items = record.kind === "callback" || fixed ? settled.filter((item) => item.kind !== "entity") : delivered;
    const computed = record.computed.flatMap(({ key, value }) => this.#entry(state, key, value));
    const lasting: JsRecord = { ...record, kind: closed || delivered.length > 0 ? record.kind : "open", fields, items, computed, overflow: !fixed, shared: true, class: record.class && { ...record.class, cells: new Map() } };
    const whole = this.engine.followsRows && (record.kind === "record" || record.kind === "array") && rows.size === record.fields.size && record.items.every((item) => this.value(state, item) !== null);
    this.engine.moduleRecords.setRecord(global, whole ? { ...lasting, kind: record.kind, fields: rows, items: record.kind === "array" ? settled : [], overflow: record.overflow } : lasting);
    // Between the modules that are run first nothing else can change a table; later any function may.
    if (whole) this.engine.untilModulesFollowed.set(global, lasting);
    else this.engine.untilModulesFollowed.delete(global);
    return global;
  }

  // What lies under a key that stays the same.
  #entry(state: State, key: Value, value: Value): { key: Value; value: Value }[] {
    const kept = key.kind === "constant" && value.kind !== "constant" ? this.value(state, value) : null;
    return kept ? [{ key, value: kept }] : [];
  }

  // What has nothing in it that could be otherwise later.
  #lasting(state: State, value: Value): Value[] {
    const kept = value.kind === "entity" ? null : this.value(state, value);
    return kept ? [kept] : [];
  }
}
