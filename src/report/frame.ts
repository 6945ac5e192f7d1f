import type { Colors } from "./colors.js";
import { linesOf } from "./lines.js";
import type { ReportContext, ReportFinding } from "./model.js";
import { stepsInOrder, type ShownStep } from "./steps.js";
import { placeText, printable } from "./words.js";

export interface Drawing {
  readonly lines: string[];
  /** Width of the line numbers, so that remarks below can line up. */
  readonly margin: number;
}

/** The path of a finding over its source: one frame for each stretch of one function, called functions indented. */
export function drawPath(finding: ReportFinding, context: ReportContext, colors: Colors): Drawing {
  const sources = new Sources(context);
  const steps = stepsInOrder(finding);
  const margin = Math.max(...steps.map((step) => String(step.range.start.line).length));
  const stretches = stretchesOf(steps);
  const start = placeText(printable(finding.file), finding.range.start);
  const lines = [`${" ".repeat(margin)}${colors.blue("-->")} ${start}`];
  let previous: Stretch | null = null;
  for (const stretch of stretches) {
    const indent = "    ".repeat(stretch.depth);
    const bar = `${indent}${" ".repeat(margin)} ${colors.blue("|")}`;
    if (previous === null ? stretch.file !== finding.file || stretch.depth > 0 : !resumes(previous, stretch)) lines.push(bar, `${indent}${" ".repeat(margin)}${colors.blue(":::")} ${placeText(printable(stretch.file), stretch.start)}`);
    lines.push(bar, ...drawStretch(stretch, { indent, margin, sources, colors, finding, width: context.width }));
    previous = stretch;
  }
  const end = `${" ".repeat(margin)} ${colors.blue("|")}`;
  return { lines: [...lines, end], margin };
}

interface Stretch {
  readonly file: string;
  readonly depth: number;
  readonly start: { readonly line: number; readonly column: number };
  readonly steps: ShownStep[];
}

// Steps that follow each other down one file at one depth are drawn as one piece of code.
function stretchesOf(steps: readonly ShownStep[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const step of steps) {
    const current = stretches.at(-1);
    const last = current?.steps.at(-1);
    if (current !== undefined && last !== undefined && current.file === step.file && current.depth === step.depth && last.range.start.line <= step.range.start.line) current.steps.push(step);
    else stretches.push({ file: step.file, depth: step.depth, start: step.range.start, steps: [step] });
  }
  return stretches;
}

// After a called function the caller's code goes on without a new heading.
function resumes(before: Stretch, after: Stretch): boolean {
  return after.depth < before.depth && after.depth === 0;
}

interface Pen {
  readonly indent: string;
  readonly margin: number;
  readonly sources: Sources;
  readonly colors: Colors;
  readonly finding: ReportFinding;
  readonly width: number;
}

function drawStretch(stretch: Stretch, pen: Pen): string[] {
  const rows: string[] = [];
  let shown = 0;
  for (const step of stretch.steps) {
    const { line } = step.range.start;
    if (line !== shown) {
      if (shown !== 0 && line === shown + 2) rows.push(sourceRow(stretch.file, shown + 1, null, pen));
      else if (shown !== 0 && line > shown + 1) rows.push(`${pen.indent}${pen.colors.blue("...")}`);
      rows.push(sourceRow(stretch.file, line, step, pen));
      shown = line;
    }
    rows.push(labelRow(step, pen));
  }
  return rows;
}

function sourceRow(file: string, line: number, step: ShownStep | null, pen: Pen): string {
  const number = String(line).padStart(pen.margin);
  const text = pen.sources.line(file, line);
  const view = viewOf(text ?? "", step, pen);
  return `${pen.indent}${pen.colors.blue(`${number} |`)} ${view.text}`.trimEnd();
}

function labelRow(step: ShownStep, pen: Pen): string {
  const text = pen.sources.line(step.file, step.range.start.line) ?? "";
  const view = viewOf(text, step, pen);
  const paint = step.primary ? (pen.finding.severity === "error" ? pen.colors.red : pen.colors.yellow) : pen.colors.blue;
  const mark = (step.primary ? "^" : "-").repeat(Math.max(1, view.end - view.start));
  return `${pen.indent}${" ".repeat(pen.margin)} ${pen.colors.blue("|")} ${" ".repeat(view.start)}${paint(`${mark} ${printable(step.message)}`)}`;
}

interface View {
  readonly text: string;
  /** Columns of the marked piece in `text`, from 0. */
  readonly start: number;
  readonly end: number;
}

// What of a line is shown: tabs widened, steering characters spelt out, and a very long line cut down to the marked piece.
function viewOf(line: string, step: ShownStep | null, pen: Pen): View {
  const from = step === null ? 0 : Math.min(step.range.start.column - 1, line.length);
  const to = step === null ? 0 : step.range.end.line > step.range.start.line ? line.trimEnd().length : Math.min(step.range.end.column - 1, line.length);
  const room = Math.max(40, pen.width - pen.indent.length - pen.margin - 4);
  const crop = cropOf(line, from, room);
  const before = widened(line.slice(crop.start, from));
  const marked = widened(line.slice(from, Math.min(to, crop.end)));
  const after = widened(line.slice(Math.max(from, Math.min(to, crop.end)), crop.end));
  const head = crop.start > 0 ? "…" : "";
  const tail = crop.end < line.length ? "…" : "";
  const start = columns(head + before);
  return { text: `${head}${before}${marked}${after}${tail}`, start, end: start + columns(marked) };
}

function cropOf(line: string, from: number, room: number): { readonly start: number; readonly end: number } {
  if (line.length <= room * 2) return { start: 0, end: line.length };
  const start = from < room ? 0 : from - Math.floor(room / 3);
  return { start, end: Math.min(line.length, start + room) };
}

function widened(text: string): string {
  return printable(text).replaceAll("\t", "  ");
}

// East Asian wide characters and emoji take two columns, combining marks none.
function columns(text: string): number {
  let count = 0;
  for (const character of text) {
    if (/\p{Mn}|\p{Me}|\u200d|\ufe0f/u.test(character)) continue;
    count += /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u.test(character) ? 2 : 1;
  }
  return count;
}

class Sources {
  readonly #lines = new Map<string, string[] | null>();

  constructor(private readonly context: ReportContext) {}

  line(file: string, line: number): string | null {
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      const text = this.context.source(file);
      this.#lines.set(file, (lines = text === null ? null : linesOf(text)));
    }
    return lines?.[line - 1] ?? null;
  }
}
