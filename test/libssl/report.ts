/** docs/libssl-verification.md, written from what the runs showed. */
import type { FunctionContract } from "../../src/contracts/model.js";
import { casesOf } from "./recipes.js";
import { notShown, type Result } from "./results.js";

export function verificationReport(contracts: readonly FunctionContract[], results: readonly Result[]): string {
  const verified = results.filter((result) => result.outcome === "verified");
  const absent = results.filter((result) => result.outcome === "not in the library");
  const contractOf = new Map(contracts.map((contract) => [contract.name, contract]));
  return `${[
    "# Contracts executed against libssl",
    "",
    "Written by `npm run libssl` from a run of `test/libssl` against OpenSSL 3.0 (Debian package `libssl3`); the tests fail when it is out of date.",
    "",
    "Every function of the table that takes, returns, hands out or ends an `SSL_SESSION`, `SSL` or `SSL_CTX` is called through koffi, on connections with a",
    "real handshake over memory. OpenSSL's allocator is replaced by one that knows every block. A scenario holds the only",
    "reference to each argument, calls the function, and gives back exactly what the contract says that it owes. Then nothing",
    "may be left over and nothing freed twice; with any one of these releases left out, the object must still be there; and an",
    "argument that the contract leaves alone must go at once when it is released first. Freed memory is overwritten.",
    "Where the contract says that NULL is allowed or refused, the call is made with NULL.",
    "",
    "| | functions |",
    "| --- | ---: |",
    `| executed as the table says | ${verified.length} |`,
    `| of these, with arguments arranged for them | ${verified.filter(({ name }) => casesOf(name)[0]?.label !== "plain arguments").length} |`,
    `| not in OpenSSL 3.0 | ${absent.length} |`,
    `| all | ${results.length} |`,
    "",
    "## What was shown",
    "",
    "| shown | functions |",
    "| --- | ---: |",
    ...counted(verified).map(([shown, count]) => `| ${shown} | ${count} |`),
    "",
    "## What a run did not bring about",
    "",
    "The calls were made and the references came out as written, but what the contract says *may* happen (or can be NULL) did not happen in the cases tried.",
    "",
    "| function | not shown |",
    "| --- | --- |",
    ...verified.flatMap((result) => {
      const missing = notShown(contractOf.get(result.name) as FunctionContract, result);
      return missing.length === 0 ? [] : [`| \`${result.name}\` | ${missing.join(", ")} |`];
    }),
    "",
    "## Each function",
    "",
    "| function | cases | shown |",
    "| --- | --- | --- |",
    ...verified.map((result) => `| \`${result.name}\` | ${casesOf(result.name).map(({ label }) => label).join(", ")} | ${[...result.shown].sort().join(", ")} |`),
    "",
    "## Not in OpenSSL 3.0",
    "",
    absent.map(({ name }) => `\`${name}\``).join(", "),
  ].join("\n")}\n`;
}

function counted(results: readonly Result[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { shown } of results) for (const each of shown) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
