import { renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dangling, leak, library, Project } from "../cli/project.js";

const words = ["--baseline", "known.txt"];

/** A file with three findings, two of them equal but for their place. */
const source = `import { SSL_get1_session, SSL_get_session, SSL_SESSION_get_time, SSL_free } from "./library.js";

export function first(ssl: unknown) {
  const a = SSL_get1_session(ssl);
  const b = SSL_get1_session(ssl);
  return a === b;
}

export class Conn {
  constructor(private readonly ssl: unknown) {}
  age() {
    const session = SSL_get_session(this.ssl);
    if (session === null) return 0;
    SSL_free(this.ssl);
    return SSL_SESSION_get_time(session);
  }
}
`;

// Small, repeatable and good enough to pick edits.
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

// Edits that leave the findings what they are.
const edits: readonly ((text: string, pick: (below: number) => number) => string)[] = [
  (text, pick) => insertLine(text, pick, `// a remark ${pick(1000)}`),
  (text, pick) => insertLine(text, pick, ""),
  (text, pick) => `export const unrelated${pick(1e9)} = ${pick(9)};\n${text}`,
  (text, pick) => `${text}\nexport function neighbour${pick(1e9)}() { return ${pick(9)}; }\n`,
  (text) => text.replace(/\bneighbour(\d+)/g, "renamed$1"),
  (text) => text.replace(/\bunrelated(\d+)/g, "other$1"),
  (text) => text.replaceAll("(ssl)", "( ssl )"),
  (text) => text.replaceAll("( ssl )", "(\n    ssl\n  )"),
  (text) => text.replace(/^ {2}(?=\S)/gm, "\t"),
  (text) => text.replace(/^\t/gm, "    "),
];

// Lines between statements: not inside a call that an edit broke over lines.
function insertLine(text: string, pick: (below: number) => number, line: string): string {
  const parts = text.split("\n");
  const places = parts.flatMap((part, index) => (/[;{}]\s*$/.test(part) ? [index + 1] : []));
  parts.splice(places[pick(places.length)] ?? 0, 0, line);
  return parts.join("\n");
}

describe("a baseline", () => {
  test("hides what was known and nothing else", async () => {
    const project = new Project({ "library.ts": library, "a.ts": source });
    const written = await project.run([...words, "--update-baseline"]);
    expect(written).toMatchObject({ status: 0, error: "wrote 3 entries to known.txt\n" });
    expect((await project.run(words)).out).toMatch(/^no findings/);
    project.write({ "b.ts": leak });
    const report = await project.report(words);
    expect(report.findings.map((finding) => finding.file)).toEqual(["b.ts"]);
    expect(report.suppressed.map((finding) => finding.suppression?.kind)).toEqual(["baseline", "baseline", "baseline"]);
    expect((await project.run(words)).status).toBe(1);
  });

  test.each([1, 2, 3, 4, 5])("still hides exactly the old findings after 20 edits that do not touch them (seed %i)", async (seed) => {
    const project = new Project({ "library.ts": library, "a.ts": source });
    await project.run([...words, "--update-baseline"]);
    const pick = random(seed);
    let text = source;
    for (let round = 0; round < 20; round += 1) text = edits[pick(edits.length)]!(text, pick);
    expect(text).not.toBe(source);
    project.write({ "a.ts": text });
    const report = await project.report(words);
    expect(report.findings).toEqual([]);
    expect(report.suppressed).toHaveLength(3);
    expect((await project.run(words)).error).toBe("");
  });

  test("a new bug on an old line is shown", async () => {
    const project = new Project({ "library.ts": library, "a.ts": source });
    await project.run([...words, "--update-baseline"]);
    project.write({ "a.ts": source.replace("  const b = SSL_get1_session(ssl);", "  const b = SSL_get1_session(ssl); const c = SSL_get1_session(ssl);") });
    expect((await project.report(words)).findings).toHaveLength(1);
    project.write({ "a.ts": source.replace("  const a = SSL_get1_session(ssl);", "  const a = SSL_get1_session(other());\n  function other() { return ssl; }") });
    expect((await project.report(words)).findings.map((finding) => finding.range.start.line)).toEqual([4]);
  });

  test("lines are sorted, one a finding, and depend on no line number", async () => {
    const project = new Project({ "library.ts": library, "z.ts": leak, "a.ts": dangling });
    await project.run([...words, "--update-baseline"]);
    const text = project.read("known.txt");
    const lines = text.trimEnd().split("\n").slice(1);
    expect(lines).toEqual([...lines].sort());
    expect(lines.map((line) => line.split("\t").slice(0, 3))).toEqual([["a.ts", "no-use-after-invalidate", "age"], ["z.ts", "require-release", "age"]]);
    project.write({ "z.ts": `\n\n${leak}` });
    await project.run([...words, "--update-baseline"]);
    expect(project.read("known.txt")).toBe(text);
  });

  test("stale entries are told with the command that drops them", async () => {
    const project = new Project({ "library.ts": library, "a.ts": source, "b.ts": leak });
    await project.run([...words, "--update-baseline"]);
    project.write({ "a.ts": 'export * from "./library.js";\n' });
    expect((await project.run(words)).error).toBe("3 entries of known.txt match no finding any more; drop them with `session-lint --baseline known.txt --prune-baseline`\n");
    // A run over other files says nothing of this one.
    expect((await project.run([...words, "b.ts"])).error).toBe("");
    expect((await project.run([...words, "--prune-baseline"])).error).toBe("dropped 3 entries from known.txt\n");
    expect(project.read("known.txt").trimEnd().split("\n")).toHaveLength(2);
    expect((await project.run(words)).error).toBe("");
  });

  test("writing it from a part of the project keeps the rest", async () => {
    const project = new Project({ "library.ts": library, "a.ts": source, "b.ts": leak });
    await project.run([...words, "--update-baseline"]);
    await project.run([...words, "--update-baseline", "b.ts"]);
    expect((await project.run(words)).out).toMatch(/^no findings/);
  });

  test("findings move along when a file is renamed", async () => {
    const project = new Project({ "library.ts": library, "a.ts": source });
    await project.run([...words, "--update-baseline"]);
    renameSync(join(project.root, "a.ts"), join(project.root, "renamed.ts"));
    expect(await project.run(words)).toMatchObject({ status: 0, error: "" });
  });

  test("a name that holds a tab or a line break stays one line", async () => {
    const project = new Project({ "library.ts": library, "a\tb\n.ts": leak });
    await project.run([...words, "--update-baseline"]);
    expect(project.read("known.txt").trimEnd().split("\n")).toHaveLength(2);
    expect(await project.run(words)).toMatchObject({ status: 0, error: "" });
  });
});
