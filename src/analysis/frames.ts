import type { Activation } from "./activation.js";
import type { Engine } from "./engine.js";
import { isNothing, noteMade, sameKind, Settler } from "./settler.js";
import type { State } from "./state.js";
import { entity, moduleEntity, type FunctionInfo, type ModuleInfo, type Value } from "./values.js";

/**
 * What the variables of a function hold once it has run, as far as all its outcomes agree: functions, bindings,
 * classes, objects that hold them. Functions in it that run later, when nothing else is known, find it there.
 */
export class Frames {
  /** Program-wide number of a variable -> what it holds; null where outcomes differ. */
  readonly #held = new Map<number, Value | null>();
  readonly #captured = new Map<ModuleInfo, ReadonlyMap<number, readonly number[]>>();

  constructor(readonly engine: Engine) {}

  /** What a variable of a function that has run holds for good. */
  valueOf(variable: number): Value | undefined {
    return this.#held.get(variable) ?? undefined;
  }

  /** What is known of variables so far. */
  values(): [number, Value][] {
    return [...this.#held].filter((entry): entry is [number, Value] => entry[1] !== null);
  }

  /** Notes how a function left its variables. */
  note(act: Activation, state: State): void {
    // Nobody calls it with arguments that nothing is known of.
    if (act.root && this.engine.wasEntered(act.fn) && !this.engine.lasting.lasts(act.fn)) return;
    const settler = new Settler(this.engine);
    for (const number of this.#watch(act.fn)) {
      const cell = state.frame.get(number);
      const value = cell === undefined ? undefined : state.cells.get(cell);
      if (!value) continue;
      const known = this.#held.get(number);
      if (known === null) continue;
      this.#held.set(number, known === undefined ? this.#settle(settler, state, number, value) : this.#agreed(state, known, value));
    }
  }

  // Its variables that functions in it read, but for those that hold one thing on every path.
  #watch({ module, ir }: FunctionInfo): readonly number[] {
    let captured = this.#captured.get(module);
    if (!captured) this.#captured.set(module, (captured = this.#capturedIn(module)));
    return captured.get(ir.id) ?? [];
  }

  #capturedIn(module: ModuleInfo): ReadonlyMap<number, readonly number[]> {
    const byOwner = new Map<number, number[]>();
    for (const id of new Set(module.functions.flatMap(({ ir }) => ir.captures))) {
      const { owner } = module.ir.variables[id]!;
      const number = module.variableBase + id;
      if (owner === 0 || id === module.functions[owner]!.ir.receiver || this.engine.index.staticValues.has(number)) continue;
      const own = byOwner.get(owner);
      if (own) own.push(number);
      else byOwner.set(owner, [number]);
    }
    return byOwner;
  }

  #settle(settler: Settler, state: State, number: number, value: Value): Value | null {
    const { module, id } = this.engine.index.variable(number);
    const variable = module.ir.variables[id]!;
    const stable = variable.constant || !this.engine.index.writtenElsewhere.has(number);
    if (!stable && value.kind !== "function" && value.kind !== "native") return null;
    if (variable.constant && value.kind === "entity" && state.objects.get(value.id)?.origin === "fresh") {
      noteMade(this.engine, state, number, value, true);
      return entity(moduleEntity(number), 0, variable.name);
    }
    return settler.value(state, value);
  }

  // What was settled for one outcome, less what is otherwise in another.
  #agreed(state: State, known: Value, value: Value, depth = 0): Value | null {
    if (known.kind !== "entity") return sameKind(known, value) ? known : isNothing(value) && known.kind === "native" ? known : null;
    if (value.kind !== "entity") return null;
    const settled = this.engine.moduleRecords.records.get(known.id);
    if (!settled) return known;
    const record = state.records.get(value.id);
    if (!record) return known.id === value.id ? known : null;
    if (depth > 3) return known;
    const fields = new Map(settled.fields);
    for (const [key, field] of settled.fields) {
      const other = record.fields.get(key);
      const agreed = other ? this.#agreed(state, field, other, depth + 1) : null;
      if (agreed === null) fields.delete(key);
    }
    if (fields.size < settled.fields.size) this.engine.moduleRecords.setRecord(known.id, { ...settled, fields });
    return known;
  }
}
