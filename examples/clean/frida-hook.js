// Nothing to report: hooks and addresses are no calls, and `isNull` is how Frida tells NULL.
const libssl = Process.getModuleByName("libssl.so.3");
const SSL_get_session = new NativeFunction(libssl.getExportByName("SSL_get_session"), "pointer", ["pointer"]);
const SSL_SESSION_get_id = new NativeFunction(libssl.getExportByName("SSL_SESSION_get_id"), "pointer", ["pointer", "pointer"]);

Interceptor.attach(libssl.getExportByName("SSL_free"), {
  onEnter(args) {
    this.session = SSL_get_session(args[0]);
    if (this.session.isNull()) return;
    const length = Memory.alloc(4);
    const id = SSL_SESSION_get_id(this.session, length);
    send({ kind: "closing" }, id.readByteArray(length.readU32()));
  },
});
