import { parametersOf } from "./callback-param.js";
import { nearest } from "./nearest.js";
import type { CallbackContract, ClassContract, Contracts, EffectContract, FunctionContract, NullBehaviour, Ownership, ReturnContract } from "./model.js";
import { baseClass } from "./relevance.js";

/** What the contracts in force say of a function, a class or a callback, in words; null when they do not know it. */
export function printContract(contracts: Contracts, name: string): string | null {
  const contract = contracts.function(name);
  if (contract !== undefined) return printFunction(contracts, contract);
  const classContract = contracts.class(name);
  if (classContract !== undefined) return printClass(contracts, classContract);
  const callback = contracts.callback(name);
  return callback === undefined ? null : printCallback(callback);
}

/** One line for a name that no contract has, with the nearest one that exists. */
export function unknownContract(contracts: Contracts, name: string): string {
  return `no contract is in force for ${name}${nearest(name, contracts.names())}`;
}

/** Which classes are judged, and how many contracts there are. */
export function printOverview(contracts: Contracts): string {
  const classes = new Map<string, number>();
  for (const name of contracts.relevantNames()) {
    for (const className of classesOf(contracts.function(name))) {
      if (contracts.isTracked(className)) classes.set(className, (classes.get(className) ?? 0) + 1);
    }
  }
  const width = Math.max(0, ...[...classes.keys()].map((name) => name.length));
  return lines([
    `${contracts.names().length} functions have a contract; ${contracts.relevantNames().length} of them touch a class that is judged.`,
    "",
    "Classes that are judged:",
    ...[...classes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `  ${name.padEnd(width)}  ${count} functions, ${releaseWords(contracts.class(name))}`),
    "",
    "--print-contracts NAME shows one function, class or callback; `--classes` and `classes` in the configuration choose the classes.",
  ]);
}

function classesOf(contract: FunctionContract | undefined): Set<string> {
  if (contract === undefined) return new Set();
  const named = [...contract.params, contract.returns?.class ?? null, ...contract.effects.map((effect) => ("class" in effect ? (effect.class ?? null) : null))];
  return new Set(named.flatMap((name) => (name === null ? [] : [baseClass(name)])));
}

function releaseWords(contract: ClassContract | undefined): string {
  return contract?.release ? `released by ${contract.release}` : "never released";
}

function printFunction(contracts: Contracts, contract: FunctionContract): string {
  const argument = argumentNames(contract);
  const effects = contract.effects.map((effect) => effectWords(effect, argument, contract));
  return lines([
    contract.doc === null ? contract.name : `${contract.name}, see ${contract.doc}`,
    ...(contract.signature === null ? [] : [`  ${contract.signature}`]),
    "",
    ...field("macro", contract.macro ? [`no library exports this name: the headers turn it into ${contract.aliasOf ?? "another function"}`] : []),
    ...field("returns", contract.returns === null ? [] : returnWords(contracts, contract.returns, argument)),
    ...field("success", contract.success === null ? [] : [successWords[contract.success]]),
    ...field("does", effects.length === 0 && contract.returns === null && contract.callback === null ? ["only looks at its arguments during the call"] : effects),
    ...field("NULL", Object.entries(contract.null).map(([index, behaviour]) => `as ${argument(Number(index))}: ${nullWords[behaviour]}`)),
    ...field("callback", contract.callback === null ? [] : [`installs ${argument(contract.callbackParam ?? -1)}, see --print-contracts ${contract.callback}`]),
    ...field("clearer", Object.entries(contract.prefer ?? {}).map(([ownership, name]) => `${name} says that the result is ${ownership}`)),
    ...field("since", contract.since === null ? [] : [contract.since]),
    ...field("deprecated", contract.deprecated === null ? [] : [`since ${contract.deprecated}`]),
    ...field("known by", verifiedWords(contract.verified)),
    ...field("note", contract.notes === null ? [] : [contract.notes]),
  ]);
}

function printClass(contracts: Contracts, contract: ClassContract): string {
  const releases = [contract.release, ...contract.alsoReleasedBy].filter((name) => name !== null);
  return lines([
    `${contract.name}, a class of objects that is ${contracts.isTracked(contract.name) ? "" : "not "}judged in this run`,
    "",
    ...field("release", contract.opaque ? ["none: its objects are always borrowed or live for ever"] : [releases.join(", ") || "none"]),
    ...field("NULL", contract.release !== null && contract.releaseAcceptsNull ? [`${contract.release} accepts it`] : []),
    ...field("counted", contract.opaque ? [] : [contract.refcounted ? "yes: the object is gone when its last reference is released" : "no: one owner, the object is gone after its release"]),
    ...field("retain", contract.retain === null ? [] : [contract.retain]),
    ...field("copy", contract.copy === null ? [] : [contract.copy]),
    ...field("note", contract.notes === null ? [] : [contract.notes]),
  ]);
}

function printCallback(contract: CallbackContract): string {
  return lines([
    `${contract.name}, the contract of a callback${contract.doc === null ? "" : `, see ${contract.doc}`}`,
    ...(contract.signature === "" ? [] : [`  ${contract.signature}`]),
    "",
    ...field("installed by", contract.setters.length === 0 ? [] : [contract.setters.join(", ")]),
    ...field("arguments", contract.params.flatMap((param, index) => (param === null ? [] : [`${index}: ${param.class}, ${handedWords[param.ownership]}`]))),
    ...field("must", contract.effects.map(callbackEffectWords)),
    ...field("note", contract.notes === null ? [] : [contract.notes]),
  ]);
}

function callbackEffectWords(effect: CallbackContract["effects"][number]): string {
  const subject = effect.what === "return" ? "what it returns" : effect.what === "pointee" ? `what it stores through argument ${effect.param}` : `argument ${effect.param}`;
  const verbs = { accept: "the reference is the program's", give: "it belongs to the library", lend: "it stays the program's" };
  const when = effect.ifReturn === undefined || effect.ifReturn === "any" ? "" : ` if the callback returns ${effect.ifReturn === "nonzero" ? "anything but 0" : effect.ifReturn}`;
  const { ifPointee } = effect;
  const pointee = ifPointee === undefined ? "" : ifPointee.is === undefined ? ` if *argument ${ifPointee.param} is not ${ifPointee.isNot}` : ` if *argument ${ifPointee.param} is ${ifPointee.is}`;
  return `${subject}: ${verbs[effect.kind]}${when}${pointee}${effect.until === undefined ? "" : `, until ${effect.until}`}`;
}

const handedWords: Readonly<Record<NonNullable<CallbackContract["params"][number]>["ownership"], string>> = {
  borrowed: "good during the call only",
  counted: "comes with a reference",
  given: "what is stored there goes to the library",
  lent: "what is stored there stays the program's",
  static: "lives for ever",
  unknown: "unknown",
};

const nullWords: Readonly<Record<NullBehaviour, string>> = {
  ok: "allowed",
  error: "refused with an error",
  crash: "crashes",
  tolerated: "did not crash when it was tried; no promise",
};

const successWords: Readonly<Record<NonNullable<FunctionContract["success"]>, string>> = {
  nonzero: "the result is not 0",
  positive: "the result is above 0",
  nonnegative: "the result is 0 or above",
  zero: "the result is 0",
};

function verifiedWords(verified: readonly string[]): string[] {
  const words: Readonly<Record<string, string>> = {
    executed: "running it",
    source: "its C source",
    manual: "its manual page",
    scan: "a script that compared its body with its name",
    convention: "the naming convention alone",
  };
  return verified.length === 0 ? [] : [verified.map((word) => words[word] ?? word).join(", ")];
}

function returnWords(contracts: Contracts, returns: ReturnContract, argument: (index: number) => string): string[] {
  const release = contracts.class(returns.class)?.release;
  const from = returns.from === undefined ? "" : ` from ${argument(returns.from)}`;
  const main: Readonly<Record<Ownership, string>> = {
    owned: `owned: one ${release ?? "release"} is owed`,
    borrowed: `borrowed${from}: nothing is owed, and it is good only as long as ${returns.from === undefined ? "its owner" : argument(returns.from)} keeps it`,
    static: "static: it lives for ever, nothing is owed",
    unknown: "whatever the program stored there",
  };
  return [
    `${returns.class}, ${main[returns.ownership]}${returns.nullable ? "; can be NULL" : ""}`,
    ...(returns.interior === true ? ["it points into its owner"] : []),
    ...(returns.via === undefined ? [] : [`it belongs to the ${returns.via} that the owner holds at the moment, and ends with that`]),
    ...(returns.elements === undefined ? [] : [`its elements are ${returns.elements}`]),
    ...(returns.sameObjectAs === undefined ? [] : [`it is the object that ${returns.sameObjectAs} borrows from the same argument`]),
    ...(returns.sameObject === undefined ? [] : ["it can be the object that went in, with its count raised"]),
    ...(returns.sameAs === undefined ? [] : [`${typeof returns.sameAs === "number" ? argument(returns.sameAs) : `*${argument(returns.sameAs.pointee)}`} comes back when it was not NULL`]),
    ...(returns.takenFrom === undefined ? [] : [`it is taken out of ${argument(returns.takenFrom)}`]),
  ];
}

function effectWords(effect: EffectContract, argument: (index: number) => string, contract: FunctionContract): string {
  return `${effectVerb(effect, (end) => (typeof end === "number" ? argument(end) : end === "return" ? "the result" : "the library"), contract)}${conditionWords(effect, argument)}`;
}

function effectVerb(effect: EffectContract, named: (end: number | "return" | "library") => string, contract: FunctionContract): string {
  switch (effect.kind) {
    case "release":
      return `releases ${named(effect.param)}${effect.elements === true ? " and its elements" : ""}${effect.chain === true ? " and what is chained to it" : ""}`;
    case "retain":
      return `raises the count of ${effect.what ?? named(effect.param)}: one more release is owed`;
    case "transfer":
      return `takes over the caller's reference to ${named(effect.param)}${effect.elements === true ? " and its elements" : ""}, for ${named(effect.to)}${effect.certainty === "may" ? " (the program decides later)" : ""}`;
    case "share":
      return `takes a reference of its own to ${effect.elements === true ? `the elements of ${named(effect.param)}` : named(effect.param)}, for ${named(effect.to)}; the caller still owes its release`;
    case "keep":
      return `keeps the bare pointer ${named(effect.param)}${effect.into === undefined ? "" : ` in ${named(effect.into)}`} and counts nothing${effect.until === undefined ? "" : `, until ${effect.until}`}`;
    case "out":
      return `stores ${outWords(effect, named)} in *${named(effect.param)}${effect.optional === true ? " (which may be NULL)" : ""}${effect.reuses === true ? "; an object already there is filled again" : ""}${effect.replaces === true ? "; an object already there is freed" : ""}`;
    case "invalidate": {
      const what = effect.class === "*" ? "whatever was" : `each ${effect.class}`;
      const scope = effect.scope === "context" ? ` any connection of ${named(effect.owner)}` : effect.scope === "cache" ? ` the session cache of ${named(effect.owner)}` : ` ${named(effect.owner)}`;
      const strict = effect.strict && effect.certainty === "may" ? "; applies in strict only" : "";
      return `${effect.certainty === "always" ? "ends" : "may end"} ${what} borrowed from${scope}${effect.exceptSameAs === undefined ? "" : ` unless it is ${named(effect.exceptSameAs)}`}${strict}${effect.how === undefined ? "" : ` (${effect.how})`}`;
    }
    case "link":
      return effect.relation === "same-context"
        ? `ties ${named(effect.what)} to the context of ${named(effect.to)}`
        : `ties ${named(effect.what)} to ${named(effect.to)}${effect.strength === "strong" ? ", which it keeps alive" : ""}${contract.params.length > 1 && effect.relation === "retie" ? ", in place of the former tie" : ""}`;
    case "unlink":
      return `takes ${named(effect.param)} out of its chain`;
  }
}

function outWords(effect: EffectContract & { kind: "out" }, named: (end: number) => string): string {
  if (effect.ownership === "same-as-return") return "the returned pointer, one reference in all,";
  const from = effect.from === undefined ? "" : ` from ${named(effect.from)}`;
  const words: Readonly<Record<Ownership, string>> = { owned: "an owned", borrowed: "a borrowed", static: "a static", unknown: "some" };
  return `${words[effect.ownership]} ${effect.class}${effect.ownership === "borrowed" ? from : ""}`;
}

function conditionWords(effect: EffectContract, argument: (index: number) => string): string {
  const { when, ifArg, ifPointee, condition } = effect;
  const parts: string[] = [];
  if (when === "success") parts.push("on success");
  if (ifArg !== undefined) {
    const test = ifArg.hasFlag !== undefined ? `has ${ifArg.hasFlag}` : ifArg.lacksFlag !== undefined ? `lacks ${ifArg.lacksFlag}` : `is ${String(ifArg.is)}`;
    parts.push(`if ${argument(ifArg.param)} ${test}`);
  }
  if (ifPointee === "null") parts.push(`if *${"param" in effect ? argument(effect.param) : "it"} was NULL`);
  else if (ifPointee !== undefined) parts.push(`if *${argument(ifPointee.param)} is ${ifPointee.is ?? `not ${ifPointee.isNot}`}`);
  if (condition !== undefined) parts.push(`if ${condition}`);
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
}

// The names of the prototype, else "argument 2".
function argumentNames(contract: FunctionContract): (index: number) => string {
  const names = parametersOf(contract.signature ?? "").map((parameter) => /\(\s*\*\s*(\w+)\s*\)/.exec(parameter)?.[1] ?? /(\w+)\s*(?:\[\s*\])?$/.exec(parameter)?.[1]);
  return (index) => (names[index] === undefined ? `argument ${index + 1}` : `\`${names[index]}\``);
}

// Each text under the last, long ones broken where a word ends.
function field(label: string, texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.match(/\S.{0,85}(?=\s|$)|\S+/g) ?? [])
    .map((text, index) => `  ${(index === 0 ? label : "").padEnd(12)} ${text}`);
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
