// Nothing to report: the class owns its reference and gives it back when its scope ends.
const { symbols: ssl } = Deno.dlopen("libssl.so.3", {
  SSL_get1_session: { parameters: ["pointer"], result: "pointer" },
  SSL_SESSION_has_ticket: { parameters: ["pointer"], result: "i32" },
  SSL_SESSION_free: { parameters: ["pointer"], result: "void" },
  SSL_free: { parameters: ["pointer"], result: "void" },
});

class Session implements Disposable {
  readonly #handle: Deno.PointerValue;

  constructor(connection: Deno.PointerValue) {
    this.#handle = ssl.SSL_get1_session(connection);
  }

  get hasTicket(): boolean {
    return this.#handle !== null && ssl.SSL_SESSION_has_ticket(this.#handle) === 1;
  }

  [Symbol.dispose](): void {
    if (this.#handle !== null) ssl.SSL_SESSION_free(this.#handle);
  }
}

export function closeAndAsk(connection: Deno.PointerValue): boolean {
  using session = new Session(connection);
  ssl.SSL_free(connection);
  return session.hasTicket; // its own reference keeps the session alive
}
