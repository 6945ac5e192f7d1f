import type { BuiltinModel, LanguageModel } from "../ir/language.js";
import type { Block } from "../ir/types.js";
import type { Value } from "./values.js";

/** True for a property that tells how many elements a list or collection has. */
export function isCount({ properties }: LanguageModel, key: string): boolean {
  return properties.get(key)?.kind === "count";
}

/** True for the one that arrays have: it is the number of their elements also where it is written. */
export function isListLength({ properties }: LanguageModel, key: string | Value): boolean {
  const model = typeof key === "string" ? properties.get(key) : undefined;
  return model?.kind === "count" && model.of === "lists";
}

/** True for the method that takes a step of an iterator. */
export function isNext({ generatorMethods }: LanguageModel, key: string): boolean {
  const model = generatorMethods.get(key);
  return model?.kind === "generator" && model.operation === "next";
}

/** True for the method that gives a function with some of its arguments bound. */
export function isBind({ methods }: LanguageModel, key: string): boolean {
  const model = methods.get(key);
  return model?.kind === "invoke" && model.style === "bind";
}

/** True for the method, by its name among built-in functions, that runs a native function elsewhere. */
export function isAsyncCall({ methods }: LanguageModel, name: string): boolean {
  return name.startsWith(".") && methods.get(name.slice(1))?.kind === "asyncCall";
}

/** The method that disposes of a stack; `waits`: the one that gives a promise. */
export function disposeMethod({ methods }: LanguageModel, waits: boolean): string {
  const operation = waits ? "disposeAsync" : "dispose";
  for (const [name, model] of methods) if (model.kind === "disposableStack" && model.operation === operation) return name;
  return "";
}

/** True for the path of a method that tells people or listeners something. */
export function isTelling({ telling }: LanguageModel, path: string): boolean {
  return telling.has(path.slice(path.lastIndexOf(".") + 1));
}

/** True for the path of a method by which collections are asked what is in them. */
export function isQuestion({ collectionMethods }: LanguageModel, path: string): boolean {
  const model = collectionMethods.get(path.slice(path.lastIndexOf(".") + 1));
  return model?.kind === "collection" && (model.operation === "has" || model.operation === "get");
}

/** Whether code counts on it that a call in this block throws which looks at its arguments. */
export function mayRefuse({ throws }: Extract<BuiltinModel, { kind: "inspect" }>, { handler }: Block): boolean {
  return throws === "often" || (throws === "seldom" && handler !== null);
}
