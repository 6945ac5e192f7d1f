import { tableSchema } from "../../src/contracts/schema.js";
import { compileSchema, schemaProblems } from "../../src/contracts/validate.js";

/** What is wrong with the shape of the readable table. */
export function tableProblems(table: unknown): string[] {
  return schemaProblems(compileSchema(tableSchema), table, "").map((problem) => problem.message);
}
