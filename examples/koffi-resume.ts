// Saves the session of a TLS connection, so that the next connection can resume it. Binding: koffi.
import { writeFileSync } from "node:fs";
import koffi from "koffi";

const lib = koffi.load("libssl.so.3");
const getSession = lib.func("SSL_SESSION *SSL_get1_session(SSL *ssl)");
const isResumable = lib.func("int SSL_SESSION_is_resumable(const SSL_SESSION *s)");
const encode = lib.func("int i2d_SSL_SESSION(SSL_SESSION *in, _Inout_ uint8_t **pp)");
const freeSession = lib.func("void SSL_SESSION_free(SSL_SESSION *s)");

export function saveSession(ssl: unknown, file: string): boolean {
  const session = getSession(ssl);
  if (session === null) return false;
  if (isResumable(session) !== 1) return false;

  const bytes = Buffer.alloc(encode(session, null));
  encode(session, [bytes]);
  writeFileSync(file, bytes);
  freeSession(session);
  return true;
}
