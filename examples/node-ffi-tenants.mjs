// Moves a client from one tenant's configuration to another's. Binding: node:ffi (Node.js 26).
import { dlopen } from "node:ffi";

const { functions: ssl } = dlopen("libssl.so.3", {
  TLS_client_method: { arguments: [], return: "pointer" },
  SSL_CTX_new: { arguments: ["pointer"], return: "pointer" },
  SSL_new: { arguments: ["pointer"], return: "pointer" },
  SSL_get1_session: { arguments: ["pointer"], return: "pointer" },
  SSL_set_session: { arguments: ["pointer", "pointer"], return: "int" },
  SSL_SESSION_free: { arguments: ["pointer"], return: "void" },
});

export function migrate(handshake) {
  const method = ssl.TLS_client_method();
  const before = ssl.SSL_new(ssl.SSL_CTX_new(method));
  const after = ssl.SSL_new(ssl.SSL_CTX_new(method));
  handshake(before);
  const session = ssl.SSL_get1_session(before);
  if (session !== 0n) {
    ssl.SSL_set_session(after, session);
    ssl.SSL_SESSION_free(session);
  }
  return after;
}
