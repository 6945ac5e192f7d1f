import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { ownershipTags } from "../../../src/frontend/typescript/tags.js";
import { parse } from "./recognition.js";

/** The tags of the first declaration of each kind that can carry them. */
function tagsIn(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) for (const { tag, words, range } of ownershipTags(node)) found.push([tag, ...words, text.slice(range.start, range.start + 2)].join(" "));
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return found;
}

test.each([
  ["/** @releases s */ declare function f(s: P): void;", ["releases s @r"]],
  ["/** Frees it.\n * @releases s - always\n * @param s the session\n */\nfunction f(s) {}", ["releases s - always @r"]],
  ["/** @returnsOwned SSL_SESSION */ export function f(ssl) {}", ["returnsOwned SSL_SESSION @r"]],
  ["/**\n * @returnsBorrowed SSL_SESSION ssl\n * @invalidates other\n */\nfunction f(ssl, other) {}", ["returnsBorrowed SSL_SESSION ssl @r", "invalidates other @i"]],
  ["/** @takes s */ const f = (s) => keep(s);", ["takes s @t"]],
  ["class C {\n/** @retains s */ hold(s) {} }", ["retains s @r"]],
  ["interface L {\n/** @takes s */ give(s: P): void }", ["takes s @t"]],
  ["const o = {\n/** @releases s */ close(s) {} };", ["releases s @r"]],
  ["/** @returns {SSL_SESSION} owned */ function f() {}", []],
  ["// @releases s\nfunction f(s) {}", []],
  ["/** @releases {P} s */ function f(s) {}", ["releases s @r"]],
])("%s", (text, expected) => expect(tagsIn(text)).toEqual(expected));
