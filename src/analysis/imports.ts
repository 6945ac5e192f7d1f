import { defaultExport, namespaceExport, wholeModule } from "../ir/exports.js";
import type { Activation } from "./activation.js";
import { memberOf } from "./members.js";
import type { ExportTarget } from "./program.js";
import type { JsRecord, State } from "./state.js";
import { propertiesOf, type ModuleInfo, type Value } from "./values.js";

/** What a module imports from another one under a name: "*" is the namespace, "module.exports" what `require` gives. */
export function imported(act: Activation, state: State, specifier: string, name: string): Value {
  const { index, program } = act.engine;
  const id = program.resolve(act.fn.module.ir.id, specifier);
  const module = id === null ? undefined : index.byId.get(id);
  if (!module) return fromOutside(act, specifier, name);
  const found = described(act, state, module, name, behind(act, state, index.exportOf(module, name)));
  if (found) return found;
  return name === wholeModule ? namespaceOf(module) : state.unknown(name);
}

/** A name that a module of the program exports: one of its own, one that it hands on, or a property of its one object. */
export function memberOfModule(act: Activation, state: State, module: ModuleInfo, name: string): Value | null {
  return described(act, state, module, name, behind(act, state, act.engine.index.exportOf(module, name)) ?? memberOfExports(act, state, module, name));
}

// What the code of a module does not show (a function of an add-on) is what its declarations say.
function described(act: Activation, state: State, module: ModuleInfo, name: string, found: Value | null): Value | null {
  if (found && !isUnseen(state, found)) return found;
  const description = act.engine.index.descriptionOf(module);
  if (!description) return found;
  const declared = behind(act, state, act.engine.index.exportOf(description, name));
  return declared ?? (name === wholeModule || name === defaultExport ? namespaceOf(description) : found);
}

function isUnseen(state: State, value: Value): boolean {
  return value.kind === "entity" && value.token === 0 && !state.objects.has(value.id) && (state.records.get(value.id)?.kind ?? "open") === "open";
}

/** What a namespace shows, name by name. */
export function membersOfModule(act: Activation, state: State, module: ModuleInfo): [string, Value][] {
  return [...act.engine.index.namesOf(module)].map((name) => [name, memberOfModule(act, state, module, name) ?? state.unknown(name)]);
}

function behind(act: Activation, state: State, target: ExportTarget | null): Value | null {
  switch (target?.kind) {
    case "variable":
      return act.readCell(state, target.module.variableBase + target.variable);
    case "namespace":
      return namespaceOf(target.module);
    case "member":
      return memberOfExports(act, state, target.module, target.name);
    case "outside":
      return fromOutside(act, target.specifier, target.name);
    case undefined:
      return null;
  }
}

/** The module of the program that a value is the namespace of. */
export function moduleBehind(act: Activation, value: Value): ModuleInfo | undefined {
  return value.kind === "builtin" && value.name.startsWith("%module:") ? act.engine.index.modules[Number(value.name.slice(8))] : undefined;
}

function namespaceOf(module: ModuleInfo): Value {
  return { kind: "builtin", name: `%module:${module.index}`, receiver: null };
}

// A part of the language's library, or something of which the name is known.
function fromOutside(act: Activation, specifier: string, name: string): Value {
  const { moduleScheme } = act.engine.program.language;
  const plain = specifier.startsWith(moduleScheme) ? specifier.slice(moduleScheme.length) : specifier;
  const whole = name === defaultExport || name === namespaceExport || name === wholeModule;
  const builtin = whole ? plain : `${plain}:${name}`;
  return act.engine.isLibrary(builtin) || (whole && act.engine.isLibrary(plain)) ? { kind: "builtin", name: builtin, receiver: null } : act.engine.makeImport(plain, name);
}

// A name that a module exports as a property of one object: the object's field of that name; the object itself as the default.
function memberOfExports(act: Activation, state: State, module: ModuleInfo, key: string): Value | null {
  const whole = module.ir.exports.find((entry) => entry.kind === "variable" && entry.name === wholeModule);
  if (whole?.kind !== "variable") return null;
  const exports = act.readCell(state, module.variableBase + whole.variable);
  const record = recordBehind(act, state, exports);
  const member = record?.fields.get(key) ?? (exports.kind === "class" ? memberOf(exports, key, true, "method") : null);
  return member ?? (key === defaultExport ? exports : null);
}

function recordBehind(act: Activation, state: State, exports: Value): JsRecord | undefined {
  if (exports.kind === "class") return act.record(state, exports.statics);
  const object = exports.kind === "function" ? propertiesOf(exports) : exports.kind === "entity" ? exports : null;
  return object ? act.record(state, object.id) : undefined;
}
