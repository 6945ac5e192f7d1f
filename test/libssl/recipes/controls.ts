/** Functions that the headers turn into a command to SSL_ctrl, SSL_CTX_ctrl or BIO_ctrl. */
import { call, type Argument, type Pointer } from "../library.js";
import { cell, readPointer } from "../memory.js";
import type { Recipe, Setup } from "../harness.js";
import type { Recipes } from "../recipes.js";
import type { Held, World } from "../world.js";

type Target = "SSL" | "SSL_CTX";

const chain = 88;
const chainCertificate = 89;
const extraChainCertificate = 14;
const getExtraChain = 82;
const clearExtraChain = 83;
const getChain = 115;
const buildChain = 105;
const selectCurrent = 116;
const verifyStore = 106;
const chainStore = 107;
const getVerifyStore = 137;
const getChainStore = 138;
const setTmpDh = 3;
const servernameCallback = 53;
const statusCallback = 63;
const ticketKeyCallback = 72;

export const controlRecipes: Recipes = {
  ...forBoth("set0_chain", (target) => () => command(target, chain, 0)),
  ...forBoth("set1_chain", (target) => () => command(target, chain, 1)),
  ...forBoth("add0_chain_cert", (target) => () => command(target, chainCertificate, 0)),
  ...forBoth("add1_chain_cert", (target) => () => command(target, chainCertificate, 1)),
  ...forBoth("get0_chain_certs", (target) => (world) => withChain(world, target, command(target, getChain, 0))),
  ...forBoth("clear_chain_certs", (target) => (world) => endingChain(world, target, { expandsTo: ([object]) => control(target, object, chain, 0, 0) })),
  ...forBoth("build_cert_chain", (target) => (world) => endingChain(world, target, { args: { 1: 4 }, expandsTo: ([object, flags]) => control(target, object, buildChain, flags as number, 0) })),
  ...forBoth("select_current_cert", (target) => (world) => ({ args: { 1: world.material.certificate }, ...command(target, selectCurrent, 0) })),
  ...forBoth("set0_verify_cert_store", (target) => () => command(target, verifyStore, 0)),
  ...forBoth("set1_verify_cert_store", (target) => () => command(target, verifyStore, 1)),
  ...forBoth("set0_chain_cert_store", (target) => () => command(target, chainStore, 0)),
  ...forBoth("set1_chain_cert_store", (target) => () => command(target, chainStore, 1)),
  ...forBoth("get0_verify_cert_store", (target) => (world) => withStore(world, target, verifyStore, command(target, getVerifyStore, 0))),
  ...forBoth("get0_chain_cert_store", (target) => (world) => withStore(world, target, chainStore, command(target, getChainStore, 0))),
  ...forBoth("set_tmp_dh", (target) => () => command(target, setTmpDh, 0)),
  SSL_CTX_add_extra_chain_cert: () => command("SSL_CTX", extraChainCertificate, 0),
  SSL_CTX_get_extra_chain_certs: (world) => withExtraChain(world, command("SSL_CTX", getExtraChain, 0)),
  SSL_CTX_get_extra_chain_certs_only: (world) => withExtraChain(world, command("SSL_CTX", getExtraChain, 1)),
  SSL_CTX_clear_extra_chain_certs: (world) => {
    const setup = withExtraChain(world, { expandsTo: ([context]) => control("SSL_CTX", context, clearExtraChain, 0, 0) });
    return { ...setup, borrowed: { pointer: pointee((at) => control("SSL_CTX", (setup.args?.[0] as Held).pointer, getExtraChain, 0, at)), expect: "ends" } };
  },
  SSL_CTX_sess_set_cache_size: () => ({ expandsTo: ([context, size]) => control("SSL_CTX", context, 42, size as number, 0) }),
  SSL_CTX_set_tlsext_servername_callback: () => callbackCommand(servernameCallback),
  SSL_CTX_set_tlsext_status_cb: () => callbackCommand(statusCallback),
  SSL_CTX_set_tlsext_ticket_key_cb: () => callbackCommand(ticketKeyCallback),
  SSL_set_tlsext_status_exts: () => command("SSL", 67, 0),
  SSL_get_tlsext_status_exts: (world) => afterSetting(world, 67, "X509_EXTENSION", command("SSL", 66, 0)),
  SSL_set_tlsext_status_ids: () => command("SSL", 69, 0),
  SSL_get_tlsext_status_ids: (world) => afterSetting(world, 69, "OCSP_RESPID", command("SSL", 68, 0)),
  SSL_set_tlsext_status_ocsp_resp: (world) => ({ args: { 1: world.memory(Buffer.from("response")), 2: 8 }, expandsTo: ([ssl, response, length]) => control("SSL", ssl, 71, length as number, response) }),
  SSL_get_tlsext_status_ocsp_resp: (world) => {
    const ssl = world.ssl();
    const response = world.memory(Buffer.from("response"));
    response.released = true;
    control("SSL", ssl.pointer, 71, 8, response.pointer);
    return { args: { 0: ssl }, ...command("SSL", 70, 0) };
  },
  SSL_get_peer_tmp_key: () => command("SSL", 109, 0),
  SSL_get_server_tmp_key: () => command("SSL", 109, 0),
  SSL_get_tmp_key: () => command("SSL", 133, 0),
};

/** `SSL_CTX_ctrl(ctx, cmd, n, arg)` for a macro whose second argument is `arg`. */
function command(target: Target, number: number, n: number): Pick<Setup, "expandsTo"> {
  return { expandsTo: ([object, argument]) => control(target, object, number, n, argument) };
}

function callbackCommand(number: number): Pick<Setup, "expandsTo"> {
  return { expandsTo: ([context, callback]) => call("long SSL_CTX_callback_ctrl(SSL_CTX *c, int cmd, void (*f)(void))", context as Pointer, number, callback as Pointer) };
}

export function control(target: Target, object: Argument | undefined, number: number, n: number, argument: Argument | undefined): number {
  return call(`long ${target}_ctrl(void *o, int cmd, long n, void *p)`, object ?? 0, number, n, argument ?? 0);
}

function forBoth(name: string, recipe: (target: Target) => Recipe): Recipes {
  return { [`SSL_${name}`]: recipe("SSL"), [`SSL_CTX_${name}`]: recipe("SSL_CTX") };
}

function object(world: World, target: Target): Held {
  return target === "SSL" ? world.ssl() : world.context();
}

function withChain(world: World, target: Target, setup: Setup): Setup {
  const held = object(world, target);
  const certificate = world.certificate();
  control(target, held.pointer, chainCertificate, 1, certificate.pointer);
  world.release(certificate);
  return { ...setup, args: { 0: held, ...setup.args } };
}

function endingChain(world: World, target: Target, setup: Setup): Setup {
  const made = withChain(world, target, setup);
  const held = made.args?.[0] as Held;
  return { ...made, borrowed: { pointer: pointee((at) => control(target, held.pointer, getChain, 0, at)), expect: "ends" } };
}

function withExtraChain(world: World, setup: Setup): Setup {
  const context = world.context();
  const certificate = world.certificate();
  certificate.released = true;
  control("SSL_CTX", context.pointer, extraChainCertificate, 0, certificate.pointer);
  return { ...setup, args: { 0: context } };
}

function withStore(world: World, target: Target, number: number, setup: Setup): Setup {
  const held = object(world, target);
  const store = world.store();
  store.released = true;
  control(target, held.pointer, number, 0, store.pointer);
  return { ...setup, args: { 0: held } };
}

function afterSetting(world: World, number: number, element: string, setup: Setup): Setup {
  const ssl = world.ssl();
  const made = world.made(element, `void *${element}_new(void)`);
  const stack = world.stack(element, [made]);
  made.released = true;
  stack.released = true;
  control("SSL", ssl.pointer, number, 0, stack.pointer);
  return { ...setup, args: { 0: ssl } };
}

function pointee(store: (at: Pointer) => unknown): Pointer {
  const at = cell();
  store(at);
  return readPointer(at);
}
