// Reads the session id of every connection of a running program that is about to be closed. Binding: Frida.
const libssl = Process.getModuleByName("libssl.so.3");
const SSL_get_session = new NativeFunction(libssl.getExportByName("SSL_get0_session"), "pointer", ["pointer"]);
const SSL_SESSION_get_id = new NativeFunction(libssl.getExportByName("SSL_SESSION_get_id"), "pointer", ["pointer", "pointer"]);

function sessionId(ssl) {
  const session = SSL_get_session(ssl);
  if (!session) return "none";
  const length = Memory.alloc(4);
  const id = SSL_SESSION_get_id(session, length);
  return Array.from(new Uint8Array(id.readByteArray(length.readU32()))).join(",");
}

Interceptor.attach(libssl.getExportByName("SSL_free"), {
  onEnter(args) {
    send({ kind: "closing", session: sessionId(args[0]) });
  },
});
