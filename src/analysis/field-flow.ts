import type { BuiltinModel } from "../ir/language.js";
import type { Argument, Instruction, VariableId } from "../ir/types.js";
import { operandsOf, terminatorOperands } from "../ir/uses.js";
import { instructionsOf } from "./bodies.js";
import type { Engine } from "./engine.js";
import { isCount, isTelling } from "./library.js";
import { settledValue } from "./settled.js";
import type { ClassValue, FunctionInfo, Value } from "./values.js";

type Call = Extract<Instruction, { op: "call" }>;
type Made = Extract<Instruction, { op: "construct" }>;

/** One use of a variable. */
interface Use {
  readonly info: FunctionInfo;
  /** Null: the function returns it. */
  readonly instruction: Instruction | null;
}

/**
 * Whether what lies in a field may be given back somewhere in the program, by names alone: where a variable may hold it, whatever
 * path is taken. Asked where the paths that were followed show no release. An error in saying yes is a finding that is missed, one in
 * saying no a false alarm, so whatever a value may go through is gone through, and code that cannot be seen may give back what it
 * gets. (An inclusion-based analysis without contexts, after Andersen 1994, over one field's content.)
 */
export class FieldFlow {
  readonly #answers = new Map<string, boolean>();
  #program: Names | null = null;

  constructor(readonly engine: Engine) {}

  /** `className`: of what lies in the field; null where that is not known. */
  mayBeGivenBack(field: string, className: string | null): boolean {
    const key = `${field} ${className ?? ""}`;
    let answer = this.#answers.get(key);
    if (answer === undefined) this.#answers.set(key, (answer = new Search(this.engine, (this.#program ??= new Names(this.engine)), className).finds(field)));
    return answer;
  }
}

/** Where the program reads and calls what, by names and by variables (program-wide numbers). */
class Names {
  readonly uses = new Map<number, Use[]>();
  /** What sets a variable; of several the last. */
  readonly makers = new Map<number, Instruction>();
  readonly loads = new Map<string, { readonly info: FunctionInfo; readonly to: VariableId }[]>();
  readonly calls = new Map<string, { readonly info: FunctionInfo; readonly call: Call }[]>();
  /** Reads under keys of the run, and what library functions make of a receiver; `ofReceiver`: of the object whose method it is. */
  readonly computed: { readonly info: FunctionInfo; readonly to: VariableId; readonly ofReceiver: boolean }[] = [];
  /** All texts of the program: such a key may be any of them. */
  readonly texts = new Set<string>();
  readonly iterations: { readonly info: FunctionInfo; readonly to: VariableId }[] = [];
  /** What is put into a field, or into the list or collection in it. */
  readonly stores = new Map<string, { readonly info: FunctionInfo; readonly from: VariableId }[]>();

  /** Methods that put their arguments into a list or a collection: from which argument on. */
  readonly #puts = new Map<string, number>();

  constructor(engine: Engine) {
    const { methods, collectionMethods } = engine.program.language;
    for (const [name, model] of [...methods, ...collectionMethods]) {
      if (model.kind !== "array" && model.kind !== "collection") continue;
      if (model.operation === "push" || model.operation === "unshift" || model.operation === "add") this.#puts.set(name, 0);
      // The first is the key.
      else if (model.operation === "set") this.#puts.set(name, 1);
    }
    for (const info of engine.index.functions) {
      const { variableBase } = info.module;
      for (const instruction of instructionsOf(info.ir)) {
        for (const variable of operandsOf(instruction)) add(this.uses, variableBase + variable, { info, instruction });
        if ("to" in instruction) this.makers.set(variableBase + instruction.to, instruction);
        if (instruction.op === "load" && typeof instruction.key === "string") add(this.loads, instruction.key, { info, to: instruction.to });
        if (instruction.op === "load" && typeof instruction.key !== "string") this.computed.push({ info, to: instruction.to, ofReceiver: instruction.object === info.ir.receiver });
        if (instruction.op === "call" && instruction.args.some(({ value }) => value === info.ir.receiver)) this.computed.push({ info, to: instruction.to, ofReceiver: true });
        if (instruction.op === "constant" && typeof instruction.value === "string") this.texts.add(instruction.value);
        if (instruction.op === "iterate") this.iterations.push({ info, to: instruction.to });
        if (instruction.op === "call") add(this.calls, instruction.calleeName, { info, call: instruction });
        const put = this.putBy(info, instruction);
        for (const from of put?.values ?? []) add(this.stores, put!.field, { info, from });
      }
      for (const { terminator } of info.ir.blocks) {
        if (terminator.op === "return") for (const variable of terminatorOperands(terminator)) add(this.uses, variableBase + variable, { info, instruction: null });
      }
    }
  }

  /** `this.last = node`, `this.all.push(node)`. */
  putBy({ module }: FunctionInfo, instruction: Instruction): Put | null {
    if (instruction.op === "store") return typeof instruction.key === "string" && !isPosition(instruction.key) ? { field: instruction.key, values: [instruction.from] } : null;
    const puts = instruction.op === "call" && instruction.method !== null ? this.#puts.get(instruction.method) : undefined;
    if (puts === undefined || instruction.op !== "call" || instruction.receiver === null) return null;
    const holder = this.makers.get(module.variableBase + instruction.receiver);
    return holder?.op === "load" && typeof holder.key === "string" ? { field: holder.key, values: instruction.args.slice(puts).map(({ value }) => value) } : null;
  }
}

/** The field that an instruction puts something into, and what; null for any other. */
interface Put {
  readonly field: string;
  readonly values: readonly VariableId[];
}

function add<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const known = lists.get(key);
  if (known) known.push(item);
  else lists.set(key, [item]);
}

/** More names than this are not looked at: what they hold may be given back, for all that is known. */
const enough = 20_000;

class Search {
  /** Variables that may hold an element, or what holds one; false: only what the program asks of it, as a key. */
  readonly #variables = new Map<number, boolean>();
  readonly #fields = new Set<string>();
  readonly #stored = new Set<number>();
  readonly #returning = new Set<FunctionInfo>();
  readonly #pending: number[] = [];
  #found = false;

  constructor(
    readonly engine: Engine,
    readonly names: Names,
    readonly className: string | null,
  ) {}

  finds(field: string): boolean {
    this.#field(field);
    for (let steps = 0; !this.#found; steps++) {
      const number = this.#pending.pop();
      if (number === undefined) return false;
      if (steps > enough) return true;
      for (const use of this.names.uses.get(number) ?? []) this.#follow(use, number, this.#variables.get(number)!);
    }
    return true;
  }

  #mark(info: FunctionInfo, variable: VariableId, element = true): void {
    const number = info.module.variableBase + variable;
    const known = this.#variables.get(number);
    if (known === true || known === element) return;
    this.#variables.set(number, element);
    this.#pending.push(number);
    // Other modules may read it, some of which nobody sees.
    if (element && info.module.ir.exports.some((entry) => entry.kind === "variable" && entry.variable === variable)) this.#found = true;
  }

  #field(key: string): void {
    if (this.#fields.has(key)) return;
    this.#fields.add(key);
    for (const { info, to } of this.names.loads.get(key) ?? []) this.#mark(info, to);
    const stores = this.names.stores.get(key) ?? [];
    const classes = new Set(stores.map(({ info }) => classOf(info)));
    for (const { info, to, ofReceiver } of this.names.computed) if (this.names.texts.has(key) || (ofReceiver && classes.has(classOf(info)))) this.#mark(info, to);
    for (const { info, from } of stores) this.#elsewhere(info, from);
  }

  // What lies in a field may lie in others as well: who put it there did so with each of them.
  #elsewhere(info: FunctionInfo, variable: VariableId): void {
    const number = info.module.variableBase + variable;
    if (this.#stored.has(number)) return;
    this.#stored.add(number);
    if (this.names.makers.get(number)?.op === "constant") return;
    for (const { info: user, instruction } of this.names.uses.get(number) ?? []) {
      if (instruction?.op === "copy") this.#elsewhere(user, instruction.to);
      const put = instruction && this.names.putBy(user, instruction);
      if (put?.values.some((value) => user.module.variableBase + value === number)) this.#field(put.field);
    }
  }

  #follow({ info, instruction }: Use, number: number, element: boolean): void {
    const is = (variable: VariableId | null): boolean => variable !== null && info.module.variableBase + variable === number;
    switch (instruction?.op) {
      case undefined:
        return this.#return(info, element);
      case "copy":
      case "take":
      case "await":
      case "iterate":
      case "bind":
      case "next":
        return this.#mark(info, instruction.to, element);
      case "load":
        if (is(instruction.object) && element && !(typeof instruction.key === "string" && isCount(this.engine.program.language, instruction.key))) this.#mark(info, instruction.to, !this.#isKeyOfPair(info, instruction.object, instruction.key));
        return;
      case "store":
        if (!is(instruction.from) || !element) return;
        if (typeof instruction.key === "string" && !isPosition(instruction.key)) this.#field(instruction.key);
        return this.#putInto(info, instruction.object);
      case "append":
      case "spread":
        if (is(instruction.from) && element) this.#putInto(info, instruction.object);
        return;
      case "yield":
        return this.#return(info, element);
      case "call":
        return this.#call(info, instruction, is, element);
      case "construct":
        return this.#construct(info, instruction, is, element);
      case "superCall": {
        const cls = this.engine.index.classValue(info.module, instruction.class)?.superclass;
        if (cls?.kind === "class") this.#give(constructorOf(cls), instruction.args, is, element);
        else if (element) this.#found = true;
        return;
      }
      case "unknown":
      case "storeGlobal":
        if (element) this.#found = true;
        return;
      default:
    }
  }

  // Of an entry of a map the first part is its key, where the second is read as well.
  #isKeyOfPair(info: FunctionInfo, object: VariableId, key: unknown): boolean {
    if (key !== "0") return false;
    return this.names.uses.get(info.module.variableBase + object)!.some(({ instruction }) => instruction?.op === "load" && instruction.object === object && instruction.key === "1");
  }

  // An object that has it now, and the field that the object lies in.
  #putInto(info: FunctionInfo, object: VariableId): void {
    this.#mark(info, object);
    let variable = object;
    for (let steps = 0; steps < 16; steps++) {
      const maker = this.names.makers.get(info.module.variableBase + variable);
      if (maker?.op === "load" && typeof maker.key === "string" && !isPosition(maker.key)) this.#field(maker.key);
      if (maker?.op === "load") variable = maker.object;
      else if (maker?.op === "copy" || maker?.op === "take") variable = maker.from;
      else if (maker?.op === "call" && maker.receiver !== null) variable = maker.receiver;
      else return;
      this.#mark(info, variable);
    }
  }

  // Whoever calls it, by name, or reads it where it is an accessor.
  #return(info: FunctionInfo, element: boolean): void {
    if (!element || this.#returning.has(info)) return;
    this.#returning.add(info);
    const { name } = info.ir;
    const own = name.slice(name.lastIndexOf(".") + 1);
    for (const { info: caller, call } of this.names.calls.get(own) ?? []) this.#mark(caller, call.to);
    for (const { info: reader, to } of this.names.loads.get(own) ?? []) if (this.engine.index.accessors.has(own)) this.#mark(reader, to);
    // Whoever goes over an object calls it.
    if (own === "@@iterator" || own === "@@asyncIterator" || own === "next") for (const { info: user, to } of this.names.iterations) this.#mark(user, to);
  }

  #call(info: FunctionInfo, call: Call, is: (variable: VariableId | null) => boolean, element: boolean): void {
    const native = this.#nativeAt(info, call.callee, call.calleeName);
    if (native !== null) {
      if (call.args.some(({ value }, index) => is(value) && this.#takes(native, index))) this.#found = true;
      return;
    }
    const bodies = this.#bodiesAt(info, call);
    for (const body of bodies) this.#give(body, call.args, is, element);
    const isArgument = call.args.some(({ value }) => is(value));
    const isBuiltin = this.#isBuiltin(info, call);
    if (!element) return;
    // What lies in the field is code that is run, or has a method that nobody sees.
    if ((call.receiver === null && is(call.callee)) || (is(call.receiver) && bodies.length === 0 && !isBuiltin)) {
      this.#found = true;
      return;
    }
    if (is(call.receiver) && isBuiltin) return this.#ask(info, call);
    if (!isArgument || isTelling(this.engine.program.language, call.calleeName)) return;
    if (!isBuiltin) {
      if (bodies.length === 0) this.#found = true;
      return;
    }
    // What a function of the library is given, it may give again, or put into its object.
    this.#mark(info, call.to);
    if (call.receiver !== null) this.#putInto(info, call.receiver);
    this.#handOn(info, call);
  }

  // A method of what holds the elements: it gives some of them, also to functions that it is given, and is asked about others.
  #ask(info: FunctionInfo, call: Call): void {
    const { collectionMethods } = this.engine.program.language;
    const model = call.method === null ? undefined : collectionMethods.get(call.method);
    if (model?.kind !== "collection" || model.operation !== "keys") this.#mark(info, call.to);
    for (const { value } of call.args) this.#mark(info, value, false);
    this.#handOn(info, call);
  }

  // Functions among the arguments are called with elements. What is given for one and is not known may be any.
  #handOn(info: FunctionInfo, { method, args }: Call): void {
    const { methods, collectionMethods } = this.engine.program.language;
    const { callback, element } = (method === null ? null : (callbackOf(methods.get(method)) ?? callbackOf(collectionMethods.get(method)))) ?? { callback: null, element: 0 };
    for (const [index, { value }] of args.entries()) {
      const native = this.#nativeAt(info, value, "");
      const body = this.#functionAt(info, value);
      if (native === null ? !body && index === callback : this.#takes(native, element)) this.#found = true;
      body?.ir.params.forEach((parameter, position) => this.#mark(body, parameter, position === element));
    }
  }

  #construct(info: FunctionInfo, made: Made, is: (variable: VariableId | null) => boolean, element: boolean): void {
    const cls = this.engine.index.classOf(info.module, made.callee);
    if (cls) return this.#give(constructorOf(cls), made.args, is, element);
    const isBuiltin = this.engine.program.language.constructors.has(this.#pathOf(info, made.callee));
    if (!element) return;
    if (isBuiltin) this.#mark(info, made.to);
    else if (made.args.some(({ value }) => is(value))) this.#found = true;
  }

  // The parameters of a function of the program get what its call is given.
  #give(body: FunctionInfo | undefined, args: readonly Argument[], is: (variable: VariableId | null) => boolean, element: boolean): void {
    if (!body) return;
    if (!body.ir.hasBody) {
      if (element && args.some(({ value }) => is(value))) this.#found = true;
      return;
    }
    const first = args.findIndex(({ spread }) => spread);
    args.forEach(({ value }, index) => {
      if (!is(value)) return;
      const { params, rest } = body.ir;
      // Behind a spread argument nobody counts.
      const from = first >= 0 && first <= index ? first : index;
      const to = first >= 0 && first <= index ? params.length - 1 : index;
      for (let at = from; at <= to; at++) {
        const parameter = params[rest ? Math.min(at, params.length - 1) : at];
        if (parameter !== undefined) this.#mark(body, parameter, element);
      }
    });
  }

  #nativeAt(info: FunctionInfo, callee: VariableId, calleeName: string): string | null {
    const held = this.#heldBy(info, callee);
    if (held?.kind === "native") return held.ref.name;
    if (held) return null;
    const path = calleeName === "" ? this.#pathOf(info, callee) : calleeName;
    const name = path.slice(path.lastIndexOf(".") + 1);
    return this.engine.index.hasFunctionNamed(name) ? null : (this.engine.contractOf(name)?.name ?? null);
  }

  // What a variable holds whatever path is taken, or once top-level code has run.
  #heldBy({ module }: FunctionInfo, variable: VariableId): Value | undefined {
    return this.engine.index.functionBehind(module, variable) ?? settledValue(this.engine, module.variableBase + variable);
  }

  // A function that takes an object of another class is not meant for this one.
  #takes(native: string, index: number): boolean {
    const contract = this.engine.contracts.function(native);
    if (!contract) return true;
    const wanted = contract.params[index] ?? null;
    const isMeant = this.className === null || wanted === null || wanted === this.className;
    return isMeant && contract.effects.some((effect) => (effect.kind === "release" || effect.kind === "transfer") && effect.param === index);
  }

  #functionAt(info: FunctionInfo, variable: VariableId): FunctionInfo | undefined {
    const held = this.#heldBy(info, variable);
    if (held?.kind === "function") return held.fn;
    const maker = this.names.makers.get(info.module.variableBase + variable);
    return maker?.op === "closure" ? info.module.functions[maker.function] : undefined;
  }

  #bodiesAt(info: FunctionInfo, call: Call): readonly FunctionInfo[] {
    const held = this.#functionAt(info, call.callee);
    return held ? [held] : call.method === null ? [] : this.engine.index.functionsNamed(call.calleeName);
  }

  #isBuiltin(info: FunctionInfo, { callee, receiver, method }: Call): boolean {
    const { methods, collectionMethods } = this.engine.program.language;
    if (receiver !== null && method !== null && (methods.has(method) || collectionMethods.has(method) || method.startsWith("@@"))) return true;
    return this.engine.isLibrary(this.#pathOf(info, callee));
  }

  // `console.log`: the names by which a variable was reached from a free name.
  #pathOf(info: FunctionInfo, variable: VariableId): string {
    const maker = this.names.makers.get(info.module.variableBase + variable);
    if (maker?.op === "global") return maker.name;
    if (maker?.op === "load" && typeof maker.key === "string") {
      const before = this.#pathOf(info, maker.object);
      return before === "" ? maker.key : `${before}.${maker.key}`;
    }
    return maker?.op === "copy" ? this.#pathOf(info, maker.from) : "";
  }
}

// The class that a function belongs to, by its number in the program.
function classOf({ module, ir }: FunctionInfo): string {
  return `${module.index}.${ir.class}`;
}

// Which argument is a function that is called with elements, and which of its parameters gets them.
function callbackOf(model: BuiltinModel | undefined): { readonly callback: number; readonly element: number } | null {
  if (model?.kind === "eachElement") return { callback: model.callback, element: model.elementParam };
  return (model?.kind === "array" || model?.kind === "collection") && model.operation === "forEach" ? { callback: 0, element: 0 } : null;
}

// A class without a constructor has that of the class above.
function constructorOf(start: ClassValue): FunctionInfo | undefined {
  for (let cls: Value | null = start; cls?.kind === "class"; cls = cls.superclass) if (cls.ir.constructor !== null) return cls.module.functions[cls.ir.constructor];
  return undefined;
}

function isPosition(key: string): boolean {
  return /^\d+$/.test(key);
}
