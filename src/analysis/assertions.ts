import type { Matcher } from "../ir/language.js";
import type { Activation } from "./activation.js";
import { returned } from "./calls.js";
import { unknownCall } from "./unseen-calls.js";
import type { BuiltinCall } from "./builtins.js";
import { makeEvent } from "./engine.js";
import { assume, compare } from "./facts.js";
import type { State } from "./state.js";
import { noteNullTest } from "./tests-of-null.js";
import { constant, undefinedValue, type Value } from "./values.js";

type Builtin = Extract<Value, { kind: "builtin" }>;

const prefix = "%expect";
const negated = "%expect not";

/** A sentence about a value begins. */
export function expectation(value: Value): Value {
  return { kind: "builtin", name: prefix, receiver: value };
}

/** True for what a sentence about a value has come to so far. */
export function isExpectation(callee: Builtin): boolean {
  return callee.name.startsWith(prefix);
}

/** The sentence with one more word. */
export function nextWord(act: Activation, object: Builtin, key: string): Value {
  const [start = prefix] = object.name.split(":");
  const matcher = act.engine.program.language.matchers.get(key);
  if (matcher === "connective") return object;
  if (matcher === "not") return { ...object, name: start === negated ? prefix : negated };
  return { ...object, name: `${start}:${key}` };
}

/** The sentence ends: where it is false the call throws, as any call may. */
export function callExpectation(callee: Builtin, call: BuiltinCall): void {
  const { state, site, args, k } = call;
  const { act } = site;
  const [start = prefix, word = ""] = callee.name.split(":");
  const value = callee.receiver ?? undefinedValue;
  const said = claim(state, act.engine.program.language.matchers.get(word), value, args[0]?.value ?? undefinedValue);
  if (!said) return unknownCall(state, site, callee, null, args, k);
  noteNullTest(act, state, value, said.test, site.range);
  const holds = said.holds === (start === prefix);
  assertHolds(call, said.value, holds, undefinedValue);
}

interface Claim {
  readonly value: Value;
  readonly holds: boolean;
  readonly test: string;
}

function claim(state: State, matcher: Matcher | undefined, about: Value, other: Value): Claim | null {
  switch (matcher) {
    case "truthy":
    case "falsy":
      return { value: about, holds: matcher === "truthy", test: "truthiness" };
    case "null":
      return claim(state, "equal", about, constant(null));
    case "equal":
      return { value: compare(state, true, about, other, strictTest(other)), holds: true, test: strictTest(other) };
    default:
      return null;
  }
}

/** Goes on with `result` where the value is as it is asserted to be; where it is not the call throws, as any that cannot be seen may. */
export function assertHolds({ state, site, k }: BuiltinCall, value: Value, holds: boolean, result: Value): void {
  const failed = state.fork();
  const event = makeEvent("throw", site.act.site(site.range), "leaves here when the assertion fails");
  if (assume(failed, value, !holds)) k(failed, { kind: "throw", value: failed.object("error"), cause: "call", event });
  if (assume(state, value, holds)) k(state, returned(result));
}

/** The form of a comparison with a constant by `===`. */
export function strictTest(value: Value): string {
  if (value.kind !== "constant") return "";
  return `=== ${typeof value.value === "bigint" ? `${value.value}n` : String(value.value)}`;
}
