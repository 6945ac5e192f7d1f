import { createRequire } from "node:module";
import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import { nearest } from "./nearest.js";
import type { ContractProblem } from "./problems.js";
import { userSchema } from "./schema.js";

let validateUser: ValidateFunction | undefined;
const valid = new WeakSet<object>();

/** What is wrong with an object of contracts that a user wrote. */
export function userProblems(value: unknown, source: string): readonly ContractProblem[] {
  if (typeof value === "object" && value !== null && valid.has(value)) return [];
  validateUser ??= compileSchema(userSchema);
  const problems = schemaProblems(validateUser, value, source);
  if (problems.length === 0) valid.add(value as object);
  return problems;
}

/** A validator that gives every error, not the first one. The library is loaded here, when something is to check. */
export function compileSchema(schema: object): ValidateFunction {
  const require = createRequire(import.meta.url);
  const { Ajv: Validator } = require("ajv") as { Ajv: typeof Ajv };
  return new Validator({ allErrors: true, verbose: true, discriminator: true, strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(schema);
}

export function schemaProblems(validate: ValidateFunction, value: unknown, source: string): ContractProblem[] {
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const telling = errors.filter((error) => !isNoise(error, errors));
  const problems = (telling.length > 0 ? telling : errors).map((error) => problemOf(error, source));
  return [...new Map(problems.map((problem) => [`${problem.key} ${problem.message}`, problem])).values()];
}

// A choice (`anyOf`) comes with the errors of all its branches. What lies deeper than the value says more than "one
// of these"; what is on the value itself says less.
function isNoise(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  if (error.keyword === "oneOf") return true;
  if (error.keyword === "anyOf") return all.some((other) => isInBranch(other, error) && !isOnValue(other, error));
  return all.some((choice) => choice.keyword === "anyOf" && isInBranch(error, choice) && isOnValue(error, choice));
}

function isInBranch(error: ErrorObject, choice: ErrorObject): boolean {
  return error !== choice && error.schemaPath.startsWith(`${choice.schemaPath}/`);
}

function isOnValue(error: ErrorObject, choice: ErrorObject): boolean {
  return error.instancePath === choice.instancePath && (error.keyword === "type" || error.keyword === "enum");
}

function problemOf(error: ErrorObject, source: string): ContractProblem {
  const at = keyOf(error.instancePath);
  const where = at === "" ? "the contracts" : `\`${at}\``;
  switch (error.keyword) {
    case "additionalProperties": {
      const extra = String(error.params["additionalProperty"]);
      const known = Object.keys((error.parentSchema?.["properties"] as object | undefined) ?? {});
      if (known.length === 0) return { source, key: joined(at, extra), message: `the keys of ${where} must be indices of arguments, not ${shown(extra)}` };
      return { source, key: joined(at, extra), message: `unknown key \`${joined(at, extra)}\`${nearest(extra, known) || `; expected one of ${known.join(", ")}`}` };
    }
    case "required":
      return { source, key: at, message: `${where} must have the key \`${String(error.params["missingProperty"])}\`` };
    case "enum":
      return { source, key: at, message: `${where} must be one of ${quoted(error.params["allowedValues"] as unknown[])}, not ${shown(error.data)}${nearestValue(error)}` };
    case "const":
      return { source, key: at, message: `${where} must be ${shown(error.params["allowedValue"])}, not ${shown(error.data)}` };
    case "type":
      return { source, key: at, message: `${where} must be ${typeNames(error.params["type"] as string | string[])}, not ${shown(error.data)}` };
    case "discriminator": {
      const kinds = (error.parentSchema?.["oneOf"] as { properties: { kind: { const: string } } }[]).map((branch) => branch.properties.kind.const);
      const { kind } = error.data as { readonly kind?: unknown };
      if (kind === undefined) return { source, key: at, message: `${where} must have the key \`kind\`` };
      return { source, key: joined(at, "kind"), message: `\`${joined(at, "kind")}\` must be one of ${quoted(kinds)}, not ${shown(kind)}${typeof kind === "string" ? nearest(kind, kinds) : ""}` };
    }
    case "anyOf":
      return { source, key: at, message: `${where} must be ${alternatives(error)}, not ${shown(error.data)}` };
    default:
      return { source, key: at, message: `${where} ${error.message ?? "is not valid"}` };
  }
}

// JSON pointer to the way one writes it: /functions/f/effects/0 is functions.f.effects[0].
function keyOf(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((key, part) => (/^\d+$/.test(part) ? `${key}[${part}]` : joined(key, part)), "");
}

function joined(key: string, part: string): string {
  if (!/^[\w$]+$/.test(part)) return `${key}[${JSON.stringify(part)}]`;
  return key === "" ? part : `${key}.${part}`;
}

function alternatives(error: ErrorObject): string {
  const branches = error.schema as readonly { type?: string | string[]; enum?: readonly unknown[] }[];
  return branches.map((branch) => (branch.enum === undefined ? typeNames(branch.type ?? "object") : quoted(branch.enum))).join(" or ");
}

function typeNames(types: string | string[]): string {
  const words: Readonly<Record<string, string>> = { object: "an object", array: "a list", string: "a string", integer: "a whole number", boolean: "true or false", null: "null" };
  return [types].flat().map((type) => words[type] ?? type).join(" or ");
}

function nearestValue(error: ErrorObject): string {
  return typeof error.data === "string" ? nearest(error.data, (error.params["allowedValues"] as unknown[]).map(String)) : "";
}

function quoted(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
