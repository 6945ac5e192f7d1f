import type { JudgedFinding, PathStep } from "../../src/findings.js";
import { buildReport } from "../../src/report/build.js";
import type { Report, ReportContext } from "../../src/report/model.js";

export const texts: Readonly<Record<string, string>> = {
  "src/tls.ts": [
    "export class Conn {",
    "  constructor(private readonly ssl: Pointer) {}",
    "  close() { SSL_free(this.ssl); }",
    "  id() {",
    "    const s = SSL_get_session(this.ssl);",
    "    this.close();",
    "    return SSL_SESSION_get_time(s);",
    "  }",
    "}",
    "",
  ].join("\n"),
  "src/resume.ts": [
    "export async function resume(ssl: Pointer) {",
    "\tconst session = SSL_get1_session(ssl);",
    "\tawait upload(session);",
    "\tSSL_SESSION_free(session);",
    "}",
    "",
  ].join("\n"),
};

function at(file: string, fragment: string): { file: string; start: number; end: number } {
  const start = (texts[file] ?? "").indexOf(fragment);
  if (start < 0) throw new Error(`${file} does not hold ${fragment}`);
  return { file, start, end: start + fragment.length };
}

function step(kind: PathStep["kind"], file: string, fragment: string, message: string, depth = 0): PathStep {
  return { kind, site: at(file, fragment), message, depth };
}

/** A use after an invalidation inside a called method: a path through two functions. */
export const useAfterInvalidate: JudgedFinding = {
  rule: "no-use-after-invalidate",
  message: "`s` is used after `SSL_free` invalidated it",
  primary: at("src/tls.ts", "SSL_SESSION_get_time(s)"),
  label: "used here",
  path: [
    step("borrow", "src/tls.ts", "SSL_get_session(this.ssl)", "borrowed from `this.ssl` here"),
    step("call", "src/tls.ts", "this.close()", "calls `Conn.close`"),
    step("invalidate", "src/tls.ts", "SSL_free(this.ssl)", "invalidated here", 1),
  ],
  functionName: "Conn.id",
  exceptional: "no",
  note: "`SSL_get_session` lends the session for as long as the connection is in use: SSL_get_session(3)",
  help: "use `s` before `this.close()`, or take a reference with `SSL_get1_session`",
  data: { class: "SSL_SESSION", pointer: "s" },
  severity: "error",
  fingerprint: "1111aaaa1111aaaa1111",
  suppression: null,
};

/** A reference that is lost when an await rejects. */
export const lostOnReject: JudgedFinding = {
  rule: "require-release",
  message: "`session` is not released when `upload` rejects",
  primary: at("src/resume.ts", "SSL_get1_session(ssl)"),
  label: "one reference obtained here",
  path: [step("exit", "src/resume.ts", "await upload(session)", "leaves `resume` here with the reference still held")],
  functionName: "resume",
  exceptional: "reject",
  note: null,
  help: "release it in a `finally` block: `finally { SSL_SESSION_free(session) }`",
  data: { class: "SSL_SESSION", pointer: "session" },
  severity: "warn",
  fingerprint: "2222bbbb2222bbbb2222",
  suppression: null,
};

export function report(findings: readonly JudgedFinding[], more: Partial<Parameters<typeof buildReport>[0]> = {}): Report {
  return buildReport({
    findings,
    problems: [],
    summary: { files: 12, analyzed: 2, functions: 5, calls: 7, incomplete: [], durationMs: 84 },
    version: "0.1.0",
    text: (file) => texts[file] ?? "",
    suggestions: () => [],
    ...more,
  });
}

export const plain: ReportContext = {
  source: (file) => texts[file] ?? null,
  color: false,
  width: 120,
  links: false,
  verbose: false,
  stats: false,
  graph: () => null,
};

/** The three inputs that every reporter is tried on. */
export const inputs = {
  nothing: report([]),
  "one finding": report([{ ...lostOnReject, path: [] }]),
  "findings with paths": report([useAfterInvalidate, lostOnReject]),
} satisfies Record<string, Report>;
