import type { BuiltinModel, LanguageModel } from "../../ir/types.js";

const functions = new Map<string, BuiltinModel>([["console.*", { kind: "inspect" }]]);
const methods = new Map<string, BuiltinModel>();
const constructors = new Map<string, BuiltinModel>();

/** What the JavaScript library and the libraries for native calls do, as far as it matters to pointers. */
export const languageModel: LanguageModel = { functions, methods, constructors };
