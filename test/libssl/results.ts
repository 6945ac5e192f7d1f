/** Runs the runner over all contracts on the three primary classes, and again after each crash. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { loadContracts } from "../../src/contracts/index.js";
import type { EffectContract, FunctionContract } from "../../src/contracts/model.js";
import type { Shown } from "./harness.js";
import { bind } from "./library.js";

export interface Result {
  readonly name: string;
  readonly outcome: "verified" | "mismatch" | "not in the library";
  readonly shown: readonly Shown[];
  readonly detail?: string;
}

/** What the runner is asked: a contract by its name, or another in its place. */
export interface Task {
  readonly name: string;
  readonly contract?: FunctionContract;
}

const primary = /^(?:SSL|SSL_CTX|SSL_SESSION)\**$/;
const processes = 2;

/** The contracts of OpenSSL that take, return, hand out or end one of the primary classes. */
export function primaryContracts(): FunctionContract[] {
  const contracts = loadContracts();
  return contracts
    .names()
    .map((name) => contracts.function(name) as FunctionContract)
    .filter((contract) => contract.since !== null || contract.family !== null)
    .filter((contract) => !contract.name.startsWith("wolfSSL_"))
    .filter((contract) => namedClasses(contract).some((name) => primary.test(name)));
}

function namedClasses(contract: FunctionContract): string[] {
  const ofEffects = contract.effects.map((effect) => ("class" in effect ? effect.class : undefined));
  return [...contract.params, contract.returns?.class, ...ofEffects].filter((name) => typeof name === "string");
}

/** What came of each contract, in the order of their names. */
export async function collectResults(contracts: readonly FunctionContract[] = primaryContracts()): Promise<Result[]> {
  const present = contracts.filter((contract) => contract.macro || bind(contract.name, contract.signature ?? "") !== null);
  const results = new Map((await execute(present.map(({ name }) => ({ name })))).map((result) => [result.name, result]));
  return contracts.map(({ name }): Result => results.get(name) ?? { name, outcome: "not in the library", shown: [] });
}

/** What came of each task, in their order. */
export async function execute(tasks: readonly Task[]): Promise<Result[]> {
  const results: Result[] = [];
  const share = async (waiting: number[]): Promise<void> => {
    let left = waiting;
    while (left.length > 0) left = await runOnce(tasks, left, results);
  };
  const all = tasks.map((_, index) => index);
  await Promise.all(Array.from({ length: processes }, (_, part) => share(all.filter((index) => index % processes === part))));
  return results;
}

// Returns what is still to be run: nothing, unless the process died.
async function runOnce(tasks: readonly Task[], waiting: readonly number[], results: Result[]): Promise<number[]> {
  const { output, ending } = await runner(waiting.map((index) => tasks[index] as Task));
  let begun = 0;
  for (const line of output.split("\n").filter((text) => text.startsWith("{"))) {
    const parsed = JSON.parse(line) as { readonly begins: string } | Result;
    if ("begins" in parsed) begun++;
    else results[waiting[begun - 1] as number] = parsed;
  }
  if (begun === 0) throw new Error(`the runner did not start: ${ending}`);
  const last = waiting[begun - 1] as number;
  results[last] ??= { name: (tasks[last] as Task).name, outcome: "mismatch", shown: [], detail: `the program died (${ending})` };
  return waiting.slice(begun);
}

function runner(tasks: readonly Task[]): Promise<{ output: string; ending: string }> {
  const script = fileURLToPath(new URL("./runner.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "jiti/register", script], { cwd: fileURLToPath(new URL("../../", import.meta.url)) });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ output, ending: signal ?? `exit status ${status} ${errors}`.trim() }));
    child.stdin.end(JSON.stringify(tasks));
  });
}

/** What the contract claims and no case has shown. */
export function notShown(contract: FunctionContract, result: Result): Shown[] {
  return claims(contract).filter((claim) => !result.shown.includes(claim));
}

function claims(contract: FunctionContract): Shown[] {
  const { returns } = contract;
  const ofResult: Shown[] = returns === null || returns.ownership === "unknown" ? [] : [returns.ownership === "owned" ? "result owed one release" : "result owed nothing"];
  return [...new Set([...ofResult, ...contract.effects.flatMap(claimOf)])];
}

function claimOf(effect: EffectContract): Shown[] {
  switch (effect.kind) {
    case "release":
      return ["argument released"];
    case "retain":
      return ["argument retained"];
    case "transfer":
      return ["argument taken over"];
    case "share":
      return ["argument shared"];
    case "keep":
      return ["argument kept without counting"];
    case "out":
      return [effect.ownership === "owned" ? "out owed one release" : effect.ownership === "same-as-return" ? "out is the result" : "out owed nothing"];
    case "invalidate":
      return effect.class === "*" ? [] : ["borrow ended"];
    case "link":
    case "unlink":
      return [];
  }
}
