import { defaultExport, wholeModule } from "../ir/exports.js";
import type { Engine } from "./engine.js";
import type { ClassValue, ModuleInfo, Value } from "./values.js";

/** The class of the objects that a class puts into one of its fields, if all stores to it agree; else null. */
export function classOfField(engine: Engine, owner: ClassValue, key: string): ClassValue | null {
  const { index } = engine;
  const makers = index.fields.looselyStored.has(key) ? null : index.fields.makers.get(`${owner.module.index}.${owner.ir.id}.${key}`);
  if (!makers) return null;
  const classes = makers.map((number) => classBehind(engine, number));
  const [first] = classes;
  return first && classes.every((other) => other?.statics === first.statics) ? first : null;
}

// The class that a variable holds for good, through imports and members of modules.
function classBehind(engine: Engine, number: number): ClassValue | null {
  const { module, id } = engine.index.variable(number);
  const direct = engine.index.classOf(module, id);
  if (direct) return direct;
  const value = settledValue(engine, number);
  return value?.kind === "class" ? (engine.classValue(value.module, value.ir.id) ?? value) : null;
}

/** What a variable of top-level code holds once that has run, or a member of it; undefined when that cannot be told. */
export function settledValue(engine: Engine, number: number, depth = 0): Value | undefined {
  const known = engine.moduleCells.get(number) ?? engine.index.staticValues.get(number);
  const member = known || depth > 8 ? undefined : engine.index.members.get(number);
  if (!member) return known;
  const object = settledValue(engine, member.object, depth + 1);
  return object && memberOfSettled(engine, object, member.key);
}

function memberOfSettled(engine: Engine, object: Value, key: string): Value | undefined {
  if (object.kind === "entity") return engine.moduleRecords.records.get(object.id)?.fields.get(key);
  if (object.kind === "class") return engine.moduleRecords.records.get(object.statics)?.fields.get(key);
  const module: ModuleInfo | undefined = object.kind === "builtin" && object.name.startsWith("%module:") ? engine.index.modules[Number(object.name.slice(8))] : undefined;
  if (!module) return undefined;
  const found = engine.index.exportOf(module, key);
  if (found?.kind === "variable") return settledValue(engine, found.module.variableBase + found.variable);
  const whole = module.ir.exports.find((entry) => entry.kind === "variable" && entry.name === wholeModule);
  const exports = whole?.kind === "variable" ? settledValue(engine, module.variableBase + whole.variable) : undefined;
  return key === defaultExport ? exports : exports && memberOfSettled(engine, exports, key);
}
