/** Runs every contract and writes docs/libssl-verification.md. */
import { writeFileSync } from "node:fs";
import { verificationReport } from "./report.js";
import { collectResults, primaryContracts } from "./results.js";

const contracts = primaryContracts();
const results = await collectResults(contracts);
const mismatches = results.filter((result) => result.outcome === "mismatch");
for (const { name, detail } of mismatches) process.stderr.write(`${name}: ${detail ?? ""}\n`);
if (mismatches.length > 0) process.exit(1);
writeFileSync(new URL("../../docs/libssl-verification.md", import.meta.url), verificationReport(contracts, results));
