import type { Block, BlockId, Instruction } from "../ir/types.js";
import { liveness } from "../ir/liveness.js";
import { normalSuccessors, operandsOf, resultsOf, terminatorOperands } from "../ir/uses.js";
import { comingTo, NamesAhead } from "./names-ahead.js";
import type { FunctionInfo } from "./values.js";

/** What the exploration needs to know of a function's control-flow graph. */
export interface Graph {
  /** Position of each block in reverse postorder: lower runs first. */
  readonly order: readonly number[];
  /** For each block, all blocks that control may enter from it, exceptional ones too. */
  readonly next: readonly (readonly BlockId[])[];
  /** True for blocks that more than one edge enters: states meet there. */
  readonly joins: readonly boolean[];
  readonly liveIn: readonly ReadonlySet<number>[];
  /** True for blocks that end in a test of a temporary that nothing reads any more. */
  readonly testedLast: readonly boolean[];
  /** True for blocks from which control comes to a handler's first look at what was thrown. */
  readonly catches: readonly boolean[];
  /** True for blocks that may run more than once. */
  readonly inLoop: readonly boolean[];
  /** How many loops each block lies in. */
  readonly loopDepth: readonly number[];
  /** Variables that only count (every write is a number or arithmetic), with the number of loops around their innermost step. */
  readonly counters: ReadonlyMap<number, number>;
  /** Variables whose values a later test, call or store may depend on; the second form counts the result of the function as well. */
  readonly decisive: ReadonlySet<number>;
  readonly decisiveForCaller: ReadonlySet<number>;
  /** True where any block may run more than once. */
  readonly isCyclic: boolean;
  /** For each block, those from which control may enter it. */
  readonly before: readonly (readonly BlockId[])[];
  /** Names of fields that are read, and for each block whether code is called there or later that may read others. */
  readonly keysAhead: NamesAhead;
  readonly callsAhead: readonly boolean[];
  /** Free names that are read. */
  readonly globalsAhead: NamesAhead;
}

export function graphOf(fn: FunctionInfo, isNative: (name: string) => boolean, isAccessor: (key: string) => boolean): Graph {
  return new FunctionGraph(fn, isNative, isAccessor);
}

/** Most functions are followed from one kind of entry only: what the other kinds need is found out when it is asked for. */
class FunctionGraph implements Graph {
  readonly order: readonly number[];
  readonly next: readonly (readonly BlockId[])[];
  readonly joins: readonly boolean[];
  readonly liveIn: readonly ReadonlySet<number>[];
  readonly testedLast: readonly boolean[];
  readonly #blocks: readonly Block[];
  #catches: Graph["catches"] | undefined;
  #inLoop: Graph["inLoop"] | undefined;
  #loopDepth: Graph["loopDepth"] | undefined;
  #counters: Graph["counters"] | undefined;
  #decisive: Graph["decisive"] | undefined;
  #decisiveForCaller: Graph["decisive"] | undefined;
  #isCyclic: boolean | undefined;
  #before: Graph["before"] | undefined;
  #keysAhead: Graph["keysAhead"] | undefined;
  #callsAhead: Graph["callsAhead"] | undefined;
  #globalsAhead: Graph["globalsAhead"] | undefined;

  constructor(
    readonly fn: FunctionInfo,
    readonly isNative: (name: string) => boolean,
    readonly isAccessor: (key: string) => boolean,
  ) {
    const { blocks } = fn.ir;
    this.#blocks = blocks;
    this.next = blocks.map(successors);
    this.order = reversePostorder(blocks, this.next);
    const entries = blocks.map(() => 0);
    for (const targets of this.next) for (const target of targets) entries[target]!++;
    entries[0]!++;
    this.joins = entries.map((count) => count > 1);
    this.liveIn = liveness(fn.ir, fn.module.ir).liveIn;
    const { variables } = fn.module.ir;
    this.testedLast = blocks.map((block) => {
      const tested = block.terminator.op === "branch" ? block.terminator.condition : null;
      return tested !== null && variables[tested]!.name === "" && !variables[tested]!.captured && !this.next[block.id]!.some((target) => this.liveIn[target]!.has(tested));
    });
  }

  get catches(): Graph["catches"] {
    return (this.#catches ??= catches(this.#blocks));
  }

  get inLoop(): Graph["inLoop"] {
    return (this.#inLoop ??= inLoop(this.#blocks, this.order, this.next));
  }

  get loopDepth(): Graph["loopDepth"] {
    return (this.#loopDepth ??= this.isCyclic ? loopDepth(this.#blocks, this) : this.#blocks.map(() => 0));
  }

  get counters(): Graph["counters"] {
    return (this.#counters ??= counters(this.#blocks, this.loopDepth));
  }

  get decisive(): Graph["decisive"] {
    return (this.#decisive ??= decisive(this.#blocks, this.fn.ir.params, this.isNative, false));
  }

  get decisiveForCaller(): Graph["decisive"] {
    return (this.#decisiveForCaller ??= decisive(this.#blocks, this.fn.ir.params, this.isNative, true));
  }

  get isCyclic(): boolean {
    return (this.#isCyclic ??= this.inLoop.includes(true));
  }

  get before(): Graph["before"] {
    return (this.#before ??= turned(this.next));
  }

  get keysAhead(): Graph["keysAhead"] {
    return (this.#keysAhead ??= new NamesAhead(this.#blocks, this, keysRead));
  }

  get callsAhead(): Graph["callsAhead"] {
    const calls = (instruction: Instruction): boolean => mayReadFields(instruction, this.isNative, this.isAccessor);
    return (this.#callsAhead ??= comingTo(idsOf(this.#blocks, calls), this.before));
  }

  get globalsAhead(): Graph["globalsAhead"] {
    return (this.#globalsAhead ??= new NamesAhead(this.#blocks, this, globalsRead));
  }
}

// What was thrown is set anew by each throw: only ordinary edges count.
function catches(blocks: readonly Block[]): readonly boolean[] {
  const catching = idsOf(blocks, ({ op }) => op === "catch");
  return catching.length === 0 ? blocks.map(() => false) : comingTo(catching, turned(blocks.map(({ terminator }) => normalSuccessors(terminator))));
}

function idsOf(blocks: readonly Block[], test: (instruction: Instruction) => boolean): BlockId[] {
  return blocks.filter(({ instructions }) => instructions.some(test)).map(({ id }) => id);
}

function turned(next: readonly (readonly BlockId[])[]): BlockId[][] {
  const before: BlockId[][] = next.map(() => []);
  for (const [id, targets] of next.entries()) for (const target of targets) before[target]!.push(id);
  return before;
}

function keysRead({ instructions }: Block): Set<string> {
  const keys = new Set<string>();
  for (const instruction of instructions) if (instruction.op === "load" && typeof instruction.key === "string") keys.add(instruction.key);
  return keys;
}

function globalsRead({ instructions }: Block): Set<string> {
  const names = new Set<string>();
  for (const instruction of instructions) if (instruction.op === "global") names.add(instruction.name);
  return names;
}

// Code of others may read fields of any name.
function mayReadFields(instruction: Instruction, isNative: (name: string) => boolean, isAccessor: (key: string) => boolean): boolean {
  const { op } = instruction;
  if (op === "load") return typeof instruction.key === "string" && isAccessor(instruction.key);
  if (op === "call") return !isNative(instruction.calleeName);
  return op === "await" || op === "construct" || op === "superCall" || op === "closure";
}

const comparisons = new Set(["<", ">", "<=", ">=", "in", "instanceof", "typeof"]);

// Arithmetic that only feeds native calls, messages and results decides nothing.
function decisive(blocks: readonly Block[], params: readonly number[], isNative: (name: string) => boolean, results: boolean): Set<number> {
  const found = pointerLike(blocks, isNative, params);
  // What a variable is worked out from decides what the variable does.
  const sources = new Map<number, number[]>();
  for (const { instructions, terminator } of blocks) {
    if (terminator.op === "branch") found.add(terminator.condition);
    if (terminator.op === "throw" || (terminator.op === "return" && results && terminator.value !== null)) found.add(terminator.value!);
    for (const instruction of instructions) {
      if (instruction.op === "discard" || (instruction.op === "call" && isNative(instruction.calleeName))) continue;
      // The value of a `return` lies where a thrown one would, until the clean-up code has run.
      if (instruction.op === "copy" && instruction.leaves && !results) continue;
      if (instruction.op === "copy" || (instruction.op === "pure" && !comparisons.has(instruction.operator))) for (const operand of operandsOf(instruction)) note(sources, instruction.to, operand);
      else for (const operand of operandsOf(instruction)) found.add(operand);
    }
  }
  // The set grows while it is walked.
  for (const variable of found) for (const source of sources.get(variable) ?? []) found.add(source);
  return found;
}

// Variables that hold more than numbers and texts made by operators, literals and native calls.
function pointerLike(blocks: readonly Block[], isNative: (name: string) => boolean, params: readonly number[]): Set<number> {
  const found = new Set<number>(params);
  const own = new Set<number>();
  const copies: Extract<Instruction, { op: "copy" }>[] = [];
  for (const { instructions } of blocks) {
    for (const instruction of instructions) {
      const isPlain = instruction.op === "pure" || instruction.op === "constant" || instruction.op === "declare" || instruction.op === "copy" || (instruction.op === "call" && isNative(instruction.calleeName));
      if (instruction.op === "copy") copies.push(instruction);
      for (const variable of resultsOf(instruction)) {
        own.add(variable);
        if (!isPlain) found.add(variable);
      }
    }
  }
  const copiedTo = new Map<number, number[]>();
  for (const { from, to } of copies) {
    if (own.has(from) || found.has(from)) note(copiedTo, from, to);
    else found.add(to);
  }
  for (const variable of found) for (const to of copiedTo.get(variable) ?? []) found.add(to);
  return found;
}

function note(lists: Map<number, number[]>, key: number, value: number): void {
  const known = lists.get(key);
  if (known) known.push(value);
  else lists.set(key, [value]);
}

// A block runs again if it can reach itself: one in a strongly connected component with an edge of its own (Tarjan 1972).
function inLoop(blocks: readonly Block[], order: readonly number[], next: Graph["next"]): boolean[] {
  if (!blocks.some(({ id }) => next[id]!.some((target) => order[target]! <= order[id]!))) return blocks.map(() => false);
  const index = blocks.map(() => -1), low = blocks.map(() => 0), onStack = blocks.map(() => false), result = blocks.map(() => false);
  const stack: number[] = [];
  const work: { id: number; targets: readonly BlockId[]; next: number }[] = [];
  let counter = 0;
  const visit = (id: number): void => {
    index[id] = low[id] = counter++;
    stack.push(id);
    onStack[id] = true;
    work.push({ id, targets: next[id]!, next: 0 });
  };
  for (const { id: root } of blocks) {
    if (index[root] !== -1) continue;
    visit(root);
    while (work.length > 0) {
      const top = work[work.length - 1]!;
      const target = top.targets[top.next++];
      if (target !== undefined) {
        if (target === top.id) result[top.id] = true;
        if (index[target] === -1) visit(target);
        else if (onStack[target]) low[top.id] = Math.min(low[top.id]!, index[target]!);
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent) low[parent.id] = Math.min(low[parent.id]!, low[top.id]!);
      if (low[top.id] !== index[top.id]) continue;
      const component: number[] = [];
      for (let member = -1; member !== top.id; ) {
        member = stack.pop()!;
        onStack[member] = false;
        component.push(member);
      }
      if (component.length > 1) for (const member of component) result[member] = true;
    }
  }
  return result;
}

// The natural loop of a back edge is what leads to its source without its target (Aho, Sethi, Ullman 1986).
function loopDepth(blocks: readonly Block[], { order, next }: Graph): number[] {
  const before: BlockId[][] = blocks.map(() => []);
  const sources = new Map<BlockId, BlockId[]>();
  for (const block of blocks) {
    for (const target of next[block.id]!) {
      before[target]!.push(block.id);
      if (order[target]! <= order[block.id]!) sources.set(target, [...(sources.get(target) ?? []), block.id]);
    }
  }
  const depth = blocks.map(() => 0);
  // Beyond this many loops it is not their nesting that makes a function large.
  for (const [header, ends] of [...sources].slice(0, 100)) {
    const body = new Set<BlockId>([header]);
    const work = [...ends];
    for (let id = work.pop(); id !== undefined; id = work.pop()) {
      if (body.has(id)) continue;
      body.add(id);
      work.push(...before[id]!);
    }
    for (const id of body) depth[id]!++;
  }
  return depth;
}

const arithmetic = new Set(["+", "-", "*", "/", "%", "<<", ">>", ">>>", "&", "|", "^", "~"]);

function counters(blocks: readonly Block[], depths: readonly number[]): Map<number, number> {
  const steps = new Map<number, number>();
  const others = new Set<number>();
  const copies: (readonly [number, number, number])[] = [];
  for (const { id, instructions } of blocks) {
    for (const instruction of instructions) {
      if (instruction.op === "copy") copies.push([instruction.to, instruction.from, depths[id]!]);
      else if (instruction.op === "pure" && arithmetic.has(instruction.operator)) steps.set(instruction.to, Math.max(steps.get(instruction.to) ?? 0, depths[id]!));
      else if (!(instruction.op === "declare" || (instruction.op === "constant" && typeof instruction.value === "number"))) for (const variable of resultsOf(instruction)) others.add(variable);
    }
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const [to, from, depth] of copies) {
      if (others.has(from) && !others.has(to)) {
        others.add(to);
        changed = true;
      }
      const step = steps.has(from) ? Math.max(steps.get(to) ?? 0, depth) : (steps.get(to) ?? 0);
      if (step > (steps.get(to) ?? 0)) {
        steps.set(to, step);
        changed = true;
      }
    }
  }
  for (const variable of others) steps.delete(variable);
  return steps;
}

// All blocks that control may enter from a block, exceptional ones too.
function successors(block: Block): BlockId[] {
  const targets: BlockId[] = [];
  const { terminator } = block;
  if (terminator.op === "goto") targets.push(terminator.target);
  else if (terminator.op === "branch") targets.push(terminator.whenTrue, terminator.whenFalse);
  if (block.handler !== null) targets.push(block.handler, block.handler);
  for (const instruction of block.instructions) if (instruction.op === "yield" && instruction.abandoned !== null) targets.push(instruction.abandoned);
  return targets;
}

const none: readonly number[] = [];

/** For each instruction of a block, the temporaries that nothing reads after it. */
export function deathsOf(fn: FunctionInfo, graph: Graph, block: BlockId): readonly (readonly number[])[] {
  const { instructions } = fn.ir.blocks[block]!;
  const live = liveAfter(fn, graph, block, instructions.length);
  const variables = fn.module.ir.variables;
  const deaths: (readonly number[])[] = instructions.map(() => none);
  for (let at = instructions.length - 1; at >= 0; at--) {
    const results = resultsOf(instructions[at]!);
    const operands = operandsOf(instructions[at]!);
    for (const list of [results, operands]) {
      for (const variable of list) {
        if (live.has(variable)) continue;
        live.add(variable);
        if (variables[variable]!.name === "" && !variables[variable]!.captured) deaths[at] = [...deaths[at]!, variable];
      }
    }
    for (const variable of results) live.delete(variable);
    for (const variable of operands) live.add(variable);
  }
  return deaths;
}

/** The variables that may still be read after an instruction of a block. */
export function liveAfter(fn: FunctionInfo, graph: Graph, block: BlockId, index: number): Set<number> {
  const { instructions, terminator, handler } = fn.ir.blocks[block]!;
  const live = new Set<number>(terminatorOperands(terminator));
  for (const target of graph.next[block]!) for (const variable of graph.liveIn[target]!) live.add(variable);
  for (let at = instructions.length - 1; at > index; at--) {
    for (const variable of resultsOf(instructions[at]!)) live.delete(variable);
    for (const variable of operandsOf(instructions[at]!)) live.add(variable);
  }
  if (handler !== null) for (const variable of graph.liveIn[handler]!) live.add(variable);
  return live;
}

function reversePostorder(blocks: readonly Block[], next: Graph["next"]): number[] {
  const order = blocks.map(() => blocks.length);
  const state = blocks.map(() => 0);
  const stack: { id: BlockId; targets: readonly BlockId[]; next: number }[] = [];
  let position = blocks.length;
  const visit = (id: BlockId): void => {
    state[id] = 1;
    stack.push({ id, targets: next[id]!, next: 0 });
  };
  visit(0);
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    // Exits of loops come after their bodies when the later successor is visited first.
    const target = top.targets[top.targets.length - 1 - top.next++];
    if (target === undefined) {
      order[top.id] = --position;
      stack.pop();
    } else if (state[target] === 0) {
      visit(target);
    }
  }
  return order;
}
