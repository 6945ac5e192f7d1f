import type { RuleId } from "../../src/findings.js";
import { Frame, type ExitKind } from "./frames.js";
import type { FunctionFacts } from "./instrument.js";
import { Library } from "./library.js";
import { reachablePointers, type Closures } from "./reachable.js";
import type { Settings } from "./settings.js";
import type { Tape } from "./tape.js";
import { isObject, Unknowns } from "./unknowns.js";
import { Pointer, Stop, type Place, type Reference, type Unknown } from "./values.js";

/** An error on one path: at `place`, or at one of `others`, which say the same. */
export interface Event {
  readonly rule: RuleId;
  /** Rules that say the same in this case: a borrowed pointer released after the references that there were. */
  readonly rules: readonly RuleId[];
  readonly place: Place;
  /** True for the first error of its object on the path. */
  first: boolean;
  readonly others: readonly Place[];
}

/** Everything that one run of the program knows: activations, references, what was handed out, the errors so far. */
export class World {
  current: Frame | null = null;
  callThrows = 0;
  readonly references: Reference[] = [];
  readonly events: Event[] = [];
  private readonly kept: { readonly reference: Reference; readonly event: Event }[] = [];
  /** Names of the fields of objects of classes whose content was given back. */
  readonly releasedFields = new Set<string>();
  /** References that lie in such fields at the end: lost where no path gives back what a field of the name holds. */
  readonly leftInFields: { readonly names: readonly string[]; readonly event: Event }[] = [];
  readonly unknowns: Unknowns;
  readonly library: Library;
  /** Values that others can reach: module variables, instances that release what they hold, what unseen code was given. */
  readonly roots: (() => unknown)[] = [];
  /** Objects and the activation that made them. */
  readonly makers = new Map<object, Frame>();
  readonly thrownKinds = new Map<unknown, ExitKind>();
  /** True while something runs that happens later: what it does to older objects is not sure to come about. */
  deferred = false;
  /** True once something that is gone was used as if it were not: nothing is sure any more. */
  nonsense = false;
  /** How often code was called that nobody sees. */
  unseenCalls = 0;

  constructor(
    readonly settings: Settings,
    readonly tape: Tape,
    readonly closures: Closures,
    wellKnown: (key: string) => unknown,
    called: (fn: unknown, receiver: unknown, args: unknown[]) => unknown,
  ) {
    this.unknowns = new Unknowns(tape, wellKnown, called);
    this.library = new Library(settings.contracts, this, settings);
  }

  unknown(name: string): unknown {
    return this.unknowns.fresh(name);
  }

  unknownOf(value: unknown): Unknown | undefined {
    return this.unknowns.of(value);
  }

  keyOf(value: unknown): string {
    return isObject(value) ? String(this.unknowns.of(value)?.id ?? "object") : String(value);
  }

  pending(value: unknown, undo: () => void): void {
    const unknown = this.unknowns.of(value);
    if (unknown !== undefined) unknown.outcome = { undo, decided: undefined };
  }

  here(): Place {
    return { file: this.current?.file ?? 0, line: this.current?.line ?? 0 };
  }

  /** The places of all activations that are running. */
  chain(): Place[] {
    const places: Place[] = [];
    for (let frame = this.current; frame !== null; frame = frame.parent) {
      if (frame.exited) continue;
      places.push({ file: frame.file, line: frame.line });
      if (frame.calledAt !== null && frame.facts?.async === true) places.push(frame.calledAt);
      for (const line of frame.usingLines) places.push({ file: frame.file, line });
    }
    return places;
  }

  /** References that can be reached from the value become the duty of the caller. */
  handOver(frame: Frame, value: unknown): void {
    const pointers = reachablePointers([value], this.closures);
    for (const reference of this.references) {
      if (reference.frame === frame && [...pointers].some((pointer) => pointer.reference === reference || (reference.counted && pointer.object === reference.object))) this.inherit(reference, frame.parent?.alive() ?? null);
    }
  }

  use(value: unknown, sure = true): void {
    if (!(value instanceof Pointer) || !this.library.isTracked((value.base ?? value).object)) return;
    const fault = this.library.faultOf(value);
    if (fault !== null) this.report(fault, value, sure);
    else if (value.object.disputed && value.reference?.held === false) this.report("no-use-after-release", value);
  }

  /** A call of a native function that no table lists. */
  unlisted(name: string, args: readonly unknown[]): unknown {
    for (const argument of args) this.use(argument);
    for (const argument of args) this.give(argument);
    return this.unknown(name);
  }

  report(rule: RuleId, pointer: Pointer, sure = true): void {
    const object = (pointer.base ?? pointer).object;
    if (!this.library.isTracked(object)) return;
    // Returned where it dangles, and released again by `finally`: which of the two is told first is left open.
    if (this.current !== null && this.current.returned !== null) this.current.returned.first = false;
    const older = this.deferred && pointer.frame !== null && pointer.frame.exited && pointer.frame.facts !== null;
    const place = this.placeFor(pointer.frame);
    const disposals = [...this.disposalsAt(pointer, place), ...this.startedAt(pointer.frame)];
    const counted = rule === "no-release-borrowed" && object.references.length > 0;
    this.event(rule, place, sure && !object.failed && !older, disposals, counted ? [rule, "no-double-release"] : [rule]);
    object.failed = true;
  }

  event(rule: RuleId, place: Place, first: boolean, others: readonly Place[], rules: readonly RuleId[] = [rule]): void {
    this.events.push({ rule, rules, place, first: first && !this.nonsense, others });
  }

  /** A reference is given back through a pointer that it did not come with. */
  unsure(pointer: Pointer, reference: Reference): void {
    pointer.object.failed = true;
    pointer.object.disputed = true;
    this.event("require-release", reference.place, false, reference.chain);
    const place = this.placeFor(pointer.frame);
    this.event(pointer.reference === null ? "no-release-borrowed" : "no-double-release", place, false, this.disposalsAt(pointer, place));
  }

  // What a disposal does may be told at the `using` declaration.
  private disposalsAt(pointer: Pointer, { file }: Place): Place[] {
    return (pointer.frame?.alive()?.usingLines ?? []).map((line) => ({ file, line }));
  }

  // What an asynchronous function does may be told where it was started, not where it is waited for; what a generator does
  // with a pointer that it showed, where it is asked to go on.
  private startedAt(owner: Frame | null): Place[] {
    const places: Place[] = [];
    const walker = owner?.facts?.generator === true ? owner.parent?.alive() : null;
    if (walker) places.push({ file: walker.file, line: walker.line });
    for (let frame = this.current; frame !== null && frame !== owner; frame = frame.parent) if (frame.facts?.async === true && frame.calledAt !== null) places.push(frame.calledAt);
    return places;
  }

  /** Whoever is given the value may keep what can be reached from it, and release it. */
  give(value: unknown): void {
    if (!isObject(value)) return;
    for (const pointer of reachablePointers([value], this.closures)) {
      if (pointer.reference !== null) pointer.reference.given = true;
      else this.showBorrow(pointer);
    }
    if (!(value instanceof Pointer)) this.roots.push(() => value);
  }

  /** What the value leads to may be called given away from now on. */
  offer(value: unknown): void {
    for (const { object } of reachablePointers([value], this.closures)) object.offered = true;
  }

  /** Who gets a borrowed pointer may give back a reference that came with another one: that it is lost is not sure then. */
  showBorrow(pointer: Pointer): void {
    if (pointer.object.held !== undefined) pointer.object.failed = true;
  }

  /** A generator was left at a `yield`: that counts as a call that throws, for what it holds and for what it was given. */
  abandon(frame: Frame): void {
    if (this.settings.checkThrowingCalls) return;
    for (const reference of this.references) if (reference.frame === frame) reference.given = true;
    for (const pointer of reachablePointers(frame.args, this.closures)) pointer.object.failed = true;
  }

  enter(facts: FunctionFacts | null, file: number, receiver: unknown, args: readonly unknown[], outer: readonly (() => unknown)[]): Frame {
    const frame = new Frame(facts, file, this.current, receiver, args, outer);
    frame.line = facts?.line ?? 1;
    this.current = frame;
    return frame;
  }

  /** Judges what the activation leaves behind: each reference is released, handed on, or lost. */
  exit(frame: Frame, leaving: readonly unknown[]): void {
    if (frame.exited) return;
    frame.exited = true;
    const mine = this.references.filter((reference) => reference.frame === frame && reference.held && !reference.given);
    if (mine.length > 0) this.settle(frame, mine, leaving);
    this.current = frame.alive();
  }

  private settle(frame: Frame, mine: readonly Reference[], leaving: readonly unknown[]): void {
    // What a closure that it was given put into variables of functions around is theirs to judge.
    const around = frame.args.flatMap((argument) => (isObject(argument) ? (this.closures.capturesOf(argument)?.values.map(safely) ?? []) : []));
    const values = [...leaving, frame.receiver, ...frame.args, ...around, ...frame.outer.map(safely), ...this.roots.map(safely)];
    const pointers = reachablePointers(values, this.closures);
    for (const reference of mine) {
      const heir = frame.alive();
      if ([...pointers].some((pointer) => pointer.reference === reference || (reference.counted && pointer.object === reference.object))) {
        this.inherit(reference, heir);
      } else if (reference.counted && this.isHeldAround(reference, heir)) this.inherit(reference, heir);
      else this.lost(reference);
    }
  }

  // What was counted up belongs to whoever holds the pointer, even if the call between does not.
  private isHeldAround(reference: Reference, heir: Frame | null): boolean {
    for (let frame = heir; frame !== null; frame = frame.parent?.alive() ?? null) {
      if (frame === reference.holder) return true;
      for (const value of [frame.receiver, ...frame.args]) if (this.unknowns.of(value)?.object === reference.object) return true;
      if ([...reachablePointers([frame.receiver, ...frame.args], this.closures)].some((pointer) => pointer.object === reference.object)) return true;
    }
    return false;
  }

  private inherit(reference: Reference, heir: Frame | null): void {
    if (heir === null) {
      // Whether who only gets an error of it is to give back what was counted up for a pointer of theirs is left open.
      if (reference.counted && reference.frame.thrown !== null) this.event("require-release", reference.place, false, reference.chain);
      // What is counted up for an object that lies in a field that nothing gives back may be told of once more.
      if (reference.stores.some((store) => store.perhaps) || (reference.counted && reference.object.references.some((other) => other.stores.length > 0))) this.event("require-release", reference.place, false, [...reference.chain, ...reference.stores]);
      this.leftIn(reference);
      // With which of several pointers to an object a count went may be read in two ways.
      if (reference.counted && reference.object.references.filter((other) => !other.counted).length > 1) this.event("require-release", reference.place, false, reference.chain);
      reference.given = true;
    } else {
      reference.frame = heir;
      reference.place = { file: heir.file, line: heir.line };
    }
  }

  /** It lies in a field that nothing gives back: lost, unless another pointer gives the reference back later. */
  stored(reference: Reference): void {
    this.event("require-release", this.here(), !reference.object.failed, reference.chain);
    this.kept.push({ reference, event: this.events[this.events.length - 1] as Event });
  }

  /** The run has ended. */
  end(): void {
    for (const { reference, event } of this.kept) if (!reference.held) event.first = false;
  }

  private leftIn(reference: Reference): void {
    const { fields } = reference.object;
    if (fields.length === 0 || reference.object.isNull === true || !this.library.isTracked(reference.object)) return;
    const others = [...reference.chain, ...reference.stores, ...fields.map((field) => field.place)];
    this.leftInFields.push({ names: fields.map((field) => field.name), event: { rule: "require-release", rules: ["require-release"], place: reference.place, first: false, others } });
  }

  private lost(reference: Reference): void {
    const object = reference.object;
    this.leftIn(reference);
    reference.given = true;
    if (object.isNull === true || !this.library.isTracked(object)) return;
    if (!this.settings.checkThrowingCalls && this.callThrows > reference.epoch) return;
    // Whether a path that recovered from a call that threw counts is left open.
    // What objects of classes hold is judged by the names of their fields, for all of them at once; of objects from outside
    // the count is not known.
    const named = reference.stores.some((store) => store.shared) || (reference.counted && (!object.known || object.fields.some((field) => field.shared)));
    // Of a reference and another that was counted up for it, of which one was given back, nobody can tell which is lost.
    const others = object.references.filter((other) => other.counted !== reference.counted).map((other) => other.place);
    this.event("require-release", reference.place, !object.failed && this.callThrows === 0 && !named && !object.offered, [...reference.chain, ...reference.stores, ...object.fields.map((field) => field.place), ...others]);
    object.failed = true;
  }

  /** The place in the function that obtained the pointer, where that one is still running. */
  private placeFor(owner: Frame | null): Place {
    const frame = owner?.alive();
    return frame?.facts && frame.isAround(this.current) ? { file: frame.file, line: frame.line } : this.here();
  }

  stop(reason: Stop["reason"], detail = ""): never {
    throw new Stop(reason, detail);
  }
}

export function safely(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
