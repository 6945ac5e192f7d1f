import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { lowerModule } from "../frontend/typescript/index.js";
import type { FunctionIr, ModuleIr } from "../ir/types.js";
import { withoutMark } from "../project/file-system.js";
import { nearest } from "../project/nearest.js";
import { UserError } from "../project/user-error.js";

/** A named file in the intermediate language. */
export function loweredFile(cwd: string, name: string): ModuleIr {
  const path = resolve(cwd, name);
  if (!existsSync(path)) throw new UserError([`${name}: there is no such file`]);
  if (statSync(path).isDirectory()) throw new UserError([`${name}: this is a folder; name a file`]);
  return lowerModule(name, withoutMark(readFileSync(path, "utf8"))).module;
}

/** What `file` or `file:function` names: the module, and the functions that are meant. */
export function namedFunctions(cwd: string, written: string): { readonly module: ModuleIr; readonly functions: readonly FunctionIr[] } {
  const colon = existsSync(resolve(cwd, written)) ? -1 : written.lastIndexOf(":");
  const module = loweredFile(cwd, colon < 0 ? written : written.slice(0, colon));
  const bodies = module.functions.filter((fn) => fn.hasBody);
  if (colon < 0) return { module, functions: bodies };
  const name = written.slice(colon + 1);
  const functions = bodies.filter((fn) => fn.name === name || fn.name.endsWith(`.${name}`));
  if (functions.length > 0) return { module, functions };
  const known = bodies.map((fn) => fn.name);
  throw new UserError([`${written.slice(0, colon)} has no function "${name}"${nearest(name, known)}; its functions are ${known.join(", ")}`]);
}
