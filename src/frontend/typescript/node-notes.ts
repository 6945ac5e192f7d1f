import type { ts } from "ts-morph";

/**
 * What was found out about nodes, kept on the nodes themselves. In a `WeakMap` a value that leads back to its key keeps
 * the key's whole tree through all young collections, and with it every program that was analysed since the last full one.
 */
export class NodeNotes<Node extends ts.Node, Value extends object> {
  readonly #key = Symbol("note");

  get(node: Node): Value | undefined {
    return (node as unknown as Notes<Value>)[this.#key];
  }

  set(node: Node, value: Value): void {
    (node as unknown as Notes<Value>)[this.#key] = value;
  }
}

type Notes<Value> = Record<symbol, Value | undefined>;
