import vm from "node:vm";
import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";
import { lowerModule } from "../../src/frontend/typescript/index.js";
import { verifyModule } from "../../src/ir/verify.js";
import { interpret } from "./interpreter.js";
import { programs, typedPrograms } from "./programs.js";
import { randomExpressions, randomProgram } from "./random-program.js";

describe("lowered code does what the source does", () => {
  test.each(Object.entries(programs))("%s", async (_, source) => {
    const expected = await run((globals) => vm.runInNewContext(source, globals));
    expect(expected.log.length).toBeGreaterThan(0);
    expect(await lowered(source)).toEqual(expected);
  });

  test.each(Object.entries(typedPrograms))("%s", async (_, source) => {
    const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
    const expected = await run((globals) => vm.runInNewContext(outputText, Object.assign(globals, { Symbol })));
    expect(expected.log.length).toBeGreaterThan(0);
    expect(await lowered(source, "program.ts")).toEqual(expected);
  });

  test.each([
    ["jumps and clean-up code", randomProgram, 150],
    ["expressions that assign", randomExpressions, 300],
  ] as const)("in random programs of %s", async (_, make, count) => {
    for (let seed = 1; seed <= count; seed++) {
      const source = make(seed);
      const expected = await run((globals) => vm.runInNewContext(source, globals));
      expect({ source, ...(await lowered(source)) }).toEqual({ source, ...expected });
    }
  }, 60_000);
});

interface Outcome {
  readonly log: string[];
  readonly thrown: string | null;
}

async function lowered(source: string, file = "program.js"): Promise<Outcome> {
  const { module, problems } = lowerModule(file, source);
  expect(problems).toEqual([]);
  expect(verifyModule(module)).toEqual([]);
  return run((globals) => interpret(module, globals));
}

// A program logs what happens and may leave a promise in the global `main`.
async function run(execute: (globals: Record<string, unknown>) => unknown): Promise<Outcome> {
  const log: string[] = [];
  const globals: Record<string, unknown> = { log: (...values: unknown[]) => (log.push(values.map(show).join(" ")), values[0]), main: undefined };
  try {
    execute(globals);
    await globals["main"];
    return { log, thrown: null };
  } catch (error) {
    return { log, thrown: error instanceof Error || isErrorLike(error) ? "error" : show(error) };
  }
}

function isErrorLike(value: unknown): boolean {
  return typeof value === "object" && value !== null && "message" in value;
}

function show(value: unknown): string {
  if (typeof value === "function") return "function";
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
