import { edgesOf } from "../ir/draw.js";
import type { Block, FunctionIr, ModuleIr, SourceRange } from "../ir/types.js";
import { lowerModule } from "../frontend/typescript/index.js";
import { withoutMark } from "../project/file-system.js";
import { renderDot } from "../report/graphviz.js";
import { LineMap } from "../report/lines.js";
import type { Report, ReportFinding } from "../report/model.js";
import { stepsInOrder, type ShownStep } from "../report/steps.js";

/** Draws the control flow of the function of each finding, with the finding's path marked in it. */
export async function drawPaths(report: Report, source: (file: string) => string | null): Promise<(finding: ReportFinding) => string | null> {
  const modules = new Map<string, ModuleIr | null>();
  const drawings = new Map<ReportFinding, string>();
  for (const finding of report.findings) {
    const { file } = finding;
    if (!modules.has(file)) {
      const text = source(file);
      modules.set(file, text === null ? null : lowerModule(file, withoutMark(text)).module);
    }
    const module = modules.get(file) ?? null;
    const dot = module === null ? null : pathDot(module, finding);
    if (dot !== null) drawings.set(finding, await renderDot(dot));
  }
  return (finding) => drawings.get(finding) ?? null;
}

/** A page is no place for a graph of thousands of blocks. */
const drawnBlocks = 150;

/** The graph in Graphviz' language: source text in the blocks, numbers of steps, the path's edges marked. */
export function pathDot(module: ModuleIr, finding: ReportFinding): string | null {
  const lines = new LineMap(module.text);
  const fn = functionAt(module, lines.offset(finding.range.start));
  if (fn === undefined || fn.blocks.length > drawnBlocks) return null;
  const visits = stepsInOrder(finding).flatMap((step, index) => {
    const block = step.depth === 0 && step.file === finding.file ? blockOf(fn, rangeOf(step, lines)) : undefined;
    return block === undefined ? [] : [{ block: block.id, number: index + 1 }];
  });
  const edges = edgesOf(fn);
  const onPath = new Set<string>();
  visits.forEach((visit, index) => {
    const next = visits[index + 1];
    if (next !== undefined) for (const edge of shortestWay(edges, visit.block, next.block)) onPath.add(edge);
  });
  const reached = new Set([...visits.map((visit) => visit.block), ...[...onPath].flatMap((edge) => edge.split(">").map(Number))]);
  const nodes = fn.blocks.map((block) => {
    const numbers = visits.filter((visit) => visit.block === block.id).map((visit) => visit.number);
    const head = numbers.length === 0 ? [] : [`step ${numbers.join(", ")}`];
    const text = [...head, ...textOf(block, module.text, lines)];
    return `  b${block.id} [label="${(text.length === 0 ? [" "] : text).map((line) => `${escaped(line)}\\l`).join("")}", class="${reached.has(block.id) ? "on-path" : ""}"];`;
  });
  const arrows = edges.map((edge) => `  b${edge.from} -> b${edge.to} [label="${edge.label}", class="${onPath.has(`${edge.from}>${edge.to}`) ? "on-path" : ""}"${edge.label === "throw" || edge.label === "abandon" ? ", style=dashed" : ""}];`);
  return [`digraph "${escaped(fn.name)}" {`, `  node [shape=box, style=rounded, fontname="Courier", fontsize=11];`, `  edge [fontname="sans-serif", fontsize=10];`, ...nodes, ...arrows, "}"].join("\n");
}

function functionAt(module: ModuleIr, offset: number): FunctionIr | undefined {
  const around = module.functions.filter((fn) => fn.hasBody && fn.range.start <= offset && offset < fn.range.end);
  return around.sort((left, right) => left.range.end - left.range.start - (right.range.end - right.range.start))[0] ?? module.functions[0];
}

function rangeOf(step: ShownStep, lines: LineMap): SourceRange {
  return { start: lines.offset(step.range.start), end: lines.offset(step.range.end) };
}

// The block with the instruction at the place, or else with the smallest one around it.
function blockOf(fn: FunctionIr, place: SourceRange): Block | undefined {
  let best: { readonly block: Block; readonly size: number } | undefined;
  for (const block of fn.blocks) {
    for (const { range } of [...block.instructions, block.terminator]) {
      const size = range.end - range.start;
      if (range.start <= place.start && place.end <= range.end && size > 0 && (best === undefined || size < best.size)) best = { block, size };
    }
  }
  return best?.block;
}

function shortestWay(edges: ReturnType<typeof edgesOf>, from: number, to: number): string[] {
  if (from === to) return [];
  const cameFrom = new Map<number, number>([[from, from]]);
  for (const [block] of cameFrom) {
    for (const edge of edges) if (edge.from === block && !cameFrom.has(edge.to)) cameFrom.set(edge.to, block);
  }
  const way: string[] = [];
  for (let block = to; block !== from; ) {
    const before = cameFrom.get(block);
    if (before === undefined) return [];
    way.push(`${before}>${block}`);
    block = before;
  }
  return way;
}

// What of each source line runs in the block.
function textOf(block: Block, text: string, lines: LineMap): string[] {
  const pieces = new Map<number, { start: number; end: number }>();
  // A declaration is hoisted: it says nothing of what runs here.
  const running = block.instructions.filter((instruction) => instruction.op !== "declare");
  for (const { range } of [...running, ...(block.terminator.op === "goto" || block.terminator.op === "unreachable" ? [] : [block.terminator])]) {
    if (range.end <= range.start) continue;
    const { line } = lines.position(range.start);
    const piece = pieces.get(line);
    if (piece === undefined) pieces.set(line, { ...range });
    else pieces.set(line, { start: Math.min(piece.start, range.start), end: Math.max(piece.end, range.end) });
  }
  const sorted = [...pieces].sort(([left], [right]) => left - right);
  const question = block.terminator.op === "branch" ? "?" : "";
  return sorted.map(([line, { start, end }], index) => {
    const first = text.slice(start, end).split(/[\r\n]/)[0] ?? "";
    return `${line}  ${first.length > 70 ? `${first.slice(0, 69)}…` : first}${index === sorted.length - 1 ? question : ""}`;
  });
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, "\\$&").replace(/\p{Cc}/gu, " ");
}
