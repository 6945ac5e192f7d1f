import { expect, test } from "vitest";
import { parseOutline } from "../../src/frontend/typescript/outline.js";

/** Names of the functions whose bodies are left. */
function kept(text: string, isImported = false): string[] {
  const { source } = parseOutline("file.ts", text, { isNative: (word) => word.startsWith("SSL_"), isImported });
  const outline = source.text;
  expect(outline.length).toBe(text.length);
  expect(outline.split("\n").length).toBe(text.split("\n").length);
  return [...outline.matchAll(/function\*? (\w+)\([^)]*\)\s*\{\s*(\S)/gu)].filter(([, , first]) => first !== "}").map(([, name = ""]) => name);
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
  expect(kept('class Agent { constructor(a) { this.getSession = new NativeFunction(a["SSL_get_session"]); } }\nfunction user(agent, ssl) { return agent.getSession(ssl); }\nfunction idle() { return 1; }\n')).toEqual(["user"]);
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
