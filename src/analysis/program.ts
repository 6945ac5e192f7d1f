import { defaultExport, namespaceExport, wholeModule } from "../ir/exports.js";
import type { Instruction, NativeRef, Program } from "../ir/types.js";
import { isBind } from "./library.js";
import { StoredFields } from "./stored-fields.js";
import { Temporaries } from "./temporaries.js";
import { constant, functionValue, noCells, type ClassValue, type FunctionInfo, type ModuleInfo, type Value } from "./values.js";

/** The program with program-wide numbers, and what can be read off it without following any path. */
export class ProgramIndex {
  readonly modules: ModuleInfo[] = [];
  readonly byId = new Map<string, ModuleInfo>();
  readonly functions: FunctionInfo[] = [];
  /** Variables that hold one function or native function whatever path is taken. */
  readonly staticValues = new Map<number, Value>();
  /** Field name -> the native function that every binding of that name binds, or null where they differ. */
  readonly fieldBindings = new Map<string, NativeRef | null>();
  /** Variables that are other names for the receiver of a function: program-wide number -> the receiver's variable. */
  readonly selves = new Map<number, number>();
  /** Variables that hold a member of something for good: program-wide number -> the variable of the object, and the member's name. */
  readonly members = new Map<number, { readonly object: number; readonly key: string }>();
  /** Names of accessors of classes. */
  readonly accessors = new Set<string>();
  /** Names of members of classes, and of fields that classes fill with functions of their own. */
  readonly memberKeys = new Set<string>();
  /** Names of all fields that some code reads or writes by name. */
  readonly fieldNames = new Set<string>();
  /** Variables that a function other than their owner writes. */
  readonly writtenElsewhere = new Set<number>();
  /** Some function is bound by a text that only a run of the program tells: by rows of a table, as a rule. */
  bindsLate = false;
  /** What classes and other code put into fields. */
  readonly fields: StoredFields;
  /** Implicit globals that hold one native function. */
  readonly globalBindings = new Map<string, NativeRef | null>();

  constructor(readonly program: Program) {
    this.fields = new StoredFields(program.language, { isConstructor: (info) => this.#isConstructor(info), isSelf: (number, receiver) => this.selves.get(number) === receiver, classIn: (module, variable) => this.#classVariables.get(module.variableBase + variable)?.class ?? null, maker: (number) => this.#makers.get(number), callee: (number) => this.#callees.get(number) });
    let variableBase = 1;
    for (const id of [...program.modules.keys()].sort()) {
      const ir = program.modules.get(id)!;
      const module: ModuleInfo = { index: this.modules.length, ir, variableBase, functions: [] };
      for (const fn of ir.functions) {
        const info: FunctionInfo = { index: this.functions.length, module, ir: fn };
        module.functions.push(info);
        this.functions.push(info);
      }
      variableBase += ir.variables.length;
      this.modules.push(module);
      this.byId.set(id, module);
    }
    for (const module of this.modules) {
      this.#scan(module);
      for (const cls of module.ir.classes) {
        for (const member of cls.members) {
          this.memberKeys.add(member.key);
          if (member.kind !== "method") this.accessors.add(member.key);
        }
      }
    }
    for (const place of this.fields.closures.keys()) this.memberKeys.add(place.slice(place.lastIndexOf(".") + 1));
    this.fields.finish();
  }

  readonly #classes = new Map<number, ClassValue>();
  readonly #classVariables = new Map<number, { module: ModuleInfo; class: number }>();
  readonly #classSupers = new Map<string, number | null>();
  readonly #imports = new Map<number, { module: ModuleInfo; specifier: string; name: string }>();

  /** The entity of a class's static fields: one for each class of top-level code. */
  staticsOf(module: ModuleInfo, id: number): number {
    return -(1_000_000_000 + module.variableBase * 4 + id);
  }

  /** The function or native that a variable holds whatever path is taken, through imports. */
  functionBehind(module: ModuleInfo, variable: number): Value | undefined {
    const number = module.variableBase + variable;
    const imported = this.#imports.get(number);
    const found = imported ? this.exported(imported.module, imported.specifier, imported.name) : null;
    return this.staticValues.get(found?.kind === "variable" ? found.module.variableBase + found.variable : number);
  }

  /** The class that a variable is declared to hold an instance of, or null. */
  declaredClass(number: number): ClassValue | null {
    const found = this.#variableTypes.get(number);
    return found ? this.classOf(found.module, found.variable) : null;
  }

  readonly #variableTypes = new Map<number, { module: ModuleInfo; variable: number }>();

  /** The class that a variable of a module holds whatever path is taken, through imports; null when that cannot be told. */
  classOf(module: ModuleInfo, variable: number, depth = 0): ClassValue | null {
    if (depth > 20) return null;
    const number = module.variableBase + variable;
    const direct = this.#classVariables.get(number);
    if (direct) return this.classValue(direct.module, direct.class, depth);
    const imported = this.#imports.get(number);
    const found = imported && this.exported(imported.module, imported.specifier, imported.name);
    return found?.kind === "variable" ? this.classOf(found.module, found.variable, depth + 1) : null;
  }

  /** A class by its number, as a value that no path has to be followed for. */
  classValue(module: ModuleInfo, id: number, depth = 0): ClassValue | null {
    const statics = this.staticsOf(module, id);
    const known = this.#classes.get(statics);
    if (known) return known;
    const ir = module.ir.classes[id];
    if (!ir) return null;
    const parent = this.#classSupers.get(`${module.index}.${id}`);
    const superclass = parent === undefined || parent === null ? null : (this.classOf(module, parent, depth + 1) ?? unknownClass);
    const value: ClassValue = { kind: "class", ir, module, superclass, cells: noCells, statics };
    this.#classes.set(statics, value);
    return value;
  }

  /** Notes a class as top-level code made it: its superclass may come out of an expression. */
  settleClass(value: ClassValue): void {
    if (value.superclass?.kind !== "class") return;
    this.#classes.set(value.statics, { ...value, cells: noCells });
    this.revision++;
  }

  /** Changes with what is told of classes after the text was read. */
  revision = 0;

  /** The cell of a captured variable of top-level code: one for the whole program. */
  moduleCell(variable: number): number {
    return -variable;
  }

  variable(number: number): { module: ModuleInfo; id: number } {
    let low = 0, high = this.modules.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.modules[middle]!.variableBase <= number) low = middle;
      else high = middle - 1;
    }
    const module = this.modules[low]!;
    return { module, id: number - module.variableBase };
  }

  #scan(module: ModuleInfo): void {
    for (const binding of module.ir.fieldBindings) {
      const key = binding.key;
      const known = this.fieldBindings.get(key);
      if (known === undefined) this.fieldBindings.set(key, binding.ref);
      else if (known?.name !== binding.ref?.name) this.fieldBindings.set(key, null);
    }
    this.#noteCalledAtOnce(module);
    const natives = new Map<number, NativeRef | null>();
    const rebound = new Set<number>();
    const temporaries = new Temporaries(module.ir.variables.length);
    for (const info of module.functions) {
      temporaries.begin();
      for (const block of info.ir.blocks) {
        for (const instruction of block.instructions) this.#scanInstruction(info, instruction, temporaries, natives, rebound);
      }
    }
    for (const variable of [...rebound, ...natives.keys()]) this.#memos.delete(module.variableBase + variable);
    for (const [variable, ref] of natives) {
      if (ref && !rebound.has(variable)) this.staticValues.set(module.variableBase + variable, { kind: "native", ref, args: [] });
    }
  }

  /** What a variable holds where the function that reads it binds a native function for it, if it is empty; undefined for other variables. */
  emptyMemo(number: number, reader: FunctionInfo): Value | undefined {
    return this.#memos.get(number)?.has(reader) ? constant(this.#emptied.has(number) ? null : undefined) : undefined;
  }

  /** Variables that hold nothing but what functions bind for them: program-wide number -> those functions. */
  readonly #memos = new Map<number, Set<FunctionInfo>>();
  /** Variables that some code sets to null. */
  readonly #emptied = new Set<number>();

  /** Functions that top-level code makes only to call them where they stand. */
  readonly #calledAtOnce = new Set<FunctionInfo>();

  #noteCalledAtOnce(module: ModuleInfo): void {
    const around = [module.functions[0]!];
    for (const { ir } of around) {
      const made = new Map<number, number>();
      for (const { instructions } of ir.blocks) {
        for (const instruction of instructions) {
          if (instruction.op === "closure" && module.ir.variables[instruction.to]!.name === "") made.set(instruction.to, instruction.function);
          const called = instruction.op === "call" ? made.get(instruction.callee) : undefined;
          if (called !== undefined) around.push(module.functions[called]!);
        }
      }
    }
    for (const fn of around) this.#calledAtOnce.add(fn);
  }

  #scanInstruction(info: FunctionInfo, instruction: Instruction, temporaries: Temporaries, natives: Map<number, NativeRef | null>, rebound: Set<number>): void {
    const { module } = info;
    const variables = module.ir.variables;
    if ("to" in instruction && variables[instruction.to]!.owner !== info.ir.id) this.writtenElsewhere.add(module.variableBase + instruction.to);
    if (instruction.op === "load" && typeof instruction.key === "string") {
      const known = this.#readers.get(instruction.key);
      this.#readers.set(instruction.key, known === undefined || known === info ? info : "many");
    }
    if ((instruction.op === "load" || instruction.op === "store") && typeof instruction.key === "string") this.fieldNames.add(instruction.key);
    if (instruction.op === "bind") this.bindsLate = true;
    switch (instruction.op) {
      case "native":
      case "bind":
      case "constant":
        if (instruction.op === "constant" && variables[instruction.to]!.name !== "" && variables[instruction.to]!.constant && variables[instruction.to]!.owner !== 0) this.staticValues.set(module.variableBase + instruction.to, { kind: "constant", value: instruction.value });
        if (variables[instruction.to]?.name === "") temporaries.set(instruction.to, instruction);
        else this.#bind(info, instruction.to, instruction, natives, rebound);
        break;
      case "closure": {
        const variable = variables[instruction.to];
        if (variable && variable.name !== "" && variable.constant) this.staticValues.set(module.variableBase + instruction.to, functionValue(module.functions[instruction.function]!));
        if (variable && variable.name !== "") rebound.add(instruction.to);
        else temporaries.set(instruction.to, instruction);
        break;
      }
      case "copy": {
        const variable = variables[instruction.to];
        if (!variable) break;
        const source = temporaries.get(instruction.from);
        if (variable.constant && module.functions[variables[instruction.from]!.owner]!.ir.receiver === instruction.from) this.selves.set(module.variableBase + instruction.to, instruction.from);
        const imported = this.#imports.get(module.variableBase + instruction.from);
        if (imported && variable.constant) this.#imports.set(module.variableBase + instruction.to, imported);
        const held = this.#classVariables.get(module.variableBase + instruction.from);
        if (held) this.#classVariables.set(module.variableBase + instruction.to, held);
        const maker = this.#makers.get(module.variableBase + instruction.from);
        if (maker !== undefined && variable.constant) this.#makers.set(module.variableBase + instruction.to, maker);
        if (source?.op === "object") this.#noteLocalRecord(info, instruction.to);
        if (variable.name !== "" && variable.owner !== 0) this.fields.noteCopy(module.variableBase + instruction.to, module.variableBase + instruction.from);
        if (variable.name !== "") this.#bind(info, instruction.to, source, natives, rebound);
        else if (source) temporaries.set(instruction.to, source);
        break;
      }
      case "class":
        this.#classSupers.set(`${module.index}.${instruction.class}`, instruction.superclass);
        this.#classVariables.set(module.variableBase + instruction.to, { module, class: instruction.class });
        break;
      case "import":
        this.#imports.set(module.variableBase + instruction.to, { module, specifier: instruction.specifier, name: instruction.name });
        rebound.add(instruction.to);
        break;
      case "typeHint":
        this.#variableTypes.set(module.variableBase + instruction.variable, { module, variable: instruction.class });
        break;
      case "object":
        this.#noteLocalRecord(info, instruction.to);
        this.fields.noteLiteral(module.variableBase + instruction.to, instruction.range);
        if (variables[instruction.to]!.name === "") temporaries.set(instruction.to, instruction);
        else rebound.add(instruction.to);
        break;
      case "call": {
        this.fields.noteCall(instruction, temporaries);
        if (variables[instruction.to]!.name === "") this.#callees.set(module.variableBase + instruction.to, instruction.calleeName);
        if (variables[instruction.to]!.name !== "") rebound.add(instruction.to);
        else if (isBind(this.program.language, instruction.calleeName) || this.fields.makesDictionary(instruction, temporaries)) temporaries.set(instruction.to, instruction);
        break;
      }
      case "construct":
        if (variables[instruction.to]!.name === "" || variables[instruction.to]!.constant) this.#makers.set(module.variableBase + instruction.to, module.variableBase + instruction.callee);
        if (variables[instruction.to]!.name === "") temporaries.set(instruction.to, instruction);
        else rebound.add(instruction.to);
        break;
      case "global":
        if (variables[instruction.to]!.name === "") temporaries.set(instruction.to, instruction);
        else rebound.add(instruction.to);
        break;
      case "load":
        if ((variables[instruction.to]!.name === "" || variables[instruction.to]!.constant) && typeof instruction.key === "string") this.members.set(module.variableBase + instruction.to, { object: module.variableBase + instruction.object, key: instruction.key });
        if (variables[instruction.to]!.name === "") temporaries.set(instruction.to, instruction);
        else rebound.add(instruction.to);
        break;
      case "callback":
        temporaries.set(instruction.to, instruction);
        break;
      case "store":
        this.fields.noteStore(info, instruction, temporaries);
        break;
      case "storeGlobal": {
        const source = temporaries.get(instruction.from);
        const known = this.globalBindings.get(instruction.name);
        if (source?.op === "native") this.globalBindings.set(instruction.name, known === undefined || known?.name === source.ref.name ? source.ref : null);
        else if (!(source?.op === "constant")) this.globalBindings.set(instruction.name, null);
        break;
      }
      default:
        if ("to" in instruction && variables[instruction.to]?.name) rebound.add(instruction.to);
    }
  }

  // What a variable is set to, as far as it may be one function for good.
  #bind(info: FunctionInfo, variable: number, source: Instruction | undefined, natives: Map<number, NativeRef | null>, rebound: Set<number>): void {
    if (source?.op === "native") {
      const known = natives.get(variable);
      natives.set(variable, known === undefined || known?.name === source.ref.name ? source.ref : null);
    } else if (source?.op === "bind") {
      const number = info.module.variableBase + variable;
      const writers = this.#memos.get(number);
      if (writers) writers.add(info);
      else this.#memos.set(number, new Set([info]));
    } else if (source?.op === "constant" && source.value === null) {
      this.#emptied.add(info.module.variableBase + variable);
    } else if (!(source?.op === "constant" && (source.value === null || source.value === undefined))) {
      rebound.add(variable);
    }
  }

  /** Variables of functions (program-wide numbers) that hold one object literal for good. */
  readonly localRecords = new Set<number>();

  #noteLocalRecord({ module }: FunctionInfo, id: number): void {
    const variable = module.ir.variables[id]!;
    if (variable.name !== "" && variable.constant && variable.owner !== 0) this.localRecords.add(module.variableBase + id);
  }

  /** Variables that hold a new object: program-wide number -> the variable called as its constructor. */
  readonly #makers = new Map<number, number>();
  /** Temporary variables that hold the result of a call: program-wide number -> the name of the function. */
  readonly #callees = new Map<number, string>();

  // Code that runs once, before others come to what it makes.
  #isConstructor(info: FunctionInfo): boolean {
    if (this.#calledAtOnce.has(info)) return true;
    const owner = info.ir.class === null ? null : info.module.ir.classes[info.ir.class];
    return info.ir.id === 0 || (owner !== null && owner !== undefined && (owner.constructor === info.ir.id || owner.fieldInitializer === info.ir.id));
  }

  hasFunctionNamed(name: string): boolean {
    return this.functionsNamed(name).length > 0;
  }

  /** Functions and methods whose own name is this one. */
  functionsNamed(name: string): readonly FunctionInfo[] {
    if (this.#named.size === 0) {
      for (const fn of this.functions) {
        const own = fn.ir.name.slice(fn.ir.name.lastIndexOf(".") + 1);
        const known = this.#named.get(own);
        if (known) known.push(fn);
        else this.#named.set(own, [fn]);
      }
    }
    return this.#named.get(name) ?? [];
  }

  readonly #named = new Map<string, FunctionInfo[]>();

  /** True for a field that a function other than `fn` reads. */
  isReadElsewhere(key: string, fn: FunctionInfo): boolean {
    const readers = this.#readers.get(key);
    return readers !== undefined && readers !== fn;
  }

  readonly #readers = new Map<string, FunctionInfo | "many">();

  /** The variable behind an export, followed through re-exports; null when it is not in the program. */
  exported(from: ModuleInfo, specifier: string, name: string): ExportTarget | null {
    const id = this.program.resolve(from.ir.id, specifier);
    const module = id === null ? undefined : this.byId.get(id);
    return module ? this.#lookup(module, name, new Set()) : null;
  }

  /** The same for a module of the program. */
  exportOf(module: ModuleInfo, name: string): ExportTarget | null {
    return this.#lookup(module, name, new Set());
  }

  #lookup(module: ModuleInfo, name: string, seen: Set<string>): ExportTarget | null {
    const mark = `${module.index}:${name}`;
    if (seen.has(mark)) return null;
    seen.add(mark);
    if (name === namespaceExport) return { kind: "namespace", module };
    const direct = module.ir.exports.find((candidate) => candidate.kind !== "star" && candidate.name === name);
    if (direct?.kind === "variable") return { kind: "variable", module, variable: direct.variable };
    if (direct?.kind === "reexport") return this.#through(module, direct.specifier, direct.imported, seen);
    const stars = name === defaultExport ? [] : module.ir.exports.filter((entry) => entry.kind === "star").map((star) => this.#through(module, star.specifier, name, seen));
    const inside = stars.find((found) => found && found.kind !== "outside");
    if (inside) return inside;
    // A property of the one object that the module exports.
    if (module.ir.exports.some((entry) => entry.kind === "variable" && entry.name === wholeModule)) return { kind: "member", module, name };
    return stars.find((found) => found) ?? null;
  }

  #through(module: ModuleInfo, specifier: string, name: string, seen: Set<string>): ExportTarget | null {
    const id = this.program.resolve(module.ir.id, specifier);
    const target = id === null ? undefined : this.byId.get(id);
    return target ? this.#lookup(target, name, seen) : { kind: "outside", specifier, name };
  }

  /** The module that declares what this one exports. */
  descriptionOf(module: ModuleInfo): ModuleInfo | undefined {
    const id = this.program.describedBy?.(module.ir.id) ?? null;
    return id === null ? undefined : this.byId.get(id);
  }

  /** All names that a namespace import of the module shows, as far as the program has them. */
  namesOf(module: ModuleInfo): ReadonlySet<string> {
    const names = new Set<string>();
    const seen = new Set<ModuleInfo>();
    const collect = (from: ModuleInfo): void => {
      if (seen.has(from)) return;
      seen.add(from);
      for (const entry of from.ir.exports) {
        const id = entry.kind === "star" ? this.program.resolve(from.ir.id, entry.specifier) : null;
        const target = id === null ? undefined : this.byId.get(id);
        if (target) collect(target);
        else if (entry.kind !== "star") names.add(entry.name);
      }
    };
    collect(module);
    return names;
  }

  /** Modules with imports before their importers; a circle in the order of names. */
  importsFirst(): ModuleInfo[] {
    const order: ModuleInfo[] = [];
    const seen = new Set<ModuleInfo>();
    for (const root of this.modules) {
      const stack: { module: ModuleInfo; next: number }[] = [{ module: root, next: 0 }];
      if (seen.has(root)) continue;
      seen.add(root);
      while (stack.length > 0) {
        const top = stack[stack.length - 1]!;
        const { imports, id: from } = top.module.ir;
        const specifier = imports[top.next];
        if (top.next++ > imports.length) {
          order.push(top.module);
          stack.pop();
          continue;
        }
        const id = specifier === undefined ? null : this.program.resolve(from, specifier);
        const target = specifier === undefined ? this.descriptionOf(top.module) : id === null ? undefined : this.byId.get(id);
        if (target && !seen.has(target)) {
          seen.add(target);
          stack.push({ module: target, next: 0 });
        }
      }
    }
    return order;
  }
}

/** What an export leads to: `outside` of the program under the name that it has there. */
export type ExportTarget =
  | { readonly kind: "variable"; readonly module: ModuleInfo; readonly variable: number }
  | { readonly kind: "namespace"; readonly module: ModuleInfo }
  | { readonly kind: "member"; readonly module: ModuleInfo; readonly name: string }
  | { readonly kind: "outside"; readonly specifier: string; readonly name: string };

const unknownClass: Value = { kind: "builtin", name: "%unknown", receiver: null };
