import type { Fact, State, Token } from "./state.js";
import { constantKey, valueKey, type FunctionInfo, type Value } from "./values.js";

/** What a state holds, a line for each named variable and each fact of the path, for people who look inside. */
export function describeState(state: State, fn: FunctionInfo): string[] {
  const names = new Map<string, string>();
  const variables: string[] = [];
  for (const [number, value] of [...state.vars].sort(([left], [right]) => left - right)) {
    const name = nameOf(number, fn);
    if (name === "") continue;
    if (!names.has(valueKey(value))) names.set(valueKey(value), name);
    variables.push(`${name}: ${describeValue(value, state)}`);
  }
  const facts = [...state.facts.values()].flatMap((fact) => describeFact(fact, names));
  return [...variables, ...facts.sort()];
}

function nameOf(number: number, { module }: FunctionInfo): string {
  return module.ir.variables[number]?.name ?? "";
}

function describeValue(value: Value, state: State): string {
  switch (value.kind) {
    case "constant":
      return constantKey(value.value);
    case "entity": {
      const object = state.objects.get(value.id);
      const token = state.tokens.get(value.token);
      if (object === undefined) return state.records.get(value.id)?.kind ?? "unknown";
      const ended = object.ended === null ? "" : `, ended by ${object.ended.by === "" ? "its owner" : object.ended.by}`;
      return `${object.class ?? "unknown"}${token === undefined ? "" : ` (${describeToken(token)})`}${object.dead ? `, dead${ended}` : ""}${object.nullable && !object.tested ? ", may be NULL" : ""}`;
    }
    case "function":
      return `function ${value.fn.ir.name}`;
    case "native":
      return `native ${value.ref.name}`;
    case "builtin":
      return `built-in ${value.name}`;
    case "class":
      return `class ${value.ir.name}`;
    case "expression":
      return `result of ${value.operator}`;
  }
}

function describeToken({ kind, status, acquired }: Token): string {
  const from = acquired === null || acquired.by === "" ? "" : `, from ${acquired.by}`;
  return kind === "borrowed" || kind === "interior" ? `${kind}${from}` : `${kind}, ${status}${from}`;
}

// Facts of values that no variable holds say nothing to a reader.
function describeFact({ value, truth, equals, not }: Fact, names: ReadonlyMap<string, string>): string[] {
  const name = names.get(valueKey(value));
  if (name === undefined) return [];
  return [
    ...(equals === undefined ? [] : [`${name} is ${constantKey(equals.value)}`]),
    ...(truth === undefined ? [] : [`${name} is ${truth ? "truthy" : "falsy"}`]),
    ...not.map((constant) => `${name} is not ${constantKey(constant)}`),
  ];
}
