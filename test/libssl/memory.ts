/** OpenSSL's allocations, each watched: what is alive, what died, and what was freed that was not allocated. */
import { bind, callbackAddress, libc, type Argument, type Pointer } from "./library.js";

const malloc = libc.func("uintptr_t malloc(size_t)");
const realloc = libc.func("uintptr_t realloc(uintptr_t, size_t)");
const free = libc.func("void free(uintptr_t)");
const usableSize = libc.func("size_t malloc_usable_size(uintptr_t)");
const memset = libc.func("uintptr_t memset(uintptr_t, int, size_t)");
const memcpyIn = libc.func("uintptr_t memcpy(uintptr_t, void *, size_t)");
const memcpyOut = libc.func("uintptr_t memcpy(_Out_ void *, uintptr_t, size_t)");

const live = new Set<Pointer>();
const watched = new Map<Pointer, Watch>();
let badFrees = 0;

/** Tells whether the block that was at this address when the watch began is still allocated. */
export interface Watch {
  readonly pointer: Pointer;
  alive: boolean;
}

/**
 * Installs the allocator. It must run before OpenSSL allocates anything. A freed block is overwritten, so that a use
 * after it shows, and a free of what is not allocated is counted instead of being done.
 */
export function installAllocator(): void {
  const allocate = callbackAddress("uintptr_t SlMalloc(size_t n, uintptr_t file, int line)", (size: number) => {
    const pointer = Number(malloc(size));
    live.add(pointer);
    return pointer;
  });
  const reallocate = callbackAddress("uintptr_t SlRealloc(uintptr_t p, size_t n, uintptr_t file, int line)", (old: Argument, size: Argument) => {
    if (Number(old) !== 0) died(Number(old));
    const pointer = Number(realloc(old, size));
    live.add(pointer);
    return pointer;
  });
  const release = callbackAddress("void SlFree(uintptr_t p, uintptr_t file, int line)", (old: Argument) => {
    const pointer = Number(old);
    if (pointer === 0) return;
    if (!live.has(pointer)) {
      badFrees++;
      return;
    }
    died(pointer);
    memset(pointer, 0xdd, usableSize(pointer));
    free(pointer);
  });
  const install = bind("CRYPTO_set_mem_functions", "int CRYPTO_set_mem_functions(void *m, void *r, void *f)");
  if (install === null || install(allocate, reallocate, release) !== 1) throw new Error("OpenSSL does not take another allocator");
}

function died(pointer: Pointer): void {
  live.delete(pointer);
  const watch = watched.get(pointer);
  if (watch === undefined) return;
  watch.alive = false;
  watched.delete(pointer);
}

export function watch(pointer: Pointer): Watch {
  const existing = watched.get(pointer);
  if (existing !== undefined) return existing;
  const created = { pointer, alive: true };
  watched.set(pointer, created);
  return created;
}

/** Whether the address is that of a block that OpenSSL allocated, and not of a static object or of a field. */
export function isBlock(pointer: Pointer): boolean {
  return live.has(pointer);
}

export function liveBlocks(): number {
  return live.size;
}

/** Frees of blocks that were not allocated (any more), since the last call. */
export function takeBadFrees(): number {
  const count = badFrees;
  badFrees = 0;
  return count;
}

// Memory of our own, outside of OpenSSL's: arguments, out parameters and buffers of one scenario.
const arenaSize = 1 << 20;
const arena = Number(memset(malloc(arenaSize), 0, arenaSize));
let used = 0;

export function resetScratch(): void {
  memset(arena, 0, used);
  used = 0;
}

export function scratch(size: number): Pointer {
  const pointer = arena + used;
  used += (size + 15) & ~15;
  if (used > arenaSize) throw new Error("the arguments of one scenario do not fit");
  return pointer;
}

export function bytes(content: Uint8Array): Pointer {
  const pointer = scratch(content.length + 1);
  memcpyIn(pointer, Buffer.from(content), content.length);
  return pointer;
}

export function text(content: string): Pointer {
  return bytes(Buffer.from(content));
}

/** A cell that holds a pointer or a number. */
export function cell(value: Pointer = 0): Pointer {
  const pointer = scratch(8);
  writePointer(pointer, value);
  return pointer;
}

export function writePointer(at: Pointer, value: Pointer): void {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  memcpyIn(at, buffer, 8);
}

export function readPointer(at: Pointer): Pointer {
  return Number(readBytes(at, 8).readBigUInt64LE());
}

export function readBytes(at: Pointer, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  memcpyOut(buffer, at, length);
  return buffer;
}

export function fill(at: Pointer, value: number, count: number): void {
  memset(at, value, count);
}

export function copy(to: Pointer, from: Pointer, count: number): void {
  memcpyIn(to, readBytes(from, count), count);
}
