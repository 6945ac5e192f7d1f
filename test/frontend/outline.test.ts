import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { WordSet } from "../../src/frontend/typescript/word-set.js";
import { parseOutline } from "../../src/frontend/typescript/outline.js";

const natives = new WordSet(["SSL_free", "SSL_get1_session", "SSL_get_session", "SSL_SESSION_free"]);

/** Names of the functions that are left. */
function kept(text: string, isImported = false): string[] {
  const { source } = parseOutline("file.ts", text, { natives, isImported });
  expect(source.text.length).toBe(text.length);
  return [...source.text.matchAll(/(?:function\*?|class|interface) (\w+)/gu)].map(([, name = ""]) => name);
}

test("what mentions a native function is kept, and what has to do with neither end of it is not", () => {
  expect(kept("function native(s) { SSL_free(s); }\nfunction plain(n) { return n + 1; }\n")).toEqual(["native"]);
});

test("who calls what matters is kept, and whom it calls", () => {
  expect(kept("function free(s) { log(s); SSL_free(s); }\nfunction user(s) { free(s); }\nfunction log(s) { print(s); }\nfunction print(s) { console.log(s); }\nfunction idle() { console.log(1); }\n")).toEqual(["free", "user", "log", "print"]);
});

test("a variable that is bound to a native function leads to its users", () => {
  expect(kept('const get = lib.func("void *SSL_get1_session(void *)");\nfunction user(ssl) { return get(ssl); }\nfunction idle() { return 1; }\n')).toEqual(["user"]);
});

test("a field that is bound to a native function leads to its users", () => {
  expect(kept('class Agent { constructor(a) { this.getSession = new NativeFunction(a["SSL_get_session"]); } }\nfunction user(agent, ssl) { return agent.getSession(ssl); }\nfunction idle() { return 1; }\n')).toEqual(["Agent", "user"]);
});

test("who writes a variable that matters is kept", () => {
  expect(kept("let keep = true;\nfunction release(s) { if (keep) SSL_free(s); }\nfunction toggle() { keep = !keep; }\nfunction spread() { [keep] = [1]; }\nfunction idle() { const other = 1; }\n")).toEqual(["release", "toggle", "spread"]);
});

test("imports lead anywhere", () => {
  expect(kept('import { close } from "./close.js";\nfunction user(s) { close(s); }\nfunction idle() { return 1; }\n')).toEqual(["user"]);
});

test("tags say what a function does, whatever its body", () => {
  expect(kept("/** @releases s */\nfunction drop(s) { forward(s); }\nfunction user(s) { drop(s); }\nfunction idle() { return 1; }\n")).toEqual(["drop", "user"]);
});

test("what is exported matters when other modules are there to import it", () => {
  const text = "export function visit(s) { s.count(); }\nfunction native(s) { SSL_free(s); }\n";
  expect(kept(text)).toEqual(["native"]);
  expect(kept(text, true)).toEqual(["visit", "native"]);
});

test("classes and interfaces are left out too, but for what runs where a class is made", () => {
  expect(kept("interface Shape { size: number }\nclass Idle { size = 1; }\nclass Counted { static all = register(); }\nclass Native { close(s) { SSL_free(s); } }\nclass Sub extends Native { extra() {} }\n")).toEqual(["Counted", "Native", "Sub"]);
  expect(kept("@register\nclass Marked { }\nfunction free(s) { SSL_free(s); }\n")).toEqual(["Marked", "free"]);
});

test("what stands around something left out does not run together", () => {
  const { source } = parseOutline("file.js", "const free = SSL_SESSION_free\nfunction idle() {}\n(function () { free(1); })()\n", { natives, isImported: false });
  expect(source.statements.map(({ kind }) => kind)).toEqual([ts.SyntaxKind.FirstStatement, ts.SyntaxKind.ExpressionStatement]);
});

test("a name that is a word of types is a name", () => {
  expect(kept("function never(): never { throw new Error(); }\nfunction user(s) { SSL_free(s); never(); }\n")).toEqual(["never", "user"]);
});
