/** Functions on an SSL: what waits to be read, what replaces or drops its session, its BIOs and its lists. */
import { call, type Pointer } from "../library.js";
import { bytes, cell, text } from "../memory.js";
import type { Recipe, Setup } from "../harness.js";
import type { Recipes } from "../recipes.js";
import { readWhatWaits, tls12, type Held, type World } from "../world.js";
import { currentSession } from "./sessions.js";

const bufferSize = 64;
const p256 = 415;

export const connectionRecipes: Recipes = {
  SSL_new: (world) => ({ args: { 0: world.context() } }),
  SSL_dup: {
    "before the handshake": (world) => ({ args: { 0: world.ssl() } }),
    "after the handshake": (world) => ({ args: { 0: world.connection().client }, same: 0 }),
  },
  SSL_free: {
    "with a session of its own": (world) => endsSession(world.connection().client),
    "before the handshake": (world) => ({ args: { 0: world.ssl() } }),
  },
  SSL_clear: {
    "of an open connection": (world) => endsSession(world.connection().client),
    "of one that was shut down": (world) => {
      const { client } = world.connection();
      call("void SSL_set_shutdown(SSL *s, int mode)", client.pointer, 1);
      return keepsSession(client);
    },
  },
  SSL_set_session: {
    "in the place of another": (world) => endsSession(withSetSession(world)),
    "NULL": (world) => ({ ...endsSession(withSetSession(world), { 1: 0 }) }),
    "the same again": (world) => {
      const ssl = withSetSession(world);
      return keepsSession(ssl, { 1: currentSession(ssl) });
    },
  },
  SSL_copy_session_id: (world) => {
    const to = withSetSession(world);
    return endsSession(to, { 1: world.connection().client });
  },
  SSL_do_handshake: { "that refuses the offered session": replacingHandshake, "after the handshake": (world) => keepsSession(world.connection({ readTickets: false }).client) },
  SSL_connect: replacingHandshake,
  SSL_accept: (world) => {
    const { client, server } = world.connection({ handshake: false });
    return { args: { 0: server }, during: after(() => {
      [client, server, client].forEach(step);
    }) };
  },
  SSL_read: { "that meets a ticket": readingTicket, "of data": readable },
  SSL_read_ex: { "that meets a ticket": (world) => ({ ...readingTicket(world), fails: true }), "of data": readable },
  SSL_peek: { "that meets a ticket": readingTicket, "of data": readable },
  SSL_peek_ex: { "that meets a ticket": (world) => ({ ...readingTicket(world), fails: true }), "of data": readable },
  SSL_pending: (world) => keepsSession(world.connection({ readTickets: false }).client),
  SSL_shutdown: {
    "the first time": (world) => ({ ...keepsSession(world.connection({ readTickets: false }).client), fails: true }),
    "the second time, with a ticket waiting": (world) => {
      const { client } = world.connection({ readTickets: false });
      call("int SSL_shutdown(SSL *s)", client.pointer);
      return endsSession(client);
    },
    "after the peer's": (world) => {
      const { client, server } = world.connection();
      call("int SSL_shutdown(SSL *s)", server.pointer);
      readWhatWaits(client.pointer);
      call("int SSL_shutdown(SSL *s)", client.pointer);
      return { args: { 0: client } };
    },
  },
  SSL_write: {
    "of data": (world) => keepsSession(world.connection().client, data()),
    "with a ticket to be sent": (world) => {
      const { server } = world.connection();
      call("int SSL_new_session_ticket(SSL *s)", server.pointer);
      return { args: { 0: server, ...data() } };
    },
  },
  SSL_write_ex: (world) => keepsSession(world.connection().client, data()),
  SSL_renegotiate: (world) => keepsSession(world.connection({ version: tls12 }).client),
  SSL_key_update: (world) => keepsSession(world.connection().client, { 1: 1 }),
  SSL_set_connect_state: (world) => keepsSession(world.connection().client),
  SSL_set_accept_state: (world) => keepsSession(world.connection().client),
  SSL_new_session_ticket: (world) => keepsSession(world.connection().server),
  SSL_stateless: (world) => endsSession(world.connection().client),
  DTLSv1_listen: (world) => ({ args: { 0: datagramSsl(world) }, fails: true }),
  DTLS_get_data_mtu: (world) => ({ args: { 0: datagramSsl(world) } }),
  DTLS_set_timer_cb: (world) => ({ args: { 0: datagramSsl(world) } }),
  SSL_set_SSL_CTX: (world) => keepsSession(world.connection().client, { 1: world.context() }),
  SSL_read_early_data: (world) => {
    const { client, server } = world.connection({ handshake: false });
    return { args: { 0: server, 2: bufferSize }, during: after(() => {
      step(client);
    }) };
  },
  SSL_write_early_data: (world) => {
    const first = world.connection({ prepare: (_c, server) => call("int SSL_set_max_early_data(SSL *s, unsigned int n)", server, 16384) });
    const session = currentSession(first.client);
    const again = world.connection({ handshake: false, prepare: (client) => call("int SSL_set_session(SSL *s, SSL_SESSION *x)", client, session) });
    return { args: { 0: again.client, ...data() } };
  },
  SSL_sendfile: () => ({ args: { 1: -1 } }),

  SSL_set_bio: {
    "two": (world) => ({ args: { 0: world.connection().client, 1: world.bio(), 2: world.bio() }, holds: () => true }),
    "one for both": (world) => {
      const bio = world.bio();
      return { args: { 0: world.ssl(), 1: bio, 2: bio }, holds: () => true };
    },
    "in the place of others": (world) => endsBio(world, "SSL_get_rbio", { 1: world.bio(), 2: world.bio() }),
  },
  SSL_set0_rbio: { "the first": () => ({}), "in the place of another": (world) => endsBio(world, "SSL_get_rbio", {}) },
  SSL_set0_wbio: { "the first": () => ({}), "in the place of another": (world) => endsBio(world, "SSL_get_wbio", {}) },
  SSL_set_fd: (world) => endsBio(world, "SSL_get_rbio", { 1: 0 }),
  SSL_set_rfd: (world) => endsBio(world, "SSL_get_rbio", { 1: 0 }),
  SSL_set_wfd: (world) => endsBio(world, "SSL_get_wbio", { 1: 1 }),

  SSL_set_cipher_list: endsCiphers("SSL", { 1: "ECDHE+AESGCM" }),
  SSL_set_ciphersuites: endsCiphers("SSL", { 1: "TLS_AES_128_GCM_SHA256" }),
  SSL_set_ssl_method: (world) => ({ args: { 0: world.ssl(), 1: call("const SSL_METHOD *TLS_client_method(void)") } }),
  SSL_CIPHER_find: () => ({ args: { 1: bytes(Buffer.from([0x13, 0x01])) } }),
  SSL_group_to_name: () => ({ args: { 1: p256 } }),
  SSL_bytes_to_cipher_list: () => ({ args: { 1: bytes(Buffer.from([0x13, 0x01, 0x13, 0x02])), 2: 4 } }),
  SSL_get_client_ciphers: server,
  SSL_get_shared_ciphers: (world) => ({ ...server(world), args: { 0: world.connection().server, 1: cell(), 2: 256 } }),
  SSL_get_srp_N: srpServer,
  SSL_get_srp_g: srpServer,
  SSL_get_srp_userinfo: srpServer,
  SSL_get_srp_username: (world) => {
    const context = world.context();
    call("int SSL_CTX_set_srp_username(SSL_CTX *c, char *n)", context.pointer, text("user"));
    const ssl = world.hold("SSL", call("SSL *SSL_new(SSL_CTX *c)", context.pointer));
    world.release(context);
    return { args: { 0: ssl } };
  },
  SSL_set_srp_server_param_pw: (world) => ({ args: { 0: world.ssl(), 1: text("user"), 2: text("password"), 3: text("1024") } }),
  SSL_get_srtp_profiles: (world) => {
    const ssl = world.ssl();
    call("int SSL_set_tlsext_use_srtp(SSL *s, const char *p)", ssl.pointer, text("SRTP_AES128_CM_SHA1_80"));
    return { args: { 0: ssl } };
  },
  // Built without compression.
  SSL_get_current_compression: () => ({ fails: true }),
  SSL_get_current_expansion: () => ({ fails: true }),

  BIO_do_handshake: bioMachine,
  BIO_do_connect: bioMachine,
  BIO_do_accept: bioMachine,
  BIO_reset: (world) => ({ args: { 0: bioOver(world, world.connection().client) }, expandsTo: ([bio]) => bioControl(bio as Pointer, 1, 0, 0) }),
  BIO_get_ssl: (world) => ({ args: { 0: bioOver(world, world.connection().client) }, expandsTo: ([bio, place]) => bioControl(bio as Pointer, 110, 0, place as Pointer) }),
  BIO_set_ssl: {
    "to be closed with it": (world) => ({ args: { 0: sslBio(world), 2: 1 }, holds: (effect) => effect.kind === "transfer", expandsTo: setSsl }),
    "not to be closed with it": (world) => ({ args: { 0: sslBio(world), 2: 0 }, holds: (effect) => effect.kind === "keep", expandsTo: setSsl }),
  },
  BIO_read: { "that meets a ticket": bioReadingTicket, "from plain memory": () => ({}) },
  BIO_read_ex: (world) => ({ ...bioReadingTicket(world), fails: true }),
  BIO_gets: () => ({}),
  BIO_puts: (world) => ({ args: { 0: bioOver(world, world.connection().client), 1: text("data") } }),
  BIO_write: (world) => ({ args: { 0: bioOver(world, world.connection().client), ...data() } }),
  BIO_write_ex: (world) => ({ args: { 0: bioOver(world, world.connection().client), ...data() } }),
  BIO_ssl_shutdown: (world) => ({ args: { 0: bioOver(world, world.connection().client) } }),
  BIO_ssl_copy_session_id: (world) => {
    const to = withSetSession(world);
    const session = currentSession(to);
    return { args: { 0: bioOver(world, to), 1: bioOver(world, world.connection().client) }, borrowed: { pointer: session, expect: "ends" } };
  },
  BIO_new_ssl_connect: () => ({ releaseAs: "BIO chain" }),
  BIO_new_buffer_ssl_connect: () => ({ releaseAs: "BIO chain" }),
};

function endsSession(ssl: Held, args: Setup["args"] = {}): Setup {
  return { args: { 0: ssl, ...args }, borrowed: { pointer: currentSession(ssl), expect: "ends" } };
}

function keepsSession(ssl: Held, args: Setup["args"] = {}): Setup {
  return { args: { 0: ssl, ...args }, borrowed: { pointer: currentSession(ssl), expect: "stays" } };
}

function data(): Setup["args"] {
  return { 1: text("data"), 2: 4 };
}

/** A connection that offers a session, the only one to hold it. */
function withSetSession(world: World): Held {
  const ssl = world.ssl();
  const session = world.session();
  call("int SSL_set_session(SSL *s, SSL_SESSION *x)", ssl.pointer, session.pointer);
  world.release(session);
  return ssl;
}

export function step(ssl: Held): void {
  call("int SSL_do_handshake(SSL *s)", ssl.pointer);
}

function after(first: () => void): NonNullable<Setup["during"]> {
  return (run) => {
    first();
    run();
  };
}

// The server does not know the session that the client offers, so the client drops it for a new one.
function replacingHandshake(world: World): Setup {
  const session = world.session();
  const { client, server: peer } = world.connection({ handshake: false, prepare: (ssl) => call("int SSL_set_session(SSL *s, SSL_SESSION *x)", ssl, session.pointer) });
  world.release(session);
  step(client);
  step(peer);
  return endsSession(client);
}

function readingTicket(world: World): Setup {
  return endsSession(world.connection({ readTickets: false }).client, { 2: bufferSize });
}

function readable(world: World): Setup {
  const { client, server: peer } = world.connection();
  call("int SSL_write(SSL *s, const void *b, int n)", peer.pointer, text("data"), 4);
  return keepsSession(client, { 2: bufferSize });
}

function server(world: World): Setup {
  return { args: { 0: world.connection().server } };
}

function datagramSsl(world: World): Held {
  const context = world.hold("SSL_CTX", call("SSL_CTX *SSL_CTX_new(const SSL_METHOD *m)", call("const SSL_METHOD *DTLS_method(void)")));
  const ssl = world.hold("SSL", call("SSL *SSL_new(SSL_CTX *c)", context.pointer));
  const bio = world.bio();
  bio.released = true;
  call("void SSL_set_bio(SSL *s, BIO *r, BIO *w)", ssl.pointer, bio.pointer, bio.pointer);
  world.release(context);
  return ssl;
}

function srpServer(world: World): Setup {
  const ssl = world.ssl();
  call("int SSL_set_srp_server_param_pw(SSL *s, const char *u, const char *p, const char *g)", ssl.pointer, text("user"), text("password"), text("1024"));
  const number = (): Pointer => {
    const made = call("BIGNUM *BN_new(void)");
    call("int BN_set_word(BIGNUM *b, unsigned long n)", made, 7);
    return made;
  };
  const numbers = [number(), number(), number(), number()];
  call("int SSL_set_srp_server_param(SSL *s, const BIGNUM *N, const BIGNUM *g, BIGNUM *sa, BIGNUM *v, char *info)", ssl.pointer, ...numbers, text("info"));
  for (const each of numbers) call("void BN_free(BIGNUM *b)", each);
  return { args: { 0: ssl } };
}

function endsBio(world: World, getter: string, args: Setup["args"]): Setup {
  const ssl = world.ssl();
  for (const setter of ["SSL_set0_rbio", "SSL_set0_wbio"]) {
    const bio = world.bio();
    bio.released = true;
    call(`void ${setter}(SSL *s, BIO *b)`, ssl.pointer, bio.pointer);
  }
  return { args: { 0: ssl, ...args }, holds: () => true, borrowed: { pointer: call(`BIO *${getter}(const SSL *s)`, ssl.pointer), expect: "ends" } };
}

/** Sets the list once, so that it is the object's own, and then again. */
export function endsCiphers(target: "SSL" | "SSL_CTX", list: Readonly<Record<number, string>>): Recipe {
  return (world) => {
    const object = target === "SSL" ? world.ssl() : world.context();
    call(`int ${target}_set_cipher_list(void *o, const char *s)`, object.pointer, text("ECDHE+CHACHA20"));
    const args = Object.fromEntries(Object.entries(list).map(([index, value]) => [index, text(value)]));
    return { args: { 0: object, ...args }, borrowed: { pointer: call(`void *${target}_get_ciphers(const void *o)`, object.pointer), expect: "ends" } };
  };
}

function bioControl(bio: Pointer, command: number, n: number, argument: Pointer): number {
  return call("long BIO_ctrl(BIO *b, int cmd, long n, void *p)", bio, command, n, argument);
}

function setSsl(args: readonly (number | bigint)[]): number {
  return bioControl(Number(args[0]), 109, Number(args[2]), Number(args[1]));
}

function sslBio(world: World): Held {
  // With a connection in it, the connection's BIO hangs on to it as a chain.
  return world.hold("BIO chain", call("BIO *BIO_new(const BIO_METHOD *m)", call("const BIO_METHOD *BIO_f_ssl(void)")));
}

/** A BIO that owns the connection. */
function bioOver(world: World, ssl: Held): Held {
  const bio = sslBio(world);
  bioControl(bio.pointer, 109, 1, ssl.pointer);
  ssl.released = true;
  return bio;
}

function bioMachine(world: World): Setup {
  return { args: { 0: bioOver(world, world.connection().client) }, expandsTo: ([bio]) => bioControl(bio as Pointer, 101, 0, 0) };
}

function bioReadingTicket(world: World): Setup {
  const { client } = world.connection({ readTickets: false });
  const session = currentSession(client);
  return { args: { 0: bioOver(world, client), 2: bufferSize }, borrowed: { pointer: session, expect: "ends" } };
}
