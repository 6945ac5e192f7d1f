// Clears out a server's session cache. The runtime puts the C functions into the global scope (as NativeScript does).
declare function SSL_get_SSL_CTX(ssl: object): object;
declare function SSL_get0_session(ssl: object): object | null;
declare function SSL_SESSION_get_ticket_lifetime_hint(session: object): number;
declare function SSL_CTX_flush_sessions(context: object, time: number): void;

export function trimCache(connections: readonly object[], now: number): number {
  let longest = 0;
  for (const ssl of connections) {
    const session = SSL_get0_session(ssl);
    if (session === null) continue;
    SSL_CTX_flush_sessions(SSL_get_SSL_CTX(ssl), now);
    longest = Math.max(longest, SSL_SESSION_get_ticket_lifetime_hint(session));
  }
  return longest;
}
