import { expect, test } from "vitest";
import { applyEdits, fixText, verifiedForAll } from "../../src/fix/index.js";
import { findingsIn } from "./findings-in.js";

const leaks = Array.from({ length: 8 }, (_, index) => `function f${index}(ssl) {
  const session${index} = SSL_get1_session(ssl);
  return ${index};
}
`).join("");

test("the edits of many findings are tried together", () => {
  const findings = findingsIn(leaks);
  let analyses = 0;
  const proposals = verifiedForAll(findings, leaks, findings, (text) => {
    analyses++;
    return findingsIn(text);
  });
  expect(findings).toHaveLength(8);
  expect([...proposals.values()].map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 2));
  expect(analyses).toBe(2);
});

test("one that does not repair is found among those that do", () => {
  const text = `${leaks}async function late(ssl) {
  const session = SSL_get1_session(ssl);
  if (ssl.closed) return 1;
  await work();
  return 2;
}
`;
  const findings = findingsIn(text);
  const proposals = verifiedForAll(findings, text, findings, (other) => findingsIn(other));
  const own = findings.find(({ functionName }) => functionName === "late");
  expect([...proposals].filter(([finding]) => finding !== own).every(([, found]) => found.length === 2)).toBe(true);
  expect(own && proposals.get(own)?.map(({ title }) => title)).toEqual(["release `session` in a `finally` block"]);
});

test("fixText takes the first verified proposal of each finding", () => {
  const fixed = fixText(leaks, () => true, (text) => findingsIn(text));
  expect(findingsIn(fixed)).toEqual([]);
  expect(fixed.match(/SSL_SESSION_free\(session\d\);/gu)).toHaveLength(8);
});

test("nothing is offered when the file has no way to call the release", () => {
  const text = 'import { SSL_get1_session } from "./ffi.js";\nexport function f(ssl) {\n  const session = SSL_get1_session(ssl);\n  return 1;\n}\n';
  const findings = findingsIn(text);
  const proposals = verifiedForAll(findings, text, findings, (other) => findingsIn(other));
  expect(findings).toHaveLength(1);
  expect([...proposals.values()].flat()).toEqual([]);
});

test("edits of one list are applied from the end", () => {
  expect(applyEdits("abc", [{ start: 0, end: 1, text: "xx" }, { start: 3, end: 3, text: "d" }])).toBe("xxbcd");
});
