/** Text with the style in force, as a terminal shows it. */
export interface Cell {
  readonly text: string;
  readonly color: number | null;
  readonly bold: boolean;
}

const width = 8.4;
const height = 19;
const margin = 16;
const background = "#0d1117";
const foreground = "#e6edf3";
const colors: ReadonlyMap<number, string> = new Map([
  [31, "#ff7b72"],
  [32, "#7ee787"],
  [33, "#e3b341"],
  [34, "#79c0ff"],
  [35, "#d2a8ff"],
  [36, "#56d4dd"],
  [90, "#8b949e"],
]);

/** Splits a line at its colour sequences. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let color: number | null = null;
  let bold = false;
  // Odd parts are the numbers of a sequence; links (OSC 8) say nothing of how the text looks.
  for (const [index, part] of line.replace(/\u001B\]8;[^\u0007\u001B]*(?:\u0007|\u001B\\)/gu, "").split(/\u001B\[([\d;]*)m/u).entries()) {
    if (index % 2 === 0) {
      if (part !== "") cells.push({ text: part, color, bold });
      continue;
    }
    for (const code of part.split(";").map(Number)) {
      if (code === 0) color = null;
      if (code === 39) color = null;
      if (colors.has(code)) color = code;
      if (code === 0 || code === 22) bold = false;
      if (code === 1) bold = true;
    }
  }
  return cells;
}

/** A picture of the lines in a fixed-width font, readable on light and dark pages. */
export function svgOf(lines: readonly (readonly Cell[])[]): string {
  const columns = Math.max(...lines.map((cells) => cells.reduce((sum, { text }) => sum + Array.from(text).length, 0)));
  const size = { width: Math.ceil(columns * width + 2 * margin), height: lines.length * height + 2 * margin };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(size.width)} ${String(size.height)}" width="${String(size.width)}" height="${String(size.height)}" role="img">`,
    `<title>session-lint in a terminal</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace" font-size="14" fill="${foreground}" xml:space="preserve">`,
    ...lines.flatMap((cells, row) => lineOf(cells, margin + row * height + 14)),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function lineOf(cells: readonly Cell[], y: number): string[] {
  let column = 0;
  const parts: string[] = [];
  for (const { text, color, bold } of cells) {
    const length = Array.from(text).length;
    if (text.trim() !== "") parts.push(span(text, { x: margin + column * width, y, length: length * width, color, bold }));
    column += length;
  }
  return parts;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly color: number | null;
  readonly bold: boolean;
}

// `textLength` keeps the columns in line whatever font the reader has.
function span(text: string, { x, y, length, color, bold }: Place): string {
  const fill = color === null ? "" : ` fill="${colors.get(color) ?? foreground}"`;
  const weight = bold ? ' font-weight="bold"' : "";
  return `<text x="${x.toFixed(1)}" y="${String(y)}" textLength="${length.toFixed(1)}" lengthAdjust="spacingAndGlyphs"${fill}${weight}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(" ", "\u00A0");
}
