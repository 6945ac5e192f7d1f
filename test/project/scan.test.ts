import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { scanFiles } from "../../src/project/scan.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "session-lint-scan-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Scans files of the given contents for `SSL_` and `EVP_`; the names of those that came out, by what they are. */
function scan(contents: Readonly<Record<string, string>>, texts: Readonly<Record<string, string>> = {}): { readonly hits: string[]; readonly binary: string[]; readonly unreadable: string[] } {
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
  const given = new Map(Object.entries(texts).map(([name, text]) => [join(folder, name), text]));
  const { hits, binary, unreadable } = scanFiles([...Object.keys(contents), ...Object.keys(texts)].map((name) => join(folder, name)), ["SSL_", "EVP_"], given);
  const names = (paths: readonly string[]): string[] => paths.map((path) => path.slice(folder.length + 1));
  return { hits: names(hits), binary: names(binary), unreadable: names(unreadable.map(({ path }) => path)) };
}

const kilobytes = (count: number): string => "x".repeat(count * 1024);

describe("a scan", () => {
  test("finds the files that hold a needle, in their order", () => {
    expect(scan({ "a.ts": "nothing", "c.ts": "EVP_PKEY", "b.ts": "", "d.ts": "SSL_free" }).hits).toEqual(["c.ts", "d.ts"]);
  });

  test("takes no needle from the end of one file and the beginning of the next", () => {
    expect(scan({ "a.ts": "SS", "b.ts": "L_", "c.ts": "SSL", "d.ts": "_" }).hits).toEqual([]);
  });

  test("finds a needle wherever it lies in a long file", () => {
    for (const before of [0, 100, 127, 128, 129, 255, 256, 300, 1000]) {
      for (const shift of [0, 1, 2, 3, 4]) {
        expect(scan({ "a.ts": `${kilobytes(before).slice(Math.min(shift, before))}SSL_${kilobytes(3)}` }).hits, `${before} KiB less ${shift}`).toEqual(["a.ts"]);
      }
    }
    expect(scan({ "a.ts": kilobytes(1000) }).hits).toEqual([]);
  });

  test("keeps the order where long and short files alternate", () => {
    const long = kilobytes(200);
    expect(scan({ "a.ts": "SSL_", "b.ts": `${long}SSL_`, "c.ts": "SSL_", "d.ts": long, "e.ts": `SSL_${long}`, "f.ts": "none" }).hits).toEqual(["a.ts", "b.ts", "c.ts", "e.ts"]);
  });

  test("finds one file among so many that they do not fit together", () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`f${index}.ts`, kilobytes(20) + (index === 37 ? "SSL_" : "")]));
    expect(scan(many).hits).toEqual(["f37.ts"]);
  });

  test("tells what is no text, whether it holds a needle or not", () => {
    expect(scan({ "a.ts": "\0SSL_", "b.ts": "SSL_", "c.ts": "x\0", "d.ts": `${kilobytes(5)}\0SSL_` })).toEqual({ hits: ["b.ts", "d.ts"], binary: ["a.ts", "c.ts"], unreadable: [] });
    expect(scan({ "a.ts": `\0${kilobytes(200)}SSL_` })).toEqual({ hits: [], binary: ["a.ts"], unreadable: [] });
  });

  test("tells what cannot be read, and goes on", () => {
    const { hits, unreadable } = scanFiles([join(folder, "gone.ts"), folder], ["SSL_"]);
    expect(hits).toEqual([]);
    expect(unreadable.map(({ path }) => path)).toEqual([join(folder, "gone.ts"), folder]);
  });

  test("takes a text for what is on disk", () => {
    expect(scan({ "a.ts": "SSL_" }, { "b.ts": "nothing", "c.ts": "SSL_" }).hits).toEqual(["a.ts", "c.ts"]);
  });
});
