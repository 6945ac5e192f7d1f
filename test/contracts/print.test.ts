import { expect, test } from "vitest";
import { loadContracts } from "../../src/contracts/index.js";
import { printContract, printOverview, unknownContract } from "../../src/contracts/print.js";

const contracts = loadContracts();

test.each(["SSL_get_session", "SSL_get0_session", "SSL_set_session", "d2i_SSL_SESSION", "BIO_set_ssl", "SSL_CTX_sess_set_new_cb", "SSL_SESSION", "SSL_METHOD", "get_session"])("%s in words", (name) => {
  expect(printContract(contracts, name)).toMatchSnapshot();
});

test("every function, class and callback can be printed", () => {
  const all = loadContracts({ classes: "all" });
  const bad = all.names().filter((name) => /undefined|\[object|argument 0/.test(printContract(all, name) ?? "undefined"));
  expect(bad).toEqual([]);
});

test("an overview", () => {
  expect(printOverview(contracts)).toMatch(/^\d+ functions have a contract; \d+ of them touch a class that is judged\./);
  expect(printOverview(contracts)).toMatch(/SSL_SESSION {2}\d+ functions, released by SSL_SESSION_free/);
});

test("an unknown name", () => {
  expect(printContract(contracts, "SSL_get_sesion")).toBeNull();
  expect(unknownContract(contracts, "SSL_get_sesion")).toBe('no contract is in force for SSL_get_sesion; did you mean "SSL_get_session"?');
});
