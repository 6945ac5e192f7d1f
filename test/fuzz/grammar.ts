import fc from "fast-check";
import { extras } from "./sides.js";
import { isGiver, type Binding, type Block, type Condition, type Helper, type Layout, type Owner, type RandomProgram, type Statement } from "./syntax.js";

/** How rich the programs are: each level adds to the ones before. */
const ladder = ["straight", "branches", "loops", "exceptions", "helpers", "records", "objects", "modules"] as const;
/** Levels beside them: each adds one part of the language to the level named here. */
const sides = { jumps: "helpers", answers: "records", containers: "helpers", generators: "helpers", promises: "helpers", disposal: "helpers", classes: "objects" } as const;

export type Side = keyof typeof sides;
export type Level = (typeof ladder)[number] | Side;
export const levels: readonly Level[] = [...ladder, ...(Object.keys(sides) as Side[])];

/** Random programs of a level. */
export function programs(level: Level): fc.Arbitrary<RandomProgram> {
  const side = level in sides ? (level as Side) : null;
  const rank = (ladder as readonly string[]).indexOf(side === null ? level : sides[side]);
  const has = (other: (typeof ladder)[number]): boolean => rank >= ladder.indexOf(other);
  const later = has("modules") || side === "promises";
  const asked = side === "answers" ? ["check", "both"] : side === "generators" ? ["each"] : [];
  const helpers = [...(has("helpers") ? ["handle", "obtain"] : []), ...(later ? ["handleLater", "obtainLater"] : [])];
  return fc.record({
    helpers: has("helpers") ? helperSets(rank, side, later, asked) : fc.constant([]),
    owner: has("objects") ? owners(rank, side) : fc.constant(null),
    body: block({ rank, side, helpers, place: "main" }, 3, 8),
    async: side === "promises" ? fc.constant(true) : has("exceptions") ? fc.boolean() : fc.constant(false),
    ...(has("modules") ? surroundings : { binding: fc.constantFrom<Binding[]>("ambient", ...(has("helpers") ? (["koffi"] as const) : [])), layout: fc.constant<Layout>("one file"), split: fc.constant(false) }),
  });
}

const surroundings = {
  binding: fc.constantFrom<Binding[]>("koffi", "bun", "deno", "frida", "wasm"),
  layout: fc.constantFrom<Layout[]>("one file", "names", "barrel", "namespace", "commonjs"),
  split: fc.boolean(),
};

/** Where a statement stands, and what it may name there. */
export interface Scope {
  readonly rank: number;
  readonly side: Side | null;
  readonly helpers: readonly string[];
  readonly place: "main" | "helper" | "method" | "static";
  /** The helper that it is in. */
  readonly within?: string;
}

export const names = { main: ["a", "b", "c"], helper: ["a", "b", "s"], method: ["a", "this.s", "this.s"], static: ["s", "Owner.last", "Owner.last"] };
const lines = { main: ["ssl", "ssl", "ssl", "other"], helper: ["ssl"], method: ["this.ssl"], static: ["ssl"] };

function helperSets(rank: number, side: Side | null, later: boolean, asked: readonly string[]): fc.Arbitrary<Helper[]> {
  const one = (name: string, helpers: readonly string[], most: number): fc.Arbitrary<Helper> =>
    block({ rank, side, helpers, place: "helper", within: name }, 2, most).map((body) => ({ name, body, async: name.endsWith("Later") }));
  const known = [one("handle", [], 4), one("obtain", ["handle"], 4)];
  return fc.tuple(...known, ...(later ? [one("handleLater", ["handle"], 3), one("obtainLater", ["handle", "obtain"], 3)] : []), ...asked.map((name) => one(name, ["handle"], 5)));
}

function owners(rank: number, side: Side | null): fc.Arbitrary<Owner> {
  const scope: Scope = { rank, side, helpers: [], place: "method" };
  const shared: Scope = { ...scope, place: "static" };
  const base = side !== "classes" ? fc.constant(null) : fc.record({ open: block(scope, 1, 3), close: block(scope, 1, 2), keep: block(shared, 1, 3), drop: block(shared, 1, 3), closesFirst: fc.boolean() });
  return fc.record({ load: block(scope, 1, 3), close: block(scope, 1, 3), begin: block(scope, 1, 1), base });
}

export function block(scope: Scope, depth: number, most: number): fc.Arbitrary<Block> {
  return fc.array(statement(scope, depth), { maxLength: most });
}

function statement(scope: Scope, depth: number): fc.Arbitrary<Statement> {
  const { rank, place } = scope;
  const objects = rank >= ladder.indexOf("objects");
  const pointer = fc.constantFrom(...names[place], ...(objects && place === "main" ? ["h.s"] : []));
  const connection = fc.constantFrom(...lines[place]);
  const weighted: { weight: number; arbitrary: fc.Arbitrary<Statement> }[] = [];
  const add = (weight: number, arbitrary: fc.Arbitrary<Statement>): void => void weighted.push({ weight, arbitrary });
  const inner = (): fc.Arbitrary<Block> => block(scope, depth - 1, 3);
  add(4, fc.record({ kind: fc.constantFrom("get1" as const, "get0" as const), to: pointer, connection }));
  add(6, fc.record({ kind: fc.constantFrom("free" as const, "free" as const, "use" as const), pointer }));
  add(1, fc.record({ kind: fc.constant("count" as const), pointer }));
  add(2, fc.record({ kind: fc.constant("end" as const), call: fc.constantFrom("SSL_free", "SSL_clear"), connection }));
  add(1, fc.record({ kind: fc.constant("copy" as const), to: pointer, from: pointer }));
  add(1, fc.record({ kind: fc.constant("forget" as const), pointer }));
  add(1, fc.record({ kind: fc.constant("flag" as const), flag: fc.constantFrom("k", ...(place === "method" ? ["this.k"] : [])), value: fc.boolean() }));
  if (rank >= 1) {
    add(1, fc.record({ kind: fc.constant("leave" as const), how: fc.constantFrom("return" as const, "give" as const), pointer }));
    add(1, fc.record({ kind: fc.constant("work" as const) }));
    if (depth > 0) {
      add(4, fc.record({ kind: fc.constant("if" as const), condition: conditions(place), then: inner(), otherwise: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: inner() }) }));
      add(1, fc.record({ kind: fc.constant("switch" as const), subject: fc.constantFrom("p", "mode()"), first: inner(), second: inner(), falls: fc.boolean() }));
    }
  }
  if (rank >= 2) {
    add(1, fc.record({ kind: fc.constant("leave" as const), how: fc.constantFrom("break" as const, "continue" as const), pointer }));
    if (depth > 0) add(2, fc.record({ kind: fc.constant("loop" as const), form: place === "main" ? fc.constantFrom("while" as const, "do" as const, "of" as const) : fc.constantFrom("while" as const, "do" as const), body: inner() }));
  }
  if (rank >= 3) {
    add(1, fc.record({ kind: fc.constant("leave" as const), how: fc.constant("throw" as const), pointer }));
    add(1, fc.record({ kind: fc.constant("suspend" as const) }));
    if (depth > 0) add(2, fc.record({ kind: fc.constant("try" as const), body: inner(), handler: fc.option<Block>(inner()), last: fc.option<Block>(inner()) }));
  }
  for (const name of scope.helpers) {
    add(
      2,
      isGiver(name)
        ? fc.record({ kind: fc.constant("fromHelper" as const), to: pointer, name: fc.constant(name), connection })
        : fc.record({ kind: fc.constant("helper" as const), name: fc.constant(name), first: pointer, second: fc.constantFrom("true", "false", "p") }),
    );
  }
  if (rank >= 5 && (place === "main" || place === "helper")) {
    const record = fc.constantFrom("box" as const, "box" as const, "same" as const, "pair" as const);
    const field = fc.constantFrom("x" as const, "y" as const);
    add(1, fc.record({ kind: fc.constant("store" as const), record, field, from: pointer }));
    add(1, fc.record({ kind: fc.constant("load" as const), to: pointer, record, field, pattern: fc.boolean() }));
    add(1, fc.record({ kind: fc.constant("swap" as const), left: fc.constantFrom(...names[place]), right: fc.constantFrom(...names[place]) }));
    add(1, fc.record({ kind: fc.constant("interior" as const), pointer }));
    add(1, fc.record({ kind: fc.constant("readInterior" as const) }));
    const times = fc.constantFrom(1 as const, 2 as const, "within" as const, ...(place === "main" ? ["each" as const] : []));
    if (depth > 0) add(1, fc.record({ kind: fc.constant("closure" as const), body: inner(), times }));
  }
  if (scope.side !== null) for (const [weight, arbitrary] of extras(scope, depth, pointer, connection, inner)) add(weight, arbitrary);
  if (objects && place === "main") {
    const from = fc.oneof(pointer, fc.constant(""));
    add(3, fc.record({ kind: fc.constant("method" as const), name: fc.constantFrom("load" as const, "close" as const, ...(scope.side === "classes" ? (["open"] as const) : [])), flag: fc.constantFrom("true", "false", "p") }));
    add(1, fc.record({ kind: fc.constant("make" as const), from }));
    if (depth > 0) add(1, fc.record({ kind: fc.constant("using" as const), from, loads: fc.boolean(), body: inner() }));
  }
  return fc.oneof(...weighted);
}

export function conditions(place: Scope["place"]): fc.Arbitrary<Condition> {
  const flags = { main: ["p", "!p", "q", "k", "!k", "p && q", "p || q", "p === q", "maybe()"], helper: ["p", "!p", "k", "maybe()"], method: ["p", "!p", "k", "this.k", "!this.k", "maybe()"], static: ["p", "!p", "maybe()"] };
  const pointer = fc.constantFrom(...names[place]);
  return fc.oneof(
    fc.record({ kind: fc.constant("null" as const), pointer, form: fc.nat(3), and: fc.constant("") }),
    fc.record({ kind: fc.constant("flag" as const), text: fc.constantFrom(...flags[place]) }),
    fc.record({ kind: fc.constant("null" as const), pointer, form: fc.constant(0), and: fc.constant("p") }),
  );
}
