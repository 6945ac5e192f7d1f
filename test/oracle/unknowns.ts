import type { Tape } from "./tape.js";
import { Pointer, Unknown } from "./values.js";

/** Makes values that the program does not determine, and answers tests of them by choosing a path. */
export class Unknowns {
  private count = 0;
  private readonly facts = new Map<object, Unknown>();
  private readonly derived = new Map<string, unknown>();
  private readonly ids = new Map<object, number>();

  constructor(
    private readonly tape: Tape,
    /** What reading a property of such a value gives when the name means something on its own. */
    private readonly wellKnown: (key: string) => unknown,
    private readonly called: (fn: unknown, receiver: unknown, args: unknown[]) => unknown,
  ) {}

  fresh(name: string): unknown {
    const unknown = new Unknown(this.count++, name);
    const target = function (): undefined {
      return undefined;
    };
    const behaviour = new Behaviour(unknown, this.member, this.called);
    const proxy: object = (behaviour.proxy = new Proxy(target, behaviour));
    this.facts.set(proxy, unknown);
    return proxy;
  }

  of(value: unknown): Unknown | undefined {
    let unknown = this.own(value);
    while (unknown?.same !== undefined) unknown = unknown.same;
    return unknown;
  }

  private own(value: unknown): Unknown | undefined {
    return isObject(value) ? this.facts.get(value) : undefined;
  }

  /** The same operator on the same operands gives the same unknown. */
  result(operator: string, operands: readonly unknown[]): unknown {
    const key = `${operator}(${operands.map((operand) => this.keyOf(operand)).join()})`;
    if (!this.derived.has(key)) this.derived.set(key, this.fresh(operator));
    return this.derived.get(key);
  }

  truthy(value: unknown): boolean {
    if (value instanceof Pointer) return !this.isNullPointer(value);
    const unknown = this.of(value);
    if (unknown === undefined) return Boolean(value);
    if (unknown.outcome !== undefined) return this.outcome(unknown) !== 0;
    if (unknown.equal !== undefined) return Boolean(unknown.equal.value);
    if (unknown.nullish === true) return false;
    if (unknown.nullish === false && unknown.object !== undefined) unknown.truthy ??= true;
    unknown.truthy ??= this.tape.choose(2) === 0;
    if (unknown.truthy) unknown.nullish = false;
    return unknown.truthy;
  }

  nullish(value: unknown): boolean {
    if (value instanceof Pointer) return this.isNullPointer(value);
    const unknown = this.of(value);
    if (unknown === undefined) return value === null || value === undefined;
    if (unknown.outcome !== undefined) return false;
    if (unknown.equal !== undefined) return unknown.equal.value === null || unknown.equal.value === undefined;
    if (unknown.truthy === true) return false;
    unknown.nullish ??= this.tape.choose(2) === 1;
    if (unknown.nullish) unknown.truthy = false;
    return unknown.nullish;
  }

  equal(left: unknown, right: unknown, strict: boolean): boolean {
    if (left instanceof Pointer && right instanceof Pointer) return left === right || this.samePointer(left, right);
    if (left instanceof Pointer || right instanceof Pointer) return this.pointerEquals(left, right);
    const first = this.of(left);
    const second = this.of(right);
    if (first === undefined && second === undefined) return strict ? left === right : (left as never) == right;
    if (left === right) return true;
    if (first !== undefined && second !== undefined) return this.areSame(left, first, right, second);
    return this.equalsConstant((first ?? second) as Unknown, first === undefined ? left : right, strict);
  }

  // Two values of which different things are known are not the same; what is known of one of two that are is known of the other.
  private areSame(left: unknown, first: Unknown, right: unknown, second: Unknown): boolean {
    if (first === second) return true;
    if (differ(first.truthy, second.truthy) || differ(nullishOf(first), nullishOf(second))) return false;
    const [one, other] = [first.equal, second.equal];
    if (one !== undefined && other !== undefined) return one.value === other.value;
    if ((one !== undefined && second.different.has(one.value)) || (other !== undefined && first.different.has(other.value))) return false;
    if (!this.truthy(this.result("===", [left, right]))) return false;
    if (first.outcome !== undefined || second.outcome !== undefined || first.object !== undefined || second.object !== undefined || first.foreign || second.foreign) return true;
    first.truthy ??= second.truthy;
    first.nullish ??= second.nullish;
    first.equal ??= second.equal;
    for (const value of second.different) first.different.add(value);
    second.same = first;
    return true;
  }

  /** True when the pointer is NULL: decided when it is first asked. */
  isNullPointer(pointer: Pointer): boolean {
    pointer.object.isNull ??= this.tape.choose(2) === 1;
    return pointer.object.isNull;
  }

  private readonly member = (unknown: Unknown, key: PropertyKey): unknown => {
    if (unknown.members.has(key)) return unknown.members.get(key);
    const value = this.newMember(unknown, key);
    unknown.members.set(key, value);
    return value;
  };

  private newMember(unknown: Unknown, key: PropertyKey): unknown {
    if (key === Symbol.toPrimitive) return () => `unknown${unknown.id}`;
    if (key === Symbol.iterator) return () => this.elements(unknown)[Symbol.iterator]();
    if (key === Symbol.dispose || key === Symbol.asyncDispose) return () => undefined;
    if (typeof key === "symbol" || key === "then" || key === "$typeof") return undefined;
    if (key === "__esModule") return true;
    const known = this.wellKnown(String(key));
    if (known !== undefined) return known;
    const fresh = this.fresh(String(key));
    const facts = this.of(fresh);
    if (facts !== undefined) facts.isMember = true;
    return fresh;
  }

  // For destructuring: as many elements as anybody asks for in practice.
  private elements(unknown: Unknown): unknown[] {
    return [0, 1, 2, 3].map((index) => this.member(unknown, String(index)));
  }

  private equalsConstant(unknown: Unknown, constant: unknown, strict: boolean): boolean {
    if (isObject(constant)) return this.truthy(this.result("===", [unknown.id, constant]));
    if (unknown.outcome !== undefined) return this.outcome(unknown) === Number(constant);
    if (unknown.equal !== undefined) return strict ? unknown.equal.value === constant : (unknown.equal.value as never) == constant;
    const nullish = constant === null || constant === undefined;
    if (nullish && !strict) return this.nullishById(unknown);
    if (unknown.truthy !== undefined && unknown.truthy !== Boolean(constant)) return false;
    if (unknown.nullish !== undefined && unknown.nullish !== nullish) return false;
    if (unknown.different.has(constant)) return false;
    if (this.tape.choose(2) === 0) {
      unknown.equal = { value: constant };
      unknown.truthy = Boolean(constant);
      return true;
    }
    unknown.different.add(constant);
    return false;
  }

  private nullishById(unknown: Unknown): boolean {
    if (unknown.truthy === true) return false;
    unknown.nullish ??= this.tape.choose(2) === 1;
    if (unknown.nullish) unknown.truthy = false;
    return unknown.nullish;
  }

  private outcome(unknown: Unknown): number {
    const outcome = unknown.outcome;
    if (outcome === undefined) return 1;
    if (outcome.decided === undefined) {
      outcome.decided = this.tape.choose(2) === 0 ? 1 : 0;
      if (outcome.decided === 0) outcome.undo();
    }
    return outcome.decided;
  }

  private pointerEquals(left: unknown, right: unknown): boolean {
    const pointer = (left instanceof Pointer ? left : right) as Pointer;
    const other = left instanceof Pointer ? right : left;
    if (other === null || other === undefined || other === 0 || other === 0n) return this.isNullPointer(pointer);
    if (this.of(other) === undefined) return false;
    return this.truthy(this.result("===", [pointer, other]));
  }

  private samePointer(left: Pointer, right: Pointer): boolean {
    if (left.object === right.object) return true;
    if (!left.object.dead && !right.object.dead) return false;
    return this.truthy(this.result("===", [left, right]));
  }

  private keyOf(operand: unknown): string {
    const unknown = this.own(operand);
    if (unknown !== undefined) return `?${unknown.id}`;
    if (!isObject(operand)) return `${typeof operand}:${String(operand)}`;
    let id = this.ids.get(operand);
    if (id === undefined) this.ids.set(operand, (id = this.count++));
    return `#${id}`;
  }
}

/** What a value does of which nothing is known: it has every member, and can be called and constructed. */
class Behaviour implements ProxyHandler<() => undefined> {
  /** The value itself. */
  proxy: object | undefined;

  constructor(
    private readonly unknown: Unknown,
    private readonly member: (unknown: Unknown, key: PropertyKey) => unknown,
    private readonly called: (fn: unknown, receiver: unknown, args: unknown[]) => unknown,
  ) {}

  get(target: () => undefined, key: PropertyKey): unknown {
    return key === "prototype" ? Reflect.get(target, key) : this.member(this.unknown, key);
  }

  set(_: object, key: PropertyKey, value: unknown): boolean {
    this.unknown.members.set(key, value);
    return true;
  }

  has(): boolean {
    return true;
  }

  apply(_: object, receiver: unknown, args: unknown[]): unknown {
    return this.called(this.proxy, receiver, args);
  }

  construct(_: object, args: unknown[], newTarget: { prototype: object }): object {
    return newTarget === this.proxy ? (this.called(this.proxy, undefined, args) as object) : (Object.create(newTarget.prototype) as object);
  }

  deleteProperty(_: object, key: PropertyKey): boolean {
    this.unknown.members.set(key, undefined);
    return true;
  }

  ownKeys(): string[] {
    return ["prototype"];
  }

  getOwnPropertyDescriptor(target: () => undefined, key: PropertyKey): PropertyDescriptor | undefined {
    return key === "prototype" ? Object.getOwnPropertyDescriptor(target, key) : undefined;
  }
}

export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function differ(left: boolean | undefined, right: boolean | undefined): boolean {
  return left !== undefined && right !== undefined && left !== right;
}

function nullishOf({ nullish, equal }: Unknown): boolean | undefined {
  return equal === undefined ? nullish : equal.value === null || equal.value === undefined;
}
