import type { Activation, Completion, Outcome } from "./activation.js";
import { describe, restrict } from "./canonical.js";
import { addPath } from "./forget.js";
import { mergeComplements, type Describe } from "./join.js";
import type { State } from "./state.js";
import { canWiden, isBare, widen } from "./widen.js";

/** How an activation ended: each way once, handed to those who wait for it. */
export class Outcomes {
  readonly all: Outcome[] = [];
  #leaving: Outcome[] = [];
  readonly #keys = new Set<number>();
  readonly #wide = new Map<Completion["kind"], Outcome>();

  constructor(
    readonly act: Activation,
    readonly waiters: readonly ((outcome: Outcome) => void)[],
  ) {}

  /** How many have not been handed on yet. */
  get waiting(): number {
    return this.#leaving.length;
  }

  add(outcome: Outcome): void {
    this.#leaving.push(outcome);
  }

  /** Hands on what has come, once no path is left to follow, so that outcomes which differ in one test can be one. False when there is nothing. */
  deliver(): boolean {
    if (this.#leaving.length === 0) return false;
    const leaving = this.#leaving;
    this.#leaving = [];
    for (const kind of ["return", "throw"] as const) {
      const completions = new Map<State, Completion>();
      for (const { state, completion } of leaving) if (completion.kind === kind) completions.set(state, completion);
      const write: Describe = (state) => this.#describe({ state, completion: completions.get(state)! });
      const states = [...completions.keys()];
      for (const state of states.length > 1 && states.length <= 64 ? mergeComplements(states, write) : states) this.#hand({ state, completion: completions.get(state)! });
    }
    return true;
  }

  #describe({ state, completion }: Outcome): ReturnType<Describe> {
    const { engine, incoming } = this.act;
    const ids = [...incoming, ...engine.changedGlobals(state)];
    return (omit) => {
      const described = describe(state, { roots: [["", completion.value]], ids, dependents: true, sites: false, omit });
      described.digest.text(completion.kind === "throw" ? completion.cause : completion.kind);
      addPath(described.digest, state);
      return described;
    };
  }

  #hand(given: Outcome): void {
    const { engine, fn } = this.act;
    const outcome = this.#thinned(given);
    const { digest, numbering } = this.#describe(outcome)(null);
    restrict(outcome.state, numbering);
    if (outcome !== given) this.#wide.set(given.completion.kind, { ...outcome, state: outcome.state.fork() });
    const mark = digest.value;
    if (this.#keys.has(mark)) return;
    if (this.#keys.size >= engine.budget.maxStates) {
      engine.giveUp(fn, "more outcomes than are followed");
      return;
    }
    this.#keys.add(mark);
    this.all.push(outcome);
    for (const waiter of this.waiters) waiter(outcome);
  }

  // Past a few outcomes, those without a pointer are one for each way of leaving that holds what they agree on.
  #thinned(outcome: Outcome): Outcome {
    const { kind } = outcome.completion;
    if (!isBare(outcome.state) || (!this.#wide.has(kind) && this.#keys.size < this.act.engine.budget.mostBare)) return outcome;
    const known = this.#wide.get(kind);
    if (known && !canWiden(known.state, outcome.state)) return outcome;
    const { state, value } = known ? widen(known.state, outcome.state, (id) => this.act.isIncoming(id), [known.completion.value, outcome.completion.value]) : { state: outcome.state, value: outcome.completion.value };
    const completion = { ...(known?.completion ?? outcome.completion), value: value! };
    return { state, completion };
  }
}
