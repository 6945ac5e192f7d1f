import type { FunctionContract, ReturnContract } from "../contracts/model.js";
import type { Instruction, NativeRef } from "../ir/types.js";
import { makeEvent, siteOf, type Engine, type RawFinding } from "./engine.js";
import { nameThatHides } from "./native-arguments.js";
import { Absent, Borrowed, Held, mixed, Null, plain, Released, unclear, type Content, type Paths } from "./screen-paths.js";
import type { FunctionInfo } from "./values.js";

type Call = Extract<Instruction, { op: "call" }>;

/** The native calls of a function that is looked at for the first time, and the pointers that they give. */
export class NativeCalls {
  /** The binding through which each pointer came. */
  readonly #origins: NativeRef[] = [];
  readonly #originOf = new Map<Instruction, number>();
  readonly #calls = new Set<number>();
  readonly #hidingNames = new Map<Instruction, RawFinding>();

  constructor(
    readonly engine: Engine,
    readonly fn: FunctionInfo,
    /** Names of fields and parameters of which a reference is given back. */
  ) {}

  bindingOf(origin: number): NativeRef {
    return this.#origins[origin]!;
  }

  /** Notes what following the calls would have noted. */
  commit(): void {
    for (const start of this.#calls) this.engine.noteCall(this.fn.module, start);
    this.engine.findings.push(...this.#hidingNames.values());
  }

  /** What a call of a native function does to the pointers that the function obtained, and what it gives. */
  call(paths: Paths, instruction: Call, ref: NativeRef, args: readonly Content[]): Content {
    const { engine } = this;
    const contract = engine.contracts.function(ref.name);
    if (contract?.callback !== null || ref.async || ref.resultIn !== undefined || ref.resultCopied || ref.resultGone || ref.argumentStyle !== "positional") throw unclear;
    this.#noteName(contract, instruction);
    const released = this.#releasedBy(paths, contract);
    args.forEach((arg, index) => this.#give(paths, contract, arg, index, released === index));
    this.#calls.add(instruction.range.start);
    return contract.returns ? this.#result(paths, instruction, ref, contract.returns, args) : plain;
  }

  #noteName(contract: FunctionContract, instruction: Call): void {
    const { module } = this.fn;
    const extra = nameThatHides(this.engine, contract, instruction.calleeName);
    if (extra) this.#hidingNames.set(instruction, { rule: "prefer-explicit-ownership", fn: this.fn, primary: makeEvent("use", siteOf(module, instruction.calleeRange), "the name hides what it does"), cause: null, token: null, object: null, trace: null, exceptional: "no", mayThrow: false, extra });
  }

  // The argument of which a reference is given back, or -1. What else a function does is left to the paths.
  #releasedBy({ fates }: Paths, { effects, params }: FunctionContract): number {
    const isBorrowing = fates.some((fate) => (fate & Borrowed) !== 0);
    let released = -1;
    for (const effect of effects) {
      if (effect.kind === "keep" || effect.kind === "unlink") continue;
      if (effect.kind === "invalidate" && !isBorrowing) continue;
      if (effect.kind !== "release" || released >= 0 || effect.when !== undefined || effect.ifArg || effect.ifPointee || effect.condition !== undefined || effect.elements || effect.chain) throw unclear;
      // What has one owner ends all that it lent.
      if (isBorrowing && this.engine.contracts.class(params[effect.param] ?? "")?.refcounted === false) throw unclear;
      released = effect.param;
    }
    return released;
  }

  #give(paths: Paths, contract: FunctionContract, arg: Content, index: number, released: boolean): void {
    const refused = contract.null[index] === "crash" || contract.null[index] === "error";
    if (arg.kind === "pointer") {
      if (!released) return this.use(paths, arg.origin, !refused);
      const fate = paths.fates[arg.origin] ?? Absent;
      if ((fate & (Released | Borrowed)) !== 0 || (refused && (fate & (Null | Absent)) !== 0)) throw unclear;
      paths.fates[arg.origin] = (fate & ~Held) | ((fate & Held) === 0 ? 0 : Released);
    } else if (arg.kind === "native" || arg.kind === "library" || arg.kind === "method" || arg.kind === "iterator" || arg.kind === "mixed" || (arg.kind === "null" && refused)) throw unclear;
  }

  /** A pointer is used; `orNull`: it may be NULL. */
  use(paths: Paths, origin: number, orNull: boolean): void {
    const fate = paths.fates[origin] ?? Absent;
    if ((fate & Released) !== 0 || (!orNull && (fate & (Null | Absent)) !== 0)) throw unclear;
  }

  #result(paths: Paths, instruction: Call, ref: NativeRef, returns: ReturnContract, args: readonly Content[]): Content {
    const { contracts } = this.engine;
    if (returns.sameAs !== undefined || returns.takenFrom !== undefined || returns.elements !== undefined || args.some((arg) => arg.kind === "pointer")) throw unclear;
    if (returns.ownership !== "owned" && returns.ownership !== "borrowed") return plain;
    if (!contracts.isTracked(returns.class)) {
      if (this.engine.isCounted(returns.class) || returns.ownership === "borrowed") throw unclear;
      return plain;
    }
    const origin = this.#originFor(instruction, ref);
    // Those that came from here before are told from the new one by the paths alone.
    paths.contents.forEach((content, place) => {
      if ((content.kind === "pointer" || content.kind === "test") && content.origin === origin) paths.contents[place] = mixed;
    });
    if (((paths.fates[origin] ?? Absent) & Held) !== 0) throw unclear;
    while (paths.fates.length < origin) paths.fates.push(Absent);
    paths.fates[origin] = (returns.ownership === "owned" ? Held : Borrowed) | (returns.nullable ? Null : 0);
    return { kind: "pointer", origin };
  }

  #originFor(instruction: Instruction, ref: NativeRef): number {
    let origin = this.#originOf.get(instruction);
    if (origin === undefined) {
      origin = this.#origins.push(ref) - 1;
      this.#originOf.set(instruction, origin);
    }
    return origin;
  }
}
