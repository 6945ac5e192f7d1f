import { contractsFor } from "../../project/contracts.js";
import { nearest } from "../../project/nearest.js";
import { UserError } from "../../project/user-error.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";
import { settingsFor } from "../settings.js";

/** The contract of one function (`--print-contracts=NAME`), or the names of all that matter here. */
export async function printContracts(args: Arguments, terminal: Terminal): Promise<number> {
  const { analysis } = await settingsFor(args, terminal.cwd);
  const contracts = contractsFor(analysis);
  const wanted = [args.value("print-contracts") ?? "", ...args.paths].filter((name) => name !== "");
  if (wanted.length === 0) {
    terminal.out(contracts.relevantNames().map((name) => `${name}\n`).join(""));
    return 0;
  }
  for (const name of wanted) {
    const contract = contracts.function(name) ?? contracts.class(name) ?? contracts.callback(name);
    if (contract === undefined) throw new UserError([`there is no contract for "${name}"${nearest(name, contracts.names())}`]);
    terminal.out(`${JSON.stringify(contract, null, 2)}\n`);
  }
  return 0;
}
