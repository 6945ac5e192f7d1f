import type { Instruction, VariableId } from "../ir/types.js";
import type { MadeBy } from "./temporaries.js";
import type { FunctionInfo, ModuleInfo } from "./values.js";

/** A function that a class keeps in a field: made there, or, behind a callback object, a member of its own or what a variable holds for good. */
export type FieldClosure =
  | { readonly kind: "closure"; readonly fn: FunctionInfo; /** Program-wide numbers of the variables in which it finds the object. */ readonly receivers: readonly number[]; readonly callback: boolean }
  | { readonly kind: "member"; readonly key: string }
  | { readonly kind: "variable"; readonly module: ModuleInfo; readonly variable: number };

/**
 * What `close = () => …` in a class, or `this.close = …` in its constructor, puts into the field, if it is a function that no
 * path decides. `isSelf` tells of a variable whether it is another name for the receiver.
 */
export function closureOfField({ module, ir }: FunctionInfo, temporaries: MadeBy, from: VariableId, isSelf: (variable: VariableId) => boolean): FieldClosure | null {
  const { receiver } = ir;
  if (receiver === null) return null;
  const stored = temporaries.get(from);
  const callback = stored?.op === "callback";
  const source = callback ? temporaries.get(stored.function) : stored;
  if (callback && source?.op !== "closure") {
    const member = memberOfReceiver(source, temporaries, receiver);
    if (member !== null) return { kind: "member", key: member };
    return source ? null : { kind: "variable", module, variable: stored.function };
  }
  if (source?.op !== "closure") return null;
  const fn = module.functions[source.function]!;
  const own = fn.ir.captures.filter((variable) => module.ir.variables[variable]!.owner !== 0);
  // Other captures would tie it to one activation of the constructor.
  if (own.some((variable) => variable !== receiver && !isSelf(variable))) return null;
  return { kind: "closure", fn, receivers: own.map((variable) => module.variableBase + variable), callback };
}

// `this.onNew`, `this.onNew.bind(this)`
function memberOfReceiver(source: Instruction | undefined, temporaries: MadeBy, receiver: number): string | null {
  const bind = source?.op === "call" ? temporaries.get(source.callee) : undefined;
  const member = bind?.op === "load" ? temporaries.get(bind.object) : source;
  return member?.op === "load" && member.object === receiver && typeof member.key === "string" ? member.key : null;
}
