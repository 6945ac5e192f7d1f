/** The objects of one scenario, and the releases that the scenario owes for them. */
import { call, type Pointer } from "./library.js";
import { bytes, cell, readBytes, text, watch, type Watch } from "./memory.js";
import type { Material } from "./material.js";

/** An object of which the scenario holds one reference. */
export interface Held {
  readonly pointer: Pointer;
  readonly className: string;
  readonly watch: Watch;
  /** Of a stack: what is on it, each still held by a reference of its own. */
  readonly elements: readonly Held[];
  released: boolean;
}

export interface ConnectionOptions {
  /** Instead of the highest one, 1.3. */
  readonly version?: number;
  readonly handshake?: boolean;
  /** Let the client read the tickets that a TLS 1.3 server sends. */
  readonly readTickets?: boolean;
  /** Runs before the handshake. */
  readonly prepare?: (client: Pointer, server: Pointer, clientContext: Pointer, serverContext: Pointer) => void;
}

export interface Connection {
  readonly client: Held;
  readonly server: Held;
  readonly clientContext: Held;
  readonly serverContext: Held;
}

export const tls12 = 0x0303;
export const tls13 = 0x0304;

export class World {
  readonly #held: Held[] = [];

  constructor(readonly material: Material) {}

  /** Takes charge of a reference. Those taken last are released first. */
  hold(className: string, pointer: Pointer, elements: readonly Held[] = []): Held {
    if (pointer === 0) throw new Error(`no ${className} could be made`);
    const held = { className, pointer, watch: watch(pointer), elements, released: false };
    this.#held.push(held);
    return held;
  }

  /** All that the scenario owes a release for. */
  owed(): readonly Held[] {
    return this.#held.filter((held) => !held.released);
  }

  /** Releases all that is still held but `except`. */
  releaseAll(except?: Held): void {
    for (const held of this.#held.toReversed()) if (held !== except) this.release(held);
  }

  release(held: Held): void {
    if (held.released) return;
    held.released = true;
    releaseReference(held.className, held.pointer);
  }

  context(): Held {
    const context = this.hold("SSL_CTX", call("SSL_CTX *SSL_CTX_new(const SSL_METHOD *m)", call("const SSL_METHOD *TLS_method(void)")));
    call("int SSL_CTX_use_certificate(SSL_CTX *c, X509 *x)", context.pointer, this.material.certificate);
    call("int SSL_CTX_use_PrivateKey(SSL_CTX *c, EVP_PKEY *k)", context.pointer, this.material.key);
    call("int X509_STORE_add_cert(X509_STORE *s, X509 *x)", call("X509_STORE *SSL_CTX_get_cert_store(const SSL_CTX *c)", context.pointer), this.material.certificate);
    return context;
  }

  /** A connection that has not begun, alone: the context lives by it. */
  ssl(): Held {
    const context = this.context();
    const ssl = this.hold("SSL", call("SSL *SSL_new(SSL_CTX *c)", context.pointer));
    this.release(context);
    return ssl;
  }

  /** A client and a server over memory, each with its own context. */
  connection(options: ConnectionOptions = {}): Connection {
    const clientContext = this.context();
    const serverContext = this.context();
    call("void SSL_CTX_set_verify(SSL_CTX *c, int mode, void *cb)", clientContext.pointer, 1, 0);
    call("void SSL_CTX_set_verify(SSL_CTX *c, int mode, void *cb)", serverContext.pointer, 1, this.material.acceptAnyCertificate);
    call("int SSL_CTX_set_session_id_context(SSL_CTX *c, const unsigned char *id, unsigned int n)", serverContext.pointer, text("id"), 2);
    call("void SSL_CTX_set_alpn_select_cb(SSL_CTX *c, void *cb, void *arg)", serverContext.pointer, this.material.alpnSelect, 0);
    const client = this.hold("SSL", call("SSL *SSL_new(SSL_CTX *c)", clientContext.pointer));
    const server = this.hold("SSL", call("SSL *SSL_new(SSL_CTX *c)", serverContext.pointer));
    this.#connect(client.pointer, server.pointer, options.version ?? tls13);
    options.prepare?.(client.pointer, server.pointer, clientContext.pointer, serverContext.pointer);
    if (options.handshake !== false) handshake(client.pointer, server.pointer);
    if (options.handshake !== false && options.readTickets !== false) readWhatWaits(client.pointer);
    return { client, server, clientContext, serverContext };
  }

  #connect(client: Pointer, server: Pointer, version: number): void {
    const toServer = memoryBio();
    const toClient = memoryBio();
    call("int BIO_up_ref(BIO *b)", toServer);
    call("int BIO_up_ref(BIO *b)", toClient);
    call("void SSL_set_bio(SSL *s, BIO *r, BIO *w)", client, toClient, toServer);
    call("void SSL_set_bio(SSL *s, BIO *r, BIO *w)", server, toServer, toClient);
    call("void SSL_set_connect_state(SSL *s)", client);
    call("void SSL_set_accept_state(SSL *s)", server);
    const setMaxVersion = 124;
    const setHostName = 55;
    call("long SSL_ctrl(SSL *s, int cmd, long n, void *p)", client, setMaxVersion, version, 0);
    call("long SSL_ctrl(SSL *s, int cmd, long n, void *p)", client, setHostName, 0, text("localhost"));
    call("int SSL_set_alpn_protos(SSL *s, const unsigned char *p, unsigned int n)", client, bytes(Buffer.from("\x02h2")), 3);
    call("int SSL_set1_host(SSL *s, const char *h)", client, text("localhost"));
  }

  /** A session with the peer's certificate and a ticket, of which this is the only reference. */
  session(): Held {
    const encoded = encodedSession(this.material);
    return this.hold("SSL_SESSION", call("SSL_SESSION *d2i_SSL_SESSION(SSL_SESSION **a, const unsigned char **p, long n)", 0, cell(bytes(encoded)), encoded.length));
  }

  certificate(): Held {
    return this.hold("X509", call("X509 *X509_dup(const X509 *x)", this.material.certificate));
  }

  key(): Held {
    return this.hold("EVP_PKEY", call("EVP_PKEY *EVP_PKEY_dup(EVP_PKEY *k)", this.material.key));
  }

  rsaKey(): Held {
    return this.hold("RSA", call("RSA *d2i_RSAPrivateKey(RSA **a, const unsigned char **p, long n)", 0, cell(bytes(this.material.rsaKeyDer)), this.material.rsaKeyDer.length));
  }

  bio(): Held {
    return this.hold("BIO", memoryBio());
  }

  store(): Held {
    return this.hold("X509_STORE", call("X509_STORE *X509_STORE_new(void)"));
  }

  /** A stack of the class `STACK_OF(X)`, with what is pushed onto it still held by its own reference. */
  stack(element: string, elements: readonly Held[] = []): Held {
    const stack = this.hold(`STACK_OF(${element})`, call("OPENSSL_STACK *OPENSSL_sk_new_null(void)"), elements);
    for (const each of elements) call("int OPENSSL_sk_push(OPENSSL_STACK *s, const void *p)", stack.pointer, each.pointer);
    return stack;
  }

  name(): Held {
    return this.hold("X509_NAME", call("X509_NAME *X509_NAME_dup(const X509_NAME *n)", call("X509_NAME *X509_get_subject_name(const X509 *x)", this.material.certificate)));
  }

  /** What is made by a function of the library that takes nothing. */
  made(className: string, prototype: string): Held {
    return this.hold(className, call(prototype));
  }

  memory(content: Uint8Array): Held {
    return this.hold("memory", call("void *CRYPTO_memdup(const void *p, size_t n, const char *f, int l)", bytes(content), content.length, 0, 0));
  }
}

function memoryBio(): Pointer {
  return call("BIO *BIO_new(const BIO_METHOD *m)", call("const BIO_METHOD *BIO_s_mem(void)"));
}

export function handshake(client: Pointer, server: Pointer): void {
  for (let round = 0; round < 8; round++) {
    const clientDone = call("int SSL_do_handshake(SSL *s)", client) === 1;
    const serverDone = call("int SSL_do_handshake(SSL *s)", server) === 1;
    if (clientDone && serverDone) return;
  }
  throw new Error("the handshake does not end");
}

export function readWhatWaits(ssl: Pointer): void {
  call("int SSL_read(SSL *s, void *b, int n)", ssl, bytes(new Uint8Array(64)), 64);
}

let encoded: Buffer | undefined;

/** A session of a handshake in DER, with the peer's certificate and a ticket. */
export function encodedSession(material: Material): Buffer {
  return (encoded ??= encodeSession(material));
}

function encodeSession(material: Material): Buffer {
  const world = new World(material);
  const { client } = world.connection();
  const session = call("SSL_SESSION *SSL_get_session(const SSL *s)", client.pointer);
  const length = call("int i2d_SSL_SESSION(const SSL_SESSION *s, unsigned char **p)", session, 0);
  const buffer = bytes(new Uint8Array(length));
  call("int i2d_SSL_SESSION(const SSL_SESSION *s, unsigned char **p)", session, cell(buffer));
  world.releaseAll();
  return readBytes(buffer, length);
}

/** Gives one reference back by the function that the table names for the class. */
export function releaseReference(className: string, pointer: Pointer): void {
  if (className === "memory") call("void CRYPTO_free(void *p, const char *f, int l)", pointer, 0, 0);
  else if (className.startsWith("STACK_OF(")) call("void OPENSSL_sk_free(OPENSSL_STACK *s)", pointer);
  else if (className === "BIO chain") call("void BIO_free_all(BIO *b)", pointer);
  else call(`void ${releaseOf(className)}(void *p)`, pointer);
}

let releaseOf: (className: string) => string = (className) => `${className}_free`;

/** Lets the table say which function releases a class. */
export function useReleases(of: (className: string) => string): void {
  releaseOf = of;
}


