import type { Inside, Writer } from "./print.js";
import type { Container, Extra } from "./syntax.js";

/** Writes a statement of a level beside the ladder. */
export function printExtra(writer: Writer, s: Extra, inside: Inside): void {
  const { dialect } = writer;
  const line = (text: string): void => writer.line(text);
  const free = (pointer: string): string => writer.native("SSL_SESSION_free", pointer);
  switch (s.kind) {
    case "choose": {
      const get1 = writer.native("SSL_get1_session", s.connection);
      // What a helper was given may be undefined where it is not null: only `??` tells the two apart.
      const form = s.to === "s" || s.from === "s" ? "ternary" : s.form;
      return line({ ternary: `${s.to} = p ? ${get1} : ${s.from};`, else: `${s.to} = ${s.from} ?? ${get1};`, "or fill": `${s.to} ||= ${get1};`, fill: `${s.to} ??= ${get1};` }[form]);
    }
    case "guarded":
      return line(
        {
          "flag and": `p && ${free(s.pointer)};`,
          "pointer and": `${s.pointer} && ${free(s.pointer)};`,
          ternary: `p ? ${free(s.pointer)} : ${free(s.other)};`,
          comma: `${free(s.pointer)}, (${s.pointer} = ${dialect.null});`,
          unless: `p || ${free(s.pointer)};`,
        }[s.form],
      );
    case "assignTest":
      writer.nested(`if (${s.negated ? "!" : ""}(${s.to} = ${writer.native("SSL_get1_session", s.connection)}))`, s.body, inside);
      return line("}");
    case "labelled":
      return labelled(writer, s, inside);
    case "jump": {
      const label = writer.labels.filter(({ loop }) => loop || s.how === "break").at(-1 - s.out);
      return label === undefined ? undefined : line(`${s.how} ${label.name};`);
    }
    case "cases":
      return cases(writer, s, inside);
    case "answer":
      if (inside.helper === "check") return line(`return ${s.ok};`);
      return inside.helper === "both" ? line(`return { ok: ${s.ok}, s: ${s.pointer} };`) : undefined;
    case "ask":
      return ask(writer, s, inside);
    case "askBoth": {
      const call = `both(${dialect.null}, p, ${s.connection})`;
      if (s.form === "record") return line(`{ const found = ${call}; if (found.ok) ${s.to} = found.s; }`);
      return line(s.form === "pattern" ? `{ const { ok, s: found } = ${call}; if (ok) ${s.to} = found; }` : `{ const { ok, s: found = null } = ${call}; ${s.to} = ok ? found : null; }`);
    }
    case "put":
      return line({ items: `items.push(${s.pointer});`, map: `map.set("k", ${s.pointer});`, set: `set.add(${s.pointer});` }[s.container]);
    case "take":
      return line({ pop: `${s.to} = items.pop();`, shift: `${s.to} = items.shift();`, get: `${s.to} = map.get("k");`, first: `${s.to} = items[0];`, pattern: `[${s.to}] = items;` }[s.how]);
    case "drop":
      if (s.all) return line(s.container === "items" ? "items.length = 0;" : `${s.container}.clear();`);
      return line({ items: "items.splice(0, 1);", map: 'map.delete("k");', set: `set.delete(${s.pointer});` }[s.container]);
    case "each": {
      const body = { free: `${free("x")};`, use: `${writer.native("SSL_SESSION_get_time", "x")};`, copy: `${s.pointer} = x;` }[s.does];
      return line(s.form === "of" ? `for (const x of ${values(s.container)}) ${body}` : `${s.container}.forEach((x) => { ${body} });`);
    }
    case "ifAny":
      writer.nested(`if (${{ items: "items.length > 0", map: 'map.has("k")', set: `set.has(${s.pointer})` }[s.container]})`, s.then, inside);
      return line("}");
    case "yield":
      return inside.helper === "each" ? line(`yield ${s.pointer};`) : undefined;
    case "consume":
      return consume(writer, s, inside);
    case "asyncClosure":
      return asyncClosure(writer, s, inside);
    case "reaction": {
      if (!inside.suspends) return;
      const on = s.on === "resolved" ? "Promise.resolve()" : "handleLater(a, p, ssl)";
      writer.inFunction(() => writer.nested(`await ${on}.${s.form}(() =>`, s.body, { ...inside, suspends: false, helper: "" }));
      return line("});");
    }
    case "stack":
      return stack(writer, s, inside);
    case "static":
      return line(`Owner.${s.name}(${s.pointer}, p, ssl);`);
  }
}

function values(container: Container): string {
  return container === "map" ? "map.values()" : container;
}

function labelled(writer: Writer, s: Extra & { kind: "labelled" }, inside: Inside): void {
  const name = writer.fresh("l");
  const { inLoop, labels } = writer;
  const loop = s.form !== "block";
  writer.labels = [...labels, { name, loop }];
  writer.inLoop = inLoop || loop;
  const count = `i${name}`;
  const head = { while: "while (more())", for: `for (let ${count} = 0; ${count} < 2; ${count}++)`, ever: "for (;;)", once: "do", block: "" }[s.form];
  writer.open(`${name}: ${head}`.trimEnd());
  writer.block(s.body, inside);
  if (s.form === "ever") writer.line("if (!more()) break;");
  writer.close(s.form === "once" ? "} while (false);" : "}");
  writer.labels = labels;
  writer.inLoop = inLoop;
}

function cases(writer: Writer, s: Extra & { kind: "cases" }, inside: Inside): void {
  const { inLoop } = writer;
  writer.inLoop = false;
  writer.open(`switch (${s.subject})`);
  s.clauses.forEach(({ body, falls }, index) => {
    const test = s.subject === "true" ? ["!p", "p === q"][index] ?? "!q" : String(index + 1);
    writer.open(index === s.clauses.length - 1 ? "default:" : `case ${test}:`);
    writer.block(body, inside);
    writer.close(falls ? "}" : "} break;");
  });
  writer.close();
  writer.inLoop = inLoop;
}

function ask(writer: Writer, s: Extra & { kind: "ask" }, inside: Inside): void {
  const call = `check(${s.first}, p, ssl)`;
  if (s.form === "throws") return writer.line(`if (!${call}) throw new Error("refused");`);
  const name = writer.fresh("ok");
  if (s.form === "variable") writer.line(`const ${name} = ${call};`);
  writer.nested(`if (${s.form === "variable" ? name : s.form === "if" ? call : `!${call}`})`, s.then, inside);
  if (s.form !== "variable") {
    if (s.otherwise.length > 0) writer.nested("} else", s.otherwise, inside);
    return writer.line("}");
  }
  writer.line("}");
  writer.block(s.otherwise.slice(0, 1), inside);
  writer.nested(`if (!${name})`, s.otherwise.slice(1), inside);
  writer.line("}");
}

function consume(writer: Writer, s: Extra & { kind: "consume" }, inside: Inside): void {
  const call = `each(${s.first}, p, ssl)`;
  if (s.form === "all") return writer.line(`for (const x of [...${call}]) ${writer.native("SSL_SESSION_free", "x")};`);
  if (s.form === "next") {
    const name = writer.fresh("steps");
    writer.line(`const ${name} = ${call};`);
    writer.line(`${s.to} = ${name}.next().value;`);
    writer.block(s.body, inside);
    return writer.line(`${name}.next();`);
  }
  const { inLoop } = writer;
  writer.inLoop = true;
  writer.open(`for (const x of ${call})`);
  writer.line(`${s.to} = x;`);
  writer.block(s.body, inside);
  writer.close();
  writer.inLoop = inLoop;
}

function asyncClosure(writer: Writer, s: Extra & { kind: "asyncClosure" }, inside: Inside): void {
  if (!inside.suspends) return;
  const name = writer.fresh("job");
  writer.inFunction(() => writer.nested(s.form === "now" ? "await (async () =>" : `const ${name} = (async () =>`, s.body, { ...inside, helper: "" }));
  writer.line("})();");
  if (s.form === "now") return;
  writer.line(`await ${name};`);
}

function stack(writer: Writer, s: Extra & { kind: "stack" }, inside: Inside): void {
  const name = writer.fresh("stack");
  writer.open("");
  writer.line(`using ${name} = new DisposableStack();`);
  for (const { how, pointer, body } of s.entries) {
    if (how === "adopt") {
      writer.line(`${name}.adopt(${pointer}, (x) => ${writer.native("SSL_SESSION_free", "x")});`);
      continue;
    }
    writer.inFunction(() => writer.nested(`${name}.defer(() =>`, body, { ...inside, suspends: false, helper: "" }));
    writer.line("});");
  }
  writer.block(s.body, inside);
  if (s.moves) writer.line(`using other${name} = ${name}.move();`);
  writer.close();
}
