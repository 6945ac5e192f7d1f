import { describe, expect, test } from "vitest";
import { ContractsError, loadContracts, userContractNames } from "../../src/contracts/index.js";

const sqlite = {
  classes: { Stmt: { release: "sqlite3_finalize" } },
  functions: {
    sqlite3_prepare_v3: { success: "zero", out: { param: 4, class: "Stmt", ownership: "owned" } },
    sqlite3_finalize: { effects: [{ kind: "release", param: 0 }] },
    sqlite3_column_text: { returns: { ownership: "borrowed", from: 0 } },
  },
};

describe("the names in force", () => {
  const contracts = loadContracts();

  test("are sorted and found", () => {
    expect([...contracts.names()].sort()).toEqual(contracts.names());
    expect(contracts.names().every((name) => contracts.has(name))).toBe(true);
    expect(contracts.has("SSL_get2_session")).toBe(false);
    expect(contracts.has("constructor")).toBe(false);
    expect(contracts.function("SSL_get2_session")).toBeUndefined();
  });

  test("include a macro with its contract", () => {
    expect(contracts.function("SSL_get0_session")).toMatchObject({ macro: true, aliasOf: "SSL_get_session", returns: { ownership: "borrowed", from: 0 } });
  });

  test("include what only other libraries have, with their own contracts", () => {
    expect(contracts.function("wolfSSL_get_session")?.returns).toMatchObject({ class: "SSL_SESSION", ownership: "borrowed" });
    expect(contracts.function("wolfSSL_read")?.effects).toEqual([]);
    expect(contracts.function("SSL_SESSION_from_bytes")?.returns).toMatchObject({ class: "SSL_SESSION", ownership: "owned" });
    expect(contracts.function("SSL_CREDENTIAL_free")?.effects).toEqual([{ kind: "release", param: 0 }]);
  });

  test("give a wolfSSL name that has no contract of its own OpenSSL's, without what is particular to OpenSSL", () => {
    expect(contracts.function("wolfSSL_SESSION_up_ref")).toMatchObject({ params: ["SSL_SESSION"], effects: [{ kind: "retain", param: 0 }], null: {}, verified: ["convention"] });
    expect(contracts.function("wolfSSL_write")?.effects).toEqual([]);
  });
});

describe("relevant names", () => {
  const relevant = new Set(loadContracts().relevantNames());

  test.each(["SSL_get_session", "SSL_get0_session", "SSL_SESSION_free", "d2i_SSL_SESSION", "SSL_free", "SSL_clear", "SSL_set_session", "SSL_CTX_flush_sessions", "SSL_CTX_new", "SSL_new", "BIO_free_all", "SSL_CTX_sess_set_new_cb", "SSL_CTX_set_psk_find_session_callback", "wolfSSL_get_session", "SSL_SESSION_get_id"])(
    "%s is one for sessions",
    (name) => expect(relevant.has(name)).toBe(true),
  );

  test.each(["SSL_library_init", "SSL_CTX_set_verify", "X509_free", "EVP_PKEY_free", "SSL_get_version", "SSL_CTX_set_info_callback", "BN_new", "BIO_new", "SSL_get_peer_certificate", "OPENSSL_free"])(
    "%s is none for sessions",
    (name) => expect(relevant.has(name)).toBe(false),
  );

  test("follow the classes", () => {
    const certificates = new Set(loadContracts({ classes: ["X509"] }).relevantNames());
    expect(["X509_free", "SSL_get_peer_certificate", "SSL_free", "SSL_SESSION_free"].filter((name) => !certificates.has(name))).toEqual([]);
    expect(certificates.has("SSL_SESSION_get_time")).toBe(false);
    expect(loadContracts({ classes: [] }).relevantNames()).toEqual([]);
    const all = loadContracts({ classes: "all" });
    expect(all.relevantNames()).toEqual(all.names());
  });
});

describe("tracked classes", () => {
  test("are the sessions by default", () => {
    const contracts = loadContracts();
    expect(["SSL_SESSION", "SSL", "X509"].map((name) => contracts.isTracked(name))).toEqual([true, false, false]);
  });

  test("are all that something releases", () => {
    const contracts = loadContracts({ classes: "all" });
    expect(["SSL_SESSION", "X509", "memory", "STACK_OF(X509)", "SSL_METHOD", "Nothing"].map((name) => contracts.isTracked(name))).toEqual([true, true, true, true, false, false]);
  });

  test("must exist", () => {
    expect(() => loadContracts({ classes: ["SSL_SESION"] })).toThrow('unknown class "SSL_SESION"; did you mean "SSL_SESSION"?');
  });
});

describe("a dialect", () => {
  test("replaces the contracts of the same name", () => {
    expect(loadContracts().function("SSL_SESSION_new")?.params).toEqual([]);
    expect(loadContracts({ dialect: "boringssl" }).function("SSL_SESSION_new")?.params).toEqual(["SSL_CTX"]);
  });

  test("keeps a clearer name only where the library has it", () => {
    expect(loadContracts().function("SSL_get_peer_certificate")?.prefer).toEqual({ borrowed: "SSL_get0_peer_certificate", owned: "SSL_get1_peer_certificate" });
    expect(loadContracts({ dialect: "openssl-1.1.1" }).function("SSL_get_peer_certificate")?.prefer).toBeNull();
    expect(loadContracts({ dialect: "boringssl" }).function("SSL_get_session")?.prefer).toEqual({ borrowed: "SSL_get0_session", owned: "SSL_get1_session" });
  });

  test("wolfssl releases by its own names", () => {
    expect(loadContracts({ dialect: "wolfssl" }).class("SSL_SESSION")).toMatchObject({ release: "wolfSSL_SESSION_free", retain: "wolfSSL_SESSION_up_ref" });
  });

  test("must exist", () => {
    expect(() => loadContracts({ dialect: "boringsl" })).toThrow('unknown dialect "boringsl"; did you mean "boringssl"?');
  });
});

describe("the user's contracts", () => {
  test("in the short spelling mean the same as in the long one", () => {
    const short = loadContracts({ extra: [sqlite] });
    const long = loadContracts({
      extra: [
        {
          classes: { Stmt: { release: "sqlite3_finalize" } },
          functions: {
            sqlite3_prepare_v3: {
              params: [null, null, null, null, "Stmt*"],
              success: "zero",
              effects: [{ kind: "out", when: "success", param: 4, class: "Stmt", ownership: "owned" }],
            },
            sqlite3_finalize: { params: ["Stmt"], effects: [{ kind: "release", param: 0 }] },
            sqlite3_column_text: { params: [], returns: { class: "memory", ownership: "borrowed", from: 0, nullable: true } },
          },
        },
      ],
    });
    for (const name of userContractNames([sqlite])) expect(short.function(name)).toEqual(long.function(name));
  });

  test("are judged, relevant and in force", () => {
    const contracts = loadContracts({ extra: [sqlite] });
    expect(contracts.isTracked("Stmt")).toBe(true);
    expect(contracts.isTracked("SSL_SESSION")).toBe(true);
    expect(userContractNames([sqlite])).toEqual(["sqlite3_column_text", "sqlite3_finalize", "sqlite3_prepare_v3"]);
    for (const names of [contracts.names(), contracts.relevantNames()]) expect(names).toEqual(expect.arrayContaining([...userContractNames([sqlite]), "SSL_free"]));
  });

  test("imply what a class says of its release and retain functions", () => {
    const contracts = loadContracts({ extra: [{ classes: { Repo: { release: "repo_free", retain: "repo_ref", releaseAcceptsNull: true } } }] });
    expect(contracts.function("repo_free")).toMatchObject({ params: ["Repo"], null: { 0: "ok" }, effects: [{ kind: "release", param: 0 }] });
    expect(contracts.function("repo_ref")).toMatchObject({ params: ["Repo"], effects: [{ kind: "retain", param: 0 }] });
    expect(contracts.class("Repo")?.refcounted).toBe(true);
  });

  test("win over the table and over earlier ones", () => {
    const first = { functions: { SSL_get_session: { params: ["SSL"], returns: { class: "SSL_SESSION", ownership: "owned" } } } };
    const second = { functions: { SSL_get_session: { params: ["SSL"], returns: { class: "SSL_SESSION", ownership: "static" } } } };
    expect(loadContracts({ extra: [first] }).function("SSL_get_session")?.returns?.ownership).toBe("owned");
    expect(loadContracts({ extra: [first, second], dialect: "boringssl" }).function("SSL_get_session")?.returns?.ownership).toBe("static");
  });

  test("make the release of a new owner relevant", () => {
    const peek = { functions: { peek: { params: ["X509_STORE"], returns: { class: "SSL_SESSION", ownership: "borrowed", from: 0 } } } };
    expect(loadContracts().relevantNames()).not.toContain("X509_STORE_free");
    expect(loadContracts({ extra: [peek] }).relevantNames()).toEqual(expect.arrayContaining(["peek", "X509_STORE_free"]));
  });

  test("must be valid", () => {
    expect(() => loadContracts({ extra: [{ functons: {} }] })).toThrow(ContractsError);
  });
});

describe("the fingerprint", () => {
  const of = (options: Parameters<typeof loadContracts>[0]): string => loadContracts(options).fingerprint;

  test("is the same for the same contracts", () => {
    expect(of({ extra: [sqlite] })).toBe(of({ extra: [structuredClone(sqlite)] }));
    expect(of({ classes: ["SSL", "X509"] })).toBe(of({ classes: ["X509", "SSL"] }));
  });

  test("changes with each setting", () => {
    const all = [of({}), of({ classes: "all" }), of({ classes: ["X509"] }), of({ dialect: "boringssl" }), of({ dialect: "libressl" }), of({ extra: [sqlite] }), of({ extra: [{ classes: sqlite.classes }] })];
    expect(new Set(all).size).toBe(all.length);
  });
});
