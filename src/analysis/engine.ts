import type { Contracts, FunctionContract } from "../contracts/model.js";
import type { Incomplete, RuleId, Site, StepKind } from "../findings.js";
import type { BuiltinModel, LanguageModel } from "../ir/language.js";
import type { BlockId, NativeRef, Program, SourceRange } from "../ir/types.js";
import { Activation, type Outcome, type Position } from "./activation.js";
import { Budget, type Limits } from "./budget.js";
import { countersOf, type Counters } from "./counters.js";
import { DeclaredTypes } from "./declared.js";
import { Effects } from "./effects.js";
import { FieldFlow } from "./field-flow.js";
import { Frames } from "./frames.js";
import type { Graph } from "./graph.js";
import { graphOf } from "./graph.js";
import { Lasting } from "./lasting.js";
import { another } from "./lengths.js";
import { ProgramIndex } from "./program.js";
import { State, type Event, type JsRecord, type NativeObject, type Token, type Trace } from "./state.js";
import { forgetWalk } from "./walks.js";
import { entity, type ClassValue, type FunctionInfo, type ModuleInfo, type Value } from "./values.js";

export interface AnalysisOptions extends Limits {
  /** Effects that the table marks `strict` with certainty `may` apply too. */
  readonly strict: boolean;
  /** Leaks on paths that exist only because a call may throw are reported. */
  readonly checkThrowingCalls: boolean;
  /** What `flush` of a context does to borrows from live connections. */
  readonly flush: "manual" | "observed";
  /** Told of each state before each instruction (the terminator comes last): for looking inside. */
  readonly observe?: Observer;
}

export type Observer = (fn: FunctionInfo, block: BlockId, index: number, state: State) => void;

/** A violation as the analysis saw it, before it is put into words. */
export interface RawFinding {
  readonly rule: RuleId;
  readonly fn: FunctionInfo;
  /** Where it is reported. */
  readonly primary: Event;
  /** What broke it: the release, the invalidation, the overwrite, the exit. */
  readonly cause: Event | null;
  readonly token: Token | null;
  readonly object: NativeObject | null;
  readonly trace: Trace | null;
  readonly exceptional: "no" | "throw" | "reject" | "call";
  readonly mayThrow: boolean;
  readonly extra: Readonly<Record<string, string>>;
}

/** A reference that was put into a field of an object that outlives the function. */
export interface FieldStore {
  readonly field: string;
  readonly raw: RawFinding;
  /** Noted where the object was shown to code that cannot be seen: this code may give the reference back all the same. */
  readonly shown: boolean;
}

/** One activation for each function and entry state; what they share while a program is followed. */
export class Engine {
  readonly index: ProgramIndex;
  readonly findings: RawFinding[] = [];
  readonly fieldStores: FieldStore[] = [];
  /** Places of stores whose reference this code gave back itself. */
  readonly releasedStores = new Set<string>();
  /** Places where a plain null reaches a test for NULL. */
  readonly plainNullTests = new Set<string>();
  readonly nullTests: { readonly key: string; readonly raw: RawFinding }[] = [];
  readonly incomplete = new Map<string, Incomplete>();
  /** Values of module variables after their module's top-level code has run. */
  readonly moduleCells = new Map<number, Value>();
  /** What closures that modules hold captured of the calls that made them: cell -> content. */
  readonly settledCells = new Map<number, Value>();
  readonly moduleRecords: State;
  /** Objects of top-level code of which all is known while other top-level code runs -> what is known of them from then on. */
  readonly untilModulesFollowed = new Map<number, JsRecord>();
  /** Module constants that hold a native object which their module made: the constant's value -> the object, numbered for the whole program. */
  readonly madeByModules = new Map<number, number>();
  readonly budget: Budget;
  /** Top-level code has run: what module variables hold is known. */
  modulesFollowed = false;
  /** Functions that were followed from at least one entry. */
  readonly followed = new Set<FunctionInfo>();
  readonly #calls = new Map<ModuleInfo, Set<number>>();
  readonly #activations = new Map<string, Activation>();
  readonly #graphs = new Map<FunctionInfo, Graph>();
  readonly #stack: Activation[] = [];
  /** Functions that may reach a native function. */
  get relevant(): ReadonlySet<FunctionInfo> {
    return this.#relevant;
  }
  set relevant(functions: ReadonlySet<FunctionInfo>) {
    this.#relevant = functions;
    this.#effects = new Effects(this.index, functions);
    this.types.follow(functions);
  }
  #relevant: ReadonlySet<FunctionInfo> = new Set();
  #effects: Effects;
  readonly lasting: Lasting;
  readonly types: DeclaredTypes;
  readonly frames = new Frames(this);
  readonly roots: { readonly key: string; readonly start: () => void }[] = [];
  readonly #rootKeys = new Set<string>();
  readonly #globals = new Map<string, number>();
  readonly #globalNames = new Map<number, string>();
  readonly #counters = new Map<FunctionInfo, Counters>();
  /** Functions that run as hooks or registered callbacks: their receiver and arguments are known there. */
  readonly hooked = new Set<FunctionInfo>();
  /** Functions that some path made a value of. */
  readonly made = new Set<FunctionInfo>();

  constructor(
    readonly program: Program,
    readonly contracts: Contracts,
    readonly options: AnalysisOptions,
  ) {
    this.index = new ProgramIndex(program);
    this.moduleRecords = new State(program.language);
    this.lasting = new Lasting(this.index);
    this.types = new DeclaredTypes(program, this.index);
    this.#effects = new Effects(this.index, this.#relevant);
    this.budget = new Budget(options);
  }

  /** Notes a place at which a native function is called, however many paths come by. */
  noteCall(module: ModuleInfo, start: number): void {
    const known = this.#calls.get(module);
    if (known) known.add(start);
    else this.#calls.set(module, new Set([start]));
  }

  /** Places at which native functions are called. */
  get calls(): number {
    return [...this.#calls.values()].reduce((sum, places) => sum + places.size, 0);
  }

  graph(fn: FunctionInfo): Graph {
    let graph = this.#graphs.get(fn);
    if (!graph) this.#graphs.set(fn, (graph = graphOf(fn, (name) => this.nativeName(name) !== null, (key) => this.index.accessors.has(key))));
    return graph;
  }

  /** Activations of the present root. */
  readonly #young: Activation[] = [];

  /** Top-level code goes on to the next row of a table. */
  takeRow(): void {
    if (this.followsRows) this.budget.takeRow();
  }

  /** Top-level code runs in a program that binds by tables: they are followed row by row. */
  get followsRows(): boolean {
    return !this.modulesFollowed && this.index.bindsLate;
  }

  /**
   * A function without natives, called where no pointer is in hand, is not worth its own exploration unless it is
   * small or decides where its caller goes; and no function is once this root has led through much code without a
   * pointer: each is a root itself.
   */
  isPassedOver(fn: FunctionInfo, state: State, args: readonly { readonly value: Value }[]): boolean {
    const passed = this.#isWorthless(fn, state, args);
    if (passed) this.#passedOver.add(fn);
    return passed;
  }

  /** The present root has left it out somewhere: what it asked there is not known, so that it goes another way now says little. */
  wasPassedOver(fn: FunctionInfo): boolean {
    return this.#passedOver.has(fn);
  }

  readonly #passedOver = new Set<FunctionInfo>();

  #isWorthless(fn: FunctionInfo, state: State, args: readonly { readonly value: Value }[]): boolean {
    if (state.tokens.size > 0) return false;
    if (this.budget.lost) return true;
    if (this.relevant.has(fn)) return false;
    if (args.some((arg) => arg.value.kind === "function" || arg.value.kind === "native")) return false;
    return this.budget.strained || this.budget.wandering || !(this.#effects.isSmall(fn) || this.#effects.decide(fn));
  }

  /** Follows a function from an entry state; `deliver` gets each of its outcomes, now or later. Null when the budget for entry states is spent. */
  enter(fn: FunctionInfo, key: number, makeEntry: () => State, deliver: (outcome: Outcome) => void, incoming: readonly number[], matters: boolean, at?: Position): Activation | null {
    const name = `${fn.index}|${key}`;
    let activation = this.#activations.get(name);
    if (activation?.spent && activation.outcomes.length === 0) return null;
    if (!activation) {
      if (this.budget.exhausted) return null;
      // By the names in it a function may have nothing to do with natives.
      if (!this.budget.takeEntry(fn, this.relevant.has(fn) || matters)) {
        this.#passedOver.add(fn);
        if (!this.relevant.has(fn)) return null;
        this.giveUp(fn, "more entry states than are followed");
        return null;
      }
      activation = new Activation(this, fn, incoming, false);
      this.#activations.set(name, activation);
      this.#young.push(activation);
      activation.begin(makeEntry(), at);
      this.#stack.push(activation);
    }
    activation.addWaiter(deliver);
    return activation;
  }

  /** Follows a function of which nothing is known on entry. */
  runRoot(activation: Activation, entry: State | null): void {
    this.budget.begin(activation.fn.ir.id === 0);
    this.#passedOver.clear();
    if (entry) activation.begin(entry);
    this.#stack.push(activation);
    this.drain();
    for (const other of this.#young) other.rest();
    this.#young.length = 0;
  }

  /** Adds a root to be followed after the present ones; a key is followed once. */
  addRoot(key: string, start: () => void): void {
    if (this.#rootKeys.has(key)) return;
    this.#rootKeys.add(key);
    this.roots.push({ key, start });
  }

  /** The cells and objects of top-level code that this path has changed. */
  changedGlobals(state: State): number[] {
    const changed: number[] = [];
    for (const id of state.cells.keys()) if (id < 0) changed.push(id);
    for (const [id, record] of state.records) if (id < 0 && record !== this.moduleRecords.records.get(id) && !isBlank(record) && !state.cells.has(id)) changed.push(id);
    return changed.sort((a, b) => a - b);
  }

  /** Puts an activation that has new work on top. */
  wake(activation: Activation): void {
    if (activation.queued) return;
    activation.queued = true;
    this.#stack.push(activation);
  }

  /** Runs until nothing is left to do: callees before the callers that wait for them. */
  drain(): void {
    for (;;) {
      const activation = this.#stack[this.#stack.length - 1];
      if (!activation) return;
      activation.queued = true;
      if (!activation.step()) {
        const at = this.#stack.lastIndexOf(activation);
        this.#stack.splice(at, 1);
        activation.queued = this.#stack.includes(activation);
      }
    }
  }

  /** C name that a name in the program stands for, by the contracts in force; one leading underscore is an export's decoration. */
  nativeName(name: string): string | null {
    if (name === "") return null;
    if (this.contracts.has(name)) return name;
    return name.startsWith("_") && this.contracts.has(name.slice(1)) ? name.slice(1) : null;
  }

  /** A reference to a native function of which only the name is known. */
  refByName(name: string): NativeRef {
    return { name, binding: "", ineffective: [], workingTest: "", async: false, argumentStyle: "positional" };
  }

  contractOf(name: string): FunctionContract | undefined {
    const native = this.nativeName(name) ?? this.index.fieldBindings.get(name)?.name;
    return native === undefined ? undefined : this.contracts.function(native);
  }

  /** True for a library function that only looks at its arguments. */
  onlyLooks(name: string, method: string | null): boolean {
    const model = this.libraryModel(name) ?? (method === null ? undefined : this.program.language.methods.get(method));
    return model !== undefined && ["inspect", "dereference", "interior", "nullTest", "equals", "assert", "assertEqual"].includes(model.kind);
  }

  /** True for the name of a function that throws unless its argument holds, wherever the program has it from. */
  isAssertion(name: string): boolean {
    return this.program.language.functions.get(name)?.kind === "assert";
  }

  isTrackedFunction(contract: FunctionContract): boolean {
    const classes = [contract.returns?.class, ...contract.params];
    return classes.some((name) => name !== null && name !== undefined && this.contracts.isTracked(name.replace(/\*+$/, "")));
  }

  libraryModel(name: string): BuiltinModel | undefined {
    const { functions } = this.program.language;
    const direct = functions.get(name);
    if (direct) return direct;
    for (let dot = Math.max(name.lastIndexOf("."), name.lastIndexOf(":")); dot > 0; dot = Math.max(name.lastIndexOf(".", dot - 1), name.lastIndexOf(":", dot - 1))) {
      const general = functions.get(`${name.slice(0, dot + 1)}*`);
      if (general) return general;
    }
    return undefined;
  }

  /** True for a name that the language's library, or a part of it, has. */
  isLibrary(name: string): boolean {
    if (this.libraryModel(name) !== undefined || this.program.language.constructors.has(name)) return true;
    return prefixesOf(this.program.language).has(name);
  }

  setGlobal(state: State, name: string, value: Value): void {
    state.setCell(this.#globalCell(name), value);
  }

  globalOf(state: State, name: string): Value | null {
    const known = state.cells.get(this.#globalCell(name));
    if (known) return known;
    const ref = this.index.globalBindings.get(name);
    return ref ? { kind: "native", ref, args: [] } : null;
  }

  /** What a free name stands for that nothing in the program sets: the same unknown wherever it is read. */
  makeGlobal(name: string): Value {
    return entity(this.#globalCell(name), 0, name);
  }

  /** What a module outside the program exports. */
  makeImport(specifier: string, name: string): Value {
    return entity(this.#globalCell(`${specifier}:${name}`), 0, name);
  }

  /** The free name that an entity stands for, or undefined. */
  globalName(id: number): string | undefined {
    return this.#globalNames.get(id);
  }

  #globalCell(name: string): number {
    let cell = this.#globals.get(name);
    if (cell === undefined) {
      cell = -(2_000_000_000 + this.#globals.size);
      this.#globals.set(name, cell);
      this.#globalNames.set(cell, name);
    }
    return cell;
  }

  /** The variables of a function that count. */
  counters(fn: FunctionInfo): Counters {
    let found = this.#counters.get(fn);
    if (!found) this.#counters.set(fn, (found = countersOf(fn, (variable) => this.#numberOf(fn.module, variable))));
    return found;
  }

  #numberOf(module: ModuleInfo, variable: number): number | undefined {
    if (module.ir.variables[variable]!.owner !== 0) return undefined;
    const settled = this.moduleCells.get(module.variableBase + variable);
    return settled?.kind === "constant" && typeof settled.value === "number" ? settled.value : undefined;
  }

  classValue(module: ModuleInfo, id: number): ClassValue | null {
    return this.index.classValue(module, id);
  }

  typeOf(module: ModuleInfo, variable: number): ClassValue | null {
    return this.index.classOf(module, variable);
  }

  /** Fields in which classes keep records of native functions, once top-level code has been followed. */
  tableNames: ReadonlySet<string> = new Set();

  /** Whether the content of a field may be given back, or handed on, anywhere in the program. `className`: of the content. */
  isFieldReleased(field: string, className: string | null): boolean {
    return (this.#flow ??= new FieldFlow(this)).mayBeGivenBack(field, className);
  }

  #flow: FieldFlow | null = null;

  /** The name of the field through which a container was reached, or "". */
  fieldName(value: Value): string {
    return value.kind === "entity" && this.index.fields.containers.has(value.hint) ? value.hint : "";
  }

  /** Other code has run: what it may have written in shared records and module variables is no longer known. */
  forgetShared(state: State): void {
    for (const [id, record] of state.records) {
      if (!record.shared || record.kind === "exports") continue;
      for (const [key, value] of record.fields) {
        if (!this.index.fields.written.has(key)) continue;
        if (value.kind === "constant" || value.kind === "expression" || (value.kind === "entity" && !state.objects.has(value.id) && !state.records.has(value.id))) state.setField(id, key, another(state, key, value));
      }
      if (record.overflow) forgetWalk(state, entity(id));
    }
    for (const [cell, value] of state.cells) {
      if (cell >= 0 || !this.index.writtenElsewhere.has(-cell)) continue;
      if (value.kind === "constant" || value.kind === "expression") state.setCell(cell, state.unknown());
    }
  }

  /** True for a class none of whose methods can reach a native function: its objects are no more than records. */
  isMute(cls: Value | null): boolean {
    if (cls?.kind !== "class") return false;
    let known = this.#mute.get(cls.statics);
    if (known === undefined) this.#mute.set(cls.statics, (known = this.#cannotRelease(cls)));
    return known;
  }

  readonly #mute = new Map<number, boolean>();

  #cannotRelease(start: ClassValue): boolean {
    for (let cls: Value | null = start; cls; cls = cls.superclass) {
      if (cls.kind !== "class") return false;
      const { ir, module } = cls;
      const makers = [ir.constructor, ir.fieldInitializer].map((id) => (id === null ? undefined : module.functions[id]));
      // A function that the object is made with is a method as well.
      if (makers.some((fn) => fn?.ir.blocks.some(({ instructions }) => instructions.some(({ op }) => op === "closure")))) return false;
      if (ir.members.some((member) => !member.static && this.relevant.has(module.functions[member.function]!))) return false;
    }
    return true;
  }

  /** True for a function that a call was followed into. */
  wasEntered(fn: FunctionInfo): boolean {
    return this.budget.hasEntries(fn);
  }

  isIncomplete(fn: FunctionInfo): boolean {
    return [...this.incomplete.values()].some(({ file, function: name }) => file === fn.module.ir.id && name === fn.ir.name);
  }

  giveUp(fn: FunctionInfo, reason: string): void {
    const key = `${fn.module.ir.id}:${fn.ir.name}:${reason}`;
    if (!this.incomplete.has(key)) this.incomplete.set(key, { file: fn.module.ir.id, function: fn.ir.name, reason });
  }

  /** A class whose references are counted: those judged, and those that own them. */
  isCounted(name: string | null): boolean {
    return name !== null && (this.contracts.isTracked(name) || (this.contracts.class(name)?.primary ?? false));
  }
}

/** Operator of what a function gives that was passed over, before its number. */
export const answerOf = "call ";

const knownPrefixes = new WeakMap<LanguageModel, ReadonlySet<string>>();

// The names of which a library function's or class's name is a member: `a.b` has `a`.
function prefixesOf(language: LanguageModel): ReadonlySet<string> {
  const known = knownPrefixes.get(language);
  if (known) return known;
  const prefixes = new Set<string>();
  for (const key of [...language.functions.keys(), ...language.constructors.keys()]) {
    for (let at = 0; at < key.length; at++) if (key[at] === "." || key[at] === ":") prefixes.add(key.slice(0, at));
  }
  knownPrefixes.set(language, prefixes);
  return prefixes;
}

/** True for a record that says nothing but that there is an object. */
export function isBlank(record: JsRecord): boolean {
  return record.kind === "open" && record.fields.size === 0 && record.items.length === 0 && record.computed.length === 0;
}

export function siteOf(module: ModuleInfo, range: SourceRange): Site {
  return { file: module.ir.id, start: range.start, end: range.end };
}

export function makeEvent(kind: StepKind, site: Site, text: string, by = ""): Event {
  return { kind, site, text, by, inner: null };
}

/** The event as the caller sees it: at the call. */
export function wrapEvent(call: Event, inner: Event): Event {
  return { ...call, inner };
}
