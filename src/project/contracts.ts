import { loadContracts } from "../contracts/index.js";
import type { Contracts } from "../contracts/model.js";
import type { AnalysisSettings } from "./settings.js";

let known: { readonly key: string; readonly contracts: Contracts } | undefined;

/** The contracts of some settings; those of the last call are kept. */
export function contractsFor({ classes, dialect, contracts }: Pick<AnalysisSettings, "classes" | "dialect" | "contracts">): Contracts {
  const key = JSON.stringify([classes, dialect, contracts]);
  if (known?.key !== key) known = { key, contracts: loadContracts({ classes, extra: contracts, ...(dialect === null ? {} : { dialect }) }) };
  return known.contracts;
}
