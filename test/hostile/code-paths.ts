/**
 * Holds our control-flow graphs against ESLint's code paths: `node --import jiti/register test/hostile/code-paths.ts FOLDER`,
 * with a fetched copy of `tests/fixtures/code-path-analysis` of eslint/eslint, whose expected graphs ESLint's own tests hold
 * it to. Each step of a code path from one point to the next must be a step of ours; then every path is one of ours.
 * A point is a name that is read or a call, told by its range, which both sides have.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Linter, type Rule } from "eslint";
import { lowerModule } from "../../src/frontend/typescript/index.js";
import type { FunctionIr, ModuleIr } from "../../src/ir/types.js";
import { abandonedSuccessors, mayThrow, normalSuccessors } from "../../src/ir/uses.js";

/** `start:end` of a point, or the start, the ordinary end, or the exceptional end of a function. */
type Point = string;
type Steps = Map<Point, Set<Point>>;

const folder = process.argv[2] ?? "";
const counts = { files: 0, agree: 0, disagree: 0, functions: 0, steps: 0, without: 0 };
for (const name of readdirSync(folder).filter((file) => file.endsWith(".js")).sort()) compareFile(name);
console.log(`${counts.files} files, ${counts.functions} code paths, ${counts.steps} steps: ${counts.agree} files agree, ${counts.disagree} disagree; ${counts.without} code paths without a function of ours`);

function compareFile(name: string): void {
  const text = readFileSync(join(folder, name), "utf8");
  const { module } = lowerModule(name, text);
  const points = pointsOf(module);
  const differences: string[] = [];
  for (const path of codePaths(text, points)) {
    // Initialisers of fields and static blocks are parts of other functions of ours.
    const fn = path.origin === "program" ? module.functions[0] : path.origin === "function" ? module.functions.find(({ range }) => range.start === path.start && range.end === path.end) : undefined;
    if (fn === undefined) {
      counts.without++;
      continue;
    }
    counts.functions++;
    const ours = stepsOf(fn, points);
    for (const [from, targets] of path.steps) {
      for (const to of targets) {
        counts.steps++;
        if (!ours.get(from)?.has(to)) differences.push(`${fn.name}: ${show(text, from)} -> ${show(text, to)}`);
      }
    }
  }
  counts.files++;
  if (differences.length === 0) counts.agree++;
  else counts.disagree++;
  for (const difference of differences) console.log(`${name}: ${difference}`);
}

function show(text: string, point: Point): string {
  const [start, end] = point.split(":").map(Number);
  return end === undefined ? point : `\`${text.slice(start, end)}\` (${point})`;
}

// What both sides can tell by its range.
function pointsOf(module: ModuleIr): Set<Point> {
  const points = new Set<Point>();
  for (const fn of module.functions) {
    for (const { instructions } of fn.blocks) for (const { op, range } of instructions) if (op === "global" || op === "call" || op === "construct") points.add(`${range.start}:${range.end}`);
  }
  return points;
}

/** Which point can follow which with none between. */
function stepsOf(fn: FunctionIr, points: ReadonlySet<Point>): Steps {
  const pointAt = (block: number, index: number): Point | null => {
    const instruction = fn.blocks[block]?.instructions[index];
    const point = instruction && (instruction.op === "global" || instruction.op === "call" || instruction.op === "construct") ? `${instruction.range.start}:${instruction.range.end}` : "";
    return points.has(point) ? point : null;
  };
  const next = (block: number, index: number): (readonly [number, number] | Point)[] => {
    const { instructions, terminator, handler } = fn.blocks[block] as FunctionIr["blocks"][number];
    const instruction = instructions[index];
    const thrown = handler === null ? "thrown" : ([handler, 0] as const);
    if (instruction !== undefined) return [[block, index + 1], ...(mayThrow(instruction) && handler !== null ? [thrown] : [])];
    if (terminator.op === "return") return ["final"];
    if (terminator.op === "throw") return [thrown];
    return [...normalSuccessors(terminator), ...abandonedSuccessors(fn.blocks[block] as FunctionIr["blocks"][number])].map((target) => [target, 0] as const);
  };
  const steps: Steps = new Map();
  const follow = (from: Point, starts: (readonly [number, number] | Point)[]): void => {
    const found = steps.get(from) ?? new Set<Point>();
    steps.set(from, found);
    const seen = new Set<string>();
    for (let at = starts.pop(); at !== undefined; at = starts.pop()) {
      const point = typeof at === "string" ? at : pointAt(...at);
      if (point !== null) found.add(point);
      // A point that throws did not happen, so what catches it may follow what came before.
      if (typeof at === "string" || seen.has(at.join())) continue;
      seen.add(at.join());
      starts.push(...next(...at).filter((target) => point === null || typeof target === "string" || target[0] === fn.blocks[(at)[0]]?.handler));
    }
  };
  follow("start", [[0, 0]]);
  fn.blocks.forEach(({ instructions }, block) => instructions.forEach((_, index) => {
    const point = pointAt(block, index);
    if (point !== null) follow(point, next(block, index));
  }));
  return steps;
}

interface CodePathSteps {
  readonly origin: string;
  readonly start: number;
  readonly end: number;
  readonly steps: Steps;
}

interface Following {
  readonly path: Rule.CodePath;
  readonly node: Rule.Node;
  readonly current: Set<Rule.CodePathSegment>;
  readonly events: Map<Rule.CodePathSegment, Point[]>;
  readonly loops: (readonly [Rule.CodePathSegment, Rule.CodePathSegment])[];
}

// ESLint's graph, asked of ESLint: the drawings in the fixtures have no ranges.
function codePaths(text: string, points: ReadonlySet<Point>): CodePathSteps[] {
  const done: CodePathSteps[] = [];
  const open: Following[] = [];
  const note = (node: Rule.Node): void => {
    const point = `${node.range?.[0] ?? 0}:${node.range?.[1] ?? 0}`;
    const top = open.at(-1);
    if (top === undefined || !points.has(point)) return;
    for (const segment of top.current) top.events.get(segment)?.push(point);
  };
  const rule: Rule.RuleModule = {
    create: () => ({
      onCodePathStart: (path: Rule.CodePath, node: Rule.Node) => void open.push({ path, node, current: new Set(), events: new Map(), loops: [] }),
      onCodePathEnd: () => {
        const closed = open.pop();
        if (closed !== undefined) done.push(finished(closed));
      },
      onCodePathSegmentStart: (segment: Rule.CodePathSegment) => {
        open.at(-1)?.current.add(segment);
        open.at(-1)?.events.set(segment, []);
      },
      onCodePathSegmentEnd: (segment: Rule.CodePathSegment) => void open.at(-1)?.current.delete(segment),
      onCodePathSegmentLoop: (from: Rule.CodePathSegment, to: Rule.CodePathSegment) => void open.at(-1)?.loops.push([from, to]),
      Identifier: note,
      "CallExpression:exit": note,
      "NewExpression:exit": note,
    }),
  };
  const linter = new Linter();
  for (const sourceType of ["module", "script"] as const) {
    done.length = open.length = 0;
    const messages = linter.verify(text, [{ plugins: { own: { rules: { paths: rule } } }, rules: { "own/paths": "error" }, languageOptions: { ecmaVersion: "latest", sourceType }, linterOptions: { noInlineConfig: true } }]);
    if (!messages.some(({ fatal }) => fatal === true)) break;
  }
  return done;
}

function finished({ path, node, events, loops }: Following): CodePathSteps {
  const following = (segment: Rule.CodePathSegment): readonly Rule.CodePathSegment[] => [...segment.nextSegments, ...loops.filter(([from]) => from === segment).map(([, to]) => to)];
  const steps: Steps = new Map();
  const add = (from: Point, to: Point): void => void steps.set(from, (steps.get(from) ?? new Set()).add(to));
  const follow = (from: Point, segments: readonly Rule.CodePathSegment[]): void => {
    const seen = new Set<Rule.CodePathSegment>();
    const work = [...segments];
    for (let segment = work.pop(); segment !== undefined; segment = work.pop()) {
      if (seen.has(segment) || !segment.reachable) continue;
      seen.add(segment);
      const first = events.get(segment)?.[0];
      if (first !== undefined) add(from, first);
      else leave(from, segment, work);
    }
  };
  const leave = (from: Point, segment: Rule.CodePathSegment, work: Rule.CodePathSegment[]): void => {
    if (path.returnedSegments.includes(segment)) add(from, "final");
    if (path.thrownSegments.includes(segment)) add(from, "thrown");
    work.push(...following(segment));
  };
  follow("start", [path.initialSegment]);
  for (const [segment, found] of events) {
    if (!segment.reachable) continue;
    found.forEach((point, index) => {
      const next = found[index + 1];
      if (next !== undefined) return add(point, next);
      const work: Rule.CodePathSegment[] = [];
      leave(point, segment, work);
      follow(point, work);
    });
  }
  return { origin: path.origin, start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0, steps };
}
