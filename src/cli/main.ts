#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { commandLine } from "./command-line.js";
import { OutStream } from "./streams.js";

// Node.js 22.1 and later keep what they have compiled: TypeScript is most of it.
(process.getBuiltinModule("node:module") as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const out = new OutStream("stdout");
const error = new OutStream("stderr");

void commandLine(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  out: (text) => out.write(text),
  error: (text) => error.write(text),
  readInput: () => readFileSync(0, "utf8"),
  get outIsTerminal() {
    return out.isTerminal;
  },
  get errorIsTerminal() {
    return error.isTerminal;
  },
  get columns() {
    return out.columns;
  },
}).then((status) => {
  // Taking everything down in order is for those who still have something to write.
  process.exitCode = status;
  if (out.isWritten && error.isWritten) process.exit();
});
