import { describe, expect, test } from "vitest";
import { pretty } from "../../src/report/pretty.js";
import { inputs, lostOnReject, plain, report, texts } from "./sample.js";

describe("pretty", () => {
  test.each(Object.entries(inputs))("%s", (_name, input) => {
    expect(pretty(input, plain)).toMatchSnapshot();
  });

  test("colours and links on request only", () => {
    expect(pretty(inputs["one finding"], plain)).not.toContain("\u001b");
    expect(pretty(inputs["one finding"], { ...plain, color: true, links: true })).toContain("\u001b[33m");
    expect(pretty(inputs["one finding"], { ...plain, color: true, links: true })).toContain("\u001b]8;;https://");
  });

  test("a very long line is cut around the place", () => {
    const text = `${"x = 1; ".repeat(5000)}SSL_get1_session(ssl)${"; y = 2".repeat(5000)}`;
    const start = text.indexOf("SSL_get1");
    const finding = { ...lostOnReject, primary: { file: "min.js", start, end: start + 21 }, path: [] };
    const out = pretty(report([finding], { text: () => text }), { ...plain, source: () => text });
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThan(300);
    expect(out).toMatch(/… ?.*SSL_get1_session\(ssl\).*…/);
  });

  test("steering characters of the source do not reach the terminal", () => {
    const text = "const s = SSL_get1_session(ssl); // \u001b[2J\u202e\u0007";
    const finding = { ...lostOnReject, primary: { file: "evil.ts", start: 10, end: 31 }, path: [] };
    const out = pretty(report([finding], { text: () => text }), { ...plain, source: () => text });
    for (const steering of ["\u001b", "\u202e", "\u0007"]) expect(out).not.toContain(steering);
    expect(out).toContain("\\u001b[2J");
  });

  test("marks line up under wide characters and tabs", () => {
    const text = "\tf('漢字', SSL_get1_session(ssl))";
    const start = text.indexOf("SSL_get1");
    const finding = { ...lostOnReject, primary: { file: "wide.ts", start, end: start + 21 }, path: [] };
    const lines = pretty(report([finding], { text: () => text }), { ...plain, source: () => text }).split("\n");
    const source = lines.find((line) => line.includes("SSL_get1"))!;
    const mark = lines.find((line) => line.includes("^^^"))!;
    // Two wide characters take two columns more than they are long.
    expect(mark.indexOf("^")).toBe(source.indexOf("SSL_get1") + 2);
  });

  test("a source that is gone leaves the places", () => {
    const out = pretty(inputs["findings with paths"], { ...plain, source: () => null });
    expect(out).toContain("--> src/tls.ts:7:12");
    expect(out).toContain("used here");
  });

  test("every line of text comes from the sample", () => {
    expect(pretty(inputs["findings with paths"], plain)).toContain(texts["src/tls.ts"]!.split("\n")[4]!.trim());
  });
});
