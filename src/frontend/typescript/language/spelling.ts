import type { Spelling } from "../../../ir/language.js";

/** How JavaScript is written, as far as messages tell what they quote. */
export const spelling: Spelling = {
  receiver: "this",
  superclass: "super",
  delegation: "yield*",
  cleanUp: { name: "finally", before: "finally { ", after: "; }" },
  waiting: /^await\s+/,
  leaving: /^return\b/,
  unequal: /^[^&|?]*!==?[^&|?]*$/,
  plainName: /^(?:[\w$.#]+\()?((?!new\b)[A-Za-z_$][\w$]*(?:\.#?[\w$]+)*)\)?$/,
  calledName: /^([\w$.]+)\s*\(/,
  appliedName: /([\w$]+)["'\]]*\??\.(?:call|apply)\s*\(/,
  place: /^[\w$.#[\]]+$/,
  nothing: /^(null|undefined|NULL|0n?)$/,
};

/** The layers by which JavaScript binds native functions. */
export const bindingNames: ReadonlyMap<string, string> = new Map(Object.entries({
  "frida": "Frida",
  "koffi": "koffi",
  "deno": "Deno",
  "bun": "Bun",
  "emscripten": "Emscripten",
  "ffi-napi": "ffi-napi",
  "ffi-rs": "ffi-rs",
  "node-ffi": "node:ffi",
  "ctypes": "js-ctypes",
  "txiki": "txiki.js",
}));
