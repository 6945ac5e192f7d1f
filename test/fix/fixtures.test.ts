import { describe, expect, test } from "vitest";
import { applyEdits, editsFor } from "../../src/fix/index.js";
import { syntaxErrors } from "../../src/fix/source.js";
import { programsOf } from "../fixtures/programs.js";
import { findingsIn } from "./findings-in.js";

describe.each(["rules", "themes"] as const)("%s", (kind) => {
  test("every proposal for every finding leaves a text that can be parsed", () => {
    for (const { files } of programsOf(kind)) {
      for (const { file, text } of files) {
        for (const finding of findingsIn(text, { preset: "strict", file })) {
          const broken = editsFor(finding, text).filter(({ edits }) => syntaxErrors(file, applyEdits(text, edits)) > syntaxErrors(file, text));
          expect(broken.map(({ title }) => `${file}: ${title}`)).toEqual([]);
        }
      }
    }
  }, 300_000);
});
