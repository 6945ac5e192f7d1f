import type { NativeRef, NullTest } from "../../../ir/types.js";
import { ineffectiveTests, type Representation } from "./nullness.js";

/** The layers by which JavaScript binds native functions. */
export type BindingKind =
  | "frida" | "koffi" | "ffi-napi" | "ffi-rs" | "bun" | "deno" | "fino" | "node-ffi" | "emscripten" | "wasm" | "lo" | "quickjs" | "txiki" | "ctypes";

export interface NativeOptions {
  /** The declared result type, as the binding layer spells it; "" when it cannot be seen. */
  readonly result?: string;
  readonly async?: boolean;
  readonly argumentStyle?: NativeRef["argumentStyle"];
  readonly resultIn?: NonNullable<NativeRef["resultIn"]>;
  readonly resultGone?: boolean;
}

/** A reference to the native function `name`, with what the binding layer makes of NULL. */
export function nativeRef(name: string, binding: BindingKind, options: NativeOptions = {}): NativeRef {
  const profile = isInteger(options.result ?? "") ? integerProfile : profileOf(binding);
  return {
    name,
    binding,
    ineffective: profile.ineffective,
    workingTest: profile.workingTest,
    // koffi fills lists that are given for out-parameters; with others such a pointer is read out of memory.
    ...(binding === "koffi" ? { written: profileOf(binding) } : {}),
    async: options.async ?? false,
    argumentStyle: options.argumentStyle ?? "positional",
    ...(options.resultIn === undefined ? {} : { resultIn: options.resultIn }),
    ...(isText(options.result ?? "", binding) ? { resultCopied: true } : {}),
    ...(options.resultGone ? { resultGone: true } : {}),
  };
}

const TEXT = /^(?:str|string|cstring)(?:16|32)?$/i;
const CHARACTERS = /^(?:const )*(?:char|char16|char16_t|char32|char32_t|wchar_t)(?: const)* ?\*$/;

// Every layer copies what it gives as a text. To koffi a pointer to characters is one too.
function isText(type: string, binding: BindingKind): boolean {
  return TEXT.test(type.trim()) || (binding === "koffi" && CHARACTERS.test(type.trim()));
}

interface Profile {
  readonly ineffective: readonly NullTest[];
  readonly workingTest: string;
}

/** What a pointer looks like in each layer. More than one representation: which of them it is cannot be seen. */
export const representations: Readonly<Record<BindingKind, readonly Representation[]>> = {
  "frida": [objectPointer({ isNull: "method", toString: "hexadecimal" })],
  "koffi": [{ nil: null, others: [0x5600n, {}] }],
  "ffi-napi": [{ nil: nativeBuffer(0, true), others: [nativeBuffer(8, false)] }],
  "ffi-rs": [{ nil: Object.create(null), others: [Object.create(null)] }],
  "bun": [{ nil: null, others: [0x5600, 0x5600n] }],
  "deno": [{ nil: null, others: [Object.create(null)] }],
  "fino": [{ nil: null, others: [new ArrayBuffer(8), {}] }],
  "node-ffi": [{ nil: 0n, others: [0x5600n] }],
  "emscripten": [{ nil: 0, others: [0x5600] }],
  "wasm": [{ nil: 0, others: [0x5600] }, { nil: 0n, others: [0x5600n] }],
  "lo": [{ nil: 0, others: [0x5600] }],
  "quickjs": [{ nil: 0, others: [0x5600] }, { nil: 0n, others: [0x5600n] }],
  "txiki": [{ nil: null, others: [0x5600n, {}] }, objectPointer({ isNull: "getter", toString: "default" })],
  "ctypes": [objectPointer({ isNull: "method", toString: "default" })],
};

/** Source text of a test that works in every representation of the layer. */
const workingTests: Readonly<Record<BindingKind, string>> = {
  "frida": "p.isNull()",
  "koffi": "p === null",
  "ffi-napi": "ref.isNull(p)",
  "ffi-rs": "isNullPointer(p)",
  "bun": "p === null",
  "deno": "p === null",
  "fino": "p === null",
  "node-ffi": "p === 0n",
  "emscripten": "p === 0",
  "wasm": "!p",
  "lo": "p === 0",
  "quickjs": "!p",
  "txiki": "p === null || p.isNull",
  "ctypes": "p.isNull()",
};

const profiles = new Map<BindingKind, Profile>();

function profileOf(binding: BindingKind): Profile {
  const known = profiles.get(binding);
  if (known !== undefined) return known;
  const profile = { ineffective: ineffectiveTests(representations[binding]), workingTest: workingTests[binding] };
  profiles.set(binding, profile);
  return profile;
}

// A pointer that the binding declares as an integer: a number, a bigint, or a layer's own 64-bit object.
const integerProfile: Profile = {
  ineffective: ineffectiveTests([
    { nil: 0, others: [0x5600] },
    { nil: 0n, others: [0x5600n] },
    { nil: { toString: () => "0", equals: () => true }, others: [{ toString: () => "22016", equals: () => false }] },
  ]),
  workingTest: "p == 0",
};

const INTEGER = /^(?:(?:unsigned |signed |u)?(?:int|long|short|long ?long)|[iu](?:8|16|32|64)(?:_fast)?|u?int(?:8|16|32|64|ptr)(?:_t)?|[iu]size|s?size_t)$/i;

function isInteger(type: string): boolean {
  return INTEGER.test(type.trim());
}

function objectPointer(shape: { isNull: "method" | "getter"; toString: "hexadecimal" | "default" }): Representation {
  const pointer = (address: number): object => {
    const object: object = { equals: (other: unknown) => addresses.get(other as object) === address };
    if (shape.isNull === "method") Object.assign(object, { isNull: () => address === 0 });
    else Object.defineProperty(object, "isNull", { get: () => address === 0 });
    if (shape.toString === "hexadecimal") Object.assign(object, { toString: () => `0x${address.toString(16)}` });
    addresses.set(object, address);
    return object;
  };
  const addresses = new WeakMap<object, number>();
  return { nil: pointer(0), others: [pointer(0x5600)] };
}

function nativeBuffer(length: number, isNull: boolean): object {
  return Object.assign(Buffer.alloc(length), { isNull: () => isNull });
}
