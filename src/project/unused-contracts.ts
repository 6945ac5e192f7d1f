import { readFileSync } from "node:fs";
import { userContractNames } from "../contracts/index.js";
import { wordTest } from "./mentions.js";

/** Functions that the user's contracts describe and no file names: a misspelt name would otherwise say nothing. */
export function unusedContracts(contracts: readonly unknown[], files: readonly string[], texts: ReadonlyMap<string, string>): { readonly names: readonly string[]; readonly all: boolean } {
  const names = userContractNames(contracts);
  const open = new Map(names.map((name) => [name, wordTest([name])]));
  for (const file of files) {
    if (open.size === 0) break;
    const text = texts.get(file) ?? textOf(file);
    for (const [name, mentions] of open) if (text.includes(name) && mentions(text)) open.delete(name);
  }
  return { names: [...open.keys()], all: open.size === names.length };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
