/** The little language of the random programs: what a statement can be, and how it is written. */
export type Statement =
  | { readonly kind: "get1" | "get0"; readonly to: string; readonly connection: string }
  | { readonly kind: "free" | "use" | "count"; readonly pointer: string }
  | { readonly kind: "end"; readonly call: string; readonly connection: string }
  | { readonly kind: "copy"; readonly to: string; readonly from: string }
  | { readonly kind: "flag"; readonly flag: string; readonly value: boolean }
  | { readonly kind: "if"; readonly condition: string; readonly then: Block; readonly otherwise: Block }
  | { readonly kind: "loop"; readonly form: "while" | "do" | "of"; readonly body: Block }
  | { readonly kind: "try"; readonly body: Block; readonly handler: Block | null; readonly last: Block | null }
  | { readonly kind: "switch"; readonly subject: string; readonly first: Block; readonly second: Block; readonly falls: boolean }
  | { readonly kind: "leave"; readonly how: "return" | "throw" | "break" | "continue" | "give"; readonly pointer: string }
  | { readonly kind: "suspend" }
  | { readonly kind: "work" }
  | { readonly kind: "helper"; readonly name: string; readonly first: string; readonly second: string }
  | { readonly kind: "fromHelper"; readonly to: string; readonly name: string; readonly connection: string }
  | { readonly kind: "store"; readonly record: string; readonly field: string; readonly from: string }
  | { readonly kind: "load"; readonly to: string; readonly record: string; readonly field: string }
  | { readonly kind: "closure"; readonly body: Block; readonly times: number }
  | { readonly kind: "interior"; readonly pointer: string }
  | { readonly kind: "readInterior" };

export type Block = readonly Statement[];

/** A function beside the main one: it takes a pointer and a flag, or gives a pointer. */
export interface Helper {
  readonly name: string;
  readonly body: Block;
}

export interface RandomProgram {
  readonly helpers: readonly Helper[];
  readonly body: Block;
  readonly async: boolean;
  readonly binding: "ambient" | "koffi" | "module";
}

const natives = ["SSL_get1_session", "SSL_get_session", "SSL_SESSION_free", "SSL_SESSION_get_time", "SSL_SESSION_up_ref", "SSL_SESSION_get_id", "SSL_free", "SSL_clear"];

/** The files of the program: text by name. */
export function print(program: RandomProgram): Map<string, string> {
  const writer = new Writer(program.async);
  const head = header(program);
  for (const line of head.lines) writer.line(line);
  for (const helper of program.helpers) {
    writer.function(`function ${helper.name}(s, p, ssl)`, helper.body, isGiver(helper.name) ? "return s;" : "", false);
  }
  writer.function(`export ${program.async ? "async " : ""}function main(ssl, other, p, q, list)`, program.body, "", program.async);
  return new Map([["main.js", writer.text()], ...head.files]);
}

/** Helpers that give a pointer have names that say so. */
export function isGiver(name: string): boolean {
  return name.startsWith("obtain");
}

function header(program: RandomProgram): { lines: string[]; files: [string, string][] } {
  if (program.binding === "ambient") return { lines: [`/* global ${natives.join(", ")} */`], files: [] };
  const names = natives.map((name) => (name === "SSL_get1_session" ? 'SSL_get1_session: lib.func("void *SSL_get1_session(void *ssl)")' : `${name}: lib.func("${name}", "void *", ["void *"])`));
  const bind = [`import koffi from "koffi";`, `const lib = koffi.load("libssl.so.3");`];
  if (program.binding === "koffi") return { lines: [...bind, `const { ${natives.join(", ")} } = { ${names.join(", ")} };`], files: [] };
  return { lines: [`import { ${natives.join(", ")} } from "./native.js";`], files: [["native.js", `${[...bind, ...natives.map((name) => `export const ${name} = lib.func("${name}", "void *", ["void *"]);`)].join("\n")}\n`]] };
}

class Writer {
  private readonly lines: string[] = [];
  private depth = 0;

  constructor(private readonly async: boolean) {}

  text(): string {
    return `${this.lines.join("\n")}\n`;
  }

  line(text: string): void {
    this.lines.push("  ".repeat(this.depth) + text);
  }

  function(head: string, body: Block, last: string, main: boolean): void {
    this.line(`${head} {`);
    this.depth++;
    this.line("let a = null, b = null, c = null, id = null;");
    this.line("let k = false;");
    this.line("const box = { x: null, y: null };");
    this.block(body, main, false);
    if (last !== "") this.line(last);
    this.depth--;
    this.line("}");
  }

  private block(statements: Block, canSuspend: boolean, inLoop: boolean): void {
    for (const statement of statements) this.statement(statement, canSuspend && this.async, inLoop);
  }

  private nested(head: string, statements: Block, canSuspend: boolean, inLoop: boolean): void {
    this.line(`${head} {`);
    this.depth++;
    this.block(statements, canSuspend, inLoop);
    this.depth--;
  }

  private statement(s: Statement, canSuspend: boolean, inLoop: boolean): void {
    switch (s.kind) {
      case "get1":
        return this.line(`${s.to} = SSL_get1_session(${s.connection});`);
      case "get0":
        return this.line(`${s.to} = SSL_get_session(${s.connection});`);
      case "free":
        return this.line(`SSL_SESSION_free(${s.pointer});`);
      case "use":
        return this.line(`SSL_SESSION_get_time(${s.pointer});`);
      case "count":
        return this.line(`if (${s.pointer}) SSL_SESSION_up_ref(${s.pointer});`);
      case "end":
        return this.line(`${s.call}(${s.connection});`);
      case "copy":
        return this.line(`${s.to} = ${s.from};`);
      case "flag":
        return this.line(`${s.flag} = ${s.value};`);
      case "if":
        this.nested(`if (${s.condition})`, s.then, canSuspend, inLoop);
        if (s.otherwise.length > 0) this.nested("} else", s.otherwise, canSuspend, inLoop);
        return this.line("}");
      case "loop":
        return this.loop(s, canSuspend);
      case "try":
        return this.tryStatement(s, canSuspend, inLoop);
      case "switch":
        return this.switchStatement(s, canSuspend);
      case "leave":
        return this.leave(s, inLoop);
      case "suspend":
        return this.line(canSuspend ? "await work();" : "work();");
      case "work":
        return this.line("work();");
      case "helper":
        return this.line(`${s.name}(${s.first}, ${s.second}, ssl);`);
      case "fromHelper":
        return this.line(`${s.to} = ${s.name}(null, p, ${s.connection});`);
      case "store":
        return this.line(`${s.record}.${s.field} = ${s.from};`);
      case "load":
        return this.line(`${s.to} = ${s.record}.${s.field};`);
      case "closure":
        this.nested("{ const run = () =>", s.body, false, false);
        this.line("};");
        for (let round = 0; round < s.times; round++) this.line("run();");
        return this.line("}");
      case "interior":
        return this.line(`if (${s.pointer}) id = SSL_SESSION_get_id(${s.pointer}, null);`);
      case "readInterior":
        return this.line("if (id) inspect(id);");
    }
  }

  private loop(s: Statement & { kind: "loop" }, canSuspend: boolean): void {
    const head = { while: "while (more())", do: "do", of: "for (const item of list)" }[s.form];
    this.nested(head, s.body, canSuspend, true);
    this.line(s.form === "do" ? "} while (more());" : "}");
  }

  private tryStatement(s: Statement & { kind: "try" }, canSuspend: boolean, inLoop: boolean): void {
    this.nested("try", [{ kind: "work" }, ...s.body], canSuspend, inLoop);
    if (s.handler !== null || s.last === null) this.nested("} catch", s.handler ?? [], canSuspend, inLoop);
    if (s.last !== null) this.nested("} finally", s.last, canSuspend, inLoop);
    this.line("}");
  }

  private switchStatement(s: Statement & { kind: "switch" }, canSuspend: boolean): void {
    this.line(`switch (${s.subject}) {`);
    this.nested("case 1:", s.first, canSuspend, false);
    this.line(s.falls ? "}" : "} break;");
    this.nested("default:", s.second, canSuspend, false);
    this.line("}");
    this.line("}");
  }

  private leave(s: Statement & { kind: "leave" }, inLoop: boolean): void {
    if (s.how === "break" || s.how === "continue") return inLoop ? this.line(`${s.how};`) : undefined;
    if (s.how === "throw") return this.line('throw new Error("stop");');
    this.line(s.how === "give" ? `return ${s.pointer};` : "return;");
  }
}
