#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { commandLine } from "./command-line.js";

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

// Set rather than exited with, so that what was written still reaches a pipe.
void commandLine(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  readInput: () => readFileSync(0, "utf8"),
  outIsTerminal: process.stdout.isTTY,
  errorIsTerminal: process.stderr.isTTY,
  columns: process.stdout.columns,
}).then((status) => (process.exitCode = status));
