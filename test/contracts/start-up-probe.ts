/** Prints which data files are read by a relevance scan, and then by the first look-up. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

let opened: string[] = [];
const { readFileSync } = fs;
fs.readFileSync = ((file: fs.PathLike, ...rest: never[]) => {
  const name = /contracts\/data\/(.*)$/.exec(String(file))?.[1];
  if (name !== undefined) opened.push(name);
  return readFileSync(file, ...rest);
}) as typeof fs.readFileSync;
syncBuiltinESMExports();

const { loadContracts } = await import("../../src/contracts/index.js");
const contracts = loadContracts();
contracts.relevantNames();
contracts.has("SSL_free");
const relevance = opened;
opened = [];
contracts.function("SSL_free");
process.stdout.write(JSON.stringify({ relevance, lookUp: opened }));
