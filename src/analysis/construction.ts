import type { Activation, Completion } from "./activation.js";
import { outerRoots } from "./exits.js";
import { reach } from "./reach.js";
import { emptyRecord, type State } from "./state.js";
import type { FunctionInfo, Value } from "./values.js";

/** The object that a constructor makes, where nothing in its text hands it on before it is made; else null. */
export function selfOf(fn: FunctionInfo, entry: State): number | null {
  const { receiver } = fn.ir;
  if (receiver === null || !isConstructor(fn) || handsSelfOn(fn, receiver)) return null;
  const self = entry.vars.get(receiver);
  return self?.kind === "entity" ? self.id : null;
}

/** A constructor has thrown: nobody gets the object that it was to fill, and nobody will ask it to give back what it holds. */
export function abandonInstance(act: Activation, state: State, id: number, completion: Completion, callee: Value): void {
  if (completion.kind !== "throw" || state.tokens.size === 0 || callee.kind !== "class") return;
  for (let cls: Value | null = callee; cls; cls = cls.superclass) {
    if (cls.kind !== "class") return;
    for (const part of [cls.ir.constructor, cls.ir.fieldInitializer]) {
      const fn: FunctionInfo | undefined = part === null ? undefined : cls.module.functions[part];
      if (fn && handsSelfOn(fn, fn.ir.receiver!)) return;
    }
  }
  const others = reach(state, { values: [...state.vars.values(), completion.value], ids: [...outerRoots(act, state).ids, ...state.frame.values()] });
  if (!others.ids.has(id)) state.setRecord(id, { ...emptyRecord, kind: "instance" });
}

function isConstructor({ ir, module }: FunctionInfo): boolean {
  return ir.class !== null && module.ir.classes[ir.class]!.constructor === ir.id;
}

const known = new WeakMap<FunctionInfo, boolean>();

// Functions inside that know the object, and whoever gets it for an argument or in a place, may keep it.
function handsSelfOn(fn: FunctionInfo, receiver: number): boolean {
  let found = known.get(fn);
  if (found === undefined) {
    found = fn.module.ir.variables[receiver]!.captured || fn.ir.blocks.some(({ instructions }) => instructions.some((instruction) => {
      if (instruction.op === "call" || instruction.op === "construct") return instruction.args.some(({ value }) => value === receiver);
      return "from" in instruction && instruction.from === receiver;
    }));
    known.set(fn, found);
  }
  return found;
}
