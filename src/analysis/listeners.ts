import type { Argument, BlockId, Instruction, VariableId } from "../ir/types.js";
import { operandsOf, resultsOf } from "../ir/uses.js";
import type { Activation, Position } from "./activation.js";
import { functionsWithin, instructionsOf } from "./bodies.js";
import type { FunctionInfo } from "./values.js";

type Call = Extract<Instruction, { op: "call" }>;

/**
 * True where the text shows that a listener which is registered here still is when the function is left, and that nothing
 * told the function whether the event will come. The object that fires has a name, and nobody does anything with it past
 * the registration but register more; no other function at hand could take the listener off; nobody waits, since the
 * event may have come by the time that the wait is over; and what decides which way to go was known before.
 */
export function staysRegistered(act: Activation, at: Position, call: Call, callback: FunctionInfo, firing: readonly string[]): boolean {
  if (call.receiver === null) return false;
  const scope = new Scope(act, act.fn);
  const emitter = scope.path(call.receiver);
  if (emitter === null) return false;
  const handles = new Set(call.args.map(({ value }) => value).filter((value) => scope.closureOf(value) === callback.ir.id));
  const ahead = aheadOf(act, at);
  return (
    ahead.instructions.every((instruction) => !mayEnd(scope, instruction, emitter, handles)) &&
    [...ahead.blocks].every((id) => isForeseen(scope, id, emitter, ahead.instructions)) &&
    isLeftAlone(scope, emitter, callback, firing) &&
    decidesByItself(new Scope(act, callback))
  );
}

/** What the variables of one function stand for, as far as its text tells. */
class Scope {
  readonly #definitions = new Map<VariableId, Instruction[]>();

  constructor(
    readonly act: Activation,
    readonly fn: FunctionInfo,
  ) {
    for (const instruction of instructionsOf(fn.ir)) {
      if (instruction.op !== "declare") for (const variable of resultsOf(instruction)) this.#definitions.set(variable, [...this.definitions(variable), instruction]);
    }
  }

  definitions(variable: VariableId): readonly Instruction[] {
    return this.#definitions.get(variable) ?? [];
  }

  /** By which names an object is reached; null where that cannot be told, and for what is made here. */
  path(variable: VariableId): string | null {
    const [definition, other] = this.definitions(variable);
    const { name, constant } = this.fn.module.ir.variables[variable]!;
    if (other) return null;
    switch (definition?.op) {
      case "copy":
        return this.path(definition.from);
      case "load": {
        const { key } = definition;
        const object = typeof key === "string" ? this.path(definition.object) : null;
        return object === null || typeof key !== "string" ? null : `${object}.${key}`;
      }
      case "global":
        return `global ${definition.name}`;
      case "import":
        return `import ${definition.specifier} ${definition.name}`;
      case "call":
        return name === "" ? null : `%${variable}`;
      case undefined:
        return constant || variable === this.fn.ir.receiver || this.fn.ir.params.includes(variable) ? `%${variable}` : null;
      default:
        return null;
    }
  }

  /** The function that a variable surely holds. */
  closureOf(variable: VariableId): number | null {
    const [definition, other] = this.definitions(variable);
    if (other) return null;
    if (definition?.op === "copy") return this.closureOf(definition.from);
    return definition?.op === "closure" ? definition.function : null;
  }

  registers({ method }: Call): boolean {
    return method !== null && this.act.engine.program.language.methods.get(method)?.kind === "callLater";
  }

  isNative({ calleeName }: Call): boolean {
    return this.act.engine.nativeName(calleeName) !== null;
  }
}

function aheadOf({ fn, graph }: Activation, at: Position): { blocks: ReadonlySet<BlockId>; instructions: readonly Instruction[] } {
  const blocks = new Set<BlockId>([at.block]);
  for (const block of blocks) for (const next of graph.next[block]!) blocks.add(next);
  return { blocks, instructions: [...blocks].flatMap((id) => (id === at.block ? fn.ir.blocks[id]!.instructions.slice(at.index + 1) : fn.ir.blocks[id]!.instructions)) };
}

// One object, or a part of it, or what it is a part of.
function isPartOf(path: string | null, emitter: string): boolean {
  return path !== null && (`${path}.`.startsWith(`${emitter}.`) || `${emitter}.`.startsWith(`${path}.`));
}

// The instruction may take the listener off, stop what fires, or lets others fire meanwhile.
function mayEnd(scope: Scope, instruction: Instruction, emitter: string, handles: ReadonlySet<VariableId>): boolean {
  const concerns = (variable: VariableId): boolean => isPartOf(scope.path(variable), emitter) || handles.has(variable);
  const concernsAny = (args: readonly Argument[]): boolean => args.some(({ value }) => concerns(value));
  switch (instruction.op) {
    case "call":
      if (scope.registers(instruction)) return instruction.args.some(({ value }) => isPartOf(scope.path(value), emitter));
      return concernsAny(instruction.args) || (instruction.receiver !== null && isPartOf(scope.path(instruction.receiver), emitter));
    case "construct":
    case "superCall":
      return concernsAny(instruction.args);
    case "await":
    case "yield":
      return true;
    case "iterate":
      return instruction.kind === "async";
    case "store":
      return concerns(instruction.from) || isPartOf(scope.path(instruction.object), emitter);
    case "copy":
      return scope.definitions(instruction.to).length > 1 && concerns(instruction.from);
    case "append":
    case "spread":
    case "storeGlobal":
      return concerns(instruction.from);
    case "unknown":
      return instruction.operands.some(concerns);
    default:
      return false;
  }
}

// What a call past the registration gives, or what the emitter says of itself, may tell that the event will not come.
function isForeseen(scope: Scope, block: BlockId, emitter: string, ahead: readonly Instruction[]): boolean {
  const { terminator } = scope.fn.ir.blocks[block]!;
  if (terminator.op !== "branch") return true;
  const late = new Set(ahead);
  return !dependsOn(scope, terminator.condition, (definition) => {
    if (definition.op === "call") return late.has(definition) && !scope.isNative(definition);
    if (definition.op === "load") return late.has(definition) || isPartOf(scope.path(definition.object), emitter);
    return late.has(definition) && (definition.op === "next" || definition.op === "construct" || definition.op === "unknown");
  });
}

// Whether the listener does its work is up to what it is given and to what its maker knows.
function decidesByItself(scope: Scope): boolean {
  return scope.fn.ir.blocks.every(({ terminator }) => terminator.op !== "branch" || !dependsOn(scope, terminator.condition, (definition) => (definition.op === "call" ? !scope.isNative(definition) : ["load", "next", "construct", "unknown", "global", "import", "await"].includes(definition.op))));
}

function dependsOn(scope: Scope, variable: VariableId, tells: (definition: Instruction) => boolean, seen = new Set<VariableId>()): boolean {
  if (seen.has(variable)) return false;
  seen.add(variable);
  if (isSetElsewhere(scope, variable)) return true;
  return scope.definitions(variable).some((definition) => tells(definition) || sourcesOf(definition).some((source) => dependsOn(scope, source, tells, seen)));
}

// A variable that functions other than this one and the one around it set says what only they know.
function isSetElsewhere({ act, fn }: Scope, variable: VariableId): boolean {
  const { captured, constant } = fn.module.ir.variables[variable]!;
  return captured && !constant && fn.module.functions.some((other) => other !== fn && other !== act.fn && instructionsOf(other.ir).some((instruction) => instruction.op !== "declare" && resultsOf(instruction).includes(variable)));
}

const derived: ReadonlySet<Instruction["op"]> = new Set(["copy", "not", "nullTest", "load", "compare", "pure"]);

// What a value is made of that says no more than its parts.
function sourcesOf(definition: Instruction): readonly VariableId[] {
  return derived.has(definition.op) ? operandsOf(definition) : [];
}

// No other function of the module that knows the emitter does anything with it but register listeners and fire.
function isLeftAlone({ act, fn }: Scope, emitter: string, callback: FunctionInfo, firing: readonly string[]): boolean {
  const [root = ""] = emitter.split(".");
  const own = new Set([fn, ...functionsWithin(callback)]);
  const isRoot = (instruction: Instruction): boolean => (instruction.op === "global" ? `global ${instruction.name}` : instruction.op === "import" ? `import ${instruction.specifier} ${instruction.name}` : "") === root;
  return fn.module.functions.every((other) => {
    const knows = other.ir.captures.some((variable) => `%${variable}` === root) || instructionsOf(other.ir).some(isRoot);
    if (own.has(other) || !knows) return true;
    const scope = new Scope(act, other);
    return instructionsOf(other.ir).every((instruction) => (instruction.op === "call" && instruction.method !== null && firing.includes(instruction.method)) || !mayEnd(scope, instruction, emitter, new Set()));
  });
}
