import { createHash } from "node:crypto";
import { callbackParamOf } from "../../src/contracts/callback-param.js";
import { baseClass, ownershipsOf, touchedClasses } from "../../src/contracts/relevance.js";
import type { RawCallback, RawClass, RawFunction, RawTable } from "../../src/contracts/raw.js";
import type { DialectData, ModelData, NamesData } from "../../src/contracts/table.js";
import { wolfsslFunctions } from "./wolfssl.js";

/** The files that ship, by name. */
export function compileTable(table: RawTable): Record<string, string> {
  const functions = functionsInForce(table);
  const classes = classesInForce(table, functions);
  const { owners, ties } = ownershipsOf(Object.values(functions));
  const names = Object.keys(functions).sort();

  const lines = names.map((name) => JSON.stringify(withoutDefaults(name, functions[name] as RawFunction)));
  const model: ModelData = {
    classes,
    opaqueClasses: table.opaqueClasses,
    callbacks: table.callbacks,
    dialects: dialectData(table),
    owners: listed(owners),
  };
  const functionsText = `${lines.join("\n")}\n`;
  const modelText = `${JSON.stringify(model)}\n`;

  const classNames = [...Object.keys(classes), ...table.opaqueClasses].sort();
  const numberOf = new Map(classNames.map((name, index) => [name, index]));
  const touched = names.map((name) => {
    const contract = functions[name] as RawFunction;
    const touches = touchedClasses(contract, { owners, ties }, callbackClasses(table.callbacks[contract.callback ?? ""]));
    return JSON.stringify([...touches].flatMap((className) => numberOf.get(className) ?? []).sort((a, b) => a - b));
  });
  const sets = [...new Set(touched)];
  const namesData: NamesData = {
    fingerprint: createHash("sha256").update(functionsText).update(modelText).digest("hex").slice(0, 16),
    classes: classNames,
    dialects: Object.keys(table.dialects),
    names,
    touches: touched.map((set) => sets.indexOf(set)),
    classSets: sets.map((set) => JSON.parse(set) as number[]),
  };
  return { "names.json": `${JSON.stringify(namesData)}\n`, "model.json": modelText, "functions.jsonl": functionsText };
}

/** The OpenSSL table, and of the dialects every name that OpenSSL does not have. */
function functionsInForce(table: RawTable): Record<string, RawFunction> {
  const functions: Record<string, RawFunction> = { ...wolfsslFunctions(table) };
  for (const dialect of Object.values(table.dialects)) Object.assign(functions, dialect.functions);
  return { ...functions, ...table.functions };
}

function classesInForce(table: RawTable, functions: Readonly<Record<string, RawFunction>>): Record<string, RawClass> {
  const classes: Record<string, RawClass> = {};
  for (const dialect of Object.values(table.dialects)) Object.assign(classes, dialect.classes);
  Object.assign(classes, stackClasses(functions), table.classes);
  return withDialectReleases(classes, functions);
}

// A stack is released by the functions of its family, which the table lists without a class of their own.
function stackClasses(functions: Readonly<Record<string, RawFunction>>): Record<string, RawClass> {
  const classes: Record<string, RawClass> = {};
  for (const name of Object.keys(functions)) {
    const element = /^sk_(\w+?)_free$/.exec(name)?.[1];
    if (element === undefined || element.endsWith("_pop") || !(`sk_${element}_new_null` in functions)) continue;
    const popFree = `sk_${element}_pop_free`;
    classes[`STACK_OF(${element})`] = {
      release: name,
      alsoReleasedBy: popFree in functions ? [popFree] : [],
      retain: null,
      releaseAcceptsNull: true,
      refcounted: false,
    };
  }
  return classes;
}

// Every function in force that releases an argument of the class counts as one of its releases.
function withDialectReleases(classes: Readonly<Record<string, RawClass>>, functions: Readonly<Record<string, RawFunction>>): Record<string, RawClass> {
  const released = new Map<string, string[]>();
  for (const [name, contract] of Object.entries(functions)) {
    for (const effect of contract.effects ?? []) {
      const param = effect.kind === "release" ? (effect.class ?? contract.params?.[effect.param ?? -1]) : null;
      if (typeof param === "string" && !param.endsWith("*")) released.set(param, [...(released.get(param) ?? []), name]);
    }
  }
  return Object.fromEntries(
    Object.entries(classes).map(([name, contract]) => {
      const all = new Set([...(contract.alsoReleasedBy ?? []), ...(released.get(name) ?? []).sort()]);
      if (contract.release !== null) all.delete(contract.release);
      return [name, all.size === 0 ? contract : { ...contract, alsoReleasedBy: [...all] }];
    }),
  );
}

/** Of each dialect what differs from the names in force: the contracts that replace OpenSSL's. */
function dialectData(table: RawTable): Record<string, DialectData> {
  return Object.fromEntries(
    Object.entries(table.dialects).map(([name, dialect]) => {
      const missing = new Set(dialect.missing ?? []);
      const replaced = Object.entries(dialect.functions ?? {}).filter(([fn]) => fn in table.functions);
      const functions = Object.fromEntries(
        replaced.map(([fn, contract]) => [fn, withoutDefaults(fn, inherit(table.functions[fn] as RawFunction, contract, missing))]),
      );
      const exported = (dialect.exported ?? []).map((fn) => [fn, withoutDefaults(fn, asFunction(table.functions[fn] as RawFunction))] as const);
      return [name, { functions: { ...Object.fromEntries(exported), ...functions }, classes: name === "wolfssl" ? wolfsslClasses(table) : {} }];
    }),
  );
}

// What a macro of OpenSSL does, under a name that the library exports.
function asFunction(macro: RawFunction): RawFunction {
  return Object.fromEntries(Object.entries(macro).filter(([key]) => key !== "macro" && key !== "aliasOf"));
}

// A dialect's contract replaces the whole of OpenSSL's, but for what does not depend on the library.
function inherit(base: RawFunction, own: RawFunction, missing: ReadonlySet<string>): RawFunction {
  const kept = Object.entries(base.prefer ?? {}).filter(([, name]) => !missing.has(name));
  return {
    ...(base.family === undefined ? {} : { family: base.family }),
    ...(base.doc === undefined ? {} : { doc: base.doc }),
    ...(kept.length === 0 ? {} : { prefer: Object.fromEntries(kept) }),
    ...own,
  };
}

// Under wolfSSL a release is called by its wolfSSL name.
function wolfsslClasses(table: RawTable): Record<string, RawClass> {
  const nameMap = table.dialects["wolfssl"]?.nameMap ?? {};
  const mapped = (name: string | null | undefined): string | undefined => (typeof name === "string" ? nameMap[name] : undefined);
  return Object.fromEntries(
    Object.entries(table.classes).flatMap(([name, contract]) => {
      const release = mapped(contract.release);
      if (release === undefined) return [];
      const alsoReleasedBy = [contract.release as string, ...(contract.alsoReleasedBy ?? [])];
      return [[name, { ...contract, release, alsoReleasedBy, retain: mapped(contract.retain) ?? contract.retain ?? null }]];
    }),
  );
}

function callbackClasses(callback: RawCallback | undefined): string[] {
  const names = (callback?.params ?? []).flatMap((param) => (param === null ? [] : [baseClass(param.class)]));
  const result = callback?.effects?.some((effect) => effect.what === "return") ? /^(\w+|STACK_OF\(\w+\)) \*/.exec(callback.signature ?? "")?.[1] : undefined;
  // Every callback gets its connection; what counts is what else it is handed or hands over.
  return [...names, ...(result === undefined ? [] : [result])].filter((name) => name !== "SSL" && name !== "SSL_CTX");
}

function withoutDefaults(name: string, contract: RawFunction): RawFunction {
  const callbackParam = contract.callback === undefined ? null : callbackParamIn(name, contract);
  const entries = Object.entries({ ...contract, ...(callbackParam === null ? {} : { callbackParam }) });
  return Object.fromEntries(entries.filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)));
}

function callbackParamIn(name: string, contract: RawFunction): number {
  const index = contract.callbackParam ?? callbackParamOf(contract.signature ?? "");
  if (index === null) throw new Error(`no argument of ${name} looks like the callback; give callbackParam in the table`);
  return index;
}

function listed(relation: ReadonlyMap<string, ReadonlySet<string>>): Record<string, string[]> {
  return Object.fromEntries([...relation].map(([name, others]) => [name, [...others]]));
}
