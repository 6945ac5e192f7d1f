/** A key, a certificate and what else all scenarios read: made once with the library itself, kept to the end. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { call, callbackAddress, type Argument, type Pointer } from "./library.js";
import { cell, fill, readBytes, readPointer, scratch, text, writePointer } from "./memory.js";

export interface Material {
  readonly certificate: Pointer;
  readonly key: Pointer;
  readonly certificateDer: Buffer;
  readonly keyDer: Buffer;
  readonly rsaKeyDer: Buffer;
  readonly files: Readonly<Record<"certificate" | "key" | "rsaKey" | "folder" | "serverInfo" | "ctLogs", string>>;
  readonly alpnSelect: Pointer;
  readonly acceptAnyCertificate: Pointer;
}

export function makeMaterial(): Material {
  const key = call("EVP_PKEY *EVP_PKEY_Q_keygen(OSSL_LIB_CTX *l, const char *p, const char *type, const char *curve)", 0, 0, text("EC"), text("P-256"));
  const rsa = call("EVP_PKEY *EVP_PKEY_new(void)");
  const rsaKey = call("RSA *RSA_new(void)");
  const exponent = call("BIGNUM *BN_new(void)");
  call("int BN_set_word(BIGNUM *a, unsigned long w)", exponent, 65537);
  call("int RSA_generate_key_ex(RSA *r, int bits, BIGNUM *e, void *cb)", rsaKey, 2048, exponent, 0);
  call("int EVP_PKEY_set1_RSA(EVP_PKEY *p, RSA *r)", rsa, rsaKey);

  const certificate = selfSigned(key);
  const folder = mkdtempSync(path.join(tmpdir(), "session-lint-libssl-"));
  const file = (name: string, content: Buffer | string): string => {
    const target = path.join(folder, name);
    writeFileSync(target, content);
    return target;
  };
  return {
    certificate,
    key,
    certificateDer: der("int i2d_X509(const X509 *x, unsigned char **out)", certificate),
    keyDer: der("int i2d_PrivateKey(const EVP_PKEY *x, unsigned char **out)", key),
    rsaKeyDer: der("int i2d_RSAPrivateKey(const RSA *x, unsigned char **out)", rsaKey),
    files: {
      folder,
      certificate: file("certificate.pem", pem("int PEM_write_bio_X509(BIO *b, const X509 *x)", certificate)),
      key: file("key.pem", pem("int PEM_write_bio_PrivateKey(BIO *b, const EVP_PKEY *x, void *c, void *k, int l, void *cb, void *u)", key, 0, 0, 0, 0, 0)),
      rsaKey: file("rsa.pem", pem("int PEM_write_bio_RSAPrivateKey(BIO *b, const RSA *x, void *c, void *k, int l, void *cb, void *u)", rsaKey, 0, 0, 0, 0, 0)),
      serverInfo: file("server-info.pem", serverInfoPem()),
      ctLogs: file("ct-logs.cnf", "enabled_logs =\n"),
    },
    alpnSelect: callbackAddress("int SlAlpn(uintptr_t ssl, uintptr_t out, uintptr_t outlen, uintptr_t in, unsigned int inlen, uintptr_t arg)", (_ssl: Argument, out: Argument, outlen: Argument, offered: Argument) => {
      writePointer(Number(out), Number(offered) + 1);
      fill(Number(outlen), readBytes(Number(offered), 1)[0] as number, 1);
      return 0;
    }),
    acceptAnyCertificate: callbackAddress("int SlVerify(int ok, uintptr_t store)", () => 1),
  };
}

// Signed by itself, and so a root that a store can hold.
function selfSigned(key: Pointer): Pointer {
  const certificate = call("X509 *X509_new(void)");
  call("int X509_set_version(X509 *x, long v)", certificate, 2);
  call("int ASN1_INTEGER_set(ASN1_INTEGER *a, long v)", call("ASN1_INTEGER *X509_get_serialNumber(X509 *x)", certificate), 1);
  call("ASN1_TIME *X509_gmtime_adj(ASN1_TIME *s, long adj)", call("ASN1_TIME *X509_getm_notBefore(const X509 *x)", certificate), -3600);
  call("ASN1_TIME *X509_gmtime_adj(ASN1_TIME *s, long adj)", call("ASN1_TIME *X509_getm_notAfter(const X509 *x)", certificate), 86400);
  const name = call("X509_NAME *X509_get_subject_name(const X509 *x)", certificate);
  const utf8 = 0x1000 | 1;
  call("int X509_NAME_add_entry_by_txt(X509_NAME *n, const char *f, int type, const unsigned char *b, int len, int loc, int set)", name, text("CN"), utf8, text("localhost"), -1, -1, 0);
  call("int X509_set_issuer_name(X509 *x, const X509_NAME *n)", certificate, name);
  call("int X509_set_pubkey(X509 *x, EVP_PKEY *k)", certificate, key);
  call("int X509_sign(X509 *x, EVP_PKEY *k, const EVP_MD *md)", certificate, key, call("const EVP_MD *EVP_sha256(void)"));
  return certificate;
}

export function der(prototype: string, object: Pointer): Buffer {
  const length = call(prototype, object, 0);
  const buffer = scratch(length);
  call(prototype, object, cell(buffer));
  return readBytes(buffer, length);
}

function pem(prototype: string, object: Pointer, ...rest: number[]): Buffer {
  const bio = call("BIO *BIO_new(const BIO_METHOD *m)", call("const BIO_METHOD *BIO_s_mem(void)"));
  call(prototype, bio, object, ...rest);
  const content = cell();
  const getMemData = 3;
  const length = call("long BIO_ctrl(BIO *b, int cmd, long n, void *p)", bio, getMemData, 0, content);
  const copy = readBytes(readPointer(content), length);
  call("int BIO_free(BIO *b)", bio);
  return copy;
}

// One extension with the number 100 that the server shall send, in the first format of such files.
function serverInfoPem(): string {
  const body = Buffer.from([0, 100, 0, 2, 1, 2]).toString("base64");
  return `-----BEGIN SERVERINFO FOR TEST-----\n${body}\n-----END SERVERINFO FOR TEST-----\n`;
}
