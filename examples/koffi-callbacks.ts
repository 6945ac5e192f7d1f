// Keeps sessions in a store of our own: OpenSSL calls back for every new one. Binding: koffi.
import koffi from "koffi";

const lib = koffi.load("libssl.so.3");
const NewSession = koffi.proto("int NewSession(void *ssl, void *session)");
const RemoveSession = koffi.proto("void RemoveSession(void *ctx, void *session)");
const SSL_CTX_sess_set_new_cb = lib.func("void SSL_CTX_sess_set_new_cb(void *ctx, NewSession *callback)");
const SSL_CTX_sess_set_remove_cb = lib.func("void SSL_CTX_sess_set_remove_cb(void *ctx, RemoveSession *callback)");
const SSL_SESSION_get_time = lib.func("long SSL_SESSION_get_time(void *session)");
const SSL_SESSION_free = lib.func("void SSL_SESSION_free(void *session)");

export function install(ctx: unknown, started: number[]): void {
  const onNew = (_ssl: unknown, session: unknown): number => {
    started.push(SSL_SESSION_get_time(session) as number);
    return 1;
  };
  const onRemove = (_ctx: unknown, session: unknown): void => {
    SSL_SESSION_free(session);
  };
  SSL_CTX_sess_set_new_cb(ctx, koffi.register(onNew, koffi.pointer(NewSession)));
  SSL_CTX_sess_set_remove_cb(ctx, koffi.register(onRemove, koffi.pointer(RemoveSession)));
}
