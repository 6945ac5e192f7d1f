import type { BuiltinModel, FieldNames, LanguageModel, Matcher, PropertyModel } from "../../../ir/language.js";
import type { Constant } from "../../../ir/types.js";
import { address, callLater, callOnce, each, type Entries, exit, identity, inspect, listener, pureFunction, refusing, seldomRefusing, under } from "./entries.js";

type OperationKind = Extract<BuiltinModel, { operation: string }>["kind"];
// Of the streams, sockets, servers, workers and processes of the run times: builders and query languages have methods called `on` too.
const knownEvents =
  /^(?:data|end|close|error|finish|message|exit|disconnect|drain|readable|connect|secureConnect|secure|session|keylog|OCSPResponse|timeout|listening|connection|secureConnection|newSession|resumeSession|tlsClientError|request|response|upgrade|aborted|beforeExit)$/;

// A program that is about to be ended from outside gives back what it has, and need not think of what would have come after.
const otherThanLast = /^(?!SIG|uncaughtException|unhandledRejection|rejectionHandled)/;

type Operation<K extends OperationKind> = Extract<BuiltinModel, { kind: K }>["operation"];

/** Functions of JavaScript itself and of the run times (Node.js, Deno, Bun, browsers). */
export const javascriptFunctions: Entries = {
  ...each("Math.* Number.* Reflect.has parseInt parseFloat isNaN isFinite Array.isArray Buffer.isBuffer", pureFunction),
  ...each("console.* Math.random Symbol.* Date.* performance.* Atomics.* Intl.* String.* Reflect.ownKeys", inspect),
  ...each("String Symbol Error TypeError RangeError", inspect),
  Boolean: { kind: "inspect", gives: "truth" },
  ...each("decodeURIComponent decodeURI atob JSON.parse", refusing),
  ...each("encodeURIComponent encodeURI btoa structuredClone JSON.stringify", seldomRefusing),
  reportError: inspect,
  ...each("clearTimeout clearInterval clearImmediate cancelAnimationFrame", inspect),
  ...each("ArrayBuffer.isView Buffer.byteLength", inspect),
  ...each("Buffer.alloc Buffer.allocUnsafe Buffer.allocUnsafeSlow buffer:Buffer.alloc buffer:Buffer.allocUnsafe", { kind: "cells", parts: 0, sized: true }),
  ...each("Buffer.from buffer:Buffer.from", { kind: "cells", parts: 0, over: true }),
  "Reflect.apply": { kind: "invoke", style: "applyTo" },
  ...each("Number BigInt", address(0)),
  ...each("BigInt.asUintN BigInt.asIntN", address(1)),

  ...under("Object.", {
    ...operations("object", ["assign", "create", "values", "entries", "keys", "fromEntries", "defineProperty"]),
    ...each("freeze seal preventExtensions setPrototypeOf", identity(0)),
    is: { kind: "equals", left: 0, right: 1, test: "===" },
    hasOwn: pureFunction,
    ...each("isFrozen isSealed isExtensible getPrototypeOf getOwnPropertySymbols", inspect),
    getOwnPropertyNames: { kind: "object", operation: "keys" },
  }),
  ...under("Array.", operations("array", ["of", "from"])),
  ...under("Promise.", operations("promise", ["resolve", "reject", "all", "allSettled", "race", "any", "try", "withResolvers"])),

  ...each("setInterval timers:setInterval", callLater(0)),
  // The delay stands in between.
  ...each("setTimeout timers:setTimeout", { ...callOnce, passes: 2 }),
  ...each("setImmediate queueMicrotask requestAnimationFrame requestIdleCallback timers:setImmediate", callOnce),
  ...each("timers/promises:* fetch Bun.sleep scheduler.wait events:once", { kind: "promiseOfUnknown" }),
  ...each("process.nextTick process:nextTick Script.nextTick", callOnce),
  ...each("process.on process.once", listener(otherThanLast)),
  ...each("process:on process:once Deno.addSignalListener", callLater(1)),

  ...each("process.exit process.reallyExit process.abort process:exit process:abort Deno.exit std.exit tjs.exit", exit),
  ...each("process.stdout.write process.stderr.write process.emitWarning process.uptime process.hrtime process.hrtime.bigint process.memoryUsage process.cwd Bun.inspect Bun.nanoseconds Deno.inspect", inspect),

  ...each("util:promisify util.promisify", { kind: "promisify", of: 0 }),
  ...each("util:inspect util:format util:isDeepStrictEqual util:types.* util:styleText util.inspect util.format", inspect),
  ...each("util:deprecate", identity(0)),
};

const holds: BuiltinModel = { kind: "assert", of: 0 };

const assertions: Entries = {
  ok: holds,
  ...each("equal strictEqual", { kind: "assertEqual", left: 0, right: 1, equal: true }),
  ...each("notEqual notStrictEqual", { kind: "assertEqual", left: 0, right: 1, equal: false }),
  fail: { kind: "throw" },
  throws: { kind: "callNow", callback: 0 },
  doesNotThrow: { kind: "callNow", callback: 0 },
  ...each("ifError match doesNotMatch deepEqual deepStrictEqual notDeepEqual notDeepStrictEqual", inspect),
};

/** `node:assert` and its kin; a free `assert(x)` too, which other run times have. */
export const assertFunctions: Entries = {
  ...each("assert assert:strict assert/strict assert:assert assert.strict", holds),
  ...under("assert:", assertions),
  ...under("assert/strict:", assertions),
  ...under("assert.", assertions),
  ...under("assert:strict.", assertions),
  ...each("tiny-invariant invariant ts-invariant:invariant invariant:invariant", holds),
  ...each("@std/assert:assert @std/assert:assertExists jsr:@std/assert:assert jsr:@std/assert:assertExists", holds),
};

/** Test libraries in which what is expected is said word by word. */
export const expectFunctions: Entries = {
  ...each("expect vitest:expect @jest/globals:expect bun:test:expect chai:expect expect:expect", { kind: "expectation", of: 0 }),
  ...each("@std/expect:expect jsr:@std/expect:expect @playwright/test:expect", { kind: "expectation", of: 0 }),
};

/** Functions by which tests stand in for others. */
export const mockFunctions: Entries = {
  ...each("vi.fn vitest:vi.fn jest.fn @jest/globals:jest.fn bun:test:mock bun:test:jest.fn bun:test:vi.fn", { kind: "standIn", of: 0 }),
  ...each("test:mock.fn sinon.fake sinon.stub sinon.spy sinon:fake sinon:stub sinon:spy sinon:default.fake sinon:default.stub sinon:default.spy jasmine.createSpy", { kind: "standIn", of: 0 }),
};

/** The words of such sentences. */
export const matchers: Readonly<Record<string, Matcher>> = {
  not: "not",
  ...words("to be been is that and has have with at of same does still also", "connective"),
  ...words("toBeTruthy", "truthy"),
  ...words("toBeFalsy", "falsy"),
  ...words("toBeNull", "null"),
  ...words("toBe toEqual toStrictEqual equal eq eql equals", "equal"),
};

/** Methods that tell by their name alone what they do with the receiver and the arguments. */
export const javascriptMethods: Entries = {
  ...operations("promise", ["then", "catch", "finally"]),
  ...operations("array", ["push", "pop", "shift", "unshift", "slice", "concat", "at", "splice", "values", "entries", "reverse", "fill", "flat"]),
  ...operations("collection", ["keys"]),
  ...each("forEach", elements("none")),
  map: elements("array"),
  flatMap: { kind: "eachElement", callback: 0, result: "array", flat: true, elementParam: 0 },
  ...each("filter", elements("filtered")),
  ...each("find findLast", elements("element")),
  ...each("some every findIndex findLastIndex", elements("unknown")),
  ...each("reduce reduceRight", { kind: "eachElement", callback: 0, result: "unknown", elementParam: 1 }),
  sort: { kind: "compareElements", callback: 0, result: "receiver" },
  toSorted: { kind: "compareElements", callback: 0, result: "copy" },
  toReversed: { kind: "array", operation: "values" },
  ...each("includes indexOf lastIndexOf hasOwnProperty", pureFunction),
  ...each("startsWith endsWith trim trimStart trimEnd toLowerCase toUpperCase charAt charCodeAt codePointAt padStart padEnd localeCompare substring substr test", pureFunction),
  subarray: { kind: "inspect", view: true },
  ...each("join toLocaleString toJSON toFixed toPrecision toISOString", inspect),
  ...each("toString", { kind: "inspect", gives: "text" }),
  valueOf: identity("receiver"),

  ...each("mockReturnValue mockReturnValueOnce mockReturnThis mockResolvedValue mockResolvedValueOnce mockRejectedValue mockRejectedValueOnce mockName", identity("receiver")),
  ...each("mockImplementation mockImplementationOnce", { kind: "standIn", of: 0 }),

  call: { kind: "invoke", style: "call" },
  apply: { kind: "invoke", style: "apply" },
  bind: { kind: "invoke", style: "bind" },

  on: listener(knownEvents),
  ...each("once addListener prependListener prependOnceListener addEventListener", listener(otherThanLast)),
  ...each("subscribe", callLater(0)),

  ...operations("disposableStack", ["use", "adopt", "defer", "move", "dispose", "disposeAsync"]),
  ...operations("finalizationRegistry", ["register", "unregister"]),
};

/** Methods of loggers and emitters. */
export const telling: ReadonlySet<string> = new Set("log warn error debug info trace fatal verbose notice emit".split(" "));

/** Methods of `Map`, `Set` and their weak forms. */
export const collectionMethods: Entries = operations("collection", ["get", "set", "add", "delete", "has", "clear", "values", "keys", "entries", "forEach"]);

/** Methods of the objects that generator functions give. */
export const generatorMethods: Entries = operations("generator", ["next", "return", "throw"]);

export const javascriptConstructors: Entries = {
  Promise: { kind: "promise", operation: "new" },
  ...each("Map WeakMap", { kind: "collection", operation: "new", keyed: true }),
  ...each("Set WeakSet", { kind: "collection", operation: "new" }),
  Array: { kind: "array", operation: "of" },
  ...each("DisposableStack AsyncDisposableStack", { kind: "disposableStack", operation: "new" }),
  FinalizationRegistry: { kind: "finalizationRegistry", operation: "new" },
  ...each("Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError SuppressedError DOMException AssertionError", inspect),
  ...each("URL RegExp", refusing),
  ...each("URLSearchParams Date String Number Boolean Object AbortController TextEncoder TextDecoder Event CustomEvent EventTarget Headers", inspect),
  ...each("Blob", inspect),
  ...each("ArrayBuffer SharedArrayBuffer Buffer", { kind: "cells", parts: 0, sized: true }),
  ...each("DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Float32Array Float64Array", { kind: "cells", parts: 0 }),
  ...each("Int32Array Uint32Array", { kind: "cells", parts: 2 }),
  ...each("BigInt64Array BigUint64Array", { kind: "cells", parts: 1 }),
};

/** Functions by the last part of their names. */
export const lastNames: Entries = { ...operations("object", ["assign"]), freeze: identity(0) };

export const properties: Readonly<Record<string, PropertyModel>> = {
  length: { kind: "count", of: "lists" },
  size: { kind: "count", of: "collections" },
  byteLength: { kind: "measure" },
  byteOffset: { kind: "measure" },
  buffer: { kind: "memory" },
  prototype: { kind: "prototype" },
  default: { kind: "module" },
  promises: { kind: "module" },
};

export const constants: ReadonlyMap<string, Constant> = new Map([["undefined", undefined]]);

/** The words of `typeof`. */
export const typeNames: LanguageModel["typeNames"] = { nothing: "undefined", text: "string", truth: "boolean", number: "number", integer: "bigint", object: "object", function: "function" };

export const fieldNames: FieldNames = {
  step: { element: "value", done: "done" },
  outcome: { status: "status", fulfilled: "fulfilled", rejected: "rejected", value: "value", reason: "reason" },
  description: { value: "value" },
  nativeResult: { value: "value", error: "errno" },
  box: { content: "value" },
};

function words(names: string, matcher: Matcher): Readonly<Record<string, Matcher>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, matcher]));
}

function elements(result: Extract<BuiltinModel, { kind: "eachElement" }>["result"]): BuiltinModel {
  return { kind: "eachElement", callback: 0, result, elementParam: 0 };
}

// The operation has the method's own name.
function operations<K extends OperationKind>(kind: K, names: readonly Operation<K>[]): Entries {
  return Object.fromEntries(names.map((operation) => [operation, { kind, operation } as BuiltinModel]));
}
