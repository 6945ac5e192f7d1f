import type { BuiltinModel, LanguageModel } from "../../ir/types.js";
import type { Entries } from "./language/entries.js";
import { assertFunctions, collectionMethods, generatorMethods, javascriptConstructors, javascriptFunctions, javascriptMethods } from "./language/javascript.js";
import { pointerConstructors, pointerFunctions, pointerMethods } from "./language/pointers.js";

/** What the JavaScript library and the layers for native calls do, as far as it matters to pointers. */
export const languageModel: LanguageModel = {
  functions: table(javascriptFunctions, assertFunctions, pointerFunctions),
  methods: table(javascriptMethods, pointerMethods),
  collectionMethods: table(collectionMethods),
  generatorMethods: table(generatorMethods),
  constructors: table(javascriptConstructors, pointerConstructors),
};

function table(...parts: readonly Entries[]): ReadonlyMap<string, BuiltinModel> {
  return new Map(parts.flatMap((part) => Object.entries(part)));
}
