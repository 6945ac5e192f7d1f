import type { FunctionContract } from "../contracts/model.js";
import type { Instruction } from "../ir/types.js";
import { resultsOf } from "../ir/uses.js";
import type { Activation } from "./activation.js";
import { functionsWithin, instructionsOf } from "./bodies.js";
import { isKnownNull } from "./facts.js";
import { reach, type Through } from "./reach.js";
import { settledValue } from "./settled.js";
import type { Event, State, Token } from "./state.js";
import type { FunctionInfo, FunctionValue, Value } from "./values.js";
import { isJudged, livenessOf, soft, violate } from "./violations.js";

/** The cells of a function whose content it may release or hand on: a way to give a reference away. */
export function outwardCells(act: Activation): Through {
  return (fn) => {
    if (fn.cells.size === 0) return [];
    const outward = handsOn(act, fn.fn);
    return [...fn.cells].filter(([variable]) => outward.has(variable)).map(([, cell]) => cell);
  };
}

/**
 * A function is handed to somebody who may call it later. References that it releases or hands on are its duty now;
 * borrows that it looks at outlive the connection's use when it surely `runsLater`.
 */
export function deferClosure(act: Activation, state: State, value: Value, event: Event, runsLater: boolean): void {
  if (value.kind === "function" || value.kind === "native") value.args.forEach((arg, index) => takesBound(act, value, index) && giveReferences(state, arg));
  const fns = functionsIn(state, value);
  for (const fn of fns) {
    if (fn.cells.size === 0) continue;
    const outward = handsOn(act, fn.fn);
    for (const [variable, cell] of fn.cells) {
      const content = state.cells.get(cell);
      if (!content) continue;
      if (outward.has(variable)) {
        giveReferences(state, content);
        if (runsLater) keepForLater(state, content, event);
      }
      if (runsLater) {
        escapeBorrow(act, state, content, event);
        escapeInside(act, state, fn.fn, variable, content, event);
        if (content.kind === "function" && content !== value) escapeThrough(act, state, content, event);
      }
    }
  }
}

/** A function is kept where others may call it at any time, which nobody follows: what it uses then must be good by now. */
export function keepOutside(act: Activation, state: State, value: Value, event: Event): void {
  deferClosure(act, state, value, event, true);
  judgeCaptured(act, state, value, event);
}

/** A function that uses a pointer first thing leaves this one, and the pointer is good for nothing any more. */
export function judgeCaptured(act: Activation, state: State, value: Value, event: Event): void {
  if (value.kind !== "function" || state.tokens.size === 0) return;
  const { index } = act.engine;
  for (const [variable, cell] of value.cells) {
    const content = state.cells.get(cell);
    if (content?.kind !== "entity" || content.token === 0) continue;
    const verdict = livenessOf(state, content);
    if (verdict.alive || state.objects.get(content.id)!.poisoned || !isJudged(act, state, content, content)) continue;
    const { module, id } = index.variable(variable);
    const isFixed = module.ir.variables[id]!.constant || !index.writtenElsewhere.has(variable);
    if (isFixed && isUsedFirst(act, value.fn, variable)) violate(act, state, verdict.rule, content, { ...event, kind: "use", text: "captured by a function that runs later" }, verdict.cause, { unless: "used" });
  }
}

// Whether a call of a native function with the variable stands where every run of the function comes by.
function isUsedFirst(act: Activation, { ir, module }: FunctionInfo, variable: number): boolean {
  const copies = new Set([variable - module.variableBase]);
  return (ir.blocks[0]?.instructions ?? []).some((instruction) => {
    if (instruction.op === "copy" && copies.has(instruction.from)) copies.add(instruction.to);
    return instruction.op === "call" && instruction.args.some(({ value }) => copies.has(value)) && act.engine.contractOf(instruction.calleeName) !== undefined;
  });
}

// What native code counted for a callback is kept past the end of the callback.
function keepForLater(state: State, content: Value, event: Event): void {
  if (content.kind !== "entity" || state.tokens.get(content.token)?.callback !== "counted") return;
  state.updateToken(content.token, { stored: { event: { ...event, kind: "escape", text: "captured by a function that runs later" }, field: "", className: "" } });
}

/**
 * Somebody may call a function from now on, at any time: flags that it sets are not known any more, nor is what it puts
 * into lists. What a pointer is stays known: that it is replaced behind the back of this code would be a guess.
 */
export function forgetWritten(act: Activation, state: State, value: Value, seen = new Set<FunctionInfo>()): void {
  for (const { fn, cells } of functionsIn(state, value)) {
    if (cells.size === 0 || seen.has(fn)) continue;
    seen.add(fn);
    const written = writtenBy(fn);
    for (const [variable, cell] of cells) {
      const content = state.cells.get(cell);
      if (!content) continue;
      if (content.kind === "function") forgetWritten(act, state, content, seen);
      else if (written.has(variable) && isPlain(state, content)) state.setCell(cell, state.unknown());
      else if (content.kind === "entity" && handsOn(act, fn).has(variable)) {
        const list = state.records.get(content.id);
        if ((list?.kind === "array" || list?.kind === "collection") && !list.overflow) state.updateRecord(content.id, { overflow: true });
      }
    }
  }
}

function isPlain(state: State, value: Value): boolean {
  if (value.kind === "entity") return value.token === 0 && !state.objects.has(value.id) && !state.records.has(value.id);
  return value.kind === "constant" || (value.kind === "expression" && value.operator !== "address");
}

const writes = new WeakMap<FunctionInfo, ReadonlySet<number>>();

/** Variables of functions around it (program-wide numbers) that a function, or one in it, writes. */
export function writtenBy(fn: FunctionInfo): ReadonlySet<number> {
  let known = writes.get(fn);
  if (known) return known;
  const found = new Set<number>();
  for (const block of fn.ir.blocks) {
    for (const instruction of block.instructions) {
      if (instruction.op === "closure") for (const variable of writtenBy(fn.module.functions[instruction.function]!)) found.add(variable);
      for (const variable of resultsOf(instruction)) if (fn.module.ir.variables[variable]!.captured && fn.module.ir.variables[variable]!.owner !== fn.ir.id) found.add(fn.module.variableBase + variable);
    }
  }
  writes.set(fn, (known = found));
  return known;
}

function takesBound(act: Activation, value: Extract<Value, { kind: "function" | "native" }>, index: number): boolean {
  if (value.kind === "native") {
    const contract = act.engine.contracts.function(value.ref.name);
    return contract === undefined || takes(contract, index);
  }
  const { fn } = value;
  const parameter = fn.ir.params[index];
  return !fn.ir.hasBody || parameter === undefined || (fn.ir.rest && index >= fn.ir.params.length - 1) || handsOn(act, fn).has(fn.module.variableBase + parameter);
}

/** A borrow, or a function with a borrow among its bound arguments, is kept for later. */
export function escapeValue(act: Activation, state: State, value: Value, event: Event): void {
  if (value.kind === "entity") escapeBorrow(act, state, value, event);
  else if (value.kind === "function" || value.kind === "native") for (const arg of value.args) escapeBorrow(act, state, arg, event);
}

/** Borrows that a function looks at, which somebody gets who may call it at any time. */
export function escapeThrough(act: Activation, state: State, value: Value, event: Event): void {
  for (const fn of functionsIn(state, value)) {
    for (const cell of fn.cells.values()) {
      const content = state.cells.get(cell);
      if (content) escapeBorrow(act, state, content, event);
    }
  }
}

function functionsIn(state: State, value: Value): FunctionValue[] {
  if (value.kind === "function") return [value];
  if (value.kind !== "entity") return [];
  const record = state.records.get(value.id);
  if (record?.kind === "callback") return record.items[0] ? functionsIn(state, record.items[0]) : [];
  return record?.kind === "record" ? [...record.fields.values()].filter((field): field is FunctionValue => field.kind === "function") : [];
}

/** A value is put where it is not followed any more: what is put into its lists later on is out of sight with them. */
export function loseSight(state: State, value: Value): void {
  giveReferences(state, value);
  for (const id of reach(state, { values: [value], ids: [] }).ids) {
    const record = state.records.get(id);
    if (record && !record.shared && (record.kind === "array" || record.kind === "collection" || record.kind === "record")) state.setRecord(id, { ...record, shared: true, lent: true });
  }
}

/** What a value leads to is somebody else's duty now. */
export function giveReferences(state: State, content: Value): void {
  const reached = reach(state, { values: [content], ids: [] });
  const counted = new Set([...reached.tokens].flatMap((id) => (isCounted(state.tokens.get(id)) ? [state.tokens.get(id)!.object] : [])));
  for (const [id, token] of state.tokens) {
    if (!isCounted(token)) continue;
    // A pointer with a reference of its own takes no other along; nor does one whose own pointer was overwritten go with another.
    if (reached.tokens.has(id) || (reached.ids.has(token.object) && !token.overwritten && !counted.has(token.object))) state.updateToken(id, { status: "given" });
  }
}

function isCounted(token: Token | undefined): boolean {
  return token?.status === "held" && token.kind !== "borrowed" && token.kind !== "interior";
}

// Of a captured record the borrows count that the function, or one in it, reads.
function escapeInside(act: Activation, state: State, fn: FunctionInfo, variable: number, content: Value, event: Event): void {
  const record = content.kind === "entity" ? state.records.get(content.id) : undefined;
  if (record?.kind !== "record" || record.shared) return;
  const isRead = (key: string): boolean => functionsWithin(fn).some(({ ir, module }) => instructionsOf(ir).some((instruction) => instruction.op === "load" && instruction.key === key && module.variableBase + instruction.object === variable));
  for (const [key, value] of record.fields) if (value.kind === "entity" && value.token !== 0 && isRead(key)) escapeBorrow(act, state, value, event);
}

function escapeBorrow(act: Activation, state: State, content: Value, event: Event): void {
  if (content.kind !== "entity" || content.token === 0 || isKnownNull(state, content)) return;
  const token = state.tokens.get(content.token);
  const object = state.objects.get(content.id);
  if (token?.kind !== "borrowed" || !object || object.poisoned || state.held(content.id).length > 0) return;
  if (!livenessOf(state, content).alive || !act.engine.contracts.isTracked(object.class ?? "")) return;
  soft(act, state, "no-borrow-escape", content, { ...event, kind: "escape", text: "captured by a function that runs later" }, null, { how: "captured" });
}

// What modules hold, and so what a call leads to, is known once their own code has run.
const early = new WeakMap<FunctionInfo, ReadonlySet<number>>();
const settled = new WeakMap<FunctionInfo, ReadonlySet<number>>();

let depth = 0;

/** The captured variables (program-wide numbers) whose content the function, or one in it, may release or hand to others. */
export function handsOn(act: Activation, fn: FunctionInfo): ReadonlySet<number> {
  const cache = act.engine.modulesFollowed ? settled : early;
  const known = cache.get(fn);
  if (known) return known;
  cache.set(fn, new Set());
  // Far down a chain of helpers a parameter is taken to be handed on.
  if (depth >= 60) return new Set(fn.ir.params.map((variable) => fn.module.variableBase + variable));
  depth++;
  const found = outwardVariables(act, fn);
  depth--;
  cache.set(fn, found);
  return found;
}

function outwardVariables(act: Activation, fn: FunctionInfo): Set<number> {
  const base = fn.module.variableBase;
  const outward = new Set<number>();
  // What a temporary was read from: a captured variable or something inside it.
  const sources = new Map<number, number>();
  const origin = (variable: number): number => sources.get(variable) ?? variable;
  const names = new Map<number, string>();
  const give = (variable: number): void => void outward.add(base + origin(variable));
  for (const block of fn.ir.blocks) {
    for (const instruction of block.instructions) noteInstruction(act, fn, instruction, sources, origin, give, outward, names);
    if (block.terminator.op === "return" && block.terminator.value !== null) give(block.terminator.value);
  }
  return outward;
}

function noteInstruction(act: Activation, fn: FunctionInfo, instruction: Instruction, sources: Map<number, number>, origin: (variable: number) => number, give: (variable: number) => void, outward: Set<number>, names: Map<number, string>): void {
  switch (instruction.op) {
    case "copy":
    case "take":
      sources.set(instruction.to, origin(instruction.from));
      return;
    case "global":
      names.set(instruction.to, instruction.name);
      return;
    case "load":
      if (typeof instruction.key === "string" && names.has(instruction.object)) names.set(instruction.to, `${names.get(instruction.object)}.${instruction.key}`);
      sources.set(instruction.to, origin(instruction.object));
      return;
    case "next":
      sources.set(instruction.to, origin(instruction.iterator));
      return;
    case "iterate":
      sources.set(instruction.to, origin(instruction.from));
      return;
    case "store":
      give(instruction.from);
      return;
    case "closure": {
      const inner = fn.module.functions[instruction.function];
      if (inner) for (const variable of handsOn(act, inner)) outward.add(variable);
      return;
    }
    case "construct":
      for (const arg of instruction.args) give(arg.value);
      return;
    case "call":
      return noteCall(act, fn, instruction, names, give);
  }
}

function noteCall(act: Activation, fn: FunctionInfo, instruction: Extract<Instruction, { op: "call" }>, names: ReadonlyMap<number, string>, give: (variable: number) => void): void {
  const { target, first } = targetOf(act, instruction);
  const { contract, body } = behind(act, fn, target, first > 0 ? nameOf(fn, target, names) : instruction.calleeName);
  if (instruction.receiver !== null && first === 0 && !contract) give(instruction.receiver);
  if (first === 0 && !contract) give(instruction.callee);
  const looks = act.engine.onlyLooks(names.get(instruction.callee) ?? "", instruction.method);
  instruction.args.slice(first).forEach((arg, index) => {
    const parameter = body?.ir.params[index];
    if (body && !arg.spread ? parameter === undefined || handsOn(act, body).has(body.module.variableBase + parameter) : contract ? takes(contract, index) : !looks) give(arg.value);
  });
}

// `f.call(self, a)` and `f.bind(self, a)` speak of `f`, whose arguments begin with the second.
function targetOf(act: Activation, { callee, receiver, method }: Extract<Instruction, { op: "call" }>): { readonly target: number; readonly first: number } {
  const model = method === null ? undefined : act.engine.program.language.methods.get(method);
  return receiver !== null && model?.kind === "invoke" && model.style !== "apply" ? { target: receiver, first: 1 } : { target: callee, first: 0 };
}

function nameOf(fn: FunctionInfo, variable: number, names: ReadonlyMap<number, string>): string {
  const name = names.get(variable) ?? fn.module.ir.variables[variable]!.name;
  return name.slice(name.lastIndexOf(".") + 1);
}

// What is called: a function of the program, or a native one, by what the variable holds or else by its name.
function behind(act: Activation, fn: FunctionInfo, variable: number, name: string): { readonly contract: FunctionContract | undefined; readonly body: FunctionInfo | undefined } {
  const { engine } = act;
  const known = engine.index.functionBehind(fn.module, variable) ?? settledValue(engine, fn.module.variableBase + variable);
  if (known?.kind === "function" && known.fn.ir.hasBody) return { contract: undefined, body: known.fn };
  return { contract: known?.kind === "native" ? engine.contracts.function(known.ref.name) : engine.contractOf(name), body: undefined };
}

function takes({ effects }: FunctionContract, index: number): boolean {
  return effects.some((effect) => (effect.kind === "release" || effect.kind === "transfer") && effect.param === index);
}
