import type { BuiltinModel } from "../../../ir/language.js";
import { address, callLater, dereference, each, type Entries, identity, inspect, interior, moduleExports, readPointer, under, view, writePointer, writeThrough } from "./entries.js";

const NUMBER_TYPES = "8 16 32 64";
const memory: BuiltinModel = { kind: "cells", parts: 0, sized: true };

/** What the layers for native calls offer beside the calls: looking at pointers, and through them. */
export const pointerFunctions: Entries = {
  ...koffi(),
  ...bun(),
  ...deno(),
  ...frida(),
  ...nodeFfi(),
  ...refNapi(),
  ...ffiRs(),
  ...emscripten(),
  "ctypes.cast": identity(0),
};

function koffi(): Entries {
  return moduleExports("koffi", {
    ...each("decode.* encode encode.* free", dereference(0)),
    decode: { kind: "pointee", of: 0, at: 1, typed: true },
    alloc: memory,
    view: view(0),
    as: identity(0),
    address: address(0),
    ...each("load config stats struct pack union Union opaque pointer disposable array proto alias enumeration type sizeof alignof offsetof", inspect),
    ...each("in out inout reset unregister errno resolve introspect node", inspect),
  });
}

function bun(): Entries {
  return under("bun:ffi:", {
    ...each("read.* CString", dereference(0)),
    ...each("read.ptr read.u64 read.i64 read.intptr", readPointer(0, 1)),
    ...each("toArrayBuffer toBuffer", view(0)),
    ptr: identity(0),
    viewSource: inspect,
  });
}

function deno(): Entries {
  return {
    ...under("Deno.UnsafePointer.", {
      value: address(0),
      ...each("of create", identity(0)),
      equals: { kind: "equals", left: 0, right: 1, test: "Deno.UnsafePointer.equals()" },
      offset: interior(0),
    }),
    ...under("Deno.UnsafePointerView.", { ...each("getCString copyInto", dereference(0)), getArrayBuffer: view(0) }),
  };
}

function frida(): Entries {
  const types = "Pointer Short UShort Int UInt Long ULong Float Double ByteArray CString Utf8String Utf16String AnsiString Volatile S8 U8 S16 U16 S32 U32 S64 U64";
  return {
    ...each("ptr NativePointer", identity(0)),
    ...each("int64 uint64", address(0)),
    ...under("Memory.", { ...each(prefixed("read", types), dereference(0)), ...each(prefixed("write", types), dereference(0)), dup: dereference(0), copy: dereference(1), ...each("allocUtf8String allocUtf16String allocAnsiString", inspect) }),
    hexdump: dereference(0),
    "Memory.alloc": memory,
    "Memory.readPointer": readPointer(0, 1),
    "Memory.writePointer": writePointer(0, 2, 1),
    ...each("send Interceptor.detachAll Interceptor.flush Interceptor.revert Thread.backtrace Thread.sleep", inspect),
    "Interceptor.attach": { kind: "hooks", callbacks: 1, first: "onEnter", then: "onLeave", result: "retval" },
    ...each("Java.perform Java.performNow", { kind: "callNow", callback: 0 }),
    ...each("Java.scheduleOnMainThread Process.setExceptionHandler", callLater(0)),
    "ObjC.schedule": callLater(1),
  };
}

function nodeFfi(): Entries {
  const getters = `${prefixed("getInt", NUMBER_TYPES)} ${prefixed("getUint", NUMBER_TYPES)} getFloat32 getFloat64`;
  return under("ffi:", {
    ...each(`${getters} ${getters.replaceAll("get", "set")} toString toBuffer toArrayBuffer`, dereference(0)),
    ...each("exportString exportBuffer exportArrayBuffer exportArrayBufferView", dereference(1)),
    getRawPointer: identity(0),
    ...each("dlclose dlsym", inspect),
  });
}

// ref, ref-napi and their forks.
function refNapi(): Entries {
  return moduleExports("ref ref-napi @lwahonen/ref-napi", {
    isNull: { kind: "nullTest", of: 0, test: "ref.isNull()" },
    ...each("address hexAddress", address(0)),
    ...each("readObject readCString reinterpret reinterpretUntilZeros", dereference(0)),
    ...each("deref get readPointer readInt64BE readInt64LE readUInt64BE readUInt64LE", readPointer(0, 1)),
    alloc: memory,
    ...each("refType derefType coerceType sizeof alignof getType", inspect),
  });
}

function ffiRs(): Entries {
  return under("ffi-rs:", {
    isNullPointer: { kind: "nullTest", of: 0, test: "isNullPointer()" },
    ...each("wrapPointer unwrapPointer", identity(0)),
    ...each("open close arrayConstructor funcConstructor", inspect),
  });
}

// As members of the module object and, with `MODULARIZE` off, as globals.
function emscripten(): Entries {
  const readers = "UTF8ToString UTF16ToString UTF32ToString AsciiToString getValue setValue";
  return { ...each(readers, dereference(0)), ...under("Module.", each(readers, dereference(0))) };
}

/** Methods of pointer objects. */
export const pointerMethods: Entries = {
  isNull: { kind: "nullTest", of: "receiver", test: ".isNull()" },
  equals: { kind: "equals", left: "receiver", right: 0, test: ".equals(NULL)" },
  compare: inspect,
  ...each("add sub and or xor shr shl not", interior("receiver")),
  ...each("strip sign blend", identity("receiver")),
  ...each("toInt32 toUInt32 toNumber address hexAddress", address("receiver")),
  ...each("toMatchPattern", inspect),
  ...fridaAccess(),
  ...viewAccess(),
  // ref-napi's buffers and txiki.js's typed pointers
  ...each("derefAll readObject reinterpret reinterpretUntilZeros", dereference("receiver")),
  deref: readPointer("receiver", 0),
  // Buffers of Node.js.
  ...each("readBigUInt64LE readBigInt64LE readBigUInt64BE readBigInt64BE readBigUint64LE readBigUint64BE", readPointer("receiver", 0)),
  ...each("writeBigUInt64LE writeBigInt64LE writeBigUInt64BE writeBigInt64BE writeBigUint64LE writeBigUint64BE", writePointer("receiver", 1, 0)),
  async: { kind: "asyncCall" },
};

function fridaAccess(): Entries {
  const types = "Pointer S8 U8 S16 U16 S32 U32 S64 U64 Short UShort Int UInt Long ULong Float Double ByteArray CString Utf8String Utf16String AnsiString Volatile";
  const wide = "Pointer S64 U64 Long ULong";
  const plain = { ...each(prefixed("read", types), dereference("receiver")), ...each(prefixed("write", types), writeThrough("receiver", 0)) };
  return { ...plain, ...each(prefixed("read", wide), readPointer("receiver", 0)), ...each(prefixed("write", wide), writePointer("receiver", 1, 0)) };
}

// Deno's views of memory, and the language's own.
function viewAccess(): Entries {
  const getters = `${prefixed("getInt", NUMBER_TYPES)} ${prefixed("getUint", NUMBER_TYPES)} getBool getBigInt64 getBigUint64 getFloat32 getFloat64 getPointer getCString copyInto`;
  const setters = `${prefixed("setInt", NUMBER_TYPES)} ${prefixed("setUint", NUMBER_TYPES)} setBigInt64 setBigUint64 setFloat32 setFloat64`;
  const wide = {
    ...each("getBigInt64 getBigUint64 getPointer", readPointer("receiver", 0)),
    ...each("setBigInt64 setBigUint64", writePointer("receiver", 0, 1)),
  };
  return { ...each(getters, dereference("receiver")), ...each(setters, writeThrough("receiver", 1)), ...wide, getArrayBuffer: view("receiver") };
}

export const pointerConstructors: Entries = {
  "Deno.UnsafePointerView": view(0),
  ...each("CString bun:ffi:CString", dereference(0)),
  NativePointer: identity(0),
  ...each("Int64 UInt64", address(0)),
};

function prefixed(prefix: string, names: string): string {
  return names.split(" ").map((name) => prefix + name).join(" ");
}
