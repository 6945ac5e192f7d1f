import { at, last } from "./lists.js";
import type { Block, BlockId, Terminator } from "./types.js";
import { abandonedSuccessors, mayThrow, normalSuccessors, successors } from "./uses.js";

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

// Edges to a block that only goes on elsewhere are led there directly.
function skipEmptyBlocks(blocks: Block[]): void {
  const final = (start: BlockId): BlockId => {
    const passed: BlockId[] = [];
    let id = start;
    for (;;) {
      const block = at(blocks, id);
      if (block.instructions.length > 0 || block.terminator.op !== "goto" || passed.includes(id) || passed.length > 50) break;
      passed.push(id);
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
  const numbers = blocks.map(() => -1);
  for (const [number, id] of order.entries()) numbers[id] = number;
  for (const id of order) redirect(at(blocks, id), (target) => at(numbers, target));
  return order.map((id, number) => ({ ...at(blocks, id), id: number }));
}

function redirect(block: Block, to: (target: BlockId) => BlockId): void {
  block.terminator = redirected(block.terminator, to);
  if (block.handler !== null) block.handler = to(block.handler);
  for (const [index, instruction] of block.instructions.entries())
    if (instruction.op === "yield" && instruction.abandoned !== null) block.instructions[index] = { ...instruction, abandoned: to(instruction.abandoned) };
}

function redirected(terminator: Terminator, to: (target: BlockId) => BlockId): Terminator {
  if (terminator.op === "goto") return { ...terminator, target: to(terminator.target) };
  return terminator.op === "branch" ? { ...terminator, whenTrue: to(terminator.whenTrue), whenFalse: to(terminator.whenFalse) } : terminator;
}

// With an explicit stack: a function may have thousands of blocks in a row.
function reversePostorder(blocks: readonly Block[]): BlockId[] {
  const seen = new Uint8Array(blocks.length);
  const postorder: BlockId[] = [];
  const stack: { id: BlockId; rest: BlockId[] }[] = [];
  const enter = (id: BlockId): void => {
    if (seen[id]) return;
    seen[id] = 1;
    // Popped from the end: the handler first, then the false side, so that the true side comes next in the result.
    stack.push({ id, rest: [...successors(at(blocks, id))] });
  };
  enter(0);
  while (stack.length > 0) {
    const top = last(stack);
    const next = top.rest.pop();
    if (next === undefined) {
      postorder.push(top.id);
      stack.pop();
    } else enter(next);
  }
  return postorder.reverse();
}
