import fc from "fast-check";
import { expect, test } from "vitest";
import { programsOf } from "../fixtures/programs.js";
import { mutations } from "./mutate.js";
import { survive } from "./survive.js";

const texts = [...programsOf("rules"), ...programsOf("themes")].flatMap((program) => program.files);

test("spoiled fixtures neither crash nor hang", () => {
  const fraction = fc.double({ min: 0, max: 0.999, noNaN: true });
  const step = fc.tuple(fc.constantFrom(...Object.keys(mutations)), fraction, fraction);
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(step, { minLength: 1, maxLength: 3 }), ({ file, text }, steps) => {
      const spoiled = steps.reduce((now, [name, where, much]) => mutations[name]?.(now, where, much) ?? now, text);
      const survival = survive(file, spoiled);
      expect(survival.crash).toBeNull();
      expect(survival.milliseconds).toBeLessThan(10_000);
    }),
    { numRuns: Number(process.env["MUTATIONS"] ?? "250") },
  );
}, 600_000);
