/** One mistake in a contract that the user wrote, or in a setting about contracts. */
export interface ContractProblem {
  /** The file, or the setting, that holds it. */
  readonly source: string;
  /** Where in it, as `functions.sqlite3_open.effects[0].kind`. */
  readonly key: string;
  readonly message: string;
}

export class ContractsError extends Error {
  constructor(readonly problems: readonly ContractProblem[]) {
    super(problems.map((problem) => `${problem.source}: ${problem.message}`).join("\n"));
    this.name = "ContractsError";
  }
}
