/** Runs the runner over all contracts on the three primary classes, and again after each crash. */
import { spawnSync } from "node:child_process";
import { loadContracts } from "../../src/contracts/index.js";
import type { FunctionContract } from "../../src/contracts/model.js";
import type { Shown } from "./harness.js";
import { bind } from "./library.js";
import { notExecutable } from "./recipes.js";

export interface Result {
  readonly name: string;
  readonly outcome: "verified" | "mismatch" | "not executable" | "not in the library";
  readonly shown: readonly Shown[];
  readonly detail?: string;
}

const primary = /^(?:SSL|SSL_CTX|SSL_SESSION)\**$/;

/** The contracts of OpenSSL that take, return, hand out or end one of the primary classes. */
export function primaryContracts(): FunctionContract[] {
  const contracts = loadContracts();
  return contracts
    .names()
    .filter((name) => !name.startsWith("wolfSSL_") && contracts.function(name)?.family != null)
    .map((name) => contracts.function(name) as FunctionContract)
    .filter((contract) => namedClasses(contract).some((name) => primary.test(name)));
}

function namedClasses(contract: FunctionContract): string[] {
  const ofEffects = contract.effects.map((effect) => ("class" in effect ? effect.class : undefined));
  return [...contract.params, contract.returns?.class, ...ofEffects].filter((name) => typeof name === "string");
}

/** What came of every primary contract, in the order of their names. */
export function collectResults(only?: (name: string) => boolean): Result[] {
  const contracts = primaryContracts().filter((contract) => only?.(contract.name) !== false);
  const results = new Map<string, Result>();
  let waiting: string[] = [];
  for (const contract of contracts) {
    const { name } = contract;
    const reason = notExecutable(name);
    if (!contract.macro && bind(name, contract.signature ?? "") === null) results.set(name, { name, outcome: "not in the library", shown: [] });
    else if (reason !== null) results.set(name, { name, outcome: "not executable", shown: [], detail: reason });
    else waiting.push(name);
  }
  while (waiting.length > 0) waiting = runOnce(waiting, results);
  return contracts.map(({ name }) => results.get(name) as Result);
}

// Returns the names that are still to be run: none, unless the process died.
function runOnce(names: readonly string[], results: Map<string, Result>): string[] {
  const runner = spawnSync(process.execPath, ["--import", "jiti/register", new URL("./runner.ts", import.meta.url).pathname], {
    input: JSON.stringify(names),
    encoding: "utf8",
    maxBuffer: 1 << 28,
    cwd: new URL("../../", import.meta.url),
  });
  let last: string | undefined;
  for (const line of runner.stdout.split("\n").filter((text) => text.startsWith("{"))) {
    const parsed = JSON.parse(line) as { readonly begins: string } | Result;
    if ("begins" in parsed) last = parsed.begins;
    else results.set(parsed.name, parsed);
  }
  if (last === undefined) throw new Error(`the runner did not start:\n${runner.stderr}`);
  if (!results.has(last)) results.set(last, { name: last, outcome: "mismatch", shown: [], detail: `the program died (${runner.signal ?? `exit status ${runner.status}`})` });
  return names.filter((name) => !results.has(name));
}
