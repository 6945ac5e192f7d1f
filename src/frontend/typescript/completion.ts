import type { BlockId, SourceRange, VariableId } from "../../ir/types.js";
import type { FunctionContext } from "./context.js";

/** Something that a jump out of the current place stops at or passes. */
export type Exit = JumpTarget | PassedIterator | PassedFinally;

/** A loop, switch or labelled statement. */
export interface JumpTarget {
  readonly kind: "target";
  readonly labels: readonly string[];
  readonly breakTo: BlockId;
  /** Null for what is no loop. */
  readonly continueTo: BlockId | null;
  /** A labelled block is left by its label only. */
  readonly plainBreak: boolean;
}

/** An iteration that has to be closed. */
interface PassedIterator {
  readonly kind: "iterator";
  readonly iterator: VariableId;
  readonly outerHandler: BlockId | null;
  abandoned: BlockId | null;
}

/** Clean-up code: the jump goes there first and is resumed behind it. */
interface PassedFinally {
  readonly kind: "finally";
  readonly entry: BlockId;
  /** Which way out: a constant that the end of the clean-up code dispatches on. */
  readonly completion: VariableId;
  /** What is returned or thrown. */
  readonly value: VariableId;
  readonly ways: Map<string, Way>;
  abandoned: BlockId | null;
}

export type Way =
  | { readonly kind: "return"; readonly value: VariableId | null; readonly range: SourceRange; readonly resumed?: boolean }
  | { readonly kind: "jump"; readonly target: JumpTarget; readonly isContinue: boolean; readonly range: SourceRange };

/** Leaves the current place: closes iterations and runs clean-up code on the way. */
export function leave(fn: FunctionContext, way: Way): void {
  const { builder, exits } = fn;
  for (const exit of [...exits].reverse()) {
    if (exit.kind === "iterator") {
      builder.withHandler(exit.outerHandler, () => fn.emit({ op: "closeIterator", iterator: exit.iterator, range: way.range }));
    } else if (exit.kind === "finally") {
      return enterFinally(fn, exit, way);
    } else if (way.kind === "jump" && exit === way.target) {
      return builder.goto(way.isContinue ? (exit.continueTo ?? exit.breakTo) : exit.breakTo, way.range);
    }
  }
  if (way.kind === "return") builder.end({ op: "return", value: way.value, range: way.range, ...(way.resumed && { resumed: true }) });
}

/** Runs `body` with an iteration that every early way out closes. */
export function withIterator(fn: FunctionContext, iterator: VariableId, range: SourceRange, body: () => void): void {
  const { builder, exits } = fn;
  const outerHandler = builder.handler;
  const pad = builder.newBlock();
  const after = builder.newBlock();
  exits.push({ kind: "iterator", iterator, outerHandler, abandoned: null });
  builder.withHandler(pad, body);
  exits.pop();
  builder.goto(after, range);
  builder.start(pad, range);
  const thrown = fn.temp(range);
  fn.emit({ op: "catch", to: thrown, range });
  fn.emit({ op: "closeIterator", iterator, range });
  builder.end({ op: "throw", value: thrown, range });
  builder.start(after, range);
}

/** Runs `body`, and `cleanup` on every way out of it. The clean-up code stands once in the graph. */
export function withFinally(fn: FunctionContext, range: SourceRange, body: () => void, cleanup: () => void): void {
  const { builder, exits } = fn;
  const exit: PassedFinally = { kind: "finally", entry: builder.newBlock(), completion: fn.temp(range), value: fn.temp(range), ways: new Map(), abandoned: null };
  const pad = builder.newBlock();
  exits.push(exit);
  builder.withHandler(pad, body);
  exits.pop();
  const runsOn = builder.reachable;
  if (runsOn) enter(fn, exit, "normal", range);
  builder.start(pad, range);
  fn.emit({ op: "catch", to: exit.value, range });
  enter(fn, exit, "throw", range);
  builder.start(exit.entry, range);
  cleanup();
  if (builder.reachable) dispatch(fn, exit, runsOn, range);
}

/** The block that a generator enters when it is abandoned here: the clean-up code of a return; null when there is none. */
export function abandonedBlock(fn: FunctionContext, range: SourceRange): BlockId | null {
  const nearest = fn.exits.findLast((exit) => exit.kind !== "target");
  if (!nearest) return null;
  if (nearest.abandoned === null) {
    const block = fn.builder.newBlock();
    fn.builder.aside(block, () => leave(fn, { kind: "return", value: null, range }));
    nearest.abandoned = block;
  }
  return nearest.abandoned;
}

function enterFinally(fn: FunctionContext, exit: PassedFinally, way: Way): void {
  const name = way.kind === "return" ? "return" : `${way.isContinue ? "continue" : "break"} ${fn.exits.indexOf(way.target)}`;
  if (way.kind === "return") {
    const from = way.value ?? fn.constant(undefined, way.range);
    fn.emit({ op: "copy", to: exit.value, from, ...(way.resumed ? {} : { leaves: true }), range: way.range });
    exit.ways.set(name, { ...way, value: exit.value, resumed: true });
  } else exit.ways.set(name, way);
  enter(fn, exit, name, way.range);
}

function enter(fn: FunctionContext, exit: PassedFinally, completion: string, range: SourceRange): void {
  fn.emit({ op: "constant", to: exit.completion, value: completion, range });
  fn.builder.goto(exit.entry, range);
}

// Behind the clean-up code: goes on in the way that led into it.
function dispatch(fn: FunctionContext, exit: PassedFinally, runsOn: boolean, range: SourceRange): void {
  const { builder } = fn;
  const after = builder.newBlock();
  const end: SourceRange = { start: Math.max(range.start, range.end - 1), end: range.end };
  const cases: { name: string; go: () => void }[] = [
    { name: "throw", go: () => builder.end({ op: "throw", value: exit.value, range: end }) },
    ...[...exit.ways].map(([name, way]) => ({ name, go: () => leave(fn, way) })),
    ...(runsOn ? [{ name: "normal", go: () => builder.goto(after, end) }] : []),
  ];
  for (const [index, { name, go }] of cases.entries()) {
    if (index < cases.length - 1) {
      const isThis = fn.temp(end);
      const [chosen, next] = [builder.newBlock(), builder.newBlock()];
      const expected = fn.constant(name, end);
      fn.emit({ op: "compare", to: isThis, strict: true, left: exit.completion, right: expected, test: null, range: end });
      builder.branch(isThis, chosen, next, end);
      builder.start(chosen);
      go();
      builder.start(next);
    } else go();
  }
  if (runsOn) builder.start(after, end);
}
