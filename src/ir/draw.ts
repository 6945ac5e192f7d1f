import { printInstruction, printTerminator } from "./print.js";
import type { Block, BlockId, FunctionIr, ModuleIr } from "./types.js";

type EdgeLabel = "" | "true" | "false" | "throw" | "abandon";

interface Edge {
  readonly from: BlockId;
  readonly to: BlockId;
  readonly label: EdgeLabel;
}

/** A function's control-flow graph in Graphviz' language. */
export function toDot(module: ModuleIr, fn: FunctionIr): string {
  const nodes = fn.blocks.map((block) => `  b${block.id} [label="${blockLines(module, block).map(escapeDot).join("\\l")}\\l"];`);
  const edges = edgesOf(fn).map(({ from, to, label }) => `  b${from} -> b${to}${dotStyle(label)};`);
  return [`digraph "${escapeDot(fn.name)}" {`, `  node [shape=box, fontname="monospace"];`, `  edge [fontname="monospace"];`, ...nodes, ...edges, "}", ""].join("\n");
}

/** A function's control-flow graph as a Mermaid flowchart. */
export function toMermaid(module: ModuleIr, fn: FunctionIr): string {
  const nodes = fn.blocks.map((block) => `  b${block.id}["${blockLines(module, block).map(escapeMermaid).join("<br/>")}"]`);
  const edges = edgesOf(fn).map(({ from, to, label }) => `  b${from} ${mermaidArrow(label)} b${to}`);
  return ["flowchart TD", ...nodes, ...edges, ""].join("\n");
}

/** All edges of a function, in the order of their blocks. */
export function edgesOf(fn: FunctionIr): Edge[] {
  return fn.blocks.flatMap((block) => edgesFrom(block));
}

function edgesFrom(block: Block): Edge[] {
  const { terminator, handler, id } = block;
  const edges: Edge[] = [];
  if (terminator.op === "goto") edges.push({ from: id, to: terminator.target, label: "" });
  if (terminator.op === "branch") edges.push({ from: id, to: terminator.whenTrue, label: "true" }, { from: id, to: terminator.whenFalse, label: "false" });
  if (handler !== null) edges.push({ from: id, to: handler, label: "throw" });
  for (const instruction of block.instructions) if (instruction.op === "yield" && instruction.abandoned !== null) edges.push({ from: id, to: instruction.abandoned, label: "abandon" });
  return edges;
}

function blockLines(module: ModuleIr, block: Block): string[] {
  const { terminator } = block;
  // The edges show where a goto or branch leads.
  const last = terminator.op === "goto" ? [] : terminator.op === "branch" ? [printTerminator(module, terminator).replace(/ then .*$/, "?")] : [printTerminator(module, terminator)];
  return [`b${block.id}`, ...block.instructions.map((one) => printInstruction(module, one)), ...last];
}

function dotStyle(label: EdgeLabel): string {
  if (label === "") return "";
  return label === "true" || label === "false" ? ` [label="${label}"]` : ` [label="${label}", style=dashed]`;
}

function mermaidArrow(label: EdgeLabel): string {
  if (label === "") return "-->";
  return label === "true" || label === "false" ? `-->|${label}|` : `-.->|${label}|`;
}

function escapeDot(text: string): string {
  return text.replace(/[\\"]/g, "\\$&");
}

function escapeMermaid(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/#/g, "&num;");
}
