import { analyzeTexts } from "../src/project/analyze.js";
import { presetAnalysis, presetRules } from "../src/project/settings.js";

/** One shape of program at three sizes, the last one the size that the project promises to bear. */
export interface Growth {
  readonly name: string;
  readonly sizes: readonly [number, number, number];
  readonly milliseconds: readonly number[];
  readonly incomplete: readonly number[];
}

const head = "export function main(ssl, p) {\n  const s = SSL_get1_session(ssl);\n";
const tail = "  SSL_SESSION_free(s);\n}\n";
const lines = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join("\n");

export interface Shape {
  readonly name: string;
  readonly sizes: readonly [number, number, number];
  readonly files: (size: number) => string[];
}

/** What programs are made of. test/analysis/growth.test.ts counts the work on the same shapes. */
export const shapes: readonly Shape[] = [
  { name: "`if`s in a row", sizes: [250, 500, 1000], files: (n) => [`${head}${lines(n, (i) => `  if (p.a${i}) SSL_SESSION_get_time(s);`)}\n${tail}`] },
  { name: "nested blocks", sizes: [50, 100, 200], files: (n) => [`${head}${lines(n, (i) => `if (p.a${i}) {`)} SSL_SESSION_get_time(s); ${"}".repeat(n)}\n${tail}`] },
  { name: "statements", sizes: [1250, 2500, 5000], files: (n) => [`${head}${lines(n, (i) => `  const t${i} = SSL_SESSION_get_time(s);`)}\n${tail}`] },
  { name: "depth of loops", sizes: [2, 4, 8], files: (n) => [`${head}${lines(n, (i) => `while (p.a${i}()) {`)} SSL_SESSION_get_time(s); ${"}".repeat(n)}\n${tail}`] },
  { name: "chain of wrappers", sizes: [250, 500, 1000], files: (n) => [`function f0(s) { SSL_SESSION_free(s); }\n${lines(n, (i) => `function f${i + 1}(s) { f${i}(s); }`)}\n${head}  f${n}(s);\n}\n`] },
  { name: "mutually recursive functions", sizes: [75, 150, 300], files: (n) => [`${lines(n, (i) => `function f${i}(s, p) { if (p()) f${(i + 1) % n}(s, p); else if (p()) f${(i * 7 + 3) % n}(s, p); else SSL_SESSION_free(s); }`)}\n${head}  f0(s, p);\n}\n`] },
  { name: "relevant files", sizes: [500, 1000, 2000], files: (n) => Array.from({ length: n }, (_, i) => `${head}  if (p > ${i}) SSL_SESSION_get_time(s);\n${tail}`) },
];

/** Times each shape at each size; the best of three, in one process after a warm-up. */
export function measureGrowth(): Growth[] {
  for (const shape of shapes) analyze(shape.files(shape.sizes[0]));
  return shapes.map(({ name, sizes, files }) => {
    const measured = sizes.map((size) => best(files(size)));
    return { name, sizes, milliseconds: measured.map((m) => m.milliseconds), incomplete: measured.map((m) => m.incomplete) };
  });
}

function best(texts: readonly string[]): { milliseconds: number; incomplete: number } {
  const rounds = Array.from({ length: 3 }, () => analyze(texts));
  return rounds.reduce((left, right) => (right.milliseconds < left.milliseconds ? right : left));
}

function analyze(texts: readonly string[]): { milliseconds: number; incomplete: number } {
  const sources = texts.map((text, index) => ({ path: `file${index}.js`, text }));
  const started = performance.now();
  const { incomplete } = analyzeTexts(sources, presetAnalysis("recommended"), { rules: presetRules("recommended"), overrides: [], unusedSuppressions: "off" });
  return { milliseconds: performance.now() - started, incomplete: incomplete.length };
}
