import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describe as write, restrict } from "../../src/analysis/canonical.js";
import { type Describe, mergeComplements } from "../../src/analysis/join.js";
import { languageModel } from "../../src/frontend/typescript/language.js";
import { emptyRecord, State, type Fact } from "../../src/analysis/state.js";
import { constant, entity, valueKey, type Value } from "../../src/analysis/values.js";
import { canWiden, isBare, widen } from "../../src/analysis/widen.js";

/** A state in a few words: what three variables and the fields of one object hold, and what was tested. */
interface Sketch {
  readonly variables: readonly Content[];
  readonly fields: readonly (readonly ["left" | "right", Content])[];
  readonly facts: readonly (readonly [number, boolean])[];
}

/** A constant, or one of a few entities (the last is the object). */
type Content = { readonly constant: number | null } | { readonly entity: number };

const object = 104;
const content: fc.Arbitrary<Content> = fc.oneof(fc.record({ constant: fc.constantFrom(0, 1, null) }), fc.record({ entity: fc.constantFrom(101, 102, 103, object) }));
const sketch: fc.Arbitrary<Sketch> = fc.record({
  variables: fc.array(content, { minLength: 3, maxLength: 3 }),
  fields: fc.uniqueArray(fc.tuple(fc.constantFrom("left" as const, "right" as const), content), { selector: ([key]) => key, maxLength: 2 }),
  facts: fc.uniqueArray(fc.tuple(fc.constantFrom(101, 102, 103), fc.boolean()), { selector: ([id]) => id, maxLength: 3 }),
});

function make({ variables, fields, facts }: Sketch): State {
  const state = new State(languageModel);
  variables.forEach((value, variable) => { state.setVar(variable, valueOf(value)); });
  state.setRecord(object, { ...emptyRecord, fields: new Map(fields.map(([key, value]) => [key, valueOf(value)])) });
  for (const [id, truth] of facts) state.setFact(factOn(entity(id), truth));
  return state;
}

function valueOf(value: Content): Value {
  return "entity" in value ? entity(value.entity) : constant(value.constant);
}

function factOn(value: Value, truth: boolean): Fact {
  return { value, truth, equals: undefined, not: [] };
}

// The entities are the caller's: their numbers are part of what the state says.
function described(state: State, omit: string | null = null): ReturnType<typeof write> {
  return write(state, { roots: [...state.vars].sort(([a], [b]) => a - b), ids: [101, 102, 103, object], dependents: false, sites: false, omit });
}

const describedWithout: Describe = (state) => (omit) => described(state, omit);

const keyOf = (state: State): number => described(state).digest.value;

const isNobodys = (): boolean => false;

describe("widening", () => {
  test("a state and itself is that state", () => {
    fc.assert(fc.property(sketch, (one) => { expect(keyOf(widen(make(one), make(one), isNobodys).state)).toBe(keyOf(make(one))); }));
  });

  test("does not depend on the order of the two", () => {
    fc.assert(fc.property(sketch, sketch, (one, other) => { expect(keyOf(widen(make(one), make(other), isNobodys).state)).toBe(keyOf(widen(make(other), make(one), isNobodys).state)); }));
  });

  test("takes in either side again without a change", () => {
    fc.assert(fc.property(sketch, sketch, (one, other) => {
      const wide = widen(make(one), make(other), isNobodys).state;
      expect(keyOf(widen(wide.fork(), make(one), isNobodys).state)).toBe(keyOf(wide));
      expect(keyOf(widen(wide.fork(), make(other), isNobodys).state)).toBe(keyOf(wide));
    }));
  });

  test("says nothing that one side does not say", () => {
    fc.assert(fc.property(sketch, sketch, (one, other) => {
      const sides = [make(one), make(other)];
      const wide = widen(make(one), make(other), isNobodys).state;
      for (const [key, fact] of wide.facts) for (const side of sides) expect([key, side.facts.get(key)?.truth]).toEqual([key, fact.truth]);
      for (const [variable, value] of wide.vars) {
        if (value.kind === "constant") for (const side of sides) expect(valueKey(side.vars.get(variable)!)).toBe(valueKey(value));
      }
    }));
  });

  test("comes to an end", () => {
    fc.assert(fc.property(fc.array(sketch, { minLength: 2, maxLength: 12 }), (sketches) => {
      let wide = make(sketches[0]!);
      let changes = 0;
      for (let round = 0; round < 3; round++) {
        for (const next of sketches) {
          const before = keyOf(wide);
          wide = widen(wide.fork(), make(next), isNobodys).state;
          if (keyOf(wide) !== before) changes++;
        }
      }
      // Each change makes a variable, a field or a tested value unknown.
      expect(changes).toBeLessThanOrEqual(3 + 2 + 3);
    }));
  });

  test("leaves both sides as they were", () => {
    fc.assert(fc.property(sketch, sketch, (one, other) => {
      const left = make(one), right = make(other);
      widen(left, right, isNobodys).state.setVar(0, constant("written"));
      expect([keyOf(left), keyOf(right)]).toEqual([keyOf(make(one)), keyOf(make(other))]);
    }));
  });

  test("is for states without a pointer, about the same native objects", () => {
    const plain = make({ variables: [], fields: [], facts: [] });
    expect([isBare(plain), canWiden(plain, plain.fork())]).toEqual([true, true]);
    const known = plain.fork();
    known.updateObject(101, { class: "SOME_CLASS" });
    expect(canWiden(plain, known)).toBe(false);
  });
});

describe("merging the two sides of a test", () => {
  test("gives one state that does not know the answer", () => {
    fc.assert(fc.property(sketch, fc.constantFrom(101, 102, 103), (one, id) => {
      const [yes, no] = [true, false].map((truth) => make({ ...one, facts: [...one.facts.filter(([known]) => known !== id), [id, truth] as const] }));
      const merged = mergeComplements([yes!, no!], describedWithout);
      expect(merged).toHaveLength(1);
      expect(keyOf(merged[0]!)).toBe(keyOf(make({ ...one, facts: one.facts.filter(([known]) => known !== id) })));
    }));
  });

  test("stands for exactly the same answers", () => {
    fc.assert(fc.property(fc.uniqueArray(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { selector: (answers) => answers.join(), minLength: 1, maxLength: 8 }), (paths) => {
      const states = paths.map((answers) => make({ variables: [], fields: [], facts: answers.map((truth, index) => [101 + index, truth] as const) }));
      const merged = mergeComplements(states, describedWithout);
      expect(merged.flatMap(answersOf).sort()).toEqual(paths.map((answers) => answers.join()).sort());
    }));
  });
});

// All answers to the three questions that a state allows.
function answersOf(state: State): string[] {
  return [101, 102, 103].reduce<string[][]>((known, id) => {
    const truth = state.facts.get(`e${id}`)?.truth;
    return known.flatMap((answers) => (truth === undefined ? [true, false] : [truth]).map((answer) => [...answers, String(answer)]));
  }, [[]]).map((answers) => answers.join());
}

describe("a canonical description", () => {
  test("does not show how entities are numbered", () => {
    fc.assert(fc.property(sketch, (one) => {
      const shift = (state: State, by: number): number => {
        const moved = new State(languageModel);
        const move = (value: Value): Value => (value.kind === "entity" ? entity(value.id + by) : value);
        for (const [variable, value] of state.vars) moved.setVar(variable, move(value));
        for (const [id, record] of state.records) moved.setRecord(id + by, { ...record, fields: new Map([...record.fields].map(([key, value]) => [key, move(value)])) });
        for (const fact of state.facts.values()) moved.setFact({ ...fact, value: move(fact.value) });
        return write(moved, { roots: [...moved.vars].sort(([a], [b]) => a - b), ids: [], dependents: false, sites: false }).digest.value;
      };
      expect(shift(make(one), 1000)).toBe(shift(make(one), 0));
    }));
  });

  test("is the same after what it does not mention is dropped", () => {
    fc.assert(fc.property(sketch, (one) => {
      const state = make(one);
      const { digest, numbering } = described(state);
      restrict(state, numbering);
      expect(keyOf(state)).toBe(digest.value);
    }));
  });
});

test("what is written into a copy of a state does not show in the other", () => {
  fc.assert(fc.property(sketch, (one) => {
    const state = make(one);
    const copy = state.fork();
    copy.setVar(0, constant("copy"));
    copy.setField(object, "left", constant("copy"));
    copy.deleteFact("e101");
    state.setVar(1, constant("first"));
    expect(copy.vars.get(1)).toEqual(make(one).vars.get(1));
    expect(keyOf(state)).toBe(keyOf(((expected: State) => { expected.setVar(1, constant("first")); return expected; })(make(one))));
  }));
});
