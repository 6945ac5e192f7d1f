import fc from "fast-check";
import type { Scope } from "./grammar.js";
import type { Block, Container, Extra } from "./syntax.js";

type Weighted = readonly (readonly [weight: number, arbitrary: fc.Arbitrary<Extra>])[];

/** What the level beside the ladder adds to the statements of a block. */
export function extras(scope: Scope, depth: number, pointer: fc.Arbitrary<string>, connection: fc.Arbitrary<string>, inner: () => fc.Arbitrary<Block>): Weighted {
  const { side, place, within } = scope;
  const deep = depth > 0;
  switch (side) {
    case "jumps":
      return [
        [2, fc.record({ kind: fc.constant("choose" as const), to: pointer, form: fc.constantFrom("ternary" as const, "else" as const, "or fill" as const, "fill" as const), from: pointer, connection })],
        [2, fc.record({ kind: fc.constant("guarded" as const), form: fc.constantFrom("flag and" as const, "pointer and" as const, "ternary" as const, "comma" as const, "unless" as const), pointer, other: pointer })],
        [2, fc.record({ kind: fc.constant("jump" as const), how: fc.constantFrom("break" as const, "continue" as const), out: fc.nat(1) })],
        ...(deep
          ? ([
              [1, fc.record({ kind: fc.constant("assignTest" as const), to: pointer, connection, negated: fc.boolean(), body: inner() })],
              [3, fc.record({ kind: fc.constant("labelled" as const), form: fc.constantFrom("while" as const, "for" as const, "ever" as const, "once" as const, "block" as const), body: inner() })],
              [2, fc.record({ kind: fc.constant("cases" as const), subject: fc.constantFrom("p", "mode()", "true"), clauses: fc.array(fc.record({ falls: fc.boolean(), body: inner() }), { minLength: 2, maxLength: 3 }) })],
            ] as const)
          : []),
      ];
    case "answers":
      return [
        ...(within === "check" || within === "both" ? ([[4, fc.record({ kind: fc.constant("answer" as const), ok: fc.boolean(), pointer })]] as const) : []),
        ...(place === "main" ? ([[3, fc.record({ kind: fc.constant("askBoth" as const), to: pointer, form: fc.constantFrom("pattern" as const, "record" as const, "default" as const), connection })]] as const) : []),
        ...(place === "main" && deep ? ([[4, fc.record({ kind: fc.constant("ask" as const), form: fc.constantFrom("if" as const, "unless" as const, "variable" as const, "throws" as const), first: pointer, then: inner(), otherwise: inner() })]] as const) : []),
      ];
    case "containers": {
      const container = fc.constantFrom<Container[]>("items", "items", "map", "set");
      return [
        [3, fc.record({ kind: fc.constant("put" as const), container, pointer })],
        [3, fc.record({ kind: fc.constant("take" as const), to: pointer, how: fc.constantFrom("pop" as const, "shift" as const, "get" as const, "first" as const, "pattern" as const) })],
        [1, fc.record({ kind: fc.constant("drop" as const), container, pointer, all: fc.boolean() })],
        [3, fc.record({ kind: fc.constant("each" as const), container, form: fc.constantFrom("of" as const, "forEach" as const), does: fc.constantFrom("free" as const, "free" as const, "use" as const, "copy" as const), pointer })],
        ...(deep ? ([[1, fc.record({ kind: fc.constant("ifAny" as const), container, pointer, then: inner() })]] as const) : []),
      ];
    }
    case "generators":
      return [
        ...(within === "each" ? ([[6, fc.record({ kind: fc.constant("yield" as const), pointer })]] as const) : []),
        ...(place === "main" && deep ? ([[5, fc.record({ kind: fc.constant("consume" as const), form: fc.constantFrom("of" as const, "of" as const, "next" as const, "all" as const), to: pointer, first: pointer, body: inner() })]] as const) : []),
      ];
    case "promises":
      return deep && place === "main"
        ? [
            [3, fc.record({ kind: fc.constant("asyncClosure" as const), form: fc.constantFrom("now" as const, "later" as const), body: inner() })],
            [3, fc.record({ kind: fc.constant("reaction" as const), form: fc.constantFrom("then" as const, "finally" as const, "catch" as const), on: fc.constantFrom("resolved" as const, "helper" as const), body: inner() })],
          ]
        : [];
    case "disposal": {
      if (!deep) return [];
      const entry = fc.record({ how: fc.constantFrom("defer" as const, "adopt" as const), pointer, body: inner() });
      return [[4, fc.record({ kind: fc.constant("stack" as const), entries: fc.array(entry, { minLength: 1, maxLength: 2 }), body: inner(), moves: fc.boolean() })]];
    }
    case "classes":
      return place === "main" ? [[3, fc.record({ kind: fc.constant("static" as const), name: fc.constantFrom("keep" as const, "drop" as const), pointer })]] : [];
    case null:
      return [];
  }
}
