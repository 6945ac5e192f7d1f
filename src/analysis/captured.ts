import type { Activation } from "./activation.js";
import { emptyRecord, type State } from "./state.js";
import { entity, moduleEntity, type Value } from "./values.js";

/** Status of an object literal of a function around, of which nothing more is known. */
export const outerRecord = "%outer";

/** What a captured variable holds of which this path has seen nothing: what top-level code or a function around left there, or an unknown. */
export function capturedValue(act: Activation, state: State, number: number, cell: number): Value {
  const { index, moduleCells, settledCells } = act.engine;
  const settled = cell < 0 ? (settledCells.get(cell) ?? moduleCells.get(number)) : undefined;
  if (settled?.kind === "entity") act.record(state, settled.id);
  const known = settled ?? index.emptyMemo(number, act.fn) ?? index.staticValues.get(number) ?? (cell > 0 ? leftBehind(act, state, number, cell) : undefined);
  return known ?? unknownValue(act, state, number, cell);
}

// What the function around this one left in its variable; an object of which only this code knows is a copy.
function leftBehind(act: Activation, state: State, number: number, cell: number): Value | undefined {
  const { frames, lasting, moduleRecords } = act.engine;
  const value = frames.valueOf(number);
  if (value?.kind !== "entity") return value;
  const record = moduleRecords.records.get(value.id);
  if (!record || record.kind === "callback" || lasting.outlives(number, act.fn)) {
    act.record(state, value.id);
    return value;
  }
  const container = record.kind === "array" || record.kind === "collection";
  if (!container && (record.kind !== "open" || record.class !== null)) return undefined;
  const copy = state.unknown(value.hint);
  // What is put into it goes no further than the function around.
  state.setRecord(copy.id, container ? { ...record, lent: true } : { ...record, status: outerRecord });
  state.setCell(cell, copy);
  return copy;
}

function unknownValue(act: Activation, state: State, number: number, cell: number): Value {
  const { index, lasting } = act.engine;
  const { module, id } = index.variable(number);
  const variable = module.ir.variables[id]!;
  // What a module variable holds at first has one identity without being written down.
  const value = cell < 0 ? entity(moduleEntity(-cell), 0, variable.name) : state.unknown(variable.name);
  if (cell < 0 && state.records.has(value.id)) return value;
  const declared = index.declaredClass(number);
  if (declared) state.setRecord(value.id, { ...emptyRecord, kind: "open", shared: true, class: declared });
  if (cell > 0 && index.localRecords.has(number)) state.setRecord(value.id, { ...emptyRecord, kind: "open", shared: true, status: lasting.outlives(number, act.fn) ? "" : outerRecord });
  const receiver = index.selves.get(number) ?? id;
  const owner = module.functions[module.ir.variables[receiver]!.owner]!;
  if (owner.ir.receiver === receiver && owner.ir.class !== null) {
    const cls = act.engine.classValue(module, owner.ir.class);
    if (owner.ir.static && cls) return cls;
    state.setRecord(value.id, { ...emptyRecord, kind: "open", shared: true, class: cls });
  }
  if (cell > 0) state.setCell(cell, value);
  return value;
}
