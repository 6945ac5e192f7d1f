import { at, last } from "./lists.js";
import type { Block, BlockId, Terminator } from "./types.js";
import { abandonedSuccessors, mayThrow, normalSuccessors } from "./uses.js";

/** Drops blocks that control cannot reach, joins straight lines, and numbers the rest in reverse postorder (entry first). Takes the blocks over. */
export function simplify(blocks: Block[]): Block[] {
  const throwing = blocks.map(canThrow);
  for (const block of blocks) if (!throwing[block.id]) block.handler = null;
  skipEmptyBlocks(blocks);
  joinStraightLines(blocks, throwing);
  return renumber(blocks);
}

function canThrow(block: Block): boolean {
  return block.terminator.op === "throw" || block.instructions.some(mayThrow);
}

const longestDetour = 50;

// Edges to a block that only goes on elsewhere are led there directly.
function skipEmptyBlocks(blocks: Block[]): void {
  const final = (start: BlockId): BlockId => {
    let id = start;
    // Blocks may lead to each other in a ring.
    for (let passed = 0; passed <= longestDetour; passed++) {
      const block = at(blocks, id);
      if (block.instructions.length > 0 || block.terminator.op !== "goto") break;
      id = block.terminator.target;
    }
    return id;
  };
  for (const block of blocks) redirect(block, final);
}

function joinStraightLines(blocks: Block[], throwing: boolean[]): void {
  const predecessors = blocks.map(() => 0);
  const enter = (target: BlockId, edges: number): void => void (predecessors[target] = at(predecessors, target) + edges);
  enter(0, 2);
  const reached = reversePostorder(blocks);
  for (const id of reached) {
    const block = at(blocks, id);
    for (const target of normalSuccessors(block.terminator)) enter(target, 1);
    // A handler or clean-up block is never joined to the block before it.
    if (block.handler !== null) enter(block.handler, 2);
    for (const target of abandonedSuccessors(block)) enter(target, 2);
  }
  const absorbed = new Uint8Array(blocks.length);
  for (const id of reached) {
    if (absorbed[id]) continue;
    const block = at(blocks, id);
    for (;;) {
      if (block.terminator.op !== "goto") break;
      const next = at(blocks, block.terminator.target);
      // A block in which nothing can throw may take the handler of its neighbour.
      const compatible = block.handler === next.handler || !throwing[block.id] || !throwing[next.id];
      if (predecessors[next.id] !== 1 || next === block || !compatible) break;
      if (throwing[next.id]) block.handler = next.handler;
      throwing[block.id] ||= throwing[next.id] ?? false;
      for (const instruction of next.instructions) block.instructions.push(instruction);
      block.terminator = next.terminator;
      absorbed[next.id] = 1;
    }
  }
}

function renumber(blocks: Block[]): Block[] {
  const order = reversePostorder(blocks);
  const numbers = new Int32Array(blocks.length);
  order.forEach((id, number) => (numbers[id] = number));
  const numberOf = (target: BlockId): BlockId => numbers[target] ?? 0;
  for (const id of order) redirect(at(blocks, id), numberOf);
  return order.map((id, number) => ({ ...at(blocks, id), id: number }));
}

function redirect(block: Block, to: (target: BlockId) => BlockId): void {
  block.terminator = redirected(block.terminator, to);
  if (block.handler !== null) block.handler = to(block.handler);
  const { instructions } = block;
  for (let index = 0; index < instructions.length; index++) {
    const instruction = at(instructions, index);
    if (instruction.op === "yield" && instruction.abandoned !== null) instructions[index] = { ...instruction, abandoned: to(instruction.abandoned) };
  }
}

function redirected(terminator: Terminator, to: (target: BlockId) => BlockId): Terminator {
  if (terminator.op === "goto") {
    const target = to(terminator.target);
    return target === terminator.target ? terminator : { op: "goto", target, range: terminator.range };
  }
  if (terminator.op !== "branch") return terminator;
  const whenTrue = to(terminator.whenTrue), whenFalse = to(terminator.whenFalse);
  return whenTrue === terminator.whenTrue && whenFalse === terminator.whenFalse ? terminator : { ...terminator, whenTrue, whenFalse };
}

// With an explicit stack: a function may have thousands of blocks in a row.
function reversePostorder(blocks: readonly Block[]): BlockId[] {
  const seen = new Uint8Array(blocks.length);
  const postorder: BlockId[] = [];
  const stack: { readonly id: BlockId; readonly abandoned: readonly BlockId[]; left: number }[] = [];
  const enter = (id: BlockId): void => {
    if (seen[id]) return;
    seen[id] = 1;
    const block = at(blocks, id);
    const abandoned = abandonedSuccessors(block);
    stack.push({ id, abandoned, left: abandoned.length + 3 });
  };
  enter(0);
  while (stack.length > 0) {
    const top = last(stack);
    if (top.left === 0) {
      postorder.push(top.id);
      stack.pop();
      continue;
    }
    // The handler before the false side, so that the true side comes next in the result.
    const next = --top.left;
    const target = next > 2 ? at(top.abandoned, next - 3) : next === 2 ? at(blocks, top.id).handler : sideOf(at(blocks, top.id).terminator, next);
    if (target !== null) enter(target);
  }
  return postorder.reverse();
}

// Where a branch leads when its condition holds (0) or does not (1); a jump leads there on the first.
function sideOf(terminator: Terminator, side: number): BlockId | null {
  if (terminator.op === "goto") return side === 0 ? terminator.target : null;
  if (terminator.op !== "branch") return null;
  return side === 0 ? terminator.whenTrue : terminator.whenFalse;
}
