// Nothing to report: the pool keeps sessions, and something takes them out again and releases them.
import { dlopen, FFIType, type Pointer } from "bun:ffi";

const lib = dlopen("libssl.so.3", {
  SSL_get1_session: { args: [FFIType.ptr], returns: FFIType.ptr },
  SSL_set_session: { args: [FFIType.ptr, FFIType.ptr], returns: FFIType.i32 },
  SSL_SESSION_free: { args: [FFIType.ptr], returns: FFIType.void },
});
const { SSL_get1_session: get1, SSL_set_session: setSession, SSL_SESSION_free: release } = lib.symbols;
const pool = new Map<string, Pointer>();

export function keep(host: string, ssl: Pointer): void {
  forget(host);
  const session = get1(ssl);
  if (session !== null) pool.set(host, session);
}

export function resume(host: string, ssl: Pointer): boolean {
  const session = pool.get(host);
  return session !== undefined && setSession(ssl, session) === 1;
}

export function forget(host: string): void {
  const session = pool.get(host);
  if (session === undefined) return;
  pool.delete(host);
  release(session);
}
