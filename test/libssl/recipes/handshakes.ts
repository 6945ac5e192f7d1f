/** What can be asked only during a certain handshake, or after one. */
import { call, callbackAddress, type Argument, type Pointer } from "../library.js";
import { bytes, copy, fill, readBytes, text, writePointer } from "../memory.js";
import type { Setup } from "../harness.js";
import type { Recipes } from "../recipes.js";
import { tls12, type Held, type World } from "../world.js";
import { step } from "./connections.js";

export const handshakeRecipes: Recipes = {
  SSL_client_hello_isv2: inClientHello,
  SSL_client_hello_get0_legacy_version: inClientHello,
  SSL_client_hello_get0_random: inClientHello,
  SSL_client_hello_get0_session_id: inClientHello,
  SSL_client_hello_get0_ciphers: inClientHello,
  SSL_client_hello_get0_compression_methods: inClientHello,
  SSL_client_hello_get0_ext: (world) => {
    const supportedVersions = 43;
    const setup = inClientHello(world);
    return { ...setup, args: { ...setup.args, 1: supportedVersions } };
  },
  SSL_client_hello_get1_extensions_present: inClientHello,
  SSL_get0_dane_authority: (world) => ({ ...afterDane(world), empty: [2] }),
  SSL_get0_dane_tlsa: afterDane,
  SSL_dane_tlsa_add: (world) => {
    const { certificateDer } = world.material;
    return { args: { 0: daneSsl(world), 1: 3, 2: 0, 3: 0, 4: bytes(certificateDer), 5: certificateDer.length } };
  },
  SSL_dane_enable: (world) => {
    const context = world.context();
    call("int SSL_CTX_dane_enable(SSL_CTX *c)", context.pointer);
    const ssl = world.hold("SSL", call("SSL *SSL_new(SSL_CTX *c)", context.pointer));
    world.release(context);
    return { args: { 0: ssl, 1: text("localhost") } };
  },
  SSL_get0_peer_CA_list: askedByServer,
  SSL_get_client_CA_list: askedByServer,
  SSL_get0_next_proto_negotiated: (world) => {
    const { client } = world.connection({
      version: tls12,
      prepare: (ssl, _server, clientContext, serverContext) => {
        call("int SSL_set_alpn_protos(SSL *s, const unsigned char *p, unsigned int n)", ssl, 0, 0);
        call("void SSL_CTX_set_next_protos_advertised_cb(SSL_CTX *c, void *cb, void *arg)", serverContext, callbacks().advertise, 0);
        call("void SSL_CTX_set_next_proto_select_cb(SSL_CTX *c, void *cb, void *arg)", clientContext, callbacks().select, 0);
      },
    });
    return { args: { 0: client } };
  },
  SSL_get_psk_identity: (world) => ({ args: { 0: pskConnection(world) } }),
  SSL_get_psk_identity_hint: (world) => ({ args: { 0: pskConnection(world) } }),
};

interface Callbacks {
  readonly clientHello: Pointer;
  readonly advertise: Pointer;
  readonly select: Pointer;
  readonly pskClient: Pointer;
  readonly pskServer: Pointer;
}

let made: Callbacks | undefined;
let onClientHello: () => void = () => undefined;

// A callback lives as long as the process, so each is made once.
function callbacks(): Callbacks {
  return (made ??= {
    clientHello: callbackAddress("int SlHello(uintptr_t ssl, uintptr_t alert, uintptr_t arg)", () => {
      onClientHello();
      return 1;
    }),
    advertise: callbackAddress("int SlAdvertise(uintptr_t ssl, uintptr_t out, uintptr_t outlen, uintptr_t arg)", (_ssl: Argument, out: Argument, outlen: Argument) => {
      writePointer(Number(out), bytes(Buffer.from("\x02h2")));
      copy(Number(outlen), bytes(new Uint8Array([3, 0, 0, 0])), 4);
      return 0;
    }),
    select: callbackAddress("int SlSelect(uintptr_t ssl, uintptr_t out, uintptr_t outlen, uintptr_t in, unsigned int n, uintptr_t arg)", (_ssl: Argument, out: Argument, outlen: Argument, offered: Argument) => {
      writePointer(Number(out), Number(offered) + 1);
      fill(Number(outlen), readBytes(Number(offered), 1)[0] as number, 1);
      return 0;
    }),
    pskClient: callbackAddress("unsigned int SlPskClient(uintptr_t ssl, uintptr_t hint, uintptr_t id, unsigned int maxId, uintptr_t psk, unsigned int maxPsk)", (_ssl: Argument, _hint: Argument, id: Argument, _max: number, psk: Argument) => {
      copy(Number(id), text("client"), 7);
      fill(Number(psk), 7, 16);
      return 16;
    }),
    pskServer: callbackAddress("unsigned int SlPskServer(uintptr_t ssl, uintptr_t id, uintptr_t psk, unsigned int maxPsk)", (_ssl: Argument, _id: Argument, psk: Argument) => {
      fill(Number(psk), 7, 16);
      return 16;
    }),
  });
}

function inClientHello(world: World): Setup {
  const { client, server } = world.connection({
    handshake: false,
    prepare: (_client, _server, _clientContext, serverContext) => call("void SSL_CTX_set_client_hello_cb(SSL_CTX *c, void *cb, void *arg)", serverContext, callbacks().clientHello, 0),
  });
  return {
    args: { 0: server },
    during: (run) => {
      onClientHello = run;
      step(client);
      step(server);
      onClientHello = () => undefined;
    },
  };
}

function daneSsl(world: World): Held {
  const context = world.context();
  call("int SSL_CTX_dane_enable(SSL_CTX *c)", context.pointer);
  const ssl = world.hold("SSL", call("SSL *SSL_new(SSL_CTX *c)", context.pointer));
  call("int SSL_dane_enable(SSL *s, const char *h)", ssl.pointer, text("localhost"));
  world.release(context);
  return ssl;
}

function afterDane(world: World): Setup {
  const { certificateDer } = world.material;
  const { client } = world.connection({
    prepare: (ssl, _server, clientContext) => {
      call("int SSL_CTX_dane_enable(SSL_CTX *c)", clientContext);
      call("int SSL_dane_enable(SSL *s, const char *h)", ssl, text("localhost"));
      call("int SSL_dane_tlsa_add(SSL *s, uint8_t u, uint8_t sel, uint8_t m, const unsigned char *d, size_t n)", ssl, 3, 0, 0, bytes(certificateDer), certificateDer.length);
    },
  });
  return { args: { 0: client } };
}

function askedByServer(world: World): Setup {
  const { client } = world.connection({ prepare: (_client, server) => call("int SSL_add_client_CA(SSL *s, X509 *x)", server, world.material.certificate) });
  return { args: { 0: client } };
}

function pskConnection(world: World): Held {
  const { client } = world.connection({
    version: tls12,
    prepare: (ssl, server) => {
      for (const each of [ssl, server]) call("int SSL_set_cipher_list(SSL *s, const char *l)", each, text("PSK-AES128-GCM-SHA256"));
      call("int SSL_use_psk_identity_hint(SSL *s, const char *h)", server, text("hint"));
      call("void SSL_set_psk_client_callback(SSL *s, void *cb)", ssl, callbacks().pskClient);
      call("void SSL_set_psk_server_callback(SSL *s, void *cb)", server, callbacks().pskServer);
    },
  });
  return client;
}
