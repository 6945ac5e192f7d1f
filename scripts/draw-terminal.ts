/**
 * Draws what the command line really prints into docs/images/terminal.svg.
 *
 *   npm run docs:images            writes the picture
 *   npm run docs:images -- --check fails when it does not show what the command line prints today
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cellsOf, svgOf } from "./terminal-svg.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const picture = "docs/images/terminal.svg";
const shown = ["examples/bun-report.ts", "examples/koffi-resume.ts"];

main(process.argv.slice(2));

function main(args: readonly string[]): void {
  const text = svgOf([cellsOf(`\u001B[90m$\u001B[39m npx session-lint ${shown.join(" ")}`), ...printed().split("\n").map(cellsOf)]);
  const target = path.join(root, picture);
  if (!args.includes("--check")) {
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  } else if (readFileSync(target, "utf8") !== text) {
    process.stderr.write(`${picture} is out of date; run: npm run docs:images\n`);
    process.exitCode = 1;
  }
}

function printed(): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["dist/bundle/main.js", "--color", "--no-config", "--format", "pretty", ...shown], { cwd: root, encoding: "utf8" });
  if (status !== 1) throw new Error(`the examples must give findings: ${stderr}`);
  // The time differs from run to run.
  return stdout.trimEnd().replace(/ in \d[\d.]* m?s$/u, "");
}
