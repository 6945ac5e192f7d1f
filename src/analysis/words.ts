import type { Spelling } from "../ir/language.js";
import type { Contracts } from "../contracts/model.js";
import type { Finding, FindingData, PathStep, RuleId, Site } from "../findings.js";
import { eventKey } from "./canonical.js";
import type { RawFinding } from "./engine.js";
import type { ProgramIndex } from "./program.js";
import type { Event, Trace } from "./state.js";

interface Wording {
  readonly message: string;
  readonly label: string;
  readonly help: string | null;
}

/** Puts violations into words: one finding for each bug, in the order of files and places. */
export class Words {
  constructor(
    readonly contracts: Contracts,
    readonly index: ProgramIndex,
  ) {}

  /** One finding of one or more violations that are the same bug; the first is the one that is told. */
  finding(group: readonly RawFinding[]): Finding {
    const raw = group[0]!;
    const { message, label, help } = this.#wording(raw, group);
    const primary = raw.primary.site;
    return {
      rule: raw.rule,
      message: oneLine(message),
      primary,
      label: oneLine(label),
      path: this.#path(raw, group),
      functionName: this.#functionAt(primary) ?? raw.fn.ir.name,
      exceptional: raw.exceptional,
      note: this.#note(raw),
      help,
      data: this.#data(raw, group),
    };
  }

  #wording(raw: RawFinding, group: readonly RawFinding[]): Wording {
    const name = this.#name(raw);
    const cause = innermost(raw.cause);
    const by = cause?.by ? `\`${cause.by}\`` : "a call";
    const release = this.#release(raw);
    const what = this.#what(raw);
    switch (raw.rule) {
      case "no-use-after-invalidate":
        return { message: `${name} is used after ${by} ended the borrow`, label: innermost(raw.primary)!.text || "used here", help: `use it before ${by}, or hold a reference of your own (\`get1\` and one \`${release}\`)` };
      case "no-use-after-release":
        return { message: `${name} is used after ${by} gave back the last reference to it`, label: innermost(raw.primary)!.text || "used here", help: `move the \`${release}\` behind the last use` };
      case "no-double-release":
        return { message: `${name} is released a second time`, label: "released again here", help: "release each reference exactly once: delete one of the two releases, or set the variable to null after the first" };
      case "no-release-borrowed":
        if (raw.extra["taken"]) return { message: `${name} is given to \`${raw.extra["function"] ?? ""}\`, which takes a reference over, though none is held`, label: "given away here", help: "give it a reference of its own, or leave the pointer to who holds one" };
        return { message: `${name} is released though it is borrowed: no reference to it is held`, label: "released here", help: `delete this \`${release}\`, or obtain a reference of your own first` };
      case "require-release":
        return this.#leak(raw, group, name, release);
      case "no-borrow-escape":
        return this.#escape(raw, name, by, release);
      case "no-borrow-across-suspension":
        return { message: `${name} is borrowed, and used after a suspension in which other code may have ended the borrow`, label: "used here", help: "obtain the pointer again after the suspension, or hold a reference of your own" };
      case "no-cross-context":
        return { message: `${name} belongs to another ${what.context} than the one it is given to`, label: "given to another context here", help: "use a session only with the context that it came from" };
      case "session-callback-contract":
        return { message: `this ${raw.extra["callback"] ? `\`${raw.extra["callback"]}\` callback` : "callback"} ${raw.extra["text"] ?? "releases an argument that is only lent to it"}`, label: raw.extra["text"] ? "returns here" : "released here", help: callbackHelp(raw) };
      case "require-null-check":
        return { message: `${name} may be NULL, which \`${raw.extra["function"] ?? ""}\` does not accept`, label: "used here without a test", help: "test it for NULL first" };
      case "no-ineffective-null-test":
        return { message: this.#nullTestText(raw), label: "this test cannot work", help: raw.extra["workingTest"] ? `test it as \`${raw.extra["workingTest"].replace(/\bp\b/, this.#bareName(raw))}\`` : null };
      case "no-unresolvable-binding":
        return { message: raw.extra["message"] ?? "", label: raw.extra["label"] ?? "", help: raw.extra["help"] ?? null };
      case "prefer-explicit-ownership": {
        const owned = raw.extra["ownership"] === "owned";
        return { message: `\`${raw.extra["function"]}\` does not say that its result is ${owned ? "owned" : "borrowed"}`, label: `the result is ${owned ? "owned: it must be released" : "borrowed: it must not be released"}`, help: raw.extra["replacement"] ? `call it as \`${raw.extra["replacement"]}\`` : null };
      }
    }
  }

  #escape(raw: RawFinding, name: string, by: string, release: string): Wording {
    const help = "keep a reference of your own instead (`get1`), and release it where the holder is closed";
    switch (raw.extra["how"]) {
      case "returned":
        if (raw.token?.kind === "owned" || raw.token?.kind === "retained") return { message: `${name} is returned, and ${by} gives back the last reference to it on the way out`, label: "returned here", help: `leave the \`${release}\` to the caller, or return what was read from it` };
        return { message: `${name} is borrowed, and returned though its owner is gone by then`, label: "returned here", help };
      case "captured":
        return { message: `${name} is borrowed, and captured by a function that runs later`, label: "captured here", help };
      default:
        return { message: `${name} is borrowed, and stored where it outlives the connection's use`, label: "stored here", help };
    }
  }

  #leak(raw: RawFinding, group: readonly RawFinding[], name: string, release: string): Wording {
    if (raw.extra["lost"] === "field") {
      const field = raw.extra["field"] ?? "";
      return { message: `nothing ever releases \`${field}\`, in which ${name} is stored`, label: "stored here", help: `release it where the object is closed: \`${release}(${this.#spelling.receiver}.${field})\`` };
    }
    const where = this.#lossText(raw);
    const more = group.length > 1 ? ` (and on ${group.length - 1} more ${group.length === 2 ? "way" : "ways"} out)` : "";
    const { cleanUp } = this.#spelling;
    const help = raw.exceptional === "no" ? `call \`${release}(${this.#bareName(raw)})\` before it leaves` : `release it in a \`${cleanUp.name}\` block: \`${cleanUp.before}${release}(${this.#bareName(raw)})${cleanUp.after}\``;
    return { message: `${name} is not released ${where}${more}`, label: "one reference obtained here", help };
  }

  get #spelling(): Spelling {
    return this.index.program.language.spelling;
  }

  #lossText(raw: RawFinding): string {
    const cause = raw.cause;
    if (!cause) return "on every path";
    const line = this.line(cause.site);
    if (cause.kind === "overwrite" && raw.token?.acquired && eventKey(cause) === eventKey(raw.token.acquired)) return `before the next round of the loop overwrites it on line ${line}`;
    if (cause.kind === "overwrite") return raw.extra["name"] ? `before \`${raw.extra["name"]}\` is overwritten on line ${line}` : `before the last pointer to it goes on line ${line}`;
    if (raw.exceptional === "reject") return `when \`${this.#awaited(cause.site)}\` rejects on line ${line}`;
    if (raw.exceptional === "throw") return `when line ${line} throws`;
    if (raw.exceptional === "call") return `when \`${clip(this.text(cause.site))}\` throws on line ${line}`;
    return this.#spelling.leaving.test(this.text(cause.site)) ? `on the path that returns on line ${line}` : `on the path that ends on line ${line}`;
  }

  #nullTestText(raw: RawFinding): string {
    const source = clip(this.text(raw.primary.site));
    const from = raw.extra["binding"] ? `a pointer from ${this.index.program.language.bindingNames.get(raw.extra["binding"]) ?? raw.extra["binding"]}` : "a pointer of this binding";
    return raw.extra["test"] === "truthiness" ? `\`${source}\` does not test for NULL: ${from} is truthy even when it is NULL` : `the test \`${source}\` is ${/!==?/.test(source) ? "always" : "never"} true: ${from} that is NULL is something else`;
  }

  #awaited(site: Site): string {
    const text = this.text(site).replace(this.#spelling.waiting, "");
    const call = this.#spelling.calledName.exec(text);
    return call ? call[1]! : clip(text);
  }

  #path(raw: RawFinding, group: readonly RawFinding[]): PathStep[] {
    const steps: PathStep[] = [];
    const { token } = raw;
    if (raw.rule !== "require-release" || raw.extra["lost"] === "field") if (token?.acquired) this.#steps(steps, token.acquired, 0);
    // Where a reference is lost stands first; what was assumed on the way there follows.
    const lost = raw.rule === "require-release";
    if (!lost && token && raw.rule !== "prefer-explicit-ownership") this.#branches(steps, raw.trace, token.acquired, raw.cause ?? raw.primary);
    if (raw.cause) this.#steps(steps, raw.cause, 0);
    for (const other of group.slice(1)) if (other.cause) this.#steps(steps, other.cause, 0);
    if (lost && token?.acquired?.inner) this.#steps(steps, token.acquired, 0);
    if (lost) this.#branches(steps, raw.trace, token?.acquired ?? null, raw.cause ?? raw.primary);
    if (raw.primary.inner && raw.rule !== "require-release") this.#steps(steps, raw.primary, 0);
    return steps.filter((step, index) => !steps.slice(0, index).some((other) => other.message === step.message && isAt(other, step) && other.depth === step.depth) && !isOutdone(step, steps.slice(index + 1), steps));
  }

  // The decisions between obtaining the pointer and what broke it, in the same function.
  #branches(steps: PathStep[], trace: Trace | null, from: Event | null, to: Event): void {
    const found: PathStep[] = [];
    for (let node = trace; node && found.length < 4; node = node.before) {
      const site = node.event.site;
      if (site.file !== to.site.file) continue;
      if (from?.site.file === site.file && site.start < from.site.start) continue;
      if (site.start > to.site.end || node.truth === null) continue;
      const text = clip(this.text(site));
      // `a !== b` is followed as the opposite of `a === b`.
      const truth = this.#spelling.unequal.test(text) ? !node.truth : node.truth;
      found.push({ kind: "branch", site, message: `assuming \`${text}\` is ${truth ? "true" : "false"}`, depth: 0 });
    }
    steps.push(...found.reverse());
  }

  #steps(steps: PathStep[], event: Event, depth: number): void {
    if (event.earlier) this.#steps(steps, event.earlier, depth);
    steps.push({ kind: event.inner ? "call" : event.kind, site: event.site, message: oneLine(event.text || (event.inner ? "in this call" : "here")), depth });
    if (event.inner) this.#steps(steps, event.inner, depth + 1);
  }

  #note(raw: RawFinding): string | null {
    const names = [innermost(raw.cause)?.by, raw.object?.by, innermost(raw.primary)?.by].filter((name): name is string => Boolean(name));
    for (const name of names) {
      const doc = this.contracts.function(name)?.doc;
      if (doc) return `the contract of \`${name}\` says so: ${doc}`;
    }
    return null;
  }

  #data(raw: RawFinding, group: readonly RawFinding[]): FindingData {
    const cause = raw.cause;
    const data: Record<string, unknown> = {
      class: raw.object?.class ?? undefined,
      pointer: this.#bareName(raw),
      acquiredBy: raw.object?.by || undefined,
      acquiredAt: raw.token?.acquired?.site,
      release: this.#release(raw) || undefined,
      ownedGetter: this.#ownedGetter(raw.object?.by ?? "") ?? undefined,
      takenBy: raw.extra["taken"] ? raw.extra["function"] : undefined,
      invalidatedBy: innermost(cause)?.by || undefined,
      invalidatedAt: cause?.site,
      replacement: raw.extra["replacement"] || undefined,
      workingTest: raw.extra["workingTest"] || raw.token?.ref?.workingTest || undefined,
      test: raw.extra["test"] || undefined,
      binding: raw.extra["binding"] || raw.token?.ref?.binding || undefined,
    };
    if (raw.rule === "require-release") data["exits"] = group.filter((one) => one.cause).map((one) => ({ site: one.cause!.site, kind: exitKind(one) }));
    return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
  }

  // The function that gives a reference of its own to what this one borrows.
  #ownedGetter(name: string): string | null {
    const contract = this.contracts.function(name);
    if (contract?.returns?.ownership !== "borrowed") return null;
    const plain = contract.aliasOf ?? name;
    const sibling = plain.replace("get0", "get1");
    return this.contracts.function(plain)?.prefer?.owned ?? (this.contracts.function(sibling)?.returns?.sameObjectAs === plain ? sibling : null);
  }

  #what(raw: RawFinding): { context: string } {
    const cls = raw.object?.class ?? "";
    return { context: cls.startsWith("SSL") ? "SSL_CTX" : "context" };
  }

  #release(raw: RawFinding): string {
    return (raw.object?.class && this.contracts.class(raw.object.class)?.release) || "release";
  }

  #name(raw: RawFinding): string {
    return `\`${this.#bareName(raw)}\``;
  }

  #bareName(raw: RawFinding): string {
    if (raw.token?.name && raw.token.name !== "") return raw.token.name;
    if (raw.extra["name"]) return raw.extra["name"];
    const acquired = raw.token?.acquired;
    const given = acquired && (raw.token.kind === "retained" ? acquired : usedThere.has(raw.rule) && acquired.inner ? raw.primary : null);
    const plain = given && !given.inner ? plainArgument(this.#spelling, this.text(given.site)) : null;
    if (plain) return plain;
    // What a method put into its object is known by the field, and not by the call of the method.
    const field = acquired?.inner ? raw.token?.stored?.field : null;
    if (field) return raw.extra["lost"] === "field" ? clip(this.text(innermost(acquired!)!.site)) : field;
    return acquired ? clip(this.text(acquired.site)) : clip(this.text(raw.primary.site));
  }

  // The innermost function around a place.
  #functionAt(site: Site): string | null {
    let best: { readonly name: string; readonly size: number } | null = null;
    for (const { ir } of this.index.byId.get(site.file)?.functions ?? []) {
      const size = ir.range.end - ir.range.start;
      if (ir.id !== 0 && ir.range.start <= site.start && site.end <= ir.range.end && (!best || size < best.size)) best = { name: ir.name, size };
    }
    return best?.name ?? "<module>";
  }

  text(site: Site): string {
    return this.index.byId.get(site.file)?.ir.text.slice(site.start, site.end) ?? "";
  }

  line(site: Site): number {
    const text = this.index.byId.get(site.file)?.ir.text ?? "";
    let line = 1;
    for (let at = text.indexOf("\n"); at >= 0 && at < site.start; at = text.indexOf("\n", at + 1)) line++;
    return line;
  }
}

// Rules whose primary place is the pointer itself, or a call that it is given to.
const usedThere: ReadonlySet<RuleId> = new Set(["no-use-after-invalidate", "no-use-after-release", "no-double-release", "no-release-borrowed", "require-null-check", "no-borrow-across-suspension"]);

// What a place shows by a plain name: `kept`, `this.#saved`, the only argument of a call.
function plainArgument({ plainName }: Spelling, text: string): string | null {
  return plainName.exec(text.trim())?.[1] ?? null;
}

function isAt(left: PathStep, right: PathStep): boolean {
  return left.site.file === right.site.file && left.site.start === right.site.start && left.site.end === right.site.end;
}

// Of what was assumed of one test in several rounds the last counts, and nothing where a way out leads from the test itself.
function isOutdone(step: PathStep, later: readonly PathStep[], all: readonly PathStep[]): boolean {
  if (step.kind !== "branch") return false;
  return later.some((other) => other.kind === "branch" && isAt(step, other)) || all.some((other) => (other.kind === "throw" || other.kind === "suspend") && isAt(step, other));
}

function callbackHelp(raw: RawFinding): string {
  if (raw.extra["text"] === undefined) return "delete the release: the argument is only lent for the call. What the program keeps of its own is given back through the pointer that it kept";
  if (raw.extra["what"] === "written") return "write NULL where nothing is given away, or return non-zero";
  if (raw.extra["what"] === "unheld") return "write a pointer that comes with a reference of its own: the library gives it back";
  if (raw.extra["what"] === "given" || raw.extra["what"] === "lent") return "leave `*copy` at 1 and lend a session that the program keeps, or set it to 0 and give away a reference of its own";
  return "return non-zero if and only if exactly one reference was kept or already released";
}

function exitKind(raw: RawFinding): NonNullable<FindingData["exits"]>[number]["kind"] {
  if (raw.exceptional !== "no") return raw.exceptional;
  return raw.cause?.kind === "overwrite" ? "overwrite" : "return";
}

function innermost(event: Event | null): Event | null {
  let current = event;
  while (current?.inner) current = current.inner;
  return current;
}

// Source text keeps no trace of how it was laid out.
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/([([]) | (?=[)\].])/g, "$1");
}

function clip(text: string): string {
  const line = oneLine(text).replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

/** The order of rules in the output of one place. */
export type { RuleId };
