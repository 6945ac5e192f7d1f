import type { RawCallback, RawClass, RawEffect, RawFunction } from "./raw.js";
import { userProblems } from "./validate.js";
import { ContractsError, type ContractProblem } from "./problems.js";
import { callbackParamOf } from "./callback-param.js";

/** The user's contracts of all sources in one, in the table's form. */
export interface UserContracts {
  readonly functions: ReadonlyMap<string, RawFunction>;
  readonly classes: ReadonlyMap<string, RawClass>;
  readonly callbacks: ReadonlyMap<string, RawCallback>;
}

/** What a user may write: the table's form, and shorter spellings of the common cases. */
export interface WrittenContracts {
  readonly classes?: Readonly<Record<string, WrittenClass>>;
  readonly functions?: Readonly<Record<string, WrittenFunction>>;
  readonly callbacks?: Readonly<Record<string, RawCallback>>;
}

export type WrittenClass = Omit<RawClass, "release"> & { readonly release?: string | null };
export type WrittenOut = Omit<RawEffect, "kind">;
export type WrittenFunction = RawFunction & { readonly out?: WrittenOut | readonly WrittenOut[] };

/** What is wrong with an object of contracts; nothing when it can be used. `source` names it in the messages. */
export function checkUserContracts(value: unknown, source: string): readonly ContractProblem[] {
  return userProblems(value, source);
}

/** The names of the functions that the user's contracts speak of, to tell which of them never matched. */
export function userContractNames(extra: readonly unknown[]): readonly string[] {
  return [...mergeUserContracts(extra).functions.keys()].sort();
}

/** Later sources win over earlier ones. Throws `ContractsError` when one is not valid. */
export function mergeUserContracts(extra: readonly unknown[]): UserContracts {
  const functions = new Map<string, RawFunction>();
  const classes = new Map<string, RawClass>();
  const callbacks = new Map<string, RawCallback>();
  extra.forEach((value, index) => {
    const problems = userProblems(value, extra.length === 1 ? "contracts" : `contracts[${index}]`);
    if (problems.length > 0) throw new ContractsError(problems);
    const written = value as WrittenContracts;
    for (const [name, contract] of Object.entries(written.classes ?? {})) classes.set(name, { ...contract, release: contract.release ?? null });
    for (const [name, contract] of Object.entries(written.callbacks ?? {})) callbacks.set(name, contract);
    for (const [name, contract] of Object.entries(written.functions ?? {})) functions.set(name, inTableForm(contract));
  });
  addClassFunctions(functions, classes);
  return { functions: inferParams(functions), classes, callbacks };
}

function inTableForm(written: WrittenFunction): RawFunction {
  const { out, ...contract } = written;
  const outs: readonly WrittenOut[] = out === undefined ? [] : Array.isArray(out) ? out : [out as WrittenOut];
  const effects = [...(contract.effects ?? []), ...outs.map((effect): RawEffect => ({ kind: "out", when: "success", ...effect }))];
  const callbackParam = contract.callbackParam ?? (contract.callback === undefined ? null : callbackParamOf(contract.signature ?? ""));
  return { ...contract, effects, ...(callbackParam === null ? {} : { callbackParam }) };
}

// `release: "sqlite3_finalize"` says what sqlite3_finalize does to its first argument, unless it is written out.
function addClassFunctions(functions: Map<string, RawFunction>, classes: ReadonlyMap<string, RawClass>): void {
  for (const [className, contract] of classes) {
    const nullBehaviour: Pick<RawFunction, "null"> = contract.releaseAcceptsNull === true ? { null: { 0: "ok" } } : {};
    for (const name of [contract.release, ...(contract.alsoReleasedBy ?? [])]) {
      if (name !== null) addUnlessWritten(functions, name, className, { ...nullBehaviour, effects: [{ kind: "release", param: 0 }] });
    }
    if (contract.retain) addUnlessWritten(functions, contract.retain, className, { effects: [{ kind: "retain", param: 0 }] });
    if (contract.copy) addUnlessWritten(functions, contract.copy, className, { returns: { class: className, ownership: "owned" } });
  }
}

function addUnlessWritten(functions: Map<string, RawFunction>, name: string, className: string, implied: RawFunction): void {
  const written = functions.get(name);
  if (written === undefined) functions.set(name, { params: [className], ...implied });
  else if (written.params === undefined) functions.set(name, { ...written, params: [className] });
}

// Without `params` the classes that the effects name still say what the arguments are.
function inferParams(functions: ReadonlyMap<string, RawFunction>): Map<string, RawFunction> {
  return new Map(
    [...functions].map(([name, contract]) => {
      if (contract.params !== undefined) return [name, contract];
      const params: (string | null)[] = [];
      for (const effect of contract.effects ?? []) {
        if (effect.param === undefined || effect.class === undefined) continue;
        params[effect.param] = effect.kind === "out" ? `${effect.class}*` : effect.class;
      }
      return [name, params.length === 0 ? contract : { ...contract, params: Array.from(params, (param) => param ?? null) }];
    }),
  );
}
