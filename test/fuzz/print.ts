import { Dialect } from "./bindings.js";
import { printExtra } from "./print-sides.js";
import { isAsync, lastOf, type Block, type Helper, type Owner, type RandomProgram, type Statement } from "./syntax.js";

const natives = ["SSL_get1_session", "SSL_get_session", "SSL_SESSION_free", "SSL_SESSION_get_time", "SSL_SESSION_up_ref", "SSL_SESSION_get_id", "SSL_free", "SSL_clear"];

/** The files of the program: text by name. */
export function print(program: RandomProgram): Map<string, string> {
  const dialect = new Dialect(program.binding, program.layout);
  const others = new Writer(dialect);
  for (const helper of program.helpers) others.helper(helper);
  if (program.owner !== null) others.class(program.owner);
  const main = new Writer(dialect);
  main.function(`${program.async ? "async " : ""}function main(ssl, other, p, q, list)`, program.body, { suspends: program.async, owner: program.owner !== null, connection: "ssl", last: "" });
  const used = (text: string): string[] => natives.filter((name) => new RegExp(`\\b${dialect.callee(name).split(".").at(-1)}\\b`).test(text));
  const commonjs = program.layout === "commonjs";
  const shown = [...program.helpers.map(({ name }) => name), ...(program.owner === null ? [] : ["Owner"])];
  const apart = program.split && shown.length > 0;
  const whole = used(main.text() + others.text());
  const files = new Map<string, string>();
  const exported = (text: string, names: readonly string[]): string =>
    commonjs ? `${text}module.exports = { ${names.join(", ")} };\n` : names.reduce((so, name) => so.replace(new RegExp(`^((?:async )?(?:function|class) ${name}\\b)`, "m"), "export $1"), text);
  const inMain = used(apart ? main.text() : main.text() + others.text());
  const link = apart ? [commonjs ? `const { ${shown.join(", ")} } = require("./helpers.js");` : `import { ${shown.join(", ")} } from "./helpers.js";`] : [];
  files.set("main.js", join([...dialect.header(inMain), ...link]) + (apart ? "" : others.text()) + exported(main.text(), ["main"]));
  if (apart) files.set("helpers.js", join(dialect.header(used(others.text()))) + exported(others.text(), shown));
  for (const [name, text] of dialect.files(whole)) files.set(name, text);
  return files;
}

function join(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

export interface Inside {
  /** The function is async and no other function is between. */
  readonly suspends: boolean;
  /** There is an object `h`. */
  readonly owner: boolean;
  /** What it calls the connection. */
  readonly connection: string;
  /** What the function begins with. */
  readonly first?: string;
  /** What the function ends with. */
  readonly last: string;
  /** A constructor gives nothing but its object. */
  readonly constructs?: boolean;
  /** No function is between it and the body of the helper of that name. */
  readonly helper?: string;
}

const inMethod: Inside = { suspends: false, owner: false, connection: "this.ssl", last: "" };

export class Writer {
  private readonly lines: string[] = [];
  private depth = 0;
  inLoop = false;
  /** Labels of the statements around, the innermost last; a block cannot be continued. */
  labels: readonly { readonly name: string; readonly loop: boolean }[] = [];
  private names = 0;

  constructor(readonly dialect: Dialect) {}

  /** A name that nothing else has. */
  fresh(stem: string): string {
    return `${stem}${++this.names}`;
  }

  text(): string {
    return join(this.lines);
  }

  helper({ name, body, async }: Helper): void {
    this.function(`${async ? "async " : ""}function${name === "each" ? "*" : ""} ${name}(s, p, ssl)`, body, { suspends: async, owner: false, connection: "ssl", last: lastOf(name), helper: name });
  }

  class(owner: Owner): void {
    if (owner.base !== null) {
      this.open("class Base");
      this.open("constructor(ssl)");
      this.line("this.ssl = ssl;");
      this.line(`this.s = ${this.dialect.null};`);
      this.close();
      this.function("open(p)", owner.base.open, inMethod);
      this.function("close(p)", owner.base.close, inMethod);
      this.close();
    }
    this.open(owner.base === null ? "class Owner" : "class Owner extends Base");
    if (owner.base !== null) {
      this.line(`static last = ${this.dialect.null};`);
      this.function("static keep(s, p, ssl)", owner.base.keep, { ...inMethod, connection: "ssl" });
      this.function("static drop(s, p, ssl)", owner.base.drop, { ...inMethod, connection: "ssl" });
    }
    this.open("constructor(ssl, s)");
    if (owner.base !== null) this.line("super(ssl);");
    for (const field of ["this.ssl = ssl;", "this.s = s;", "this.k = false;", "let p = false;"]) this.line(field);
    this.body(owner.begin, { ...inMethod, constructs: true });
    this.close();
    this.function("load(p)", owner.load, inMethod);
    const closesFirst = owner.base?.closesFirst === true;
    this.function("close(p)", owner.close, { ...inMethod, first: closesFirst ? "super.close(p);" : "", last: owner.base === null || closesFirst ? "" : "super.close(p);" });
    this.line("[Symbol.dispose]() { this.close(false); }");
    this.close();
  }

  function(head: string, body: Block, inside: Inside): void {
    this.open(head);
    if (inside.first !== undefined && inside.first !== "") this.line(inside.first);
    this.body(body, inside);
    if (inside.last !== "") this.line(inside.last);
    this.close();
  }

  // Only what the body names is declared, so that programs stay short.
  private body(body: Block, inside: Inside): void {
    const at = this.lines.length;
    if (inside.owner) this.line(`let h = new Owner(ssl, ${this.dialect.null});`);
    const start = this.lines.length;
    this.block(body, inside);
    const text = this.lines.slice(start).join("\n") + inside.last;
    const named = (name: string): boolean => new RegExp(`(?<![.\\w])${name}\\b(?!:)`).test(text);
    const indent = "  ".repeat(this.depth);
    const declared = ["a", "b", "c", "id"].filter(named).map((name) => `${name} = ${this.dialect.null}`);
    const head: string[] = [];
    if (declared.length > 0) head.push(`let ${declared.join(", ")};`);
    if (named("k")) head.push("let k = false;");
    if (named("box") || named("same")) head.push(`const box = { x: ${this.dialect.null}, y: ${this.dialect.null} };`);
    if (named("same")) head.push("const same = box;");
    if (named("pair")) head.push(`const pair = [${this.dialect.null}, ${this.dialect.null}];`);
    if (named("items")) head.push("const items = [];");
    if (named("map")) head.push("const map = new Map();");
    if (named("set")) head.push("const set = new Set();");
    if (named("within")) head.push("const within = (run) => { try { run(); } finally { work(); } };");
    this.lines.splice(at, 0, ...head.map((line) => indent + line));
  }

  line(text: string): void {
    this.lines.push("  ".repeat(this.depth) + text.trimStart());
  }

  open(head: string): void {
    this.line(`${head} {`);
    this.depth++;
  }

  close(tail = "}"): void {
    this.depth--;
    this.line(tail);
  }

  block(statements: Block, inside: Inside): void {
    for (const statement of statements) this.statement(statement, inside);
  }

  nested(head: string, statements: Block, inside: Inside): void {
    this.open(head);
    this.block(statements, inside);
    this.depth--;
  }

  native(name: string, ...args: string[]): string {
    return `${this.dialect.callee(name)}(${args.join(", ")})`;
  }

  private statement(s: Statement, inside: Inside): void {
    switch (s.kind) {
      case "get1":
        return this.line(`${s.to} = ${this.native("SSL_get1_session", s.connection)};`);
      case "get0":
        return this.line(`${s.to} = ${this.native("SSL_get_session", s.connection)};`);
      case "free":
        return this.line(`${this.native("SSL_SESSION_free", s.pointer)};`);
      case "use":
        return this.line(`${this.native("SSL_SESSION_get_time", s.pointer)};`);
      case "count":
        return this.line(`if (${this.dialect.testOf(s.pointer, 0)}) ${this.native("SSL_SESSION_up_ref", s.pointer)};`);
      case "end":
        return this.line(`${this.native(s.call, s.connection)};`);
      case "copy":
        return this.line(`${s.to} = ${s.from};`);
      case "forget":
        return this.line(`${s.pointer} = ${this.dialect.null};`);
      case "flag":
        return this.line(`${s.flag} = ${s.value};`);
      case "if":
        this.nested(`if (${this.dialect.test(s.condition)})`, s.then, inside);
        if (s.otherwise.length > 0) this.nested("} else", s.otherwise, inside);
        return this.line("}");
      case "loop":
        return this.loop(s, inside);
      case "try":
        return this.tryStatement(s, inside);
      case "switch":
        return this.switchStatement(s, inside);
      case "leave":
        return this.leave(s, inside);
      case "suspend":
        return this.line(inside.suspends ? "await work();" : "work();");
      case "work":
        return this.line("work();");
      case "helper":
        return this.helperCall(s.name, `${s.name}(${s.first}, ${s.second}, ${inside.connection})`, "", inside);
      case "fromHelper":
        return this.helperCall(s.name, `${s.name}(${this.dialect.null}, p, ${s.connection})`, `${s.to} = `, inside);
      case "store":
        return this.line(`${this.place(s.record, s.field)} = ${s.from};`);
      case "load":
        if (!s.pattern || s.to.includes(".")) return this.line(`${s.to} = ${this.place(s.record, s.field)};`);
        return this.line(s.record === "pair" ? `[${s.field === "y" ? ", " : ""}${s.to}] = pair;` : `({ ${s.field}: ${s.to} } = ${s.record});`);
      case "swap":
        return this.line(`[${s.left}, ${s.right}] = [${s.right}, ${s.left}];`);
      case "closure":
        return this.closure(s, inside);
      case "interior":
        return this.line(`if (${this.dialect.testOf(s.pointer, 0)}) id = ${this.native("SSL_SESSION_get_id", s.pointer, "null")};`);
      case "readInterior":
        return this.line(`if (${this.dialect.testOf("id", 0)}) inspect(id);`);
      case "method":
        return this.line(inside.owner ? `h.${s.name}(${s.flag});` : "work();");
      case "make":
        return this.line(inside.owner ? `h = new Owner(ssl, ${s.from === "" ? this.native("SSL_get1_session", "ssl") : s.from});` : "work();");
      case "using":
        return this.using(s, inside);
      default:
        return printExtra(this, s, inside);
    }
  }

  place(record: string, field: string): string {
    return record === "pair" ? `pair[${field === "x" ? 0 : 1}]` : `${record}.${field}`;
  }

  private helperCall(name: string, call: string, to: string, inside: Inside): void {
    if (!isAsync(name)) return this.line(`${to}${call};`);
    this.line(inside.suspends ? `${to}await ${call};` : "work();");
  }

  private closure(s: Statement & { kind: "closure" }, inside: Inside): void {
    const head = s.times === "each" ? "list.forEach(() =>" : s.times === "within" ? "within(() =>" : "{ const run = () =>";
    this.inFunction(() => this.nested(head, s.body, { ...inside, suspends: false, helper: "" }));
    if (typeof s.times === "string") return this.line("});");
    this.line("};");
    for (let round = 0; round < s.times; round++) this.line("run();");
    this.line("}");
  }

  /** Nothing jumps out of a function. */
  inFunction(write: () => void): void {
    const { inLoop, labels } = this;
    this.inLoop = false;
    this.labels = [];
    write();
    this.inLoop = inLoop;
    this.labels = labels;
  }

  private using(s: Statement & { kind: "using" }, inside: Inside): void {
    if (!inside.owner) return this.line("work();");
    this.line("{");
    this.depth++;
    this.line(`using g = new Owner(ssl, ${s.from === "" ? this.native("SSL_get1_session", "ssl") : s.from});`);
    if (s.loads) this.line("g.load(p);");
    this.block(s.body, inside);
    this.close();
  }

  private loop(s: Statement & { kind: "loop" }, inside: Inside): void {
    const head = { while: "while (more())", do: "do", of: "for (const item of list)" }[s.form];
    const inLoop = this.inLoop;
    this.inLoop = true;
    this.nested(head, s.body, inside);
    this.inLoop = inLoop;
    this.line(s.form === "do" ? "} while (more());" : "}");
  }

  private tryStatement(s: Statement & { kind: "try" }, inside: Inside): void {
    this.nested("try", [{ kind: "work" }, ...s.body], inside);
    if (s.handler !== null || s.last === null) this.nested("} catch", s.handler ?? [], inside);
    if (s.last !== null) this.nested("} finally", s.last, inside);
    this.line("}");
  }

  private switchStatement(s: Statement & { kind: "switch" }, inside: Inside): void {
    const inLoop = this.inLoop;
    this.inLoop = false;
    this.line(`switch (${s.subject}) {`);
    this.nested("case 1:", s.first, inside);
    this.line(s.falls ? "}" : "} break;");
    this.nested("default:", s.second, inside);
    this.line("}");
    this.line("}");
    this.inLoop = inLoop;
  }

  private leave(s: Statement & { kind: "leave" }, inside: Inside): void {
    if (s.how === "break" || s.how === "continue") return this.inLoop ? this.line(`${s.how};`) : undefined;
    if (s.how === "throw") return this.line('throw new Error("stop");');
    // Whoever asks it takes its answer apart.
    if (inside.helper === "both") return this.line(inside.last);
    this.line(s.how === "give" && inside.constructs !== true && inside.helper !== "check" ? `return ${s.pointer};` : "return;");
  }
}
