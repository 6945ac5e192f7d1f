import type { FieldKey, Instruction, SourceRange, VariableId } from "../ir/types.js";
import type { Activation, Position } from "./activation.js";
import { awaitValue, promiseOf } from "./async.js";
import { boundBy } from "./bindings.js";
import { construct, constructOn, invoke, resumeWith, returned, type Arg, type CallSite } from "./calls.js";
import { judgeLeaving, savedAlive } from "./exits.js";
import { assume, compare, truthOf } from "./facts.js";
import { drain, yieldValue } from "./generators.js";
import { liveAfter } from "./graph.js";
import { load, store } from "./heap.js";
import { appendTo } from "./lists.js";
import { collectionBelow, memberOf } from "./members.js";
import { imported, membersOfModule, moduleBehind } from "./imports.js";
import { closeIterator, iterate, listBehind, nextElement, pairsOf, takeElements } from "./iteration.js";
import { isMinus, pure } from "./operators.js";
import { forgetPointee, givePieces } from "./pointees.js";
import { giveAway } from "./sharing.js";
import { captureCells, emptyRecord, freshId, openRecord, type State } from "./state.js";
import { noteNullTest } from "./tests-of-null.js";
import { constant, entity, expression, functionValue, undefinedValue, type ClassValue, type Value } from "./values.js";
import { livenessOf, putInside } from "./violations.js";
import { wholeNumber } from "./ranges.js";
import { copyLength } from "./walks.js";
import { storeOutside, writeVariable } from "./writes.js";

/** `next`: the state has been changed and goes on; `stop`: the paths from here were handed on elsewhere, or there are none. */
export type Step = "next" | "stop";

/** One instruction. Changes `state`. */
export function transfer(act: Activation, state: State, instruction: Instruction, at: Position): Step {
  switch (instruction.op) {
    case "constant":
      return put(act, state, instruction, constant(instruction.value));
    case "copy": {
      const value = act.read(state, instruction.from);
      if (instruction.leaves) {
        judgeLeaving(act, state, value, instruction.range);
        state.leavingAt = instruction.range;
      }
      return put(act, state, instruction, copied(act, state, instruction.to, value));
    }
    case "declare":
      return declare(act, state, instruction.variable, at);
    case "load": {
      const value = load(state, act.read(state, instruction.object), keyOf(act, state, instruction.key), callSite(act, at, instruction, ""), resumeWith(act, at, instruction.to, instruction.range));
      return value ? put(act, state, instruction, value) : "stop";
    }
    case "store":
      return store(state, act.read(state, instruction.object), keyOf(act, state, instruction.key), act.read(state, instruction.from), callSite(act, at, instruction, ""), resumeWith(act, at, null, instruction.range)) ? "next" : "stop";
    case "object": {
      const id = freshId();
      state.setRecord(id, { ...emptyRecord, kind: instruction.kind });
      return put(act, state, instruction, entity(id));
    }
    case "spread": {
      const from = act.read(state, instruction.from);
      if (from.kind === "entity" && state.records.get(from.id)?.kind === "generator") return spreadGenerator(state, act.read(state, instruction.object), from.id, callSite(act, at, instruction, ""));
      const into = act.read(state, instruction.object);
      const site = callSite(act, at, instruction, "");
      const resume = (after: State, list: Value): void => {
        spread(act, after, into, list, []);
        act.resume({ block: at.block, index: at.index + 1 }, after);
      };
      if (isList(act, state, into) && listBehind(state, from, site, resume, (after, completion) => act.throwFrom(at.block, after, completion, site.range))) return "stop";
      spread(act, state, into, from, instruction.except ?? []);
      return "next";
    }
    case "append":
      appendTo(state, act.read(state, instruction.object), putInside(state, act.read(state, instruction.from)));
      return "next";
    case "closure": {
      const fn = act.fn.module.functions[instruction.function]!;
      act.engine.made.add(fn);
      return put(act, state, instruction, functionValue(fn, closureCells(act, state, fn.ir.captures)));
    }
    case "accessor": {
      const target = act.read(state, instruction.object);
      const fn = act.fn.module.functions[instruction.function]!;
      act.engine.made.add(fn);
      if (target.kind === "entity") {
        const record = state.records.get(target.id) ?? emptyRecord;
        const pair = record.accessors?.get(instruction.key) ?? { get: null, set: null };
        const value = functionValue(fn, closureCells(act, state, fn.ir.captures));
        state.setRecord(target.id, { ...record, accessors: new Map(record.accessors ?? []).set(instruction.key, instruction.kind === "get" ? { ...pair, get: value } : { ...pair, set: value }) });
      }
      return "next";
    }
    case "class": {
      const ir = act.fn.module.ir.classes[instruction.class]!;
      const statics = act.fn.ir.id === 0 ? act.engine.index.staticsOf(act.fn.module, ir.id) : freshId();
      if (!state.records.has(statics)) state.setRecord(statics, { ...emptyRecord, kind: "statics" });
      const captures = new Set(act.fn.module.functions.filter((fn) => fn.ir.class === ir.id).flatMap((fn) => fn.ir.captures));
      const value: ClassValue = { kind: "class", ir, module: act.fn.module, superclass: instruction.superclass === null ? null : act.read(state, instruction.superclass), cells: closureCells(act, state, [...captures]), statics };
      if (act.fn.ir.id === 0) act.engine.index.settleClass(value);
      return put(act, state, instruction, value);
    }
    case "native":
      return put(act, state, instruction, { kind: "native", ref: instruction.ref, args: [] });
    case "bind":
      return put(act, state, instruction, boundBy(act, state, instruction) ?? act.read(state, instruction.from));
    case "callback": {
      const id = freshId();
      state.setRecord(id, { ...emptyRecord, kind: "callback", items: [act.read(state, instruction.function)], shared: true });
      return put(act, state, instruction, entity(id));
    }
    case "global":
      return put(act, state, instruction, globalValue(act, state, instruction.name));
    case "storeGlobal":
      storeOutside(act, state, act.read(state, instruction.from), instruction.range, "");
      act.engine.setGlobal(state, instruction.name, act.read(state, instruction.from));
      return "next";
    case "import": {
      const value = imported(act, state, instruction.specifier, instruction.name);
      return put(act, state, instruction, instruction.promised ? promiseOf(state, returned(value)) : value);
    }
    case "call": {
      const args = instruction.args.map((arg): Arg => ({ value: act.read(state, arg.value), site: act.site(arg.range), spread: arg.spread }));
      const callee = act.read(state, instruction.callee);
      const receiver = instruction.receiver === null ? null : act.read(state, instruction.receiver);
      return invoke(state, { ...callSite(act, at, instruction, instruction.calleeName), calleeRange: instruction.calleeRange, method: instruction.method }, callee, receiver, args, resumeWith(act, at, instruction.to, instruction.range));
    }
    case "construct": {
      const args = instruction.args.map((arg): Arg => ({ value: act.read(state, arg.value), site: act.site(arg.range), spread: arg.spread }));
      return construct(state, { ...callSite(act, at, instruction, instruction.calleeName), calleeRange: instruction.calleeRange }, act.read(state, instruction.callee), args, resumeWith(act, at, instruction.to, instruction.range));
    }
    case "superCall":
      return superCall(act, state, instruction, callSite(act, at, instruction, state.language.spelling.superclass), at);
    case "superLoad": {
      const own = classOfReceiver(act, state, instruction.class);
      const parent = own?.superclass ?? null;
      const member = parent?.kind === "class" ? memberOf(parent, instruction.key, instruction.static, "method") : null;
      return put(act, state, instruction, member ?? methodBelow(act, state, own, instruction) ?? state.unknown(instruction.key));
    }
    case "await":
      return awaitValue(act, state, act.read(state, instruction.from), callSite(act, at, instruction, ""), at, resumeWith(act, at, instruction.to, instruction.range));
    case "yield":
      return yieldValue(act, state, instruction, act.read(state, instruction.from), at);
    case "iterate":
      return put(act, state, instruction, iterate(act, state, act.read(state, instruction.from), instruction.kind, isReadAgain(act, instruction.from, at)));
    case "next":
      return nextElement(act, state, instruction, act.read(state, instruction.iterator), callSite(act, at, instruction, ""), at);
    case "take":
      return takeElements(act, state, instruction, act.read(state, instruction.from), callSite(act, at, instruction, ""));
    case "closeIterator":
      return closeIterator(act, state, act.read(state, instruction.iterator), callSite(act, at, instruction, ""));
    case "not": {
      const value = act.read(state, instruction.from);
      noteNullTest(act, state, value, "truthiness", instruction.range);
      const truth = truthOf(state, value);
      return put(act, state, instruction, truth === undefined ? expression("not", [value]) : constant(!truth));
    }
    case "compare": {
      const left = act.read(state, instruction.left);
      const right = act.read(state, instruction.right);
      // The literal is on the right.
      if (instruction.test !== null) noteNullTest(act, state, left, instruction.test, instruction.range);
      return put(act, state, instruction, compare(state, instruction.strict, left, right, instruction.test ?? ""));
    }
    case "nullTest":
      return put(act, state, instruction, nullTest(act, state, act.read(state, instruction.from), instruction.test, instruction.range));
    case "pure":
      for (const operand of instruction.operands) forgetPointee(state, act.read(state, operand));
      return put(act, state, instruction, pure(act, state, instruction.operator, instruction.operands.map((operand) => act.read(state, operand)), instruction.to));
    case "assertNonNull": {
      // A number or a text is something, even where it is 0 or empty.
      const value = act.read(state, instruction.from);
      return (value.kind === "constant" && value.value !== null && value.value !== undefined) || assume(state, value, true) ? "next" : "stop";
    }
    case "typeHint":
      giveType(act, state, act.read(state, instruction.variable), act.read(state, instruction.class));
      return "next";
    case "unmatched":
      return state.tokens.size > 0 && act.engine.types.isLastValue(act.fn.module, instruction.range) ? "stop" : "next";
    case "discard":
      return "next";
    case "catch":
      return put(act, state, instruction, state.thrown ?? state.object("error"));
    case "unknown":
      giveAway(act, state, instruction.operands.map((operand) => act.read(state, operand)));
      return put(act, state, instruction, state.unknown());
  }
}

function put(act: Activation, state: State, { to, range }: { readonly to: VariableId; readonly range: SourceRange }, value: Value): Step {
  writeVariable(act, state, to, value, range);
  return "next";
}

function callSite(act: Activation, at: Position, { range }: { readonly range: SourceRange }, name: string): CallSite {
  return { act, at, range, name };
}

export function closureCells(act: Activation, state: State, captures: readonly number[]): ReadonlyMap<number, number> {
  const base = act.fn.module.variableBase;
  const isLocal = (variable: number): boolean => act.fn.module.ir.variables[variable]!.owner !== 0 || state.frame.has(base + variable);
  const local = captures.filter(isLocal).map((variable) => base + variable);
  for (const variable of local) {
    const cell = act.cellOf(state, variable);
    if (!state.cells.has(cell) && !act.isIncoming(cell)) state.setCell(cell, undefinedValue);
  }
  return captureCells(state, new Map(), local);
}

// Whether the list of a loop may be walked again: no variable of this function alone held it, or it will be read.
function isReadAgain(act: Activation, id: VariableId, at: Position): boolean {
  const variable = act.fn.module.ir.variables[id]!;
  return variable.name === "" || variable.captured || act.isOuter(id) || liveAfter(act.fn, act.graph, at.block, at.index).has(id);
}

// A pointer that is put aside while it is still good is remembered as such: a later invalidation on the way out makes it escape.
function copied(act: Activation, state: State, to: VariableId, value: Value): Value {
  if (value.kind !== "entity" || value.token === 0) return value;
  const temporary = act.fn.module.ir.variables[to]!.name === "";
  const saved = value.hint.startsWith(savedAlive);
  if (temporary && !saved) return livenessOf(state, value).alive ? { ...value, hint: savedAlive + value.hint } : value;
  return !temporary && saved ? { ...value, hint: value.hint.slice(savedAlive.length) } : value;
}

function declare(act: Activation, state: State, id: VariableId, at: Position): Step {
  const variable = act.fn.module.ir.variables[id]!;
  // Each round of a loop has its own, also at the top of a module.
  if (variable.captured && variable.owner === act.fn.ir.id && (variable.owner !== 0 || act.graph.inLoop[at.block])) {
    const cell = freshId();
    state.setFrameCell(act.fn.module.variableBase + id, cell);
    state.setCell(cell, undefinedValue);
  } else if (act.isOuter(id)) {
    if (!state.cells.has(act.cellOf(state, act.fn.module.variableBase + id))) act.write(state, id, undefinedValue);
  } else if (variable.captured) {
    act.write(state, id, undefinedValue);
  }
  return "next";
}

function keyOf(act: Activation, state: State, key: FieldKey): string | Value {
  if (typeof key === "string") return key;
  const value = act.read(state, key.computed);
  if (value.kind === "constant" && (typeof value.value === "string" || typeof value.value === "number")) return String(value.value);
  // The comparisons of the path may leave one number only.
  const position = isMinus(value) ? wholeNumber(state, value) : undefined;
  return position === undefined ? value : String(position);
}

function spread(act: Activation, state: State, target: Value, source: Value, except: readonly string[]): void {
  if (target.kind !== "entity") return;
  const into = state.records.get(target.id) ?? emptyRecord;
  const from = source.kind === "entity" ? act.record(state, source.id) : undefined;
  if (from && source.kind === "entity") givePieces(state, source.id, from);
  if (into.kind === "array") {
    const elements = from?.status === "map" ? pairsOf(state, from) : from && from.kind !== "open" ? from.items : [];
    const items = elements.filter((_, index) => !except.includes(String(index)));
    state.setRecord(target.id, { ...into, items: [...into.items, ...items], overflow: into.overflow || !from || from.kind === "open" || from.overflow });
    if (into.items.length === 0 && !into.overflow) copyLength(state, source, target);
    return;
  }
  if (source.kind === "constant") return;
  const fields = new Map(into.fields);
  const module = moduleBehind(act, source);
  if (module) {
    for (const [key, value] of membersOfModule(act, state, module)) if (!except.includes(key)) fields.set(key, value);
    state.setRecord(target.id, { ...into, fields });
    return;
  }
  if (from) for (const [key, value] of from.fields) if (!except.includes(key)) fields.set(key, value);
  state.setRecord(target.id, { ...into, fields, kind: !from || from.kind === "open" ? "open" : into.kind, class: into.class });
}

function isList(act: Activation, state: State, value: Value): boolean {
  return value.kind === "entity" && act.record(state, value.id)?.kind === "array";
}

// `[...generator()]`: it runs to its end.
function spreadGenerator(state: State, target: Value, generator: number, site: CallSite): Step {
  const { act, at } = site;
  drain(state, site, generator, (after, items, more) => {
    const into = target.kind === "entity" ? after.records.get(target.id) : undefined;
    if (target.kind === "entity" && into) after.setRecord(target.id, { ...into, items: [...into.items, ...items], overflow: into.overflow || more });
    act.resume({ block: at.block, index: at.index + 1 }, after);
  }, (after, completion) => act.throwFrom(at.block, after, completion, site.range));
  return "stop";
}

function globalValue(act: Activation, state: State, name: string): Value {
  const { constants } = state.language;
  if (constants.has(name)) return constant(constants.get(name));
  const known = act.engine.globalOf(state, name);
  if (known) return known;
  return act.engine.isLibrary(name) ? { kind: "builtin", name, receiver: null } : act.engine.makeGlobal(name);
}

// `super.set` in a class that is a map of the language.
function methodBelow(act: Activation, state: State, own: Value | null, { key, static: isStatic }: Extract<Instruction, { op: "superLoad" }>): Value | null {
  const { receiver } = act.fn.ir;
  if (own?.kind !== "class" || isStatic || receiver === null || !collectionBelow(state.language, own) || !state.language.collectionMethods.has(key)) return null;
  return { kind: "builtin", name: `.${key}`, receiver: act.read(state, receiver) };
}

function superCall(act: Activation, state: State, instruction: Extract<Instruction, { op: "superCall" }>, site: CallSite, at: Position): Step {
  const receiver = act.read(state, instruction.receiver);
  const own = classOfReceiver(act, state, instruction.class);
  const args = instruction.args.map((arg): Arg => ({ value: act.read(state, arg.value), site: act.site(arg.range), spread: arg.spread }));
  const done = resumeWith(act, at, null, instruction.range);
  const initializer = act.fn.module.ir.classes[instruction.class]!.fieldInitializer;
  const parent = own?.superclass ?? state.unknown();
  return constructOn(state, site, parent, receiver, args, (after, completion) => {
    if (completion.kind === "throw" || initializer === null) return done(after, completion);
    const fn = act.fn.module.functions[initializer]!;
    invoke(after, { ...site, name: "field initializers" }, functionValue(fn, own?.cells ?? new Map()), receiver, [], done);
  });
}

// The class value that a member of the class sees: by its receiver where that is known, else by the variable that holds the class.
function classOfReceiver(act: Activation, state: State, id: number): Extract<Value, { kind: "class" }> | null {
  const receiver = act.fn.ir.receiver === null ? null : act.read(state, act.fn.ir.receiver);
  let found: Value | null = receiver?.kind === "class" ? receiver : receiver?.kind === "entity" ? (act.record(state, receiver.id)?.class ?? null) : null;
  while (found?.kind === "class") {
    if (found.ir.id === id && found.module === act.fn.module) return found;
    found = found.superclass;
  }
  return act.engine.classValue(act.fn.module, id);
}

export function nullTest(act: Activation, state: State, value: Value, test: string, range: { start: number; end: number }): Value {
  noteNullTest(act, state, value, test, range);
  if (value.kind === "constant") return constant(!value.value);
  const truth = truthOf(state, value);
  return truth === undefined ? expression("isnull", [value], test) : constant(!truth);
}

function giveType(act: Activation, state: State, value: Value, type: Value): void {
  if (value.kind !== "entity" || type.kind !== "class") return;
  const record = act.record(state, value.id);
  if (record?.class) return;
  if (record && record.kind !== "open") return;
  state.setRecord(value.id, { ...(record ?? openRecord), class: type });
}
