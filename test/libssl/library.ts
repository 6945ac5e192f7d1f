/** OpenSSL's shared libraries, called by the prototypes of the contract table. Every pointer is a plain number. */
import koffi, { type LibraryHandle } from "koffi";
import { parametersOf } from "../../src/contracts/callback-param.js";

export type Pointer = number;
export type Argument = number | bigint;

const sonames = ["libssl.so.3", "libssl.so.1.1", "libssl.so", "libssl.3.dylib"];

/** Whether the machine has the library at all. */
export function hasLibssl(): boolean {
  return open("ssl") !== null;
}

// `deep`: the node program exports OpenSSL's names too, and its own copy must not answer for the library.
function open(library: "ssl" | "crypto"): LibraryHandle | null {
  for (const soname of sonames) {
    try {
      return koffi.load(soname.replace("ssl", library), { deep: true });
    } catch {
      continue;
    }
  }
  return null;
}

const ssl = open("ssl");
const crypto = open("crypto");
export const libc = koffi.load("libc.so.6");
type Bound = ReturnType<LibraryHandle["func"]>;
const bound = new Map<string, Bound | null>();

/** Binds a function by its C prototype; null when neither library exports it. */
export function bind(name: string, signature: string): Bound | null {
  const prototype = koffiPrototype(name, signature);
  const known = bound.get(prototype);
  if (known !== undefined) return known;
  const found = tryBind(ssl, prototype) ?? tryBind(crypto, prototype);
  bound.set(prototype, found);
  return found;
}

function tryBind(library: LibraryHandle | null, prototype: string): Bound | null {
  try {
    return library?.func(prototype) ?? null;
  } catch {
    return null;
  }
}

/** The prototype with every pointer as `uintptr_t`. */
export function koffiPrototype(name: string, signature: string): string {
  const before = signature.slice(0, signature.indexOf(name));
  const result = before.includes("*") || before.includes("_func") || before.includes("_cb") ? "uintptr_t" : integerType(before, "int");
  const params = parametersOf(signature).map((parameter) => parameterType(parameter));
  return `${result} ${name}(${params.join(", ")})`;
}

/** The koffi type of one parameter, as it is written in C. */
export function parameterType(parameter: string): string {
  if (parameter === "...") return "...";
  return /[*[]/.test(parameter) ? "uintptr_t" : integerType(parameter, "uintptr_t");
}

function integerType(text: string, otherwise: string): string {
  const words = text.replace(/\b(?:const|struct)\b/g, "").trim();
  if (/^void\b/.test(words)) return "void";
  const match = /^(unsigned long|unsigned int|unsigned char|unsigned|uint64_t|uint32_t|uint8_t|size_t|ssize_t|long|int|off_t|time_t)\b/.exec(words)?.[1];
  const aliases: Readonly<Record<string, string>> = { unsigned: "unsigned int", ssize_t: "int64_t", off_t: "int64_t", time_t: "int64_t" };
  return match === undefined ? otherwise : (aliases[match] ?? match);
}

const dlopen = libc.func("uintptr_t dlopen(str, int)");
const dlsym = libc.func("uintptr_t dlsym(uintptr_t, str)");
const alreadyLoaded = 1 | 4;

/** The address of a function of the libraries, to be handed to another one. */
export function addressOf(name: string): Pointer {
  for (const library of ["ssl", "crypto"]) {
    const address = Number(dlsym(dlopen(sonames[0]?.replace("ssl", library), alreadyLoaded), name));
    if (address !== 0) return address;
  }
  throw new Error(`${name} has no address`);
}

/** A JavaScript function as a C function pointer, for the life of the process. */
export function callbackAddress(prototype: string, callback: (...args: never[]) => unknown): Pointer {
  const type = koffi.pointer(koffi.proto(prototype));
  return Number(koffi.address(koffi.register(callback, type)));
}

/** Calls a function by name and prototype. Those that the harness itself needs are listed here once. */
export function call(prototype: string, ...args: Argument[]): number {
  const name = /(\w+)\(/.exec(prototype)?.[1] as string;
  const fn = bind(name, prototype);
  if (fn === null) throw new Error(`the library does not export ${name}`);
  return Number(fn(...args) ?? 0);
}
