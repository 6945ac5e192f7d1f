import fc from "fast-check";
import { isGiver, type Block, type Helper, type RandomProgram, type Statement } from "./syntax.js";

/** How rich the programs are: each level adds to the ones before. */
export const levels = ["straight", "branches", "loops", "exceptions", "helpers", "records"] as const;
export type Level = (typeof levels)[number];

/** Random programs of a level. */
export function programs(level: Level): fc.Arbitrary<RandomProgram> {
  const rank = levels.indexOf(level);
  const helped = rank >= levels.indexOf("helpers");
  return fc.record({
    helpers: helped ? helperSets(rank) : fc.constant([]),
    body: block(rank, 3, helped ? ["handle", "obtain"] : [], 8, false),
    async: rank >= levels.indexOf("exceptions") ? fc.boolean() : fc.constant(false),
    binding: helped ? fc.constantFrom("ambient" as const, "koffi" as const, "module" as const) : fc.constant("ambient" as const),
  });
}

const pointers = fc.constantFrom("a", "b", "c");
const connections = fc.constantFrom("ssl", "ssl", "ssl", "other");

function helperSets(rank: number): fc.Arbitrary<Helper[]> {
  return fc.tuple(block(rank, 2, [], 4, true), block(rank, 2, ["handle"], 4, true)).map(([first, second]) => [
    { name: "handle", body: first },
    { name: "obtain", body: second },
  ]);
}

function block(rank: number, depth: number, helpers: readonly string[], most: number, inHelper: boolean): fc.Arbitrary<Block> {
  return fc.array(statement(rank, depth, helpers, inHelper), { maxLength: most });
}

function statement(rank: number, depth: number, helpers: readonly string[], inHelper: boolean): fc.Arbitrary<Statement> {
  const names = inHelper ? fc.constantFrom("a", "b", "s") : pointers;
  const lines = inHelper ? fc.constant("ssl") : connections;
  const weighted: { weight: number; arbitrary: fc.Arbitrary<Statement> }[] = [
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("get1" as const, "get0" as const), to: names, connection: lines }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("free" as const, "free" as const, "use" as const), pointer: names }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("count" as const), pointer: names }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("end" as const), call: fc.constantFrom("SSL_free", "SSL_clear"), connection: lines }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("copy" as const), to: names, from: fc.oneof(names, fc.constant("null")) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("flag" as const), flag: fc.constantFrom("k"), value: fc.boolean() }) },
  ];
  const inner = (): fc.Arbitrary<Block> => block(rank, depth - 1, helpers, 3, inHelper);
  if (rank >= 1) {
    weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), how: fc.constantFrom("return" as const, "give" as const), pointer: names }) });
    weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("work" as const) }) });
    if (depth > 0) {
      weighted.push({ weight: 4, arbitrary: fc.record({ kind: fc.constant("if" as const), condition: conditions(inHelper), then: inner(), otherwise: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: inner() }) }) });
      weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("switch" as const), subject: fc.constantFrom("p", "mode()"), first: inner(), second: inner(), falls: fc.boolean() }) });
    }
  }
  if (rank >= 2) {
    weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), how: fc.constantFrom("break" as const, "continue" as const), pointer: names }) });
    if (depth > 0) weighted.push({ weight: 2, arbitrary: fc.record({ kind: fc.constant("loop" as const), form: inHelper ? fc.constantFrom("while" as const, "do" as const) : fc.constantFrom("while" as const, "do" as const, "of" as const), body: inner() }) });
  }
  if (rank >= 3) {
    weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), how: fc.constant("throw" as const), pointer: names }) });
    weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("suspend" as const) }) });
    if (depth > 0) weighted.push({ weight: 2, arbitrary: fc.record({ kind: fc.constant("try" as const), body: inner(), handler: fc.option<Block>(inner()), last: fc.option<Block>(inner()) }) });
  }
  for (const helper of helpers) {
    weighted.push(
      isGiver(helper)
        ? { weight: 2, arbitrary: fc.record({ kind: fc.constant("fromHelper" as const), to: names, name: fc.constant(helper), connection: lines }) }
        : { weight: 2, arbitrary: fc.record({ kind: fc.constant("helper" as const), name: fc.constant(helper), first: names, second: fc.constantFrom("true", "false", "p") }) },
    );
  }
  if (rank >= 5) {
    const fields = fc.constantFrom("x", "y");
    weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("store" as const), record: fc.constant("box"), field: fields, from: names }) });
    weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("load" as const), to: names, record: fc.constant("box"), field: fields }) });
    weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("interior" as const), pointer: names }) });
    weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("readInterior" as const) }) });
    if (depth > 0) weighted.push({ weight: 1, arbitrary: fc.record({ kind: fc.constant("closure" as const), body: inner(), times: fc.integer({ min: 1, max: 2 }) }) });
  }
  return fc.oneof(...weighted);
}

function conditions(inHelper: boolean): fc.Arbitrary<string> {
  const pointer = inHelper ? ["a", "b", "s"] : ["a", "b", "c"];
  const tests = pointer.flatMap((name) => [name, `!${name}`, `${name} === null`, `${name} != null`]);
  const flags = inHelper ? ["p", "!p", "k", "maybe()"] : ["p", "!p", "q", "k", "!k", "p && q", "p || q", "p === q", "maybe()"];
  return fc.oneof(fc.constantFrom(...tests), fc.constantFrom(...flags), fc.constantFrom(...pointer.map((name) => `p && ${name}`)));
}
