// Nothing to report: the clean-up stands in `finally`, and a flag says whether there is something to release.
import koffi from "koffi";

const lib = koffi.load("libssl.so.3");
const getSession = lib.func("SSL_SESSION *SSL_get1_session(SSL *ssl)");
const timeout = lib.func("long SSL_SESSION_get_timeout(const SSL_SESSION *s)");
const freeSession = lib.func("void SSL_SESSION_free(SSL_SESSION *s)");

export async function remember(ssl: object, upload: (seconds: number) => Promise<void>): Promise<boolean> {
  let session: object | null = null;
  let held = false;
  try {
    session = getSession(ssl) as object | null;
    held = session !== null;
    if (!held) return false;
    await upload(timeout(session) as number);
    return true;
  } finally {
    if (held) freeSession(session);
  }
}
