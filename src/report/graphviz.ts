import type { Graphviz } from "@hpcc-js/wasm-graphviz";

let loaded: Promise<Graphviz> | undefined;

/** Draws a graph in Graphviz' language as SVG. Graphviz comes as WebAssembly, and only when something is drawn. */
export async function renderDot(dot: string): Promise<string> {
  loaded ??= import("@hpcc-js/wasm-graphviz").then((module) => module.Graphviz.load());
  return (await loaded).dot(dot, "svg");
}
