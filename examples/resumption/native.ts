// The C functions that the other files use.
import koffi from "koffi";

const libssl = koffi.load("libssl.so.3");

export const native = {
  get1: libssl.func("SSL_SESSION *SSL_get1_session(SSL *ssl)"),
  free: libssl.func("void SSL_SESSION_free(SSL_SESSION *s)"),
  setSession: libssl.func("int SSL_set_session(SSL *ssl, SSL_SESSION *s)"),
  isResumable: libssl.func("int SSL_SESSION_is_resumable(const SSL_SESSION *s)"),
};

export type Handle = object;
