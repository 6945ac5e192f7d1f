// A TLS client in the browser, over OpenSSL compiled to WebAssembly. Binding: Emscripten.
import createOpenSSL from "./openssl.js";

export class TlsClient {
  constructor(module) {
    this.getSession = module.cwrap("SSL_get1_session", "number", ["number"]);
    this.hasTicket = module.cwrap("SSL_SESSION_has_ticket", "number", ["number"]);
    this.setSession = module.cwrap("SSL_set_session", "number", ["number", "number"]);
    this.freeSession = module.cwrap("SSL_SESSION_free", null, ["number"]);
  }

  static async create() {
    return new TlsClient(await createOpenSSL());
  }

  /** Waits until the server has sent a ticket. */
  waitForTicket(ssl, readOn) {
    let session = this.getSession(ssl);
    while (session !== 0 && this.hasTicket(session) === 0) {
      readOn(ssl);
      session = this.getSession(ssl);
    }
    return session;
  }

  resume(ssl, session) {
    if (this.setSession(ssl, session) !== 1) this.freeSession(session);
    this.freeSession(session);
  }
}

export async function reconnect(from, to, readOn) {
  const client = await TlsClient.create();
  const session = client.waitForTicket(from, readOn);
  if (session !== 0) client.resume(to, session);
}
