import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { toDot, toMermaid } from "../../ir/draw.js";
import { printFunction } from "../../ir/print.js";
import type { FunctionIr, ModuleIr } from "../../ir/types.js";
import { UserError } from "../../project/user-error.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { namedFunctions } from "../lowered.js";
import { renderDot } from "../../report/graphviz.js";

/** The control-flow graph of a function, or of each function of a file. */
export async function graph(args: Arguments, terminal: Terminal): Promise<number> {
  const written = args.value("graph") ?? "";
  const { module, functions } = namedFunctions(terminal.cwd, written);
  const format = args.value("format") ?? "text";
  const colon = format.indexOf(":");
  const file = colon < 0 ? args.value("output-file") : format.slice(colon + 1);
  const text = await drawn(colon < 0 ? format : format.slice(0, colon), module, functions, written);
  if (file === undefined) terminal.out(text);
  else writeFileSync(resolve(terminal.cwd, file), text);
  return 0;
}

async function drawn(format: string, module: ModuleIr, functions: readonly FunctionIr[], written: string): Promise<string> {
  switch (format) {
    case "text":
      return functions.map((fn) => `${printFunction(module, fn)}\n`).join("\n");
    case "dot":
      return functions.map((fn) => toDot(module, fn)).join("\n");
    case "mermaid":
      return functions.map((fn) => toMermaid(module, fn)).join("\n");
    case "svg": {
      const [fn, ...others] = functions;
      if (fn === undefined || others.length > 0) throw new UserError([`a drawing shows one function; name it, as \`--graph ${written}:${others.at(-1)?.name ?? "name"}\``]);
      return renderDot(toDot(module, fn));
    }
    default:
      throw new UserError([`a graph is drawn as text, dot, svg or mermaid, not as "${format}"`]);
  }
}
