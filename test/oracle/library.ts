import type { Contracts, EffectContract, FunctionContract } from "../../src/contracts/model.js";
import type { Frame } from "./frames.js";
import { NativeObject, Pointer, type Reference } from "./values.js";
import type { World } from "./world.js";

/** Stands in for libssl: does to counts and anchors what the contract table says of each function, taking "may" as "does". */
export class Library {
  private count = 0;
  private readonly owners = new Set<NativeObject>();

  constructor(
    private readonly contracts: Contracts,
    private readonly world: World,
    private readonly settings: { readonly strict: boolean; readonly flush: "manual" | "observed" },
  ) {}

  call(name: string, args: readonly unknown[]): unknown {
    const contract = this.contract(name);
    if (contract === undefined) return this.world.unlisted(name, args);
    const released = new Set(contract.effects.flatMap((effect) => (effect.kind === "release" ? [effect.param] : [])));
    args.forEach((argument, index) => {
      if (!released.has(index)) this.world.use(argument);
    });
    if (args.some((argument) => this.world.unknownOf(argument)?.object?.freed === true)) this.world.nonsense = true;
    const result = this.returned(contract, args);
    const undo: (() => void)[] = [];
    for (const effect of ordered(contract.effects)) this.apply(effect, contract, args, result, undo);
    if (result !== undefined) return result;
    const number = this.world.unknown(name);
    if (undo.length > 0) this.world.pending(number, () => undo.forEach((step) => step()));
    return contract.returns === null && /^void\b(?!\s*\*)/.test(contract.signature ?? "") ? undefined : number;
  }

  isTracked(object: NativeObject): boolean {
    return this.contracts.isTracked(object.className);
  }

  /** Gives one reference of the pointer's object back. */
  release(pointer: Pointer): void {
    const object = pointer.object;
    if (object.isNull === true) return;
    const own = pointer.reference?.held ? pointer.reference : object.held;
    // What a pointer came with is not what another one to the same object has in a field.
    for (const field of object.fields) if (own === undefined || own !== pointer.reference || field.pointer === pointer) this.world.releasedFields.add(field.name);
    if (own !== undefined) {
      // Giving back what another pointer came with may be called balanced, or two mistakes: both are possible, neither is sure.
      if (own !== pointer.reference && !own.counted) this.world.unsure(pointer, own);
      // So may giving back, through a borrow, what a helper that has ended counted up, where another pointer came with a reference of its own.
      else if (own !== pointer.reference && own.holder?.exited === true && own.holder !== pointer.frame && object.references.some((other) => other.held && !other.counted)) object.failed = true;
      own.held = false;
      if (object.held === undefined && object.anchors.size === 0) this.died(object);
      return;
    }
    if (object.disputed) this.world.report(pointer.reference === null ? "no-double-release" : "no-release-borrowed", pointer);
    if (pointer.reference !== null) this.world.report("no-double-release", pointer);
    else if (object.retained) this.world.report("no-double-release", pointer);
    else this.world.report("no-release-borrowed", pointer);
  }

  /** What is wrong with using the pointer now, if anything. */
  faultOf(pointer: Pointer): "no-use-after-release" | "no-use-after-invalidate" | null {
    if (pointer.object.isNull === true) return null;
    if (pointer.base !== null) return this.faultOf(pointer.base) === null ? null : "no-use-after-invalidate";
    const object = pointer.object;
    if (object.held !== undefined) return null;
    if (pointer.reference !== null) return "no-use-after-release";
    return [...object.anchors].some((anchor) => !anchor.dead) ? null : "no-use-after-invalidate";
  }

  private contract(name: string): FunctionContract | undefined {
    const contract = this.contracts.function(name);
    return contract === undefined || contract.aliasOf === null ? contract : (this.contracts.function(contract.aliasOf) ?? contract);
  }

  private returned(contract: FunctionContract, args: readonly unknown[]): unknown {
    const returns = contract.returns;
    if (returns === null || returns.ownership === "unknown") return undefined;
    const frame = this.world.current as Frame;
    const owner = returns.from === undefined ? undefined : this.object(args[returns.from], contract.params[returns.from] ?? "?");
    if (returns.interior) {
      const base = returns.from === undefined ? undefined : args[returns.from];
      if (base instanceof Pointer && owner !== undefined) return new Pointer(this.lend(owner, `${contract.name}()`, returns.class), null, base, frame);
      return undefined;
    }
    if (returns.ownership === "static") return undefined;
    const others = args.filter((_, index) => index !== returns.from).map((argument) => this.world.keyOf(argument));
    const holder = returns.via === undefined || owner === undefined ? owner : this.current(owner, returns.via);
    const getter = [returns.sameObjectAs ?? contract.name, ...others].join();
    const object =
      holder !== undefined && (returns.ownership === "borrowed" || returns.sameObjectAs !== undefined) ? this.lend(holder, getter, returns.class) : new NativeObject(this.count++, returns.class, true, true);
    if (!returns.nullable) object.isNull = false;
    if (returns.ownership === "borrowed") return new Pointer(object, null, null, frame);
    return new Pointer(object, this.reference(object, null), null, frame);
  }

  private reference(object: NativeObject, counted: { readonly holder: Frame | null } | null): Reference {
    const place = this.world.here();
    const reference: Reference = { object, counted: counted !== null, holder: counted?.holder ?? null, held: true, given: false, frame: this.world.current as Frame, place, stores: [], chain: this.world.chain(), epoch: this.world.callThrows };
    object.references.push(reference);
    this.world.references.push(reference);
    return reference;
  }

  private lend(owner: NativeObject, getter: string, className: string): NativeObject {
    let object = owner.lent.get(getter);
    // Where there was none before, there may be one now, but nobody can say so. Code that nobody sees may have made one, also
    // where nobody has asked yet whether there was one before.
    if (object?.isNull === undefined && object !== undefined && object.lentAt < this.world.unseenCalls && this.world.tape.choose(2) === 1) object.isNull = true;
    const none = object?.isNull === true;
    if (object === undefined || none) {
      object = new NativeObject(this.count++, className, true, false);
      if (none) this.world.nonsense = true;
      object.lentAt = this.world.unseenCalls;
      object.anchors.add(owner);
      owner.lent.set(getter, object);
      this.owners.add(owner);
    }
    return object;
  }

  /** The object of a class that the owner holds at the moment. */
  private current(owner: NativeObject, className: string): NativeObject {
    return [...owner.lent.values()].find((object) => object.className === className) ?? this.lend(owner, "SSL_get_session", className);
  }

  /** The native object behind an argument; undefined for NULL and plain data. */
  private object(argument: unknown, className: string): NativeObject | undefined {
    if (argument instanceof Pointer) return argument.object.isNull === true ? undefined : argument.object;
    const unknown = this.world.unknownOf(argument);
    if (unknown === undefined || unknown.nullish === true) return undefined;
    return (unknown.object ??= new NativeObject(this.count++, className, false, false));
  }

  private apply(effect: EffectContract, contract: FunctionContract, args: readonly unknown[], result: unknown, undo: (() => void)[]): void {
    const at = (index: number | "return" | "library"): NativeObject | undefined =>
      typeof index === "string" ? (index === "return" && result instanceof Pointer ? result.object : undefined) : this.object(args[index], contract.params[index] ?? "?");
    if (effect.kind === "release") this.releaseArgument(args[effect.param], at(effect.param));
    else if (effect.kind === "retain") this.retain(args[effect.param], at(effect.param), undo);
    else if (effect.kind === "share") this.share(contract, at(effect.param), at(effect.to));
    else if (effect.kind === "link") this.link(at(effect.to), at(effect.what));
    else if (effect.kind === "transfer" || effect.kind === "keep") this.world.give(args[effect.param]);
    else if (effect.kind === "invalidate" && (!effect.strict || effect.certainty === "always" || this.settings.strict)) {
      const owner = at(effect.owner);
      if (owner === undefined || (contract.effects.some((e) => e.kind === "release" && e.param === effect.owner) && owner.held !== undefined)) return;
      const spared = effect.exceptSameAs === undefined ? undefined : at(effect.exceptSameAs);
      if (effect.scope === undefined) this.invalidate(owner, effect.class, spared);
      else if (effect.scope === "context" && this.settings.flush === "manual") this.flush(owner, effect.class);
    }
  }

  private releaseArgument(argument: unknown, object: NativeObject | undefined): void {
    if (argument instanceof Pointer && argument.object.known) this.release(argument);
    else if (object !== undefined) {
      const held = object.held;
      if (held !== undefined) held.held = false;
      else object.freed = true;
    }
  }

  private retain(argument: unknown, object: NativeObject | undefined, undo: (() => void)[]): void {
    if (object === undefined) return;
    const reference = this.reference(object, { holder: argument instanceof Pointer ? argument.frame : null });
    const before = object.retained;
    if (!(argument instanceof Pointer) || argument.reference === null) object.retained = true;
    undo.push(() => {
      reference.held = false;
      object.retained = before;
      object.references.splice(object.references.indexOf(reference), 1);
    });
  }

  private share(contract: FunctionContract, object: NativeObject | undefined, into: NativeObject | undefined): void {
    if (object === undefined || into === undefined) return;
    object.anchors.add(into);
    if (contract.name === "SSL_set_session") into.lent.set("SSL_get_session", object);
  }

  private link(to: NativeObject | undefined, what: NativeObject | undefined): void {
    if (what !== undefined && to !== undefined) what.tie = to;
  }

  private invalidate(owner: NativeObject, className: string, spared: NativeObject | undefined): void {
    for (const [getter, object] of [...owner.lent]) {
      if ((className !== "*" && className !== object.className) || object === spared) continue;
      owner.lent.delete(getter);
      object.anchors.delete(owner);
      if (object.anchors.size === 0 && object.held === undefined) this.died(object);
    }
  }

  private flush(context: NativeObject, className: string): void {
    for (const owner of this.owners) {
      if (owner.tie !== null && owner.tie !== context && owner.tie.created && context.created) continue;
      this.invalidate(owner, className, undefined);
    }
  }

  private died(object: NativeObject): void {
    object.dead = true;
  }
}

// A set first drops what was there, then takes what is given.
function ordered(effects: readonly EffectContract[]): readonly EffectContract[] {
  return [...effects].sort((left, right) => Number(left.kind === "share") - Number(right.kind === "share"));
}
