// Logs how long a session lasts once its connection is closed. Binding: bun:ffi.
import { dlopen, FFIType, type Pointer } from "bun:ffi";

const { symbols: ssl } = dlopen("libssl.so.3", {
  SSL_get_session: { args: [FFIType.ptr], returns: FFIType.ptr },
  SSL_SESSION_get_timeout: { args: [FFIType.ptr], returns: FFIType.i64 },
  SSL_shutdown: { args: [FFIType.ptr], returns: FFIType.i32 },
  SSL_free: { args: [FFIType.ptr], returns: FFIType.void },
});

function close(connection: Pointer): void {
  ssl.SSL_shutdown(connection);
  ssl.SSL_free(connection);
}

export function closeAndReport(connection: Pointer): void {
  const session = ssl.SSL_get_session(connection);
  close(connection);
  if (session) console.log(`lasts for ${ssl.SSL_SESSION_get_timeout(session)} seconds`);
}
