import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { readShipped } from "../../shipped.js";
import { nearest } from "../nearest.js";
import { UserError } from "../user-error.js";
import type { UserConfig } from "./types.js";

/** A configuration that agrees with the schema, or an error with one line for each mistake in it. */
export function checkConfig(value: unknown, source: string): UserConfig {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new UserError([`${source}: the configuration must be an object, not ${kindOf(value)}`]);
  const validate = validator();
  if (validate(value)) return value;
  const lines = mistakes(validate.errors ?? []).map((error) => `${source}: ${describe(error)}`);
  throw new UserError([...new Set(lines)]);
}

let compiled: ValidateFunction | undefined;

function validator(): ValidateFunction {
  return (compiled ??= new Ajv({ allErrors: true, verbose: true }).compile(JSON.parse(readShipped("schema/config.schema.json")) as object));
}

// Of a choice that failed, only the branches for the kind of value that is there say something useful.
function mistakes(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = errors.filter((error) => error.keyword === "oneOf");
  const inChoice = (error: ErrorObject): boolean => choices.some((choice) => error !== choice && error.schemaPath.startsWith(`${choice.schemaPath}/`));
  const deeper = (choice: ErrorObject): ErrorObject[] => errors.filter((error) => error.keyword !== "oneOf" && error.instancePath.startsWith(`${choice.instancePath}/`));
  return [...errors.filter((error) => error.keyword !== "oneOf" && !inChoice(error) && !choices.some((choice) => error.instancePath === choice.instancePath)), ...choices.flatMap((choice) => (deeper(choice).length > 0 ? [] : [choice]))].filter((error) => error.keyword !== "if");
}

function describe(error: ErrorObject): string {
  const key = keyOf(error.instancePath);
  const at = key === "" ? "" : `"${key}" `;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "additionalProperties": {
      const name = String(params["additionalProperty"]);
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      const what = /(^|\.)rules$/.test(key) ? "rule" : "key";
      return `unknown ${what} "${name}"${key === "" ? "" : ` in "${key}"`}${nearest(name, known)}`;
    }
    case "enum":
      return `${at}must be ${listed(params["allowedValues"] as unknown[])}, not ${shown(error.data)}${typeof error.data === "string" ? nearest(error.data, params["allowedValues"] as string[]) : ""}`;
    case "type":
      return `${at}must be ${articleFor(String(params["type"]))}, not ${shown(error.data)}`;
    case "required":
      return `${at === "" ? "the configuration " : at}lacks the key "${String(params["missingProperty"])}"`;
    case "oneOf":
      return `${at}must be ${alternatives(error.schema as readonly Alternative[])}, not ${shown(error.data)}`;
    case "minLength":
    case "minItems":
      return `${at}must not be empty`;
    case "minimum":
      return `${at}must be at least ${String(params["limit"])}, not ${shown(error.data)}`;
    default:
      return `${at}${error.message ?? "is not valid"}`;
  }
}

interface Alternative {
  readonly type?: string;
  readonly const?: unknown;
  readonly $ref?: string;
  readonly items?: unknown;
}

function alternatives(options: readonly Alternative[]): string {
  return options.map((option) => (option.const !== undefined ? JSON.stringify(option.const) : option.$ref !== undefined || (option.type === "array" && option.items !== undefined) ? "an array" : articleFor(option.type ?? "value"))).join(" or ");
}

function keyOf(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((key, part) => (/^\d+$/.test(part) ? `${key}[${part}]` : key === "" ? part : `${key}.${part}`), "");
}

function articleFor(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function listed(values: readonly unknown[]): string {
  const words = values.map((value) => JSON.stringify(value));
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}

function shown(value: unknown): string {
  return typeof value === "object" && value !== null ? kindOf(value) : (value === undefined ? kindOf(value) : JSON.stringify(value));
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "an array" : value === undefined ? "undefined" : articleFor(typeof value);
}
