import { simplify } from "./simplify.js";
import type { Block, BlockId, Instruction, SourceRange, Terminator, VariableId } from "./types.js";

/**
 * Builds the blocks of one function. Code is added to the current block; after a terminator there is none until
 * `start` names the next, and what is added meanwhile (dead code) is dropped.
 */
export class BlockBuilder {
  private readonly blocks: Block[] = [];
  private current: Block | null;
  /** The handler that new blocks get: where control goes when an instruction in them throws. */
  handler: BlockId | null = null;

  constructor(private readonly range: SourceRange) {
    this.current = this.blocks[this.newBlock()] ?? null;
  }

  /** True when control can come to the place where code is added now, as far as the syntax shows. */
  get reachable(): boolean {
    return this.current !== null;
  }

  /** The block that code is added to. */
  get currentId(): BlockId | null {
    return this.current?.id ?? null;
  }

  newBlock(handler: BlockId | null = this.handler): BlockId {
    const id = this.blocks.length;
    this.blocks.push({ id, instructions: [], terminator: { op: "unreachable", range: this.range }, handler });
    return id;
  }

  /** Makes `block` the current one; control that was about to run on goes there. */
  start(block: BlockId, range: SourceRange = this.range): void {
    this.goto(block, range);
    this.current = this.blocks[block] ?? null;
  }

  emit(instruction: Instruction): void {
    this.current?.instructions.push(instruction);
  }

  goto(target: BlockId, range: SourceRange = this.range): void {
    this.end({ op: "goto", target, range });
  }

  branch(condition: VariableId, whenTrue: BlockId, whenFalse: BlockId, range: SourceRange): void {
    this.end({ op: "branch", condition, whenTrue, whenFalse, range });
  }

  end(terminator: Terminator): void {
    if (!this.current) return;
    this.current.terminator = terminator;
    this.current = null;
  }

  /** Runs `body` with its own handler; code before and after lies in other blocks. */
  withHandler(handler: BlockId | null, body: () => void): void {
    const outer = this.handler;
    this.handler = handler;
    if (this.current) this.start(this.newBlock());
    body();
    this.handler = outer;
    if (this.current) this.start(this.newBlock());
  }

  /** Adds code to `block` and comes back to the current block. */
  aside(block: BlockId, body: () => void): void {
    const { current } = this;
    this.current = this.blocks[block] ?? null;
    body();
    this.current = current;
  }

  /** The finished graph: dead blocks dropped, straight lines joined, numbered in an order fit for data flow. */
  finish(): Block[] {
    // Control that runs on leaves at the last character: a closing bracket where there is one.
    this.end({ op: "return", value: null, range: { start: Math.max(this.range.start, this.range.end - 1), end: this.range.end } });
    return simplify(this.blocks);
  }
}
