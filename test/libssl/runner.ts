/**
 * Executes contracts in a process of its own: a crash then costs one function. Reads a list of function names,
 * prints a line when it begins one and a line with what came of it.
 */
import { readFileSync, writeSync } from "node:fs";
import { loadContracts } from "../../src/contracts/index.js";
import { Mismatch, verify, verifyNull, type Shown } from "./harness.js";
import { libc } from "./library.js";
import { installAllocator } from "./memory.js";
import { makeMaterial } from "./material.js";
import { casesOf } from "./recipes.js";
import type { Result, Task } from "./results.js";
import { useReleases } from "./world.js";

const contracts = loadContracts({ classes: "all" });
useReleases((className) => contracts.class(className)?.release ?? `${className}_free`);
installAllocator();
const material = makeMaterial();

for (const task of JSON.parse(readFileSync(0, "utf8")) as Task[]) {
  print({ begins: task.name });
  print(execute(task));
}
// Without the library's own clean-up, which would call back into a program that is going away.
libc.func("void _exit(int)")(0);

function execute({ name, contract = contracts.function(name) }: Task): Result {
  if (contract === undefined) return { name, outcome: "mismatch", shown: [], detail: "no contract" };
  const shown = new Set<Shown>();
  const cases = casesOf(name);
  try {
    for (const { recipe } of cases) verify(contract, recipe, material).forEach((each) => shown.add(each));
    for (const [index, behaviour] of Object.entries(contract.null)) {
      const recipe = cases[0]?.recipe;
      if (recipe !== undefined && (behaviour === "ok" || behaviour === "error")) shown.add(verifyNull(contract, recipe, Number(index), material));
    }
    return { name, outcome: "verified", shown: [...shown] };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { name, outcome: "mismatch", shown: [...shown], detail: error instanceof Mismatch ? error.message : `${error.name}: ${error.message}` };
  }
}

function print(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
