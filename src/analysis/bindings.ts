import type { Contracts } from "../contracts/model.js";
import type { BindingSite, Instruction } from "../ir/types.js";
import type { Activation } from "./activation.js";
import { makeEvent, siteOf, type RawFinding } from "./engine.js";
import type { State } from "./state.js";
import type { ModuleInfo, Value } from "./values.js";

/** Judges how native functions are bound: by a name that no library exports, or so that the result is gone before it is seen. */
export function judgeBindings(module: ModuleInfo, contracts: Contracts): RawFinding[] {
  const findings: RawFinding[] = [];
  for (const binding of module.ir.bindings) {
    const words = wordsFor(binding, contracts);
    if (!words) continue;
    const primary = makeEvent("bind", siteOf(module, binding.range), words["label"]!);
    findings.push({ rule: "no-unresolvable-binding", fn: module.functions[0]!, primary, cause: null, token: null, object: null, trace: null, exceptional: "no", mayThrow: false, extra: words });
  }
  return findings;
}

function wordsFor(binding: BindingSite, contracts: Contracts): Record<string, string> | null {
  const { name } = binding.ref;
  const contract = contracts.function(name);
  if (!contract) return null;
  const classes = [contract.returns?.class, ...contract.params].map((cls) => cls?.replace(/\*+$/, ""));
  if (!classes.some((cls) => cls !== undefined && contracts.isTracked(cls))) return null;
  if (contract.macro && contract.aliasOf !== null && !binding.optional) {
    return { message: `\`${name}\` is a macro: no library exports a function of that name`, label: "cannot be resolved when the program runs", help: `bind \`${contract.aliasOf}\` instead`, replacement: contract.aliasOf, binding: binding.ref.binding };
  }
  if (binding.ref.resultGone && contract.returns && contracts.isTracked(contract.returns.class)) {
    return { message: `the disposable result type of \`${name}\` frees the pointer before the program sees it`, label: "the result is released as soon as the call returns", help: "bind it with a plain pointer type and release it by hand", binding: binding.ref.binding };
  }
  return null;
}

/** The native function that a call bound by a text which the program put together; null where the call can be seen, or the text is not known. */
export function boundBy(act: Activation, state: State, { from, symbol, result, binding }: Extract<Instruction, { op: "bind" }>): Value | null {
  const made = act.read(state, from);
  if (made.kind !== "entity" || (state.records.get(made.id)?.kind ?? "open") !== "open") return null;
  const text = textIn(act.read(state, symbol));
  if (text === null) return null;
  const ref = act.engine.program.language.bound(binding, text, result === null ? null : textIn(act.read(state, result)));
  return ref && { kind: "native", ref, args: [] };
}

function textIn(value: Value): string | null {
  return value.kind === "constant" && typeof value.value === "string" ? value.value : null;
}
