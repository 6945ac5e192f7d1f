import type { Activation, Continuation } from "./activation.js";
import { returned, type Arg, type CallSite } from "./calls.js";
import { deferClosure, forgetWritten } from "./closures.js";
import { computedField, readComputed } from "./computed.js";
import { makeEvent } from "./engine.js";
import { isQuestion, isTelling } from "./library.js";
import { forgetMissing } from "./native.js";
import { giveAway } from "./sharing.js";
import { openRecord, type State } from "./state.js";
import { expression, plainResult, type Value } from "./values.js";
import { useOf } from "./violations.js";

/** A call of code that cannot be seen: it may keep what it is given, also when it throws; it invalidates nothing. */
export function unknownCall(state: State, site: CallSite, _callee: Value | null, receiver: Value | null, args: readonly Arg[], k: Continuation): void {
  const { act } = site;
  const asked = questionIn(state, site, receiver, args);
  const event = makeEvent("escape", act.site(site.range), `handed to \`${site.name}\` here`);
  const handOver = (to: State): void => {
    for (const arg of args) {
      deferClosure(act, to, arg.value, event, false);
      forgetWritten(act, to, arg.value);
    }
    giveAway(act, to, [...args.map((arg) => arg.value), ...(receiver ? [receiver] : [])]);
  };
  mayThrow(state, site, (thrown, completion) => {
    handOver(thrown);
    k(thrown, completion);
  });
  for (const arg of args) useOf(act, state, arg.value, makeEvent("use", arg.site, `passed to \`${site.name || "a function"}\` here`));
  if (receiver) useOf(act, state, receiver, makeEvent("use", act.site(site.range), "used here"));
  handOver(state);
  for (const owner of [...state.objects.keys()]) forgetMissing(state, owner);
  if (asked) return k(state, returned(readComputed(state, asked.of, act.record(state, asked.of) ?? openRecord, asked.key, asked.answer ?? state.unknown(resolvedName(act, args)))));
  k(state, returned(state.unknown(resolvedName(act, args) || (isTelling(state.language, site.name) ? plainResult : ""))));
}

interface Question {
  readonly of: number;
  readonly key: Value;
  /** What it was answered before, if nothing has changed the object since. */
  readonly answer: Value | undefined;
}

// An object that may be a collection is asked what is in it, by a value that is no pointer. The answer is kept in the object, under the
// question: whatever changes the object makes it forgotten.
function questionIn(state: State, site: CallSite, receiver: Value | null, args: readonly Arg[]): Question | null {
  if (receiver?.kind !== "entity" || receiver.token !== 0 || state.objects.has(receiver.id) || !isQuestion(state.language, site.name)) return null;
  const [first, more] = args;
  if (!first || more || (first.value.kind !== "constant" && (first.value.kind !== "entity" || first.value.token !== 0 || state.objects.has(first.value.id)))) return null;
  const record = site.act.record(state, receiver.id);
  if (record && record.kind !== "open") return null;
  const key = expression(`asked ${site.name}`, [first.value]);
  return { of: receiver.id, key, answer: record && computedField(record, key) };
}

// What a resolver is asked for by a name of the contracts is the function of that name, or its address.
function resolvedName(act: Activation, args: readonly Arg[]): string {
  for (const { value } of args) {
    const name = value.kind === "constant" && typeof value.value === "string" ? value.value : value.kind === "entity" ? value.hint : "";
    if (name !== "" && act.engine.contracts.has(name)) return name;
  }
  return "";
}

/** Follows the way on which a call that cannot be seen throws, where that makes a difference. */
export function mayThrow(state: State, site: CallSite, k: Continuation): void {
  const { act } = site;
  const caught = act.fn.ir.blocks[site.at.block]!.handler !== null;
  if (!caught && act.root && !act.engine.options.checkThrowingCalls) return;
  if (act.root && state.tokens.size === 0 && !caught) return;
  if (isAwaited(site)) return;
  const thrown = state.fork();
  k(thrown, { kind: "throw", value: thrown.object("error"), cause: "call", event: makeEvent("throw", act.site(site.range), `leaves here when \`${site.name || act.text(site.range)}\` throws`) });
}

// What is waited for at once fails when it is waited for.
function isAwaited({ act, at }: CallSite): boolean {
  const { instructions } = act.fn.ir.blocks[at.block]!;
  const call = instructions[at.index];
  const next = instructions[at.index + 1];
  return call?.op === "call" && next?.op === "await" && next.from === call.to;
}
