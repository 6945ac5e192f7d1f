import { at } from "./lists.js";
import type { Argument, Block, Constant, FieldKey, FunctionIr, Instruction, ModuleIr, Terminator, VariableId } from "./types.js";

/** A whole module as text: what it imports, exports and binds, then every function. */
export function printModule(module: ModuleIr): string {
  const parts = [
    ...module.imports.map((specifier) => `import "${specifier}"`),
    ...module.exports.map((one) => {
      if (one.kind === "variable") return `export ${one.name} = ${variableName(module, one.variable)}`;
      return one.kind === "star" ? `export * from "${one.specifier}"` : `export ${one.name} = "${one.specifier}".${one.imported}`;
    }),
    ...module.fieldBindings.map(({ key, class: owner, ref }) => `field ${owner === null ? "" : `${module.classes[owner]?.name ?? ""}.`}${key} = ${ref ? `native ${ref.name}` : "not only native"}`),
    ...module.classes.map((one) => printClass(module, one.id)),
    ...module.functions.map((fn) => printFunction(module, fn)),
  ];
  return parts.join("\n") + "\n";
}

/** One function as text, block by block. */
export function printFunction(module: ModuleIr, fn: FunctionIr): string {
  const name = (id: VariableId): string => variableName(module, id);
  const params = fn.params.map((id, index) => (fn.rest && index === fn.params.length - 1 ? `...${name(id)}` : name(id))).join(", ");
  const words = [fn.async ? "async " : "", fn.static ? "static " : "", "function", fn.generator ? "*" : "", ` #${fn.id} ${fn.name}(${params})`];
  if (fn.receiver !== null) words.push(` this=${name(fn.receiver)}`);
  if (fn.argumentsVariable !== null) words.push(` arguments=${name(fn.argumentsVariable)}`);
  if (fn.captures.length > 0) words.push(` captures ${fn.captures.map(name).join(", ")}`);
  if (!fn.hasBody) words.push(" without body");
  const tags = fn.tags.map((tag) => `  @${[tag.tag, ...tag.words].join(" ")}`);
  return [words.join(""), ...tags, ...fn.blocks.flatMap((block) => printBlock(module, block))].join("\n");
}

/** One instruction as text. */
export function printInstruction(module: ModuleIr, instruction: Instruction): string {
  const v = (id: VariableId): string => variableName(module, id);
  const list = (ids: readonly VariableId[]): string => ids.map(v).join(", ");
  switch (instruction.op) {
    case "constant":
      return `${v(instruction.to)} = ${instruction.nullPointer ? "NULL" : printConstant(instruction.value)}`;
    case "copy":
      return `${v(instruction.to)} = ${v(instruction.from)}`;
    case "declare":
      return `declare ${v(instruction.variable)}`;
    case "load":
      return `${v(instruction.to)} = ${v(instruction.object)}${printKey(module, instruction.key)}`;
    case "store":
      return `${v(instruction.object)}${printKey(module, instruction.key)} = ${v(instruction.from)}`;
    case "object":
      return `${v(instruction.to)} = ${instruction.kind === "array" ? "[]" : "{}"}`;
    case "spread":
      return `${v(instruction.object)} += ...${v(instruction.from)}${instruction.except ? ` except ${instruction.except.join(", ") || "nothing"}` : ""}`;
    case "append":
      return `${v(instruction.object)} += ${v(instruction.from)}`;
    case "closure":
      return `${v(instruction.to)} = closure #${instruction.function}`;
    case "accessor":
      return `${v(instruction.object)}.${instruction.key} = ${instruction.kind} #${instruction.function}`;
    case "class":
      return `${v(instruction.to)} = class #${instruction.class}${instruction.superclass === null ? "" : ` extends ${v(instruction.superclass)}`}`;
    case "native":
      return `${v(instruction.to)} = native ${instruction.ref.name} (${instruction.ref.binding})`;
    case "bind":
      return `${v(instruction.to)} = bind ${v(instruction.from)} by ${v(instruction.symbol)} (${instruction.binding})`;
    case "callback":
      return `${v(instruction.to)} = callback ${v(instruction.function)}`;
    case "global":
      return `${v(instruction.to)} = global ${instruction.name}`;
    case "storeGlobal":
      return `global ${instruction.name} = ${v(instruction.from)}`;
    case "import":
      return `${v(instruction.to)} = import ${instruction.promised ? "promise of " : ""}${instruction.name} from "${instruction.specifier}"`;
    case "call":
      return `${v(instruction.to)} = call ${v(instruction.callee)}(${printArguments(module, instruction.args)})${instruction.receiver === null ? "" : ` on ${v(instruction.receiver)}`}`;
    case "construct":
      return `${v(instruction.to)} = new ${v(instruction.callee)}(${printArguments(module, instruction.args)})`;
    case "superCall":
      return `super #${instruction.class}(${printArguments(module, instruction.args)}) on ${v(instruction.receiver)}`;
    case "superLoad":
      return `${v(instruction.to)} = super #${instruction.class}.${instruction.key}${instruction.static ? " static" : ""}`;
    case "await":
      return `${v(instruction.to)} = await ${v(instruction.from)}`;
    case "yield":
      return `${v(instruction.to)} = yield${instruction.delegate ? "*" : ""} ${v(instruction.from)}${instruction.abandoned === null ? "" : ` abandoned b${instruction.abandoned}`}`;
    case "iterate":
      return `${v(instruction.to)} = iterate ${instruction.kind} of ${v(instruction.from)}`;
    case "next":
      return `${v(instruction.to)}, ${v(instruction.done)} = next ${v(instruction.iterator)}`;
    case "take":
      return `${v(instruction.to)} = take ${instruction.count ?? "all"} of ${v(instruction.from)}`;
    case "closeIterator":
      return `close ${v(instruction.iterator)}`;
    case "not":
      return `${v(instruction.to)} = !${v(instruction.from)}`;
    case "compare":
      return `${v(instruction.to)} = ${v(instruction.left)} ${instruction.strict ? "===" : "=="} ${v(instruction.right)}${instruction.test === null ? "" : ` (test ${instruction.test})`}`;
    case "nullTest":
      return `${v(instruction.to)} = null test ${v(instruction.from)} ${instruction.test}`;
    case "pure":
      return `${v(instruction.to)} = ${instruction.operator}(${list(instruction.operands)})`;
    case "assertNonNull":
      return `assert ${v(instruction.from)} not null`;
    case "typeHint":
      return `${v(instruction.variable)} is a ${v(instruction.class)}`;
    case "unmatched":
      return "none of the alternatives";
    case "discard":
      return `discard ${v(instruction.from)}`;
    case "catch":
      return `${v(instruction.to)} = caught`;
    case "unknown":
      return `${v(instruction.to)} = unknown(${list(instruction.operands)})`;
  }
}

/** A terminator as text. */
export function printTerminator(module: ModuleIr, terminator: Terminator): string {
  switch (terminator.op) {
    case "goto":
      return `goto b${terminator.target}`;
    case "branch":
      return `if ${variableName(module, terminator.condition)} then b${terminator.whenTrue} else b${terminator.whenFalse}`;
    case "return":
      return terminator.value === null ? "return" : `return ${variableName(module, terminator.value)}`;
    case "throw":
      return `throw ${variableName(module, terminator.value)}`;
    case "unreachable":
      return "unreachable";
  }
}

/** A variable's name, made unique by its number; temporaries have the number alone. */
export function variableName(module: ModuleIr, id: VariableId): string {
  const variable = module.variables[id];
  return variable?.name ? `${variable.name}%${id}` : `%${id}`;
}

function printBlock(module: ModuleIr, block: Block): string[] {
  const handler = block.handler === null ? "" : ` handler b${block.handler}`;
  return [`  b${block.id}:${handler}`, ...block.instructions.map((one) => `    ${printInstruction(module, one)}`), `    ${printTerminator(module, block.terminator)}`];
}

function printClass(module: ModuleIr, id: number): string {
  const one = at(module.classes, id);
  const lines = [`class #${id} ${one.name}`];
  if (one.constructor !== null) lines.push(`  constructor #${one.constructor}`);
  if (one.fieldInitializer !== null) lines.push(`  fields #${one.fieldInitializer}`);
  for (const member of one.members) lines.push(`  ${member.static ? "static " : ""}${member.kind} ${member.key} #${member.function}`);
  for (const [key, variable] of one.fieldTypes) lines.push(`  ${key}: ${variableName(module, variable)}`);
  return lines.join("\n");
}

function printKey(module: ModuleIr, key: FieldKey): string {
  if (typeof key !== "string") return `[${variableName(module, key.computed)}]`;
  return /^[\w$#@]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function printArguments(module: ModuleIr, args: readonly Argument[]): string {
  return args.map((argument) => `${argument.spread ? "..." : ""}${variableName(module, argument.value)}`).join(", ");
}

function printConstant(value: Constant): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "bigint" ? `${value}n` : Object.is(value, -0) ? "-0" : String(value);
}
