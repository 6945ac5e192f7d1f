import type { RuleId } from "../../src/findings.js";
import type { PresetName } from "../../src/rules.js";

/** One proposal: the text with the finding, and what it becomes. */
export interface FixCase {
  readonly name: string;
  readonly rule: RuleId;
  /** A part of the proposal's title. */
  readonly title: string;
  readonly kind?: "fix" | "suggestion";
  readonly preset?: PresetName;
  readonly before: string;
  readonly after: string;
}

export const cases: readonly FixCase[] = [
  {
    name: "releases in front of an early return, with what is returned worked out first",
    rule: "require-release",
    title: "before the exit",
    before: `
import { SSL_get1_session, SSL_SESSION_free, SSL_SESSION_get_time } from "./ffi.js";
export function age(ssl, quick) {
  const session = SSL_get1_session(ssl);
  if (quick) return SSL_SESSION_get_time(session); // the quick way
  SSL_SESSION_free(session);
  return 0;
}
`,
    after: `
import { SSL_get1_session, SSL_SESSION_free, SSL_SESSION_get_time } from "./ffi.js";
export function age(ssl, quick) {
  const session = SSL_get1_session(ssl);
  if (quick) {
    const result = SSL_SESSION_get_time(session);
    SSL_SESSION_free(session);
    return result;
  } // the quick way
  SSL_SESSION_free(session);
  return 0;
}
`,
  },
  {
    name: "releases in front of a throw and at the end, in a file without semicolons",
    rule: "require-release",
    title: "before each exit",
    before: `
const lib = koffi.load("libssl.so.3")
const get1 = lib.func("SSL_SESSION *SSL_get1_session(SSL *ssl)")
const drop = lib.func("void SSL_SESSION_free(SSL_SESSION *session)")
const startedAt = lib.func("long SSL_SESSION_get_time(SSL_SESSION *session)")
function check(ssl, limit) {
	const session = get1(ssl)
	if (session === null) return
	if (startedAt(session) > limit) {
		throw new Error("too old")
	}
	note("fresh")
}
`,
    after: `
const lib = koffi.load("libssl.so.3")
const get1 = lib.func("SSL_SESSION *SSL_get1_session(SSL *ssl)")
const drop = lib.func("void SSL_SESSION_free(SSL_SESSION *session)")
const startedAt = lib.func("long SSL_SESSION_get_time(SSL_SESSION *session)")
function check(ssl, limit) {
	const session = get1(ssl)
	if (session === null) return
	if (startedAt(session) > limit) {
		drop(session)
		throw new Error("too old")
	}
	note("fresh")
	drop(session)
}
`,
  },
  {
    name: "releases before the variable is overwritten",
    rule: "require-release",
    title: "before the exit",
    before: `
let session = lib.symbols.SSL_get1_session(first);
session = lib.symbols.SSL_get1_session(second);
lib.symbols.SSL_SESSION_free(session);
`,
    after: `
let session = lib.symbols.SSL_get1_session(first);
lib.symbols.SSL_SESSION_free(session);
session = lib.symbols.SSL_get1_session(second);
lib.symbols.SSL_SESSION_free(session);
`,
  },
  {
    name: "releases at the end of a loop's round, in the spelling of the call",
    rule: "require-release",
    title: "before the exit",
    before: `
for (const ssl of connections) {
  const session = Module._SSL_get1_session(ssl);
  save(Module._SSL_SESSION_get_time(session));
}
`,
    after: `
for (const ssl of connections) {
  const session = Module._SSL_get1_session(ssl);
  save(Module._SSL_SESSION_get_time(session));
  Module._SSL_SESSION_free(session);
}
`,
  },
  {
    name: "names a reference that is used once",
    rule: "require-release",
    title: "name the reference",
    before: `
function startedAt(ssl) {
  return fns["SSL_SESSION_get_time"](fns["SSL_get1_session"](ssl));
}
`,
    after: `
function startedAt(ssl) {
  const session = fns["SSL_get1_session"](ssl);
  const result = fns["SSL_SESSION_get_time"](session);
  fns["SSL_SESSION_free"](session);
  return result;
}
`,
  },
  {
    name: "wraps what follows in try/finally, and leaves templates and comments as they are",
    rule: "require-release",
    title: "`finally` block",
    before: `
async function store(ssl) {
    const session = SSL_get1_session(ssl);
    if (!session) {
        return;
    }
    // what goes up
    const text = \`
time: \${SSL_SESSION_get_time(session)}
\`;

    await upload(text); // may reject
    SSL_SESSION_free(session);
}
`,
    after: `
async function store(ssl) {
    const session = SSL_get1_session(ssl);
    if (!session) {
        return;
    }
    // what goes up
    try {
        const text = \`
time: \${SSL_SESSION_get_time(session)}
\`;

        await upload(text); // may reject
    } finally {
        SSL_SESSION_free(session);
    }
}
`,
  },
  {
    name: "keeps the line breaks of the file",
    rule: "require-release",
    title: "`finally` block",
    before: "async function store(ssl) {\r\n  const session = SSL_get1_session(ssl);\r\n  await upload(1);\r\n  SSL_SESSION_free(session);\r\n}\r\n",
    after: "async function store(ssl) {\r\n  const session = SSL_get1_session(ssl);\r\n  try {\r\n    await upload(1);\r\n  } finally {\r\n    SSL_SESSION_free(session);\r\n  }\r\n}\r\n",
  },
  {
    name: "gives a try statement a finally block",
    rule: "require-release",
    title: "`finally` block",
    before: `
async function store(ssl) {
  const session = SSL_get1_session(ssl);
  try {
    await upload(SSL_SESSION_get_time(session));
    SSL_SESSION_free(session);
  } catch (error) {
    report(error);
  }
}
`,
    after: `
async function store(ssl) {
  const session = SSL_get1_session(ssl);
  try {
    await upload(SSL_SESSION_get_time(session));
  } catch (error) {
    report(error);
  } finally {
    SSL_SESSION_free(session);
  }
}
`,
  },
  {
    name: "puts the release into the finally block that is there",
    rule: "require-release",
    title: "`finally` block",
    before: `
async function store(ssl) {
  const session = SSL_get1_session(ssl);
  try {
    await upload(SSL_SESSION_get_time(session));
  } finally {
    done();
  }
}
`,
    after: `
async function store(ssl) {
  const session = SSL_get1_session(ssl);
  try {
    await upload(SSL_SESSION_get_time(session));
  } finally {
    SSL_SESSION_free(session);
    done();
  }
}
`,
  },
  {
    name: "hands the reference to the stack that is in scope",
    rule: "require-release",
    title: "let `stack` release",
    before: `
async function store(ssl) {
  using stack = new DisposableStack();
  const session = SSL_get1_session(ssl);
  await upload(SSL_SESSION_get_time(session));
  SSL_SESSION_free(session);
}
`,
    after: `
async function store(ssl) {
  using stack = new DisposableStack();
  const session = SSL_get1_session(ssl);
  stack.defer(() => SSL_SESSION_free(session));
  await upload(SSL_SESSION_get_time(session));
}
`,
  },
  {
    name: "uses the disposable wrapper of the file",
    rule: "require-release",
    title: "`using` declaration of `SessionHandle`",
    before: `
class SessionHandle {
  constructor(readonly pointer: Pointer) {}
  [Symbol.dispose]() {
    SSL_SESSION_free(this.pointer);
  }
}
async function store(ssl: Pointer) {
  const session = SSL_get1_session(ssl);
  await upload(SSL_SESSION_get_time(session));
  SSL_SESSION_free(session);
}
`,
    after: `
class SessionHandle {
  constructor(readonly pointer: Pointer) {}
  [Symbol.dispose]() {
    SSL_SESSION_free(this.pointer);
  }
}
async function store(ssl: Pointer) {
  const session = SSL_get1_session(ssl);
  using sessionOwner = new SessionHandle(session);
  await upload(SSL_SESSION_get_time(session));
}
`,
  },
  {
    name: "moves the use in front of the invalidation",
    rule: "no-use-after-invalidate",
    title: "move the use before `SSL_free(ssl);`",
    before: `
const session = SSL_get_session(ssl);
SSL_free(ssl);
count += 1;
const time = SSL_SESSION_get_time(session);
save(time);
`,
    after: `
const session = SSL_get_session(ssl);
const time = SSL_SESSION_get_time(session);
SSL_free(ssl);
count += 1;
save(time);
`,
  },
  {
    name: "moves the invalidation behind the last use, with what is returned worked out first",
    rule: "no-use-after-invalidate",
    title: "move `SSL_free(ssl)` behind the last use",
    before: `
function startedAt(ssl) {
  const session = SSL_get_session(ssl);
  SSL_free(ssl); // done with it
  note(SSL_SESSION_get_timeout(session));
  return SSL_SESSION_get_time(session);
}
`,
    after: `
function startedAt(ssl) {
  const session = SSL_get_session(ssl);
  note(SSL_SESSION_get_timeout(session));
  const result = SSL_SESSION_get_time(session);
  SSL_free(ssl);
  return result;
}
`,
  },
  {
    name: "moves the release behind the last use",
    rule: "no-use-after-release",
    title: "move `SSL_SESSION_free(session)` behind the last use",
    before: `
const session = SSL_get1_session(ssl);
SSL_SESSION_free(session);
if (SSL_SESSION_get_time(session) > limit) {
  warn();
}
`,
    after: `
const session = SSL_get1_session(ssl);
if (SSL_SESSION_get_time(session) > limit) {
  warn();
}
SSL_SESSION_free(session);
`,
  },
  {
    name: "takes a reference instead of a borrow",
    rule: "no-use-after-invalidate",
    title: "take a reference with `SSL_get1_session`",
    before: `
class Connection {
  close() {
    this.lib.SSL_free(this.ssl);
  }
  startedAt() {
    const session = this.lib.SSL_get_session(this.ssl);
    this.close();
    return this.lib.SSL_SESSION_get_time(session);
  }
}
`,
    after: `
class Connection {
  close() {
    this.lib.SSL_free(this.ssl);
  }
  startedAt() {
    const session = this.lib.SSL_get1_session(this.ssl);
    this.close();
    const result = this.lib.SSL_SESSION_get_time(session);
    this.lib.SSL_SESSION_free(session);
    return result;
  }
}
`,
  },
  {
    name: "holds the reference over a suspension",
    rule: "no-borrow-across-suspension",
    title: "take a reference",
    preset: "strict",
    before: `
async function report(ssl) {
  const session = SSL_get0_session(ssl);
  await connected();
  return SSL_SESSION_get_time(session);
}
`,
    after: `
async function report(ssl) {
  const session = SSL_get1_session(ssl);
  try {
    await connected();
    return SSL_SESSION_get_time(session);
  } finally {
    SSL_SESSION_free(session);
  }
}
`,
  },
  {
    name: "moves the use in front of the release",
    rule: "no-use-after-release",
    title: "move the use",
    before: `
const session = SSL_get1_session(ssl);
SSL_SESSION_free(session);
save(
  SSL_SESSION_get_time(session),
);
`,
    after: `
const session = SSL_get1_session(ssl);
save(
  SSL_SESSION_get_time(session),
);
SSL_SESSION_free(session);
`,
  },
  {
    name: "deletes the second of two releases in a row",
    rule: "no-double-release",
    title: "delete this release",
    kind: "fix",
    before: `
const session = SSL_get1_session(ssl);
SSL_SESSION_free(session);
SSL_SESSION_free(session); // to be sure
done();
`,
    after: `
const session = SSL_get1_session(ssl);
SSL_SESSION_free(session);
done();
`,
  },
  {
    name: "deletes the release that another way out repeats",
    rule: "no-double-release",
    title: "delete the earlier release",
    before: `
const session = SSL_get1_session(ssl);
try {
  work();
} catch (error) {
  SSL_SESSION_free(session);
  throw error;
} finally {
  SSL_SESSION_free(session);
}
`,
    after: `
const session = SSL_get1_session(ssl);
try {
  work();
} catch (error) {
  throw error;
} finally {
  SSL_SESSION_free(session);
}
`,
  },
  {
    name: "deletes the release of a borrowed pointer",
    rule: "no-release-borrowed",
    title: "delete this release",
    before: `
const session = SSL_get_session(ssl);
SSL_SESSION_free(session);
`,
    after: `
const session = SSL_get_session(ssl);
`,
  },
  {
    name: "takes the reference that is released",
    rule: "no-release-borrowed",
    title: "take a reference with `SSL_get1_session`",
    before: `
const { SSL_get_session, SSL_get1_session: get1, SSL_SESSION_free } = lib.symbols;
const session = SSL_get_session(ssl);
SSL_SESSION_free(session);
`,
    after: `
const { SSL_get_session, SSL_get1_session: get1, SSL_SESSION_free } = lib.symbols;
const session = get1(ssl);
SSL_SESSION_free(session);
`,
  },
  {
    name: "keeps a reference in the field that is released",
    rule: "no-borrow-escape",
    title: "take a reference",
    before: `
class Cache {
  remember(ssl) {
    this.session = SSL_get0_session(ssl);
  }
  close() {
    SSL_SESSION_free(this.session);
  }
}
`,
    after: `
class Cache {
  remember(ssl) {
    this.session = SSL_get1_session(ssl);
  }
  close() {
    SSL_SESSION_free(this.session);
  }
}
`,
  },
  {
    name: "throws in front of a use of what may be NULL",
    rule: "require-null-check",
    title: "throw when",
    before: `
const lib = koffi.load("libssl.so.3");
const SSL_get_session = lib.func("SSL_SESSION *SSL_get_session(SSL *ssl)");
const SSL_SESSION_get0_hostname = lib.func("const char *SSL_SESSION_get0_hostname(SSL_SESSION *session)");
const session = SSL_get_session(ssl);
save(SSL_SESSION_get0_hostname(session));
`,
    after: `
const lib = koffi.load("libssl.so.3");
const SSL_get_session = lib.func("SSL_SESSION *SSL_get_session(SSL *ssl)");
const SSL_SESSION_get0_hostname = lib.func("const char *SSL_SESSION_get0_hostname(SSL_SESSION *session)");
const session = SSL_get_session(ssl);
if (session === null) throw new Error("SSL_get_session gave NULL");
save(SSL_SESSION_get0_hostname(session));
`,
  },
  {
    name: "goes round the use of what may be NULL",
    rule: "require-null-check",
    title: "skip the call",
    before: `
const SSL_get_session = new NativeFunction(addresses["SSL_get_session"], "pointer", ["pointer"]);
const hostname = new NativeFunction(addresses["SSL_SESSION_get0_hostname"], "pointer", ["pointer"]);
const session = SSL_get_session(ssl);
send(hostname(session));
`,
    after: `
const SSL_get_session = new NativeFunction(addresses["SSL_get_session"], "pointer", ["pointer"]);
const hostname = new NativeFunction(addresses["SSL_SESSION_get0_hostname"], "pointer", ["pointer"]);
const session = SSL_get_session(ssl);
if (!session.isNull()) {
  send(hostname(session));
}
`,
  },
  {
    name: "negates the working test where the failing one was negated",
    rule: "no-ineffective-null-test",
    title: "test with `session !== null`",
    before: `
const lib = koffi.load("libssl.so.3");
const SSL_get_session = lib.func("SSL_SESSION *SSL_get_session(SSL *ssl)");
const session = SSL_get_session(ssl);
if (ready && session !== 0n) save(1);
`,
    after: `
const lib = koffi.load("libssl.so.3");
const SSL_get_session = lib.func("SSL_SESSION *SSL_get_session(SSL *ssl)");
const session = SSL_get_session(ssl);
if (ready && session !== null) save(1);
`,
  },
  {
    name: "tests truthiness by the pointer's method",
    rule: "no-ineffective-null-test",
    title: "test with `!session.isNull()`",
    before: `
const SSL_get_session = new NativeFunction(addresses["SSL_get_session"], "pointer", ["pointer"]);
const session = SSL_get_session(ssl);
if (session) send(1);
`,
    after: `
const SSL_get_session = new NativeFunction(addresses["SSL_get_session"], "pointer", ["pointer"]);
const session = SSL_get_session(ssl);
if (!session.isNull()) send(1);
`,
  },
  {
    name: "binds the exported name in a prototype",
    rule: "no-unresolvable-binding",
    title: "bind `SSL_get_session`",
    kind: "fix",
    before: `
const get0 = koffi.load("libssl.so.3").func("SSL_SESSION *SSL_get0_session(SSL *ssl)");
`,
    after: `
const get0 = koffi.load("libssl.so.3").func("SSL_SESSION *SSL_get_session(SSL *ssl)");
`,
  },
  {
    name: "gives a symbol of Deno the exported name and leaves its key",
    rule: "no-unresolvable-binding",
    title: "bind `SSL_get_session`",
    kind: "fix",
    before: `
const lib = Deno.dlopen("libssl.so.3", { SSL_get0_session: { parameters: ["pointer"], result: "pointer" } });
`,
    after: `
const lib = Deno.dlopen("libssl.so.3", { SSL_get0_session: { name: "SSL_get_session", parameters: ["pointer"], result: "pointer" } });
`,
  },
  {
    name: "renames the key of a symbol table with all its uses",
    rule: "no-unresolvable-binding",
    title: "bind `SSL_get_session`",
    kind: "suggestion",
    before: `
const lib = dlopen("libssl.so.3", { SSL_get0_session: { args: ["ptr"], returns: "ptr" } });
const session = lib.symbols.SSL_get0_session(ssl);
if (session) save(1);
`,
    after: `
const lib = dlopen("libssl.so.3", { SSL_get_session: { args: ["ptr"], returns: "ptr" } });
const session = lib.symbols.SSL_get_session(ssl);
if (session) save(1);
`,
  },
  {
    name: "renames the variable of a getter, in shorthand too",
    rule: "prefer-explicit-ownership",
    title: "rename to `SSL_get0_session`",
    kind: "fix",
    preset: "strict",
    before: `
const { SSL_get_session } = lib.symbols;
const table = { SSL_get_session };
const session = SSL_get_session(ssl);
`,
    after: `
const { SSL_get_session: SSL_get0_session } = lib.symbols;
const table = { SSL_get_session: SSL_get0_session };
const session = SSL_get0_session(ssl);
`,
  },
  {
    name: "renames an import",
    rule: "prefer-explicit-ownership",
    title: "rename to `SSL_get0_session`",
    kind: "fix",
    preset: "strict",
    before: `
import { SSL_get_session } from "./ffi.js";
const session = SSL_get_session(ssl);
`,
    after: `
import { SSL_get_session as SSL_get0_session } from "./ffi.js";
const session = SSL_get0_session(ssl);
`,
  },
];
