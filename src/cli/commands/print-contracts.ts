import type { Contracts } from "../../contracts/model.js";
import { printContract, printOverview, unknownContract } from "../../contracts/print.js";
import { contractsFor } from "../../project/contracts.js";
import { UserError } from "../../project/user-error.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { settingsFor } from "../settings.js";

/** What is known of functions, classes or callbacks (`--print-contracts=NAME`), or an overview; as data with `-f json`. */
export async function printContracts(args: Arguments, terminal: Terminal): Promise<number> {
  const { analysis } = await settingsFor(args, terminal.cwd);
  const contracts = contractsFor(analysis);
  const wanted = [args.value("print-contracts") ?? "", ...args.paths].filter((name) => name !== "");
  const show = args.value("format") === "json" ? asData : printContract;
  const shown = wanted.map((name) => show(contracts, name));
  const unknown = wanted.filter((_name, index) => shown[index] === null);
  if (unknown.length > 0) throw new UserError(unknown.map((name) => unknownContract(contracts, name)));
  terminal.out(wanted.length > 0 ? shown.join("\n") : args.has("verbose") ? contracts.relevantNames().map((name) => `${name}\n`).join("") : printOverview(contracts));
  return 0;
}

function asData(contracts: Contracts, name: string): string | null {
  const contract = contracts.function(name) ?? contracts.class(name) ?? contracts.callback(name);
  return contract === undefined ? null : `${JSON.stringify(contract, null, 2)}\n`;
}
