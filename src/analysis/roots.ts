import { Activation } from "./activation.js";
import type { Engine } from "./engine.js";
import { tableNames } from "./field-tables.js";
import { relevantFunctions } from "./relevance.js";
import { isPlainlyRight } from "./screen.js";
import { isCallable, isNothing, noteMade, sameKind, Settler } from "./settler.js";
import { freshId, openRecord, State } from "./state.js";
import { entity, type EntityValue, type FunctionInfo, type FunctionValue, type ModuleInfo, type Value } from "./values.js";

/** How often functions are looked for that lead to what was found to matter. */
const mostRounds = 5;

/** Follows the whole program: top-level code of each module, then every function of its own, then what they register. */
export function followProgram(engine: Engine): void {
  const { index } = engine;
  engine.relevant = relevantFunctions(index, engine.contracts, new Set());
  const { revision } = index;
  for (const module of index.importsFirst()) followModule(engine, module);
  for (const [id, record] of engine.untilModulesFollowed) engine.moduleRecords.setRecord(id, record);
  engine.modulesFollowed = true;
  engine.tableNames = tableNames(engine);
  // Top-level code may have told names and classes that the text does not.
  let names: ReadonlySet<string> = new Set();
  let relevant = index.revision === revision ? engine.relevant : relevantFunctions(index, engine.contracts, names);
  for (let round = 0; round < mostRounds; round++) {
    const wider = nativeNames(engine, round === 0 ? new Set() : relevant);
    if ([...wider].some((name) => !names.has(name))) relevant = relevantFunctions(index, engine.contracts, wider);
    else if (round > 0) break;
    names = wider;
  }
  engine.relevant = relevant;
  const later: FunctionInfo[] = [];
  for (const fn of engine.index.functions) {
    if (fn.ir.id === 0 || !fn.ir.hasBody || !relevant.has(fn) || engine.hooked.has(fn)) continue;
    later.push(fn);
  }
  for (const fn of later) {
    if (engine.hooked.has(fn) || isKnownFromInside(engine, fn)) continue;
    if (engine.options.observe === undefined && isPlainlyRight(engine, fn)) continue;
    const { entry, incoming } = rootEntry(engine, fn);
    engine.runRoot(new Activation(engine, fn, incoming, true), entry);
  }
  // A root may add others while it is followed.
  for (const root of engine.roots) root.start();
}

// A function that shares variables with the one around it was followed with what they hold where that one calls it, and
// where no path leads to it there is none. With nothing known of them it would be judged on what cannot be.
function isKnownFromInside(engine: Engine, fn: FunctionInfo): boolean {
  const { ir, module } = fn;
  if (ir.parent === null || ir.parent === 0 || ir.class !== null || !ir.captures.some((variable) => module.ir.variables[variable]!.owner !== 0)) return false;
  return engine.wasEntered(fn) || (!engine.made.has(fn) && !engine.isIncomplete(module.functions[ir.parent]!));
}

// Names under which top-level code made native functions known, but for those that are known as they are.
function nativeNames(engine: Engine, relevant: ReadonlySet<FunctionInfo>): Set<string> {
  const names = new Set<string>();
  const add = (name: string): void => {
    if (engine.nativeName(name) === null) names.add(name);
  };
  const captures = ({ cells }: FunctionValue, depth: number): boolean => depth < 4 && [...cells.values()].some((cell) => matters(engine.settledCells.get(cell), depth + 1));
  const lists = (id: number, depth: number): boolean => {
    const record = depth < 4 ? engine.moduleRecords.records.get(id) : undefined;
    return record !== undefined && [...record.items, ...record.computed.map((entry) => entry.value)].some((item) => matters(item, depth + 1));
  };
  const matters = (value: Value | undefined, depth = 0): boolean => {
    if (value?.kind === "native") return engine.contracts.has(value.ref.name);
    if (value?.kind === "entity") return lists(value.id, depth);
    return value?.kind === "function" && (relevant.has(value.fn) || captures(value, depth));
  };
  for (const [number, value] of [...engine.moduleCells, ...engine.frames.values()]) {
    if (!matters(value)) continue;
    const { module, id } = engine.index.variable(number);
    add(module.ir.variables[id]!.name);
    for (const entry of module.ir.exports) if (entry.kind === "variable" && entry.variable === id) add(entry.name);
  }
  for (const record of engine.moduleRecords.records.values()) {
    for (const [key, value] of record.fields) if (matters(value)) add(key);
  }
  return names;
}

function followModule(engine: Engine, module: ModuleInfo): void {
  const fn = module.functions[0]!;
  const activation = new Activation(engine, fn, [], true);
  engine.runRoot(activation, new State(engine.program.language));
  const outcomes = activation.outcomes.filter((outcome) => outcome.completion.kind === "return");
  const first = outcomes[0]?.state;
  if (!first) return;
  const settled = new Settler(engine);
  for (const [cell, initial] of first.cells) {
    if (cell >= 0 || cell <= -1_000_000_000) continue;
    const { module: owner, id } = engine.index.variable(-cell);
    if (owner !== module) continue;
    const stable = owner.ir.variables[id]!.constant || !engine.index.writtenElsewhere.has(-cell);
    // A binding that may fail is the function that it binds where that is called.
    const bound = outcomes.find(({ state }) => isNothing(initial) && isCallable(engine, state.cells.get(cell)));
    const { state, value } = bound ? { state: bound.state, value: bound.state.cells.get(cell)! } : { state: first, value: initial };
    if (!stable && value.kind !== "function" && value.kind !== "native") continue;
    if (outcomes.some((other) => !sameKind(other.state.cells.get(cell), value) && !(isCallable(engine, value) && isNothing(other.state.cells.get(cell))))) continue;
    noteMade(engine, state, -cell, value, owner.ir.variables[id]!.constant);
    const kept = settled.value(state, value);
    if (kept) engine.moduleCells.set(-cell, kept);
  }
  for (const [id, record] of first.records) if (id < 0 && record !== engine.moduleRecords.records.get(id)) settled.record(first, id, record);
}

/** The entry state of a function of which nothing is known: unknown parameters, captures and receiver. */
export function rootEntry(engine: Engine, fn: FunctionInfo): { entry: State; incoming: number[]; params: EntityValue[]; receiver: number | null } {
  const entry = new State(engine.program.language);
  const incoming: number[] = [];
  const { module, ir } = fn;
  const place = (variable: number, value: Value): void => {
    if (module.ir.variables[variable]!.captured) {
      const cell = freshId();
      entry.setFrameCell(module.variableBase + variable, cell);
      entry.setCell(cell, value);
    } else {
      entry.setVar(variable, value);
    }
  };
  const params = ir.params.map((variable, index): EntityValue => {
    const value = entity(freshId(), 0, ir.paramNames[index] ?? "");
    incoming.push(value.id);
    if (ir.alwaysGiven[index]) entry.setFact({ value, truth: undefined, equals: undefined, not: [undefined] });
    if (ir.rest && index === ir.params.length - 1) entry.setRecord(value.id, openRecord);
    place(variable, value);
    return value;
  });
  let receiver: number | null = null;
  if (ir.receiver !== null) {
    const cls = ir.class === null ? null : engine.classValue(module, ir.class);
    if (ir.static && cls) {
      place(ir.receiver, cls);
    } else {
      receiver = freshId();
      incoming.push(receiver);
      entry.setRecord(receiver, { ...openRecord, class: cls });
      place(ir.receiver, entity(receiver, 0, entry.language.spelling.receiver));
    }
  }
  if (ir.argumentsVariable !== null) {
    const list = freshId();
    incoming.push(list);
    entry.setRecord(list, openRecord);
    place(ir.argumentsVariable, entity(list));
  }
  return { entry, incoming, params, receiver };
}
