import { userSchema } from "../../src/contracts/schema.js";

/** schema/contracts.schema.json, for editors. */
export function publishedSchema(): string {
  return `${JSON.stringify({ $id: "https://unpkg.com/session-lint/schema/contracts.schema.json", ...userSchema }, null, 2)}\n`;
}
