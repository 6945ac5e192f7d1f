import { describe, expect, test } from "vitest";
import { TypesOfProgram } from "../../src/frontend/typescript/index.js";
import type { ModuleId } from "../../src/ir/types.js";

const conn = "export class Conn {\n  close(): void {}\n}\n";

function classNamed(files: Readonly<Record<string, string>>, module: ModuleId, access: string): string | null {
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  const types = new TypesOfProgram(sources, (_, specifier) => (specifier in files ? specifier : null));
  const start = files[module]!.indexOf(access);
  const found = types.classAt(module, { start, end: start + access.length });
  return found && `${found.module}: ${/class \w+/.exec(files[found.module]!.slice(found.start))?.[0] ?? "?"}`;
}

describe("the class of the object of a member access", () => {
  test.each([
    ["a parameter", "function f(c: Conn) { c.close(); }", "c.close"],
    ["an element", "function f(list: Conn[]) { list[0]!.close(); }", "list[0]!.close"],
    ["the value of a map", "function f(m: Map<string, Conn>) { m.get('a')?.close(); }", "m.get('a')?.close"],
    ["what a promise holds", "async function f(p: Promise<Conn>) { (await p).close(); }", "(await p).close"],
    ["a type parameter", "function f<T extends Conn>(c: T) { c.close(); }", "c.close"],
    ["a narrowed value", "function f(c: unknown) { if (c instanceof Conn) c.close(); }", "c.close"],
    ["a parameter of a callback", "declare const s: Set<Conn>; s.forEach((c) => c.close());", "c.close"],
  ])("is told of %s", (_, text, access) => {
    expect(classNamed({ "conn.ts": conn, "main.ts": `import { Conn } from "conn.ts";\n${text}` }, "main.ts", access)).toBe("conn.ts: class Conn");
  });

  test.each([
    ["the class itself", "Conn.close();", "Conn.close"],
    ["a union of classes", "class Other { close() {} } function f(c: Conn | Other) { c.close(); }", "c.close"],
    ["an interface", "interface Closable { close(): void } function f(c: Closable) { c.close(); }", "c.close"],
    ["what is imported from elsewhere", 'import { gone } from "gone"; gone().close();', "gone().close"],
    ["code with errors", "function f(c: Conn { c.close();", "c.close"],
  ])("is not told of %s", (_, text, access) => {
    expect(classNamed({ "conn.ts": conn, "main.ts": `import { Conn } from "conn.ts";\n${text}` }, "main.ts", access)).toBeNull();
  });

  test("is told of JavaScript by its comments", () => {
    expect(classNamed({ "main.js": `${conn}/** @param {Conn[]} list */\nfunction f(list) { list[0].close(); }` }, "main.js", "list[0].close")).toBe("main.js: class Conn");
  });

  test("is not told of text that exhausts the stack of the checker", () => {
    const text = `${conn}const x = ${"[".repeat(20_000)}${"]".repeat(20_000)}; declare const c: Conn; c.close();`;
    expect(classNamed({ "main.ts": text }, "main.ts", "c.close")).toBeNull();
  });
});
