import type { BlockId, SourceRange, VariableId } from "../ir/types.js";
import type { Site } from "../findings.js";
import { Alike } from "./alike.js";
import { describe, restrict } from "./canonical.js";
import { capturedValue } from "./captured.js";
import { siteOf, makeEvent, type Engine } from "./engine.js";
import { checkExit, leaveToClasses, leaveToOthers } from "./exits.js";
import { assume, truthOf } from "./facts.js";
import { addPath, anchoredIds, dropComputed, dropDead, dropFields, forgetComparisons, forgetDepths, forgetFacts, forgetThrown, holdsReference, isAhead, keptIds, mostDiverse } from "./forget.js";
import { deathsOf, liveAfter, type Graph } from "./graph.js";
import { freshId, type Event, type JsRecord, type State } from "./state.js";
import { mergeComplements, type Describe } from "./join.js";
import { forgetOwners } from "./owners.js";
import { Outcomes } from "./outcomes.js";
import { selfOf } from "./construction.js";
import { dropListeners } from "./later.js";
import { settleChains, settleNatives } from "./async.js";
import { presenceOf } from "./presence.js";
import { noteNullTest } from "./tests-of-null.js";
import { transfer } from "./transfer.js";
import { waitAt, type Waiting } from "./waiting.js";
import { canWiden, isBare, widen } from "./widen.js";
import { undefinedValue, type FunctionInfo, type Value } from "./values.js";

/** How a function or a call ended. */
export interface Completion {
  readonly kind: "return" | "throw";
  readonly value: Value;
  /** Thrown: by a `throw`, a rejection, or only because a call may throw. */
  readonly cause: "throw" | "reject" | "call";
  readonly event: Event | null;
}

export interface Outcome {
  readonly state: State;
  readonly completion: Completion;
}

export type Continuation = (state: State, completion: Completion) => void;

/** A place in the code of an activation. */
export interface Position {
  readonly block: BlockId;
  readonly index: number;
}

/** One function followed from one entry state, over all paths. */
export class Activation {
  queued = false;
  /** The instruction that was reached last. */
  position: Position = { block: 0, index: 0 };
  /** Where the path that is being judged leaves. */
  currentRange: SourceRange = { start: 0, end: 0 };
  readonly graph: Graph;
  readonly #ends: Outcomes;
  readonly #waiters: ((outcome: Outcome) => void)[] = [];
  readonly #deaths = new Map<BlockId, readonly (readonly number[])[]>();
  /** An object that what runs after each path goes on with, or null. */
  handedOn: number | null = null;
  /** Some pointer that is followed came in with the arguments. */
  entryHoldsPointers = false;
  /** Some path left a function behind that runs when this one is done. */
  leavesWork = false;
  /** Some path left a chain of promises behind whose functions set variables of this one. */
  leavesChains = false;
  /** The object that this constructor makes and shows nobody before it is made, or null. */
  self: number | null = null;
  readonly #tasks: (() => void)[] = [];
  readonly #blocks = new Map<BlockId, Waiting>();
  /** States after calls, by block and index. */
  readonly #points = new Map<string, Waiting>();
  #nextTask = 0;
  #ready: Waiting[] = [];
  #steps = 0;
  spent = false;
  readonly #incoming: ReadonlySet<number>;

  constructor(
    readonly engine: Engine,
    readonly fn: FunctionInfo,
    readonly incoming: readonly number[],
    /** Nothing is known of what it gets: its receiver, parameters and captures are unknown. */
    readonly root: boolean,
    /** Judges the outcome of a function that native code calls. */
    readonly judge: ((activation: Activation, state: State, completion: Completion) => void) | null = null,
    /** What runs after each of its paths, before they are judged. */
    readonly followUp: ((activation: Activation, state: State, completion: Completion, done: (state: State) => void) => void) | null = null,
  ) {
    this.#incoming = new Set(incoming);
    this.graph = engine.graph(fn);
    this.#ends = new Outcomes(this, this.#waiters);
  }

  /** How it ended, as far as it was followed. */
  get outcomes(): readonly Outcome[] {
    return this.#ends.all;
  }

  begin(entry: State, at?: Position): void {
    this.entryHoldsPointers = entry.tokens.size > 0;
    if (this.fn.ir.class !== null) this.self = selfOf(this.fn, entry);
    this.engine.followed.add(this.fn);
    if (at) this.resume(at, entry);
    else this.enter(0, entry);
  }

  isIncoming(id: number): boolean {
    return id < 0 || this.#incoming.has(id);
  }

  addIncoming(id: number): void {
    (this.#incoming as Set<number>).add(id);
    (this.incoming as number[]).push(id);
  }

  /** Nothing is under way any more: what was kept to tell known states from new ones can go. */
  rest(): void {
    this.#blocks.clear();
    this.#points.clear();
    this.#deaths.clear();
    this.#waiters.length = 0;
  }

  addWaiter(waiter: (outcome: Outcome) => void): void {
    this.#waiters.push(waiter);
    for (const outcome of this.outcomes) waiter(outcome);
  }

  /** Work for later: the continuation of a call, the other side of a split. */
  schedule(task: () => void): void {
    this.#tasks.push(task);
    this.engine.wake(this);
  }

  /** Does one piece of work; false when there is none. */
  step(): boolean {
    if (this.engine.budget.exhausted && !this.spent && (this.#tasks.length > 0 || this.#ready.length > 0)) this.#giveUp();
    const task = this.#tasks[this.#nextTask];
    if (task) {
      this.#nextTask++;
      task();
      return true;
    }
    this.#dropTasks();
    const waiting = this.#nextReady();
    if (waiting === undefined) return this.#ends.deliver();
    const states = waiting.pending;
    const chosen = waiting.chosen;
    waiting.pending = [];
    waiting.chosen = [];
    const { block, index } = waiting.at;
    const meet = index > 0 ? states.length > 1 || waiting.again : this.graph.joins[block];
    for (const state of [...chosen, ...(meet ? this.#select(waiting, states) : states)]) this.#run(block, index, state);
    return true;
  }

  // Taken from the front by an index: shifting a long list costs its length each time.
  #dropTasks(): void {
    this.#tasks.length = 0;
    this.#nextTask = 0;
  }

  #nextReady(): Waiting | undefined {
    let best = -1;
    for (let i = 0; i < this.#ready.length; i++) if (best < 0 || this.#comesBefore(this.#ready[i]!.at, this.#ready[best]!.at)) best = i;
    return best < 0 ? undefined : this.#ready.splice(best, 1)[0];
  }

  #comesBefore(left: Position, right: Position): boolean {
    return left.block === right.block ? left.index < right.index : this.graph.order[left.block]! < this.graph.order[right.block]!;
  }

  enter(block: BlockId, state: State): void {
    let waiting = this.#blocks.get(block);
    if (!waiting) this.#blocks.set(block, (waiting = waitAt({ block, index: 0 })));
    this.#await(waiting, state);
  }

  /** Goes on after a call, once all that is under way there has come back; `again`: it may be reached from itself. */
  resume(at: Position, state: State, again = false): void {
    const key = `${at.block}.${at.index}`;
    let waiting = this.#points.get(key);
    if (!waiting) this.#points.set(key, (waiting = waitAt(at)));
    waiting.again ||= again;
    this.#await(waiting, state);
  }

  #await(waiting: Waiting, state: State): void {
    if (waiting.pending.length === 0 && waiting.chosen.length === 0) this.#ready.push(waiting);
    waiting.pending.push(state);
    // Many ways into one place are sorted out before they are too many to hold.
    if (waiting.pending.length === 512 && waiting.at.index === 0 && this.graph.joins[waiting.at.block]) {
      waiting.chosen.push(...this.#select(waiting, waiting.pending));
      waiting.pending = [];
      this.#ready = this.#ready.filter((other) => other !== waiting);
      if (waiting.chosen.length > 0) this.#ready.push(waiting);
    }
    this.engine.wake(this);
  }

  // States that meet: equal ones are one; past a few, so are those that hold the same pointers. Past the bound those are kept that show the most different facts.
  #select(waiting: Waiting, states: readonly State[]): State[] {
    const { block, index } = waiting.at;
    // So many were kept that each further one would be dropped, whatever it is.
    if (index === 0 && waiting.kept >= 3 * this.engine.budget.mostStates) return [];
    const live = index === 0 ? this.graph.liveIn[block]! : liveAfter(this.fn, this.graph, block, index - 1);
    const fresh: State[] = [];
    for (const state of states) {
      dropDead(this, block, live, state);
      dropComputed(state);
      leaveToClasses(this, state, live);
      forgetOwners(state, () => ({ values: [...state.vars.values()], ids: [...state.frame.values(), ...anchoredIds(this, state, block)] }));
      dropFields(this, block, state);
      leaveToOthers(this, state, live, () => [...state.frame.values(), ...keptIds(this, state)]);
    }
    const write: Describe = (state) => this.#describe(block, state);
    const marks = new Map<State, number>();
    // A state that another one stands for may still come to be followed itself.
    const unmark = (state: State): boolean => waiting.visited.delete(marks.get(state)!);
    const isFresh = (state: State): boolean => {
      const { digest, numbering } = write(state)(null);
      this.engine.budget.spend(digest.length >> 6, state.tokens.size === 0);
      const mark = digest.value;
      if (waiting.visited.has(mark)) return false;
      waiting.visited.add(mark);
      marks.set(state, mark);
      restrict(state, numbering);
      forgetThrown(state, numbering);
      return true;
    };
    for (const state of states.length > 1 && states.length <= 64 ? mergeComplements(states, write) : states) if (isFresh(state)) fresh.push(state);
    const bare = waiting.bare + fresh.filter(isBare).length;
    if (waiting.wide === null && bare <= this.engine.budget.mostBare) {
      if (index === 0) waiting.bare = bare;
      return this.#bounded(waiting, fresh, { isFresh, unmark });
    }
    const kept = this.#thin(waiting, fresh);
    for (const state of fresh) if (!kept.includes(state)) unmark(state);
    if (waiting.wide && kept.length < fresh.length) {
      const wide = waiting.wide.fork();
      if (isFresh(wide)) return [wide, ...this.#bounded(waiting, kept, { isFresh, unmark })];
    }
    return this.#bounded(waiting, kept, { isFresh, unmark });
  }

  // Past a few states, those without a pointer in hand are one that holds what they agree on; the others stay.
  #thin(waiting: Waiting, fresh: readonly State[]): State[] {
    const kept: State[] = [];
    for (const state of fresh) {
      if (!isBare(state) || (waiting.wide && !canWiden(waiting.wide, state))) kept.push(state);
      else waiting.wide = waiting.wide ? widen(waiting.wide, state, (id) => this.isIncoming(id)).state : state.fork();
    }
    return kept;
  }

  #bounded(waiting: Waiting, fresh: State[], marks: { readonly isFresh: (state: State) => boolean; readonly unmark: (state: State) => void }): State[] {
    const { block, index } = waiting.at;
    // After a call equal states become one; how many there may be is decided where blocks begin.
    if (index > 0) return fresh;
    const { budget } = this.engine;
    if (waiting.alike === null && waiting.kept + fresh.length <= budget.mostApart) {
      waiting.kept += fresh.length;
      return fresh;
    }
    waiting.alike ??= new Alike(this, block, budget.mostStates);
    const joined = waiting.alike.add(fresh);
    if (joined !== null) {
      fresh.forEach(marks.unmark);
      return joined.filter(marks.isFresh);
    }
    this.engine.giveUp(this.fn, `more than ${budget.maxStates} states are possible at one place`);
    const kept = mostDiverse(fresh, Math.max(budget.mostStates - waiting.kept, waiting.kept < 3 * budget.mostStates ? 2 : 0));
    waiting.kept += kept.length;
    return kept;
  }

  #describe(block: BlockId, state: State): ReturnType<Describe> {
    const roots = [...state.vars].sort(([a], [b]) => a - b);
    const cells = [...state.frame].sort(([a], [b]) => a - b).map(([, cell]) => cell);
    const ids = [...cells, ...anchoredIds(this, state, block)];
    return (omit) => {
      const described = describe(state, { roots, ids, dependents: false, sites: true, omit, global: (id) => isAhead(this, block, id) });
      addPath(described.digest, state);
      return described;
    };
  }

  #run(block: BlockId, index: number, start: State): void {
    const { instructions, terminator } = this.fn.ir.blocks[block]!;
    const state = start;
    let deaths = this.#deaths.get(block);
    if (!deaths) this.#deaths.set(block, (deaths = deathsOf(this.fn, this.graph, block)));
    for (let i = index; i < instructions.length; i++) {
      if (i > 0) this.#dropVariables(state, deaths[i - 1]!);
      if ((i & 63) === 0) this.#tidy(state, block, i);
      this.position = { block, index: i };
      this.engine.options.observe?.(this.fn, block, i, state);
      this.engine.budget.spend(1, state.tokens.size === 0);
      if (++this.#steps > this.engine.budget.maxSteps || this.engine.budget.exhausted) return this.#giveUp();
      if (transfer(this, state, instructions[i]!, { block, index: i }) !== "next") return;
    }
    this.engine.options.observe?.(this.fn, block, instructions.length, state);
    if (instructions.length > 0) this.#dropVariables(state, deaths[instructions.length - 1]!);
    switch (terminator.op) {
      case "goto":
        return this.enter(terminator.target, state);
      case "branch":
        return this.#branch(block, state, terminator);
      case "return":
        return this.finish(state, { kind: "return", value: terminator.value === null ? undefinedValue : this.read(state, terminator.value), cause: "throw", event: null }, (terminator.resumed ? state.leavingAt : null) ?? terminator.range);
      case "throw": {
        const value = this.read(state, terminator.value);
        const again = state.thrown !== null && state.thrown.kind === "entity" && value.kind === "entity" && state.thrown.id === value.id;
        const cause = again ? state.thrownKind : "throw";
        const event = again && state.thrownAt ? state.thrownAt : makeEvent("throw", this.site(terminator.range), "throws here");
        return this.throwFrom(block, state, { kind: "throw", value, cause, event }, terminator.range);
      }
      case "unreachable":
        return;
    }
  }

  #giveUp(): void {
    if (this.spent) return;
    this.spent = true;
    this.engine.giveUp(this.fn, `more than ${this.engine.budget.maxSteps} steps`);
    this.#dropTasks();
    this.#ready = [];
    for (const waiting of [...this.#blocks.values(), ...this.#points.values()]) waiting.pending = waiting.chosen = [];
  }

  #dropVariables(state: State, variables: readonly number[]): void {
    for (const variable of variables) if (state.vars.has(variable) && !holdsReference(state, state.vars.get(variable)!)) state.deleteVar(variable);
  }

  // Along a straight way what nothing leads to any more would grow with its length.
  #tidy(state: State, block: BlockId, index: number): void {
    if (state.weight <= 2 * state.tidied + 256) return;
    const live = index === 0 ? this.graph.liveIn[block]! : liveAfter(this.fn, this.graph, block, index - 1);
    this.#dropVariables(state, [...state.vars.keys()].filter((variable) => !live.has(variable)));
    leaveToClasses(this, state, live);
    restrict(state, this.#describe(block, state)(null).numbering);
    state.tidied = state.weight;
  }

  #branch(block: BlockId, state: State, terminator: { condition: VariableId; whenTrue: BlockId; whenFalse: BlockId; range: SourceRange }): void {
    const condition = this.read(state, terminator.condition);
    noteNullTest(this, state, condition, "truthiness", terminator.range);
    if (this.graph.testedLast[block]) this.#dropVariables(state, [terminator.condition]);
    const known = truthOf(state, condition) ?? presenceOf(this.engine, state, condition);
    if (known !== undefined) {
      if (truthOf(state, condition) === known) assume(state, condition, known);
      return this.enter(known ? terminator.whenTrue : terminator.whenFalse, state);
    }
    const other = state.fork();
    if (assume(state, condition, true)) {
      this.#trace(state, terminator.range, true);
      this.enter(terminator.whenTrue, state);
    }
    if (assume(other, condition, false)) {
      this.#trace(other, terminator.range, false);
      this.enter(terminator.whenFalse, other);
    }
  }

  #trace(state: State, range: SourceRange, truth: boolean): void {
    const length = (state.trace?.length ?? 0) + 1;
    state.trace = { event: makeEvent("branch", this.site(range), "", ""), truth, before: state.trace, length };
  }

  /** Control leaves the instruction by a throw: to the handler of its block, or out of the function. */
  throwFrom(block: BlockId, state: State, completion: Completion, range: SourceRange): void {
    const handler = this.fn.ir.blocks[block]!.handler;
    dropListeners(this, state);
    state.thrown = completion.value;
    state.thrownKind = completion.cause;
    state.thrownAt = completion.event;
    if (completion.cause === "call") state.mayThrow = true;
    if (handler === null) this.finish(state, completion, range);
    else this.enter(handler, state);
  }

  /** Control leaves the function. */
  finish(state: State, completion: Completion, range: SourceRange): void {
    this.currentRange = range;
    if (settleChains(this, state, completion, range, (last) => this.finish(last, completion, range))) return;
    if (settleNatives(this, state, completion, range, (last) => this.finish(last, completion, range))) return;
    if (this.followUp) return this.followUp(this, state, completion, (last) => this.schedule(() => this.#leave(last, completion, range)));
    this.#leave(state, completion, range);
  }

  #leave(state: State, completion: Completion, range: SourceRange): void {
    this.currentRange = range;
    this.judge?.(this, state, completion);
    if (completion.kind === "return") this.engine.frames.note(this, state);
    checkExit(this, state, completion, range);
    if (this.root && this.fn.ir.id !== 0) return;
    this.#end(state, completion);
  }

  /** A generator hands a value out and rests: what it goes on with is in its record. */
  yieldOut(state: State, value: Value): void {
    this.#end(state, { kind: "return", value, cause: "throw", event: null });
  }

  #end(state: State, completion: Completion): void {
    state.vars = new Map();
    state.awaited = false;
    forgetDepths(state, this.incoming);
    if (!this.#matters() && (this.engine.budget.strained || this.engine.budget.wandering || this.#ends.waiting >= 6)) forgetFacts(state, this.#incoming);
    else forgetComparisons(state);
    this.#ends.add({ state, completion });
  }

  // A function that by the names in it has nothing to do with natives tells its caller what it returns, not what it tested.
  #matters(): boolean {
    return this.engine.relevant.has(this.fn) || this.entryHoldsPointers;
  }

  /** The value of a variable. */
  read(state: State, id: VariableId): Value {
    const variable = this.fn.module.ir.variables[id]!;
    if (!variable.captured && variable.owner === this.fn.ir.id && !(variable.exported && this.fn.ir.id === 0)) {
      return state.vars.get(id) ?? undefinedValue;
    }
    return this.readCell(state, this.fn.module.variableBase + id);
  }

  /** The value of a captured variable, by its program-wide number. */
  readCell(state: State, number: number): Value {
    const cell = this.cellOf(state, number);
    return state.cells.get(cell) ?? capturedValue(this, state, number, cell);
  }

  /** Cells of variables of functions around this one that came in with no closure: one for all paths. */
  readonly #cellsAround = new Map<number, number>();

  cellOf(state: State, number: number): number {
    const known = state.frame.get(number);
    if (known !== undefined) return known;
    const { module, id } = this.engine.index.variable(number);
    const variable = module.ir.variables[id]!;
    if (variable.owner === 0) return this.engine.index.moduleCell(number);
    const outer = module !== this.fn.module || variable.owner !== this.fn.ir.id;
    const cell = (outer ? this.#cellsAround.get(number) : undefined) ?? freshId();
    state.setFrameCell(number, cell);
    if (outer && !this.#cellsAround.has(number)) {
      this.#cellsAround.set(number, cell);
      this.addIncoming(cell);
    }
    return cell;
  }

  /** The record of an entity; one of top-level code is fetched into the state when it is first asked for. */
  record(state: State, id: number): JsRecord | undefined {
    const known = state.records.get(id);
    if (known || id > 0) return known;
    const global = this.engine.moduleRecords.records.get(id);
    if (global) state.setRecord(id, global);
    return global;
  }

  /** Writes a variable; what it held before is lost if nothing else leads to it. */
  write(state: State, id: VariableId, value: Value): void {
    const variable = this.fn.module.ir.variables[id]!;
    if (!variable.captured && variable.owner === this.fn.ir.id && !(variable.exported && this.fn.ir.id === 0)) state.setVar(id, value);
    else state.setCell(this.cellOf(state, this.fn.module.variableBase + id), value);
  }

  /** True for a variable that outlives the activation: of the module, or of a function around this one. */
  isOuter(id: VariableId): boolean {
    const variable = this.fn.module.ir.variables[id]!;
    return variable.owner !== this.fn.ir.id || (this.fn.ir.id === 0 && (variable.captured || variable.exported));
  }

  site(range: SourceRange): Site {
    return siteOf(this.fn.module, range);
  }

  text(range: SourceRange): string {
    return this.fn.module.ir.text.slice(range.start, range.end);
  }
}
