import type { BuiltinModel, LanguageModel } from "../../ir/language.js";
import { boundLate } from "./bindings/index.js";
import type { Entries } from "./language/entries.js";
import { assertFunctions, collectionMethods, constants, expectFunctions, fieldNames, generatorMethods, javascriptConstructors, javascriptFunctions, javascriptMethods, lastNames, matchers, mockFunctions, properties, telling, typeNames } from "./language/javascript.js";
import { pointerConstructors, pointerFunctions, pointerMethods } from "./language/pointers.js";
import { bindingNames, spelling } from "./language/spelling.js";

/** What the JavaScript library and the layers for native calls do, as far as it matters to pointers. */
export const languageModel: LanguageModel = {
  bound: boundLate,
  functions: table(javascriptFunctions, assertFunctions, expectFunctions, mockFunctions, pointerFunctions),
  methods: table(javascriptMethods, pointerMethods),
  collectionMethods: table(collectionMethods),
  matchers: new Map(Object.entries(matchers)),
  generatorMethods: table(generatorMethods),
  constructors: table(javascriptConstructors, pointerConstructors),
  lastNames: table(lastNames),
  telling,
  properties: new Map(Object.entries(properties)),
  constants,
  typeNames,
  fieldNames,
  moduleScheme: "node:",
  bindingNames,
  spelling,
};

function table(...parts: readonly Entries[]): ReadonlyMap<string, BuiltinModel> {
  return new Map(parts.flatMap((part) => Object.entries(part)));
}
