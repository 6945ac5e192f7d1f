// Sends the sessions of a server to the other machines of its cluster. Binding: Deno.dlopen.
const { symbols: ssl } = Deno.dlopen("libssl.so.3", {
  sessionOf: { name: "SSL_get1_session", parameters: ["pointer"], result: "pointer" },
  SSL_SESSION_get_time: { parameters: ["pointer"], result: "i64" },
  SSL_SESSION_free: { parameters: ["pointer"], result: "void" },
});

export async function announce(connection: Deno.PointerValue, peers: readonly URL[]): Promise<void> {
  const session = ssl.sessionOf(connection);
  if (session === null) return;
  const started = ssl.SSL_SESSION_get_time(session);
  for (const peer of peers) {
    await fetch(peer, { method: "POST", body: String(started) });
  }
  ssl.SSL_SESSION_free(session);
}

export async function announceSafely(connection: Deno.PointerValue, peer: URL): Promise<void> {
  const session = ssl.sessionOf(connection);
  if (session === null) return;
  try {
    await fetch(peer, { method: "POST", body: String(ssl.SSL_SESSION_get_time(session)) });
    ssl.SSL_SESSION_free(session);
  } catch (error) {
    console.warn("the peer does not answer", error);
  } finally {
    ssl.SSL_SESSION_free(session);
  }
}
