/** Functions on an SSL_CTX: stores, lists and what else replaces something that was there. */
import { call, type Pointer } from "../library.js";
import { text } from "../memory.js";
import type { Recipe, Setup } from "../harness.js";
import type { Recipes } from "../recipes.js";
import type { Held, World } from "../world.js";
import { endsCiphers } from "./connections.js";

export const contextRecipes: Recipes = {
  SSL_CTX_new: () => ({ args: { 0: method() } }),
  SSL_CTX_new_ex: () => ({ args: { 0: 0, 1: 0, 2: method() } }),
  // An engine that knows no client certificates.
  SSL_CTX_set_client_cert_engine: (world) => ({ args: { 1: world.made("ENGINE", "ENGINE *ENGINE_new(void)") }, fails: true }),
  SSL_CTX_set_cert_store: { "the first": () => ({}), "in the place of another": replacing("SSL_CTX", "SSL_CTX_get_cert_store") },
  SSL_CTX_set1_cert_store: { "the first": () => ({}), "in the place of another": replacing("SSL_CTX", "SSL_CTX_get_cert_store") },
  ...forBoth("set0_CA_list", (target) => replacingList(target, "set0_CA_list", "get0_CA_list")),
  ...forBoth("set_client_CA_list", (target) => replacingList(target, "set_client_CA_list", "get_client_CA_list")),
  SSL_CTX_set0_ctlog_store: replacing("SSL_CTX", "SSL_CTX_get0_ctlog_store"),
  ...forBoth("set0_tmp_dh_pkey", (target) => (world) => ({ args: { 0: target === "SSL" ? world.ssl() : world.context(), 1: dhKey(world) } })),
  SSL_CTX_set_cipher_list: endsCiphers("SSL_CTX", { 1: "ECDHE+AESGCM" }),
  SSL_CTX_set_ciphersuites: endsCiphers("SSL_CTX", { 1: "TLS_AES_128_GCM_SHA256" }),
  SSL_CTX_set_ssl_version: (world) => {
    const context = world.context();
    return { args: { 0: context, 1: method() }, borrowed: { pointer: call("void *SSL_CTX_get_ciphers(const SSL_CTX *c)", context.pointer), expect: "ends" } };
  },
  SSL_CTX_load_verify_file: (world) => ({ args: { 1: text(world.material.files.certificate) } }),
  SSL_CTX_load_verify_dir: (world) => ({ args: { 1: text(world.material.files.folder) } }),
  SSL_CTX_load_verify_store: (world) => ({ args: { 1: text(`file:${world.material.files.certificate}`) } }),
  SSL_CTX_load_verify_locations: (world) => ({ args: { 1: text(world.material.files.certificate), 2: 0 } }),
  SSL_CTX_set_ctlog_list_file: (world) => ({ args: { 1: text(world.material.files.ctLogs) } }),
  SSL_CTX_get_client_CA_list: withList("SSL_CTX", "set_client_CA_list"),
  SSL_CTX_get0_CA_list: withList("SSL_CTX", "set0_CA_list"),
  SSL_get0_CA_list: withList("SSL", "set0_CA_list"),
};

function method(): Pointer {
  return call("const SSL_METHOD *TLS_method(void)");
}

type Target = "SSL" | "SSL_CTX";

function object(world: World, target: Target): Held {
  return target === "SSL" ? world.ssl() : world.context();
}

/** What the object has from the beginning, and alone, ends when another takes its place. */
function replacing(target: Target, getter: string): Recipe {
  return (world) => {
    const held = object(world, target);
    return { args: { 0: held }, borrowed: { pointer: call(`void *${getter}(const void *o)`, held.pointer), expect: "ends" } };
  };
}

function withList(target: Target, setter: string): Recipe {
  return (world) => {
    const held = object(world, target);
    giveList(world, target, setter, held);
    return { args: { 0: held } };
  };
}

function replacingList(target: Target, setter: string, getter: string): Recipe {
  return (world): Setup => {
    const held = object(world, target);
    const list = giveList(world, target, setter, held);
    if (call(`void *${target}_${getter}(const void *o)`, held.pointer) !== list) throw new Error(`${target}_${getter} does not give the list back`);
    return { args: { 0: held }, borrowed: { pointer: list, expect: "ends" } };
  };
}

function giveList(world: World, target: Target, setter: string, held: Held): Pointer {
  const name = world.name();
  const list = world.stack("X509_NAME", [name]);
  name.released = true;
  list.released = true;
  call(`void ${target}_${setter}(void *o, void *list)`, held.pointer, list.pointer);
  return list.pointer;
}

function dhKey(world: World): Held {
  const key = world.made("EVP_PKEY", "EVP_PKEY *EVP_PKEY_new(void)");
  const dh = call("DH *DH_new_by_nid(int nid)", 1126);
  call("int DH_generate_key(DH *d)", dh);
  call("int EVP_PKEY_set1_DH(EVP_PKEY *p, DH *d)", key.pointer, dh);
  call("void DH_free(DH *d)", dh);
  return key;
}

function forBoth(name: string, recipe: (target: Target) => Recipe): Recipes {
  return { [`SSL_${name}`]: recipe("SSL"), [`SSL_CTX_${name}`]: recipe("SSL_CTX") };
}
