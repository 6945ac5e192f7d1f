import type { Block, BlockId } from "../ir/types.js";
import type { Graph } from "./graph.js";

/**
 * Whether a name is mentioned in a block or in one that control comes to from it. It is found out by name, when somebody
 * asks: a set of names for each block would grow with the square of a long function.
 */
export class NamesAhead {
  readonly #graph: Graph;
  readonly #mentions = new Map<string, { readonly blocks: BlockId[]; last: number }>();
  readonly #reached = new Map<string, readonly boolean[]>();

  constructor(blocks: readonly Block[], graph: Graph, namesIn: (block: Block) => Iterable<string>) {
    this.#graph = graph;
    for (const block of blocks) for (const name of namesIn(block)) this.#note(name, block.id);
  }

  has(block: BlockId, name: string): boolean {
    const mentions = this.#mentions.get(name);
    // Without loops control never comes to a block that stands before.
    if (!mentions || (!this.#graph.isCyclic && mentions.last < this.#graph.order[block]!)) return false;
    let reached = this.#reached.get(name);
    if (!reached) this.#reached.set(name, (reached = comingTo(mentions.blocks, this.#graph.before)));
    return reached[block]!;
  }

  #note(name: string, block: BlockId): void {
    const mentions = this.#mentions.get(name) ?? { blocks: [], last: -1 };
    mentions.blocks.push(block);
    mentions.last = Math.max(mentions.last, this.#graph.order[block]!);
    this.#mentions.set(name, mentions);
  }
}

/** For each block, whether control may come from it to one of these, which do so themselves. `before` are the blocks that it comes from. */
export function comingTo(blocks: readonly BlockId[], before: readonly (readonly BlockId[])[]): readonly boolean[] {
  const found = before.map(() => false);
  const work = [...blocks];
  for (const id of work) found[id] = true;
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    for (const source of before[id]!) {
      if (found[source]) continue;
      found[source] = true;
      work.push(source);
    }
  }
  return found;
}
