import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configNames } from "../../project/config/find.js";
import { UserError } from "../../project/user-error.js";
import type { Arguments } from "../arguments.js";
import type { Terminal } from "../command-line.js";

/** Writes a first configuration: TypeScript where the project has a tsconfig, JSON elsewhere. */
export function init(_args: Arguments, terminal: Terminal): number {
  const existing = configNames.find((name) => existsSync(join(terminal.cwd, name)));
  if (existing !== undefined) throw new UserError([`${existing}: there is a configuration already; --init does not write over it`]);
  const typed = existsSync(join(terminal.cwd, "tsconfig.json"));
  const name = typed ? "session-lint.config.ts" : "session-lint.config.json";
  writeFileSync(join(terminal.cwd, name), typed ? typedConfig : plainConfig);
  terminal.out(`wrote ${name}; now try \`npx session-lint\`\n`);
  return 0;
}

const typedConfig = `import { defineConfig } from "session-lint";

export default defineConfig({
  preset: "recommended",
  rules: {
    // "require-null-check": "error",
  },
  // Classes of native objects to follow; "all" for every class of the table.
  classes: ["SSL_SESSION"],
  // Patterns in the form of .gitignore.
  ignorePatterns: [],
});
`;

const plainConfig = `{
  "$schema": "./node_modules/session-lint/schema/config.schema.json",
  "preset": "recommended",
  "rules": {},
  "classes": ["SSL_SESSION"],
  "ignorePatterns": []
}
`;
