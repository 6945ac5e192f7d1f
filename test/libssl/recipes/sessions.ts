import { addressOf, call, libc, type Pointer } from "../library.js";
import { bytes, cell, text } from "../memory.js";
import { encodedSession, type Held, type World } from "../world.js";
import type { Recipe, Setup } from "../harness.js";
import type { Recipes } from "../recipes.js";

const fopen = libc.func("uintptr_t fopen(str, str)");
const fclose = libc.func("int fclose(uintptr_t)");
const rewind = libc.func("void rewind(uintptr_t)");

export const sessionRecipes: Recipes = {
  d2i_SSL_SESSION: {
    "into an empty place": (world) => ({ args: { ...encoding(world) } }),
    "without a place": (world) => ({ args: { 0: 0, ...encoding(world) } }),
    "into an object that is there": (world) => {
      const session = world.session();
      return { args: { 0: cell(session.pointer), ...encoding(world) }, reused: session };
    },
    "failing, with an object there": (world) => ({ args: { 0: cell(world.session().pointer), 1: cell(bytes(new Uint8Array(4))), 2: 4 }, fails: true }),
  },
  d2i_SSL_SESSION_bio: (world) => {
    const bio = world.bio();
    const encoded = encodedSession(world.material);
    call("int BIO_write(BIO *b, const void *p, int n)", bio.pointer, bytes(encoded), encoded.length);
    return {
      args: { 0: bio },
      expandsTo: ([b, place]) => call("void *ASN1_d2i_bio(void *n, void *d, BIO *b, void **x)", addressOf("SSL_SESSION_new"), addressOf("d2i_SSL_SESSION"), b as Pointer, place as Pointer),
    };
  },
  i2d_SSL_SESSION_bio: () => ({ expandsTo: ([b, session]) => call("int ASN1_i2d_bio(void *i, BIO *b, void *x)", addressOf("i2d_SSL_SESSION"), b as Pointer, session as Pointer) }),
  i2d_SSL_SESSION: {
    "into memory that it makes": () => ({}),
    "into memory that is there": () => ({ args: { 1: cell(bytes(new Uint8Array(8192))) } }),
    "for the length alone": () => ({ args: { 1: 0 } }),
  },
  PEM_read_bio_SSL_SESSION: (world) => {
    const bio = world.bio();
    withSession(world, (session) => call("int PEM_write_bio_SSL_SESSION(BIO *b, const SSL_SESSION *s)", bio.pointer, session.pointer));
    return { args: { 0: bio } };
  },
  PEM_read_SSL_SESSION: (world) => {
    const file = openFile(world, "w+");
    withSession(world, (session) => call("int PEM_write_SSL_SESSION(FILE *f, const SSL_SESSION *s)", file, session.pointer));
    rewind(file);
    return { args: { 0: file }, after: () => fclose(file) };
  },
  PEM_write_SSL_SESSION: toFile,
  SSL_SESSION_print_fp: toFile,
  SSL_SESSION_get0_hostname: withContent((session) => call("int SSL_SESSION_set1_hostname(SSL_SESSION *s, const char *h)", session, text("localhost"))),
  SSL_SESSION_get0_ticket_appdata: withContent((session) => call("int SSL_SESSION_set1_ticket_appdata(SSL_SESSION *s, const void *d, size_t n)", session, text("data"), 4)),
  SSL_SESSION_get0_alpn_selected: withContent((session) => call("int SSL_SESSION_set1_alpn_selected(SSL_SESSION *s, const unsigned char *a, size_t n)", session, text("h2"), 2)),
  SSL_SESSION_set1_hostname: withContent(
    (session) => call("int SSL_SESSION_set1_hostname(SSL_SESSION *s, const char *h)", session, text("localhost")),
    (session) => ({ args: { 1: text("example.org") }, borrowed: { pointer: call("const char *SSL_SESSION_get0_hostname(const SSL_SESSION *s)", session), expect: "ends" } }),
  ),
  SSL_SESSION_set1_alpn_selected: () => ({ args: { 1: text("h2"), 2: 2 } }),
  SSL_SESSION_set1_ticket_appdata: () => ({ args: { 1: text("data"), 2: 4 } }),
  SSL_CTX_add_session: {
    "a new one": () => ({}),
    "one that pushes another out": (world) => {
      const context = world.context();
      const setCacheSize = 42;
      call("long SSL_CTX_ctrl(SSL_CTX *c, int cmd, long n, void *p)", context.pointer, setCacheSize, 1, 0);
      const pushedOut = cachedOnly(world, context);
      const session = world.session();
      call("int SSL_SESSION_set1_id(SSL_SESSION *s, const unsigned char *id, unsigned int n)", session.pointer, text("another"), 7);
      return { args: { 0: context, 1: session }, borrowed: { pointer: pushedOut, expect: "ends" } };
    },
  },
  SSL_CTX_remove_session: {
    "that only the cache holds": (world) => {
      const context = world.context();
      const session = cachedOnly(world, context);
      return { args: { 0: context, 1: session }, borrowed: { pointer: session, expect: "ends" } };
    },
    "that the program holds too": (world) => {
      const context = world.context();
      const session = world.session();
      call("int SSL_CTX_add_session(SSL_CTX *c, SSL_SESSION *s)", context.pointer, session.pointer);
      return { args: { 0: context, 1: session }, borrowed: { pointer: session.pointer, expect: "stays" } };
    },
  },
  SSL_CTX_flush_sessions: {
    "with a session that only the cache holds": (world) => {
      const context = world.context();
      return { args: { 0: context, 1: 0 }, borrowed: { pointer: cachedOnly(world, context), expect: "ends" } };
    },
    "with the session of a live connection": (world) => {
      const { client, clientContext } = world.connection();
      const session = currentSession(client);
      call("int SSL_CTX_add_session(SSL_CTX *c, SSL_SESSION *s)", clientContext.pointer, session);
      return { args: { 0: clientContext.pointer, 1: 0 }, borrowed: { pointer: session, expect: "stays" } };
    },
  },
  SSL_CTX_free: {
    "with an empty cache": () => ({}),
    "with a session that only the cache holds": (world) => {
      const context = world.context();
      return { args: { 0: context }, borrowed: { pointer: cachedOnly(world, context), expect: "ends" } };
    },
  },
  SSL_CTX_sessions: (world) => {
    const context = world.context();
    cachedOnly(world, context);
    return { args: { 0: context } };
  },
};

/** The session of a connection, not counted. */
export function currentSession(ssl: Held): Pointer {
  return call("SSL_SESSION *SSL_get_session(const SSL *s)", ssl.pointer);
}

function encoding(world: World): { 1: Pointer; 2: number } {
  const encoded = encodedSession(world.material);
  return { 1: cell(bytes(encoded)), 2: encoded.length };
}

function withSession(world: World, use: (session: Held) => unknown): void {
  const session = world.session();
  use(session);
  world.release(session);
}

function toFile(world: World): Setup {
  const file = openFile(world, "w");
  return { args: { 0: file }, after: () => fclose(file) };
}

function openFile(world: World, mode: string): Pointer {
  return Number(fopen(`${world.material.files.folder}/session.pem`, mode));
}

function withContent(fill: (session: Pointer) => unknown, setup: (session: Pointer) => Setup = () => ({})): Recipe {
  return (world) => {
    const session = world.session();
    fill(session.pointer);
    const made = setup(session.pointer);
    return { ...made, args: { 0: session, ...made.args } };
  };
}

/** A session whose only reference is that of the cache. */
export function cachedOnly(world: World, context: Held): Pointer {
  const session = world.session();
  call("int SSL_CTX_add_session(SSL_CTX *c, SSL_SESSION *s)", context.pointer, session.pointer);
  world.release(session);
  return session.pointer;
}
