/**
 * Executes one contract. The arguments are built so that the scenario holds the only reference to each; after the
 * call it gives back exactly what the contract says that it owes. Then nothing may be left, nothing may be freed
 * twice, and with any one of these releases left out the object must still be there.
 */
import type { EffectContract, FunctionContract } from "../../src/contracts/model.js";
import { parametersOf } from "../../src/contracts/callback-param.js";
import { bind, call, parameterType, type Argument, type Pointer } from "./library.js";
import { bytes, cell, isBlock, liveBlocks, readPointer, resetScratch, scratch, takeBadFrees, watch, type Watch } from "./memory.js";
import type { Material } from "./material.js";
import { World, type Held } from "./world.js";

export interface Setup {
  /** By index; the others get what suits their type. */
  readonly args?: Readonly<Record<number, Held | Argument>>;
  /** How the headers spell a macro. */
  readonly expandsTo?: (args: readonly Argument[]) => number;
  /** Which of the effects with a condition in words hold in this case. */
  readonly holds?: (effect: EffectContract) => boolean;
  /** A borrowed pointer, and what the call does to the object behind it. */
  readonly borrowed?: { readonly pointer: Pointer; readonly expect: "ends" | "stays" };
  /** The case shows what happens when the call fails. */
  readonly fails?: boolean;
  /** Class to release the result as, where one object of the class is not all of it. */
  readonly releaseAs?: string;
  /** The result is the very object of this argument. */
  readonly same?: number;
  /** An object that an out parameter holds before the call, and that is filled again: one reference under a new name. */
  readonly reused?: Held;
  /** Out parameters that stay empty in this case. */
  readonly empty?: readonly number[];
  /** Runs the call in the middle of something else. */
  readonly during?: (call: () => void) => void;
  /** Undoes what the scenario set up outside of its world. */
  readonly after?: () => void;
}

export type Recipe = (world: World) => Setup;

/** What a case showed, in the words of the report. */
export type Shown =
  | "result owed one release"
  | "result owed nothing"
  | "result ended with its owner"
  | "argument released"
  | "argument retained"
  | "argument taken over"
  | "argument shared"
  | "argument kept without counting"
  | "arguments left alone"
  | "out owed one release"
  | "out owed nothing"
  | "out is the result"
  | "borrow ended"
  | "borrow survived"
  | "tie kept the object alive"
  | "NULL accepted"
  | "NULL refused";

export class Mismatch extends Error {}

/** Runs a contract with a recipe in every order of releases; throws a `Mismatch` when it is not what it says. */
export function verify(contract: FunctionContract, recipe: Recipe, material: Material): ReadonlySet<Shown> {
  const shown = new Set<Shown>();
  const execute = (plan: Plan): Outcome => new Scenario(contract, recipe, material, shown).run(plan);
  warmUp(execute);
  const { owed, args } = execute({ kind: "balance" });
  for (let index = 0; index < owed; index++) execute({ kind: "omit", index });
  for (const index of args) execute({ kind: "first", index });
  return shown;
}

/** Calls a function with NULL at one index, where the contract says that this is allowed or refused. */
export function verifyNull(contract: FunctionContract, recipe: Recipe, index: number, material: Material): Shown {
  new Scenario(contract, recipe, material, new Set()).runWithNull(index);
  return contract.null[index] === "error" ? "NULL refused" : "NULL accepted";
}

type Plan =
  | { readonly kind: "balance" }
  /** Leave out one of the releases that are owed. */
  | { readonly kind: "omit"; readonly index: number }
  /** Release one argument before all else. */
  | { readonly kind: "first"; readonly index: number };

interface Outcome {
  readonly owed: number;
  readonly args: readonly number[];
}

// The library fills caches of its own when a function runs for the first time.
function warmUp(execute: (plan: Plan) => Outcome): void {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      execute({ kind: "balance" });
      return;
    } catch (error) {
      if (!(error instanceof Mismatch) || attempt === 2) throw error;
    }
  }
}

class Scenario {
  readonly #world: World;
  #held = new Map<number, Held>();
  #args: Argument[] = [];
  #result = 0;
  #resultWatch: Watch | null = null;
  #setup: Setup = {};

  constructor(
    private readonly contract: FunctionContract,
    private readonly recipe: Recipe,
    material: Material,
    private readonly shown: Set<Shown>,
  ) {
    this.#world = new World(material);
  }

  run(plan: Plan): Outcome {
    resetScratch();
    takeBadFrees();
    const before = liveBlocks();
    this.#prepare();
    const borrowed = this.#setup.borrowed === undefined ? null : watch(this.#setup.borrowed.pointer);
    const cells = this.#outCells();
    this.#call();
    this.#checkBorrow(borrowed);
    this.#account(cells);
    const args = [...this.#held].filter(([index, held]) => !held.released && !this.#isKept(index)).map(([index]) => index);
    const owed = this.#world.owed();
    this.#release(plan, owed);
    this.#setup.after?.();
    this.#checkBalance(before);
    return { owed: owed.length, args };
  }

  runWithNull(index: number): void {
    resetScratch();
    takeBadFrees();
    this.#prepare();
    const held = this.#held.get(index);
    this.#held.delete(index);
    this.#args[index] = 0;
    const cells = this.#outCells().filter(({ effect }) => effect.param !== index);
    this.#call();
    if (this.contract.null[index] === "error" && this.#result > 0) this.#fail(`NULL as argument ${index} is not refused`);
    if (this.#succeeded()) this.#account(cells, index);
    if (held !== undefined) this.#world.release(held);
    this.#world.releaseAll();
    this.#setup.after?.();
    if (takeBadFrees() > 0) this.#fail(`with NULL as argument ${index} something is freed twice`);
  }

  #prepare(): void {
    this.#setup = this.recipe(this.#world);
    const written = parametersOf(this.contract.signature ?? "");
    this.#args = this.contract.params.map((className, index) => {
      const given = this.#setup.args?.[index] ?? this.#defaultArgument(className, written[index] ?? "");
      if (typeof given !== "object") return given;
      this.#held.set(index, given);
      return given.pointer;
    });
  }

  #defaultArgument(className: string | null, parameter: string): Held | Argument {
    if (className === null || className === "memory" || className.endsWith("*")) return plainArgument(parameter);
    return makeObject(this.#world, className);
  }

  #outCells(): OutCell[] {
    return this.contract.effects.flatMap((effect) => {
      if (effect.kind !== "out") return [];
      const at = Number(this.#args[effect.param] ?? 0);
      return at === 0 ? [] : [{ effect, at, before: readPointer(at) }];
    });
  }

  #call(): void {
    const { name, aliasOf } = this.contract;
    const { expandsTo, during = (callNow: () => void) => callNow() } = this.#setup;
    if (this.contract.macro && expandsTo === undefined && !this.#isPlainAlias()) throw new Error(`no recipe says how the macro ${name} expands`);
    during(() => {
      this.#result = expandsTo?.(this.#args) ?? callByContract(this.contract.macro ? (aliasOf ?? name) : name, this.contract.signature ?? "", name, this.#args);
    });
    this.#resultWatch = this.contract.returns !== null && isBlock(this.#result) ? watch(this.#result) : null;
  }

  // SSL_get_time(s) is SSL_SESSION_get_time(s), while SSL_CTX_set0_chain(ctx, sk) is a command to SSL_CTX_ctrl.
  #isPlainAlias(): boolean {
    return !/_ctrl$|_bio$/.test(this.contract.aliasOf ?? "");
  }

  #succeeded(): boolean {
    const { success, returns } = this.contract;
    if (success === "positive") return this.#result > 0;
    if (success === "nonnegative") return this.#result >= 0;
    if (success === "zero") return this.#result === 0;
    return success === null && returns === null ? true : this.#result !== 0;
  }

  #checkBorrow(borrowed: Watch | null): void {
    if (borrowed === null || this.#setup.borrowed === undefined) return;
    const { expect } = this.#setup.borrowed;
    if (borrowed.alive !== (expect === "stays")) this.#fail(expect === "ends" ? "the borrowed object is still there after the call" : "the borrowed object is gone after the call");
    this.shown.add(expect === "ends" ? "borrow ended" : "borrow survived");
  }

  // Applies the contract: what the scenario owes from here on.
  #account(cells: readonly OutCell[], nullAt?: number): void {
    const success = this.#succeeded();
    if (success === (this.#setup.fails === true) && this.contract.success !== null) this.#fail(success ? "the call succeeded where it should fail" : `the call failed: ${lastError()}`);
    if (this.contract.returns !== null) this.#accountResult(this.contract.returns);
    for (const effect of this.contract.effects) {
      if (effect.when === "success" && !success) continue;
      if (!this.#holds(effect) || ("param" in effect && effect.param === nullAt)) continue;
      this.#accountEffect(effect, cells);
    }
    if (this.contract.effects.every((effect) => effect.kind === "invalidate") && this.#held.size > 0) this.shown.add("arguments left alone");
  }

  #holds(effect: EffectContract): boolean {
    if (effect.ifArg !== undefined || effect.condition !== undefined) return this.#setup.holds?.(effect) ?? false;
    return true;
  }

  #accountResult(returns: NonNullable<FunctionContract["returns"]>): void {
    if (this.#result === 0) {
      if (this.#setup.fails !== true && returns.ownership !== "unknown") this.#fail(`the result is NULL, which shows nothing: ${lastError()}`);
      return;
    }
    if (returns.sameObjectAs !== undefined && this.#result !== callByContract(returns.sameObjectAs, `void *${returns.sameObjectAs}(void *owner)`, returns.sameObjectAs, [this.#args[0] as Argument])) {
      this.#fail(`the result is not the object of ${returns.sameObjectAs}`);
    }
    if (returns.ownership === "owned") {
      if (this.#setup.reused?.pointer === this.#result) this.#setup.reused.released = true;
      this.#world.hold(this.#setup.releaseAs ?? returns.class, this.#result);
      this.shown.add("result owed one release");
    } else if (returns.ownership !== "unknown") this.shown.add("result owed nothing");
    if (this.#setup.same !== undefined && this.#result !== Number(this.#args[this.#setup.same])) this.#fail("the result is another object");
  }

  #accountEffect(effect: EffectContract, cells: readonly OutCell[]): void {
    const held = "param" in effect ? this.#held.get(effect.param) : undefined;
    switch (effect.kind) {
      case "release":
        if (held === undefined) return;
        held.released = true;
        if (held.watch.alive && this.#setup.same === undefined) this.#fail(`argument ${effect.param} is still there after its only reference was released`);
        this.shown.add("argument released");
        return;
      case "retain":
        if (held === undefined) return;
        this.#world.hold(held.className, held.pointer);
        this.shown.add("argument retained");
        return;
      case "transfer":
        if (held === undefined) return;
        for (const each of [held, ...(effect.elements === true ? held.elements : [])]) {
          if (!each.watch.alive) this.#fail(`argument ${effect.param} is gone though the callee took it over`);
          each.released = true;
        }
        this.shown.add("argument taken over");
        return;
      case "share":
        if (held !== undefined) this.shown.add("argument shared");
        return;
      case "keep":
        if (held !== undefined) this.shown.add("argument kept without counting");
        return;
      case "out": {
        const out = cells.find((each) => each.effect === effect);
        if (out !== undefined) this.#accountOut(out);
        return;
      }
      case "invalidate":
      case "link":
      case "unlink":
        return;
    }
  }

  #accountOut({ effect, at, before }: OutCell): void {
    const pointee = readPointer(at);
    if (effect.ifPointee === "null" && before !== 0) return;
    if (effect.ownership === "same-as-return") {
      if (pointee !== this.#result) this.#fail(`*argument ${effect.param} is not the result`);
      this.shown.add("out is the result");
      return;
    }
    if (pointee === 0) {
      if (this.#setup.fails !== true && this.#setup.empty?.includes(effect.param) !== true) this.#fail(`nothing came out of argument ${effect.param}, which shows nothing: ${lastError()}`);
      return;
    }
    if (effect.ownership === "owned") {
      this.#world.hold(effect.class, pointee);
      this.shown.add("out owed one release");
    } else this.shown.add("out owed nothing");
  }

  #release(plan: Plan, owed: readonly Held[]): void {
    if (plan.kind === "omit") return this.#releaseAllBut(owed[plan.index] as Held);
    if (plan.kind === "first") this.#releaseFirst(plan.index);
    // What is stored somewhere without being counted must outlive it.
    const kept = [...this.#held].filter(([index]) => this.#isKept(index)).map(([, held]) => held);
    for (const held of owed.toReversed()) if (!kept.includes(held)) this.#world.release(held);
    for (const held of kept) {
      if (!held.watch.alive) this.#fail(`a ${held.className} that was only kept is gone`);
      this.#world.release(held);
    }
    const left = [...owed, ...this.#held.values()].find((held) => held.watch.alive && isBlock(held.pointer));
    if (left !== undefined) this.#fail(`a ${left.className} is left over after every release that is owed`);
  }

  #releaseAllBut(omitted: Held): void {
    this.#world.releaseAll(omitted);
    if (!isAlive(omitted)) this.#fail(`a ${omitted.className} is gone though one of its releases was left out`);
    this.#world.release(omitted);
    if (isAlive(omitted)) this.#fail(`a ${omitted.className} is left over after the release that was left out`);
  }

  #releaseFirst(index: number): void {
    const held = this.#held.get(index) as Held;
    this.#world.release(held);
    const holder = this.#holderOf(index);
    const alive = held.watch.alive;
    if (holder === null && alive) this.#fail(`argument ${index} is still there after its release, so something kept it`);
    if (holder !== null && !alive) this.#fail(`argument ${index} is gone after its release, so nothing counted it`);
    if (holder?.kind === "link") this.shown.add("tie kept the object alive");
    const { returns } = this.contract;
    if (returns?.ownership === "borrowed" && returns.from === index && this.#resultWatch?.alive === false) this.shown.add("result ended with its owner");
    if (holder?.kind === "share" && typeof holder.to === "number") this.#releaseHolder(held, holder.to);
  }

  #releaseHolder(shared: Held, index: number): void {
    const holder = this.#held.get(index);
    if (holder === undefined) return;
    this.#world.release(holder);
    if (shared.watch.alive) this.#fail(`a ${shared.className} is left over after the release of what shared it`);
  }

  // The effect by which something else counts a reference to the argument from now on.
  #holderOf(index: number): (EffectContract & { kind: "share" | "link" | "retain" }) | null {
    const success = this.#succeeded();
    for (const effect of this.contract.effects) {
      if (effect.when === "success" && !success) continue;
      if (!this.#holds(effect)) continue;
      if (effect.kind === "share" && effect.param === index && effect.elements !== true) return effect;
      if (effect.kind === "link" && effect.to === index && effect.strength === "strong" && effect.relation !== "same-context") return effect;
      if (effect.kind === "retain" && effect.param === index) return effect;
    }
    const same = this.#setup.same === index && this.contract.returns?.ownership === "owned";
    return same ? { kind: "retain", param: index } : null;
  }

  #isKept(index: number): boolean {
    return this.contract.effects.some((effect) => effect.kind === "keep" && effect.param === index && this.#holds(effect));
  }

  #checkBalance(before: number): void {
    call("void ERR_clear_error(void)");
    const bad = takeBadFrees();
    if (bad > 0) this.#fail(`${bad} blocks are freed twice`);
    const left = liveBlocks() - before;
    if (left > 0) this.#fail(`${left} blocks are left over after every release that is owed`);
  }

  #fail(message: string): never {
    throw new Mismatch(message);
  }
}

interface OutCell {
  readonly effect: EffectContract & { kind: "out" };
  readonly at: Pointer;
  readonly before: Pointer;
}

function isAlive({ watch: { alive } }: Held): boolean {
  return alive;
}

function callByContract(exported: string, signature: string, name: string, args: readonly Argument[]): number {
  const fn = bind(exported, signature.replace(name, exported));
  if (fn === null) throw new Error(`the library does not export ${exported}`);
  return Number(fn(...args) ?? 0);
}

/** A new object of a class, held once, or one that lives for ever. */
function makeObject(world: World, className: string): Held | Argument {
  switch (className) {
    case "SSL":
      return world.connection().client;
    case "SSL_CTX":
      return world.context();
    case "SSL_SESSION":
      return world.session();
    case "X509":
      return world.certificate();
    case "EVP_PKEY":
      return world.key();
    case "RSA":
      return world.rsaKey();
    case "BIO":
      return world.bio();
    case "X509_STORE":
      return world.store();
    case "X509_VERIFY_PARAM":
      return world.made("X509_VERIFY_PARAM", "X509_VERIFY_PARAM *X509_VERIFY_PARAM_new(void)");
    case "SSL_CONF_CTX":
      return world.made("SSL_CONF_CTX", "SSL_CONF_CTX *SSL_CONF_CTX_new(void)");
    case "CTLOG_STORE":
      return world.made("CTLOG_STORE", "CTLOG_STORE *CTLOG_STORE_new(void)");
    case "STACK_OF(X509_NAME)":
      return world.stack("X509_NAME", [world.name()]);
    case "STACK_OF(X509)":
      return world.stack("X509", [world.certificate()]);
    case "STACK_OF(X509_EXTENSION)":
      return world.stack("X509_EXTENSION", [world.made("X509_EXTENSION", "X509_EXTENSION *X509_EXTENSION_new(void)")]);
    case "STACK_OF(OCSP_RESPID)":
      return world.stack("OCSP_RESPID", [world.made("OCSP_RESPID", "OCSP_RESPID *OCSP_RESPID_new(void)")]);
    case "DH":
      return world.hold("DH", call("DH *DH_new_by_nid(int nid)", 1126));
    case "BIGNUM":
      return world.made("BIGNUM", "BIGNUM *BN_new(void)");
    case "BIO_ADDR":
      return world.made("BIO_ADDR", "BIO_ADDR *BIO_ADDR_new(void)");
    case "ENGINE":
      return world.made("ENGINE", "ENGINE *ENGINE_new(void)");
    case "SSL_METHOD":
      return call("const SSL_METHOD *TLS_method(void)");
    case "EVP_MD":
      return call("const EVP_MD *EVP_sha256(void)");
    case "SSL_CIPHER":
      return call("const SSL_CIPHER *SSL_CIPHER_find(SSL *s, const unsigned char *p)", world.connection().client.pointer, bytes(Buffer.from([0x13, 0x01])));
    case "OSSL_LIB_CTX":
      return 0;
    default:
      throw new Error(`no recipe says how a ${className} is made`);
  }
}

// Zero for a callback, a size that the buffer before it has, a buffer or an empty cell for a pointer.
function plainArgument(parameter: string): Argument {
  if (parameterType(parameter) !== "uintptr_t") return /(?:len|size|num|count|length)$/.test(parameter) ? 16 : 0;
  if (/\(\s*\*|\b\w+(?:_cb|_CB|_fn|_func|_cb_ex)\b|pem_password_cb/.test(parameter)) return 0;
  return /\*\s*\*/.test(parameter) ? cell() : scratch(4096);
}

function lastError(): string {
  const code = call("unsigned long ERR_peek_last_error(void)");
  return code === 0 ? "no error given" : `error ${code.toString(16)}`;
}
