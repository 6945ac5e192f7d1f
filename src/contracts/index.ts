import { createHash } from "node:crypto";
import type { CallbackContract, ClassContract, Contracts, FunctionContract } from "./model.js";
import { callbackContract, classContract, functionContract, opaqueClass } from "./normalize.js";
import { ContractsError } from "./problems.js";
import { nearest } from "./nearest.js";
import type { RawCallback, RawClass } from "./raw.js";
import { ownershipsOf } from "./relevance.js";
import { hasFunction, loadFunction, loadModel, loadNames, type DialectData } from "./table.js";
import { mergeUserContracts, type UserContracts } from "./user.js";

export type * from "./model.js";
export { ContractsError, type ContractProblem } from "./problems.js";
export { checkUserContracts, userContractNames } from "./user.js";

export interface ContractOptions {
  /** Classes whose references are judged. Classes that `extra` adds are judged as well. */
  readonly classes?: readonly string[] | "all";
  /** The library behind the bindings, where its contracts differ from OpenSSL's under the same name. */
  readonly dialect?: string;
  /** The user's contracts; they win over the table. */
  readonly extra?: readonly unknown[];
}

export const defaultClasses: readonly string[] = ["SSL_SESSION"];

/** The contracts in force: the OpenSSL table, the names of other dialects, a chosen dialect, the user's own. */
export function loadContracts(options: ContractOptions = {}): Contracts {
  const user = mergeUserContracts(options.extra ?? []);
  checkClasses(options.classes ?? [], user);
  return new LoadedContracts(options.classes ?? defaultClasses, options.dialect, user);
}

/** The dialects that can be chosen. */
export function dialectNames(): readonly string[] {
  return loadNames().dialects;
}

class LoadedContracts implements Contracts {
  readonly fingerprint: string;
  readonly #tracked: ReadonlySet<string> | "all";
  readonly #user: UserContracts;
  readonly #dialect: DialectData | null;
  readonly #functions = new Map<string, FunctionContract | undefined>();
  readonly #classes = new Map<string, ClassContract | undefined>();
  #names: readonly string[] | undefined;
  #relevant: readonly string[] | undefined;

  constructor(classes: readonly string[] | "all", dialect: string | undefined, user: UserContracts) {
    this.#user = user;
    this.#dialect = dialect === undefined ? null : dialectData(dialect);
    this.#tracked = classes === "all" ? "all" : new Set([...classes, ...newClasses(user)]);
    this.fingerprint = fingerprintOf(classes, dialect, user);
  }

  function(name: string): FunctionContract | undefined {
    if (this.#functions.has(name)) return this.#functions.get(name);
    const raw = this.#user.functions.get(name) ?? this.#dialect?.functions[name] ?? loadFunction(name);
    const contract = raw === undefined ? undefined : functionContract(name, raw);
    this.#functions.set(name, contract);
    return contract;
  }

  has(name: string): boolean {
    return this.#user.functions.has(name) || hasFunction(name);
  }

  class(name: string): ClassContract | undefined {
    if (this.#classes.has(name)) return this.#classes.get(name);
    const contract = this.#findClass(name);
    this.#classes.set(name, contract);
    return contract;
  }

  callback(name: string): CallbackContract | undefined {
    const raw: RawCallback | undefined = this.#user.callbacks.get(name) ?? own(loadModel().callbacks, name);
    return raw === undefined ? undefined : callbackContract(name, raw);
  }

  isTracked(className: string): boolean {
    if (this.#tracked !== "all") return this.#tracked.has(className);
    const contract = this.class(className);
    return contract !== undefined && !contract.opaque;
  }

  names(): readonly string[] {
    return (this.#names ??= merged(loadNames().names, this.#user.functions.keys()));
  }

  relevantNames(): readonly string[] {
    return (this.#relevant ??= this.#tracked === "all" ? this.names() : this.#namesThatTouch(this.#tracked));
  }

  #findClass(name: string): ClassContract | undefined {
    const { classes, opaqueClasses } = loadModel();
    const raw: RawClass | undefined = this.#user.classes.get(name) ?? own(this.#dialect?.classes ?? {}, name) ?? own(classes, name);
    if (raw !== undefined) return classContract(name, raw);
    return opaqueClasses.includes(name) ? opaqueClass(name) : undefined;
  }

  #namesThatTouch(tracked: ReadonlySet<string>): readonly string[] {
    const { names, classes, touches, classSets } = loadNames();
    const wantedSets = classSets.map((set) => set.some((number) => tracked.has(classes[number] as string)));
    const builtIn = names.filter((_, index) => wantedSets[touches[index] as number]);
    return this.#user.functions.size === 0 ? builtIn : merged(builtIn, this.#userRelevantNames(tracked));
  }

  // All of the user's own, and what ends the owners that they give to a tracked class.
  #userRelevantNames(tracked: ReadonlySet<string>): string[] {
    const { owners } = ownershipsOf(this.#user.functions.values());
    const direct = [...tracked].flatMap((name) => [...(owners.get(name) ?? [])]);
    const all = new Set(direct.flatMap((name) => [name, ...(own(loadModel().owners, name) ?? [])]));
    const releases = [...all].flatMap((name) => {
      const contract = this.class(name);
      return contract?.release ? [contract.release, ...contract.alsoReleasedBy] : [];
    });
    return [...this.#user.functions.keys(), ...releases.filter((name) => this.has(name))];
  }
}

function dialectData(name: string): DialectData {
  const data = own(loadModel().dialects, name);
  if (data === undefined) throw new ContractsError([{ source: "dialect", key: "dialect", message: `unknown dialect "${name}"${nearest(name, dialectNames())}; one of ${dialectNames().join(", ")}` }]);
  return data;
}

function checkClasses(classes: readonly string[] | "all", user: UserContracts): void {
  if (classes === "all") return;
  const known = [...loadNames().classes, ...user.classes.keys()];
  const unknown = classes.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new ContractsError(unknown.map((name) => ({ source: "classes", key: "classes", message: `unknown class "${name}"${nearest(name, known)}` })));
}

// A class that the user describes is judged; one that he only corrects follows the setting.
function newClasses(user: UserContracts): string[] {
  if (user.classes.size === 0) return [];
  const builtIn = new Set(loadNames().classes);
  return [...user.classes.keys()].filter((name) => !builtIn.has(name));
}

function fingerprintOf(classes: readonly string[] | "all", dialect: string | undefined, user: UserContracts): string {
  const parts = [loadNames().fingerprint, dialect ?? "", classes === "all" ? "all" : [...classes].sort(), [...user.functions], [...user.classes], [...user.callbacks]];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

function merged(sorted: readonly string[], more: Iterable<string>): readonly string[] {
  const added = [...more];
  return added.length === 0 ? sorted : [...new Set([...sorted, ...added])].sort();
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
