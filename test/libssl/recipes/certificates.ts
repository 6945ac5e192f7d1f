/** Certificates and keys of an SSL or SSL_CTX. */
import { call, type Pointer } from "../library.js";
import { bytes, text } from "../memory.js";
import type { Recipe, Setup } from "../harness.js";
import type { Recipes } from "../recipes.js";
import type { Held, World } from "../world.js";

type Target = "SSL" | "SSL_CTX";
type Replaced = "certificate" | "key";

const pem = 1;
const ecKey = 408;

export const certificateRecipes: Recipes = {
  ...forBoth("use_certificate", (target) => replacing(target, "certificate", () => ({}))),
  ...forBoth("use_PrivateKey", (target) => replacing(target, "key", () => ({}))),
  ...forBoth("use_certificate_file", (target) => replacing(target, "certificate", (world) => ({ 1: text(world.material.files.certificate), 2: pem }))),
  ...forBoth("use_certificate_chain_file", (target) => replacing(target, "certificate", (world) => ({ 1: text(world.material.files.certificate) }))),
  ...forBoth("use_PrivateKey_file", (target) => replacing(target, "key", (world) => ({ 1: text(world.material.files.key), 2: pem }))),
  ...forBoth("use_RSAPrivateKey", (target) => (world) => ({ args: { 0: object(world, target) } })),
  ...forBoth("use_RSAPrivateKey_file", (target) => (world) => ({ args: { 0: object(world, target), 1: text(world.material.files.rsaKey), 2: pem } })),
  ...forBoth("use_RSAPrivateKey_ASN1", (target) => (world) => ({ args: { 0: object(world, target), 1: bytes(world.material.rsaKeyDer), 2: world.material.rsaKeyDer.length } })),
  ...forBoth("use_PrivateKey_ASN1", (target) => (world) => {
    const held = object(world, target);
    return { args: { 0: ecKey, 1: held, 2: bytes(world.material.keyDer), 3: world.material.keyDer.length }, borrowed: ends(own(world, target, "key", held)) };
  }),
  SSL_CTX_use_certificate_ASN1: replacing("SSL_CTX", "certificate", (world) => ({ 1: world.material.certificateDer.length, 2: bytes(world.material.certificateDer) })),
  SSL_use_certificate_ASN1: replacing("SSL", "certificate", (world) => ({ 1: bytes(world.material.certificateDer), 2: world.material.certificateDer.length })),
  ...forBoth("use_cert_and_key", (target) => (world) => ({ args: { 0: object(world, target), 4: 1 } })),
  ...forBoth("use_psk_identity_hint", (target) => (world) => ({ args: { 0: object(world, target), 1: text("hint") } })),
  SSL_certs_clear: replacing("SSL", "certificate", () => ({})),
  SSL_check_chain: (world) => ({ args: { 0: world.connection().client } }),
};

function object(world: World, target: Target): Held {
  return target === "SSL" ? world.ssl() : world.context();
}

/** A certificate or key that only the object holds ends when the call puts another there. */
function replacing(target: Target, what: Replaced, args: (world: World) => NonNullable<Setup["args"]>): Recipe {
  return (world) => {
    const held = object(world, target);
    return { args: { 0: held, ...args(world) }, borrowed: ends(own(world, target, what, held)) };
  };
}

function own(world: World, target: Target, what: Replaced, held: Held): Pointer {
  const given = what === "certificate" ? world.certificate() : world.key();
  const setter = what === "certificate" ? "use_certificate" : "use_PrivateKey";
  call(`int ${target}_${setter}(void *o, void *x)`, held.pointer, given.pointer);
  world.release(given);
  return given.pointer;
}

function ends(pointer: Pointer): NonNullable<Setup["borrowed"]> {
  return { pointer, expect: "ends" };
}

function forBoth(name: string, recipe: (target: Target) => Recipe): Recipes {
  return { [`SSL_${name}`]: recipe("SSL"), [`SSL_CTX_${name}`]: recipe("SSL_CTX") };
}
