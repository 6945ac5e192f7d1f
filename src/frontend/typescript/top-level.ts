import { WordSet } from "./word-set.js";

/** A declaration of a function, class or interface at the top of a module, as far as it can be told without parsing. */
export interface TopLevelDeclaration {
  readonly name: string;
  readonly exported: boolean;
  /** Where the statement starts and ends. */
  readonly start: number;
  readonly end: number;
  /** Names that are assigned to by themselves: some that are not, and never fewer. */
  readonly assigned: readonly string[];
  /** Something is assigned to that is more than a name: a member, an element, a pattern. */
  readonly assignsPlaces: boolean;
}

/** What one look at a text tells of it. */
export interface TopLevel {
  readonly declarations: readonly TopLevelDeclaration[];
  /** Where the words start that were looked for, in code and in texts, in order. */
  readonly hits: readonly number[];
}

/**
 * The declarations at the top of a module that do nothing but give something a name, found by looking at each character
 * once. Null where that is not enough to tell what a text says: where a slash may start a regular expression or divide,
 * where brackets do not match, where markup may stand. Declarations whose head is more than plain are left out.
 */
export function topLevelOf(text: string, mayHoldMarkup: boolean, wanted: WordSet = noWords): TopLevel | null {
  if (text.includes("<!--") || (text.includes("-->") && htmlComment.test(text))) return null;
  const scanner = new Scanner(text, mayHoldMarkup, wanted);
  return scanner.finish() ? { declarations: scanner.found, hits: scanner.hits } : null;
}

const htmlComment = /^\s*-->/mu;
const noWords = new WordSet([]);
const plainHead = /\s*\*?\s*([A-Za-z_$][\w$]*)\s*(?:<[\w$\s,.]*>\s*)?\(/uy;
const plainClass = /\s+([A-Za-z_$][\w$]*)\s*(?:<[\w$\s,.]*>\s*)?(?:(?:extends|implements)\s[\w$\s,.<>]*)?\{/uy;
/** What may run where a class is made. */
const runsAtOnce = /\bstatic\b|@|^\s*(?:async\s+|get\s+|set\s+|\*\s*)?\[(?!Symbol\.)/mu;
const plainResult = /\s*\{|\s*:([\w$. \t<>,[\]|&"']*)\{/uy;
const endsInsideType = /(?:^|[^\w$>\]"'\s]|\b(?:is|keyof|typeof|readonly|infer|extends|unique|asserts))\s*$/u;

/** What a word of the language says of what comes behind it; `unclear`: a slash may be either. */
const Says = { operand: 1, unclear: 2, statement: 4, declares: 8, modifies: 16, names: 32, iterates: 64 } as const;
const language: ReadonlyMap<string, number> = new Map([
  ...["return", "typeof", "case", "do", "else", "instanceof", "new", "delete", "void", "throw"].map((word) => [word, Says.operand] as const),
  ["in", Says.operand | Says.iterates],
  ["of", Says.unclear | Says.iterates],
  ...["yield", "await", "as", "satisfies"].map((word) => [word, Says.unclear] as const),
  ["default", Says.unclear | Says.modifies],
  ...["if", "while", "for", "with"].map((word) => [word, Says.statement] as const),
  ...["const", "let", "var"].map((word) => [word, Says.declares] as const),
  ...["export", "async", "declare", "abstract"].map((word) => [word, Says.modifies] as const),
  ...["function", "class", "interface"].map((word) => [word, Says.names] as const),
]);
const languageWords = new WordSet([...language.keys()]);

/** A declaration whose end is still to come. */
interface Candidate extends TopLevelDeclaration {
  readonly kind: string;
  end: number;
  readonly assigned: string[];
  assignsPlaces: boolean;
}

/** What came last decides what may come next. */
const Last = { start: 0, operator: 1, operand: 2, brace: 3, modifier: 4, unclear: 5 } as const;
/** Brackets: their character, but for those of a template's part, of a condition, of a function's head. */
const Open = { template: 96, condition: 1, head: 2 } as const;

class Scanner {
  #at = 0;
  #last: number = Last.start;
  /** The word that came last, or nothing. */
  #wordStart = 0;
  #wordEnd = 0;
  /** What it says, if it is one of the language. */
  #says = 0;
  /** What comes next, or came last, is a member. */
  #member = false;
  #newline = true;
  readonly #open: number[] = [];
  readonly found: TopLevelDeclaration[] = [];
  readonly hits: number[] = [];
  #candidate: Candidate | null = null;
  #modifiersStart = 0;
  #exported = false;
  /** How many brackets were open where the last `let` stands whose `=` is still to come, or -1. */
  #declares = -1;
  /** `++` or `--` came last, before its operand. */
  #counts = false;

  constructor(
    readonly text: string,
    readonly mayHoldMarkup: boolean,
    readonly wanted: WordSet,
  ) {}

  /** Looks through the text; false where it cannot be told what it says. */
  finish(): boolean {
    if (this.text.startsWith("#!")) this.#skipLine();
    while (this.#at < this.text.length) if (!this.#step(this.text.charCodeAt(this.#at))) return false;
    return this.#open.length === 0;
  }

  // One token, or what lies between two; false where it cannot be told.
  #step(code: number): boolean {
    if (isWordPart(code)) return this.#wordOrNumber(code);
    switch (code) {
      case char.space:
      case char.tab:
      case char.return:
        this.#at++;
        return true;
      case char.newline:
      case 0x2028:
      case 0x2029:
        this.#at++;
        this.#newline = true;
        return true;
      case char.quote:
      case char.doubleQuote:
        return this.#string(code);
      case char.backQuote:
        return this.#template(this.#at + 1);
      case char.slash:
        return this.#slash();
      case char.openBrace:
      case char.openBracket:
        return this.#opened(code);
      case char.openParenthesis:
        return this.#opened((this.#says & Says.statement) !== 0 && !this.#member ? Open.condition : code);
      case char.closeBrace:
        return this.#closedBrace();
      case char.closeBracket:
        return this.#open.pop() === char.openBracket && this.#token(1, Last.operand, true);
      case char.closeParenthesis:
        return this.#closedParenthesis();
      case char.plus:
      case char.minus:
        return this.text.charCodeAt(this.#at + 1) === code ? this.#counter() : this.#token(1, Last.operator);
      case char.equals:
        return this.#equals();
      case char.exclamation:
        // `x!` is an operand still.
        if (this.#last !== Last.operand || this.text.charCodeAt(this.#at + 1) === char.equals) return this.#token(1, Last.operator);
        this.#at++;
        return true;
      case char.dot:
        if (isDigit(this.text.charCodeAt(this.#at + 1))) return this.#wordOrNumber(code);
        return this.text.startsWith("...", this.#at) ? this.#token(3, Last.operator) : this.#token(1, Last.operator, true);
      case char.semicolon:
        this.#declares = -1;
        return this.#token(1, this.#open.length === 0 ? Last.start : Last.operator);
      case char.less:
        return !(this.mayHoldMarkup && this.#last !== Last.operand) && this.#token(1, Last.operator);
      case char.backslash:
        return false;
      default:
        return this.#token(1, Last.operator);
    }
  }

  #token(length: number, last: number, member = false): true {
    this.#at += length;
    this.#last = last;
    this.#wordEnd = this.#wordStart;
    this.#says = 0;
    this.#member = member;
    this.#newline = false;
    this.#counts = false;
    return true;
  }

  #opened(mark: number): true {
    if (this.#counts) this.#notePlace();
    this.#open.push(mark);
    return this.#token(1, Last.operator);
  }

  #closedBrace(): boolean {
    const open = this.#open.pop();
    if (open === Open.template) return this.#template(this.#at + 1);
    if (open !== char.openBrace) return false;
    if (this.#declares > this.#open.length) this.#declares = -1;
    this.#token(1, Last.brace);
    if (this.#open.length > 0 || !this.#candidate) return true;
    const candidate = this.#candidate;
    candidate.end = this.#at;
    if (candidate.kind !== "class" || !runsAtOnce.test(this.text.slice(candidate.start, this.#at))) this.found.push(candidate);
    this.#candidate = null;
    return true;
  }

  #closedParenthesis(): boolean {
    const open = this.#open.pop();
    if (open === Open.head) this.#endHead();
    else if (open === Open.condition) this.#token(1, Last.operator);
    else if (open === char.openParenthesis) this.#token(1, Last.operand);
    else return false;
    return true;
  }

  #wordOrNumber(first: number): boolean {
    const { text } = this;
    const start = this.#at;
    let end = start + 1;
    while (isWordPart(text.charCodeAt(end))) end++;
    // Of `1.5e-3` only the first part is taken here; the rest looks like a member and an operator, and says nothing.
    if (isDigit(first) || first === char.dot) return this.#token(end - start, Last.operand);
    if (text.charCodeAt(end) === char.backslash) return false;
    if (this.wanted.has(text, start, end)) this.hits.push(start);
    const member = this.#member && this.#last === Last.operator;
    const says = !member && languageWords.mayHave(text, start, end) ? (language.get(text.slice(start, end)) ?? 0) : 0;
    if ((says & (Says.modifies | Says.names)) !== 0 && this.#open.length === 0 && this.#startsDeclaration(says, start, end)) return true;
    if (this.#counts) this.#noteCounted(start, end);
    // A `let` without a value ends with its line.
    if (this.#newline && this.#last !== Last.operator) this.#declares = -1;
    this.#token(end - start, (says & Says.operand) !== 0 ? Last.operator : (says & Says.unclear) !== 0 ? Last.unclear : Last.operand, member);
    this.#wordStart = start;
    this.#wordEnd = end;
    this.#says = says;
    if ((says & Says.declares) !== 0) this.#declares = this.#open.length;
    else if ((says & Says.iterates) !== 0 && this.#isInParentheses()) {
      // `for (x of …)` assigns without an operator.
      if (this.#declares < 0) this.#notePlace();
      this.#declares = -1;
    }
    return true;
  }

  // `for await (` opens a plain one.
  #isInParentheses(): boolean {
    const open = this.#open[this.#open.length - 1];
    return open === Open.condition || open === char.openParenthesis;
  }

  // Modifiers and the words that declare, at the start of a statement; true when the word was taken.
  #startsDeclaration(says: number, start: number, end: number): boolean {
    const follows = this.#last === Last.modifier;
    // What stands on the line before may be a decorator.
    const starts = this.#last === Last.start || this.#last === Last.brace || (this.#last === Last.operand && this.#newline && this.text.startsWith("function", start));
    if (!(follows || starts)) return false;
    if (!follows) {
      this.#modifiersStart = start;
      this.#exported = false;
    }
    this.#exported ||= this.text.startsWith("export", start);
    this.#token(end - start, Last.modifier);
    if ((says & Says.names) !== 0) this.#startHead(this.text.slice(start, end));
    return true;
  }

  // The name, and what comes before the parameters or the body; another head is read as any other code.
  #startHead(kind: string): void {
    this.#last = Last.operator;
    const head = kind === "function" ? plainHead : plainClass;
    head.lastIndex = this.#at;
    const match = head.exec(this.text);
    if (!match || (match[0].includes("<") && match[0].split("<").length !== match[0].split(">").length)) return;
    this.#candidate = { kind, name: match[1] as string, exported: this.#exported, start: this.#modifiersStart, end: 0, assigned: [], assignsPlaces: false };
    this.#open.push(kind === "function" ? Open.head : char.openBrace);
    this.#token(match[0].length, Last.operator);
  }

  #endHead(): void {
    this.#token(1, Last.operand);
    plainResult.lastIndex = this.#at;
    const match = plainResult.exec(this.text);
    if (!match || (match[1] !== undefined && endsInsideType.test(match[1]))) this.#candidate = null;
    else this.#at = plainResult.lastIndex - 1;
  }

  #equals(): boolean {
    const { text } = this;
    const at = this.#at;
    const before = text.charCodeAt(at - 1), after = text.charCodeAt(at + 1);
    if (after === char.equals) return this.#token(text.charCodeAt(at + 2) === char.equals ? 3 : 2, Last.operator);
    if (after === char.greater) return this.#token(2, Last.operator);
    // `<=`, `>=` and `!=` compare; `<<=` and `>>=` assign.
    const compares = before === char.exclamation || ((before === char.less || before === char.greater) && text.charCodeAt(at - 2) !== before);
    if (this.#declares === this.#open.length) this.#declares = -1;
    else if (!compares) this.#noteAssigned();
    return this.#token(1, Last.operator);
  }

  #noteAssigned(): void {
    if (!this.#candidate) return;
    const { text } = this;
    let end = this.#at;
    while (isBlank(text.charCodeAt(end - 1)) || assigning.has(text.charCodeAt(end - 1))) end--;
    let start = end;
    while (isWordPart(text.charCodeAt(start - 1))) start--;
    let before = start;
    while (isBlank(text.charCodeAt(before - 1))) before--;
    const place = start === end || text.charCodeAt(before - 1) === char.dot || text.charCodeAt(before - 1) === char.hash;
    if (place) this.#notePlace();
    else this.#candidate.assigned.push(text.slice(start, end));
  }

  #notePlace(): void {
    if (this.#candidate) this.#candidate.assignsPlaces = true;
  }

  #counter(): true {
    if (this.#last !== Last.operand) {
      this.#token(2, Last.operator);
      this.#counts = true;
      return true;
    }
    if (this.#wordEnd > this.#wordStart && !this.#member) this.#candidate?.assigned.push(this.text.slice(this.#wordStart, this.#wordEnd));
    else this.#notePlace();
    this.#at += 2;
    return true;
  }

  #noteCounted(start: number, end: number): void {
    let next = end;
    while (isBlank(this.text.charCodeAt(next))) next++;
    const code = this.text.charCodeAt(next);
    if (code === char.dot || code === char.openBracket || code === char.openParenthesis || code === char.exclamation) this.#notePlace();
    else this.#candidate?.assigned.push(this.text.slice(start, end));
  }

  #string(quote: number): boolean {
    const { text } = this;
    for (let at = this.#at + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === char.backslash) at++;
      else if (code === quote) {
        this.#noteHits(at);
        return this.#token(at + 1 - this.#at, Last.operand);
      } else if (code === char.newline || code === char.return) return false;
    }
    return false;
  }

  // Words in a text, from where it starts.
  #noteHits(end: number): void {
    const { text } = this;
    for (let at = this.#at; at < end; at++) {
      if (!isWordPart(text.charCodeAt(at))) continue;
      const start = at;
      while (at < end && isWordPart(text.charCodeAt(at))) at++;
      if (this.wanted.has(text, start, at)) this.hits.push(start);
    }
  }

  // From behind the back quote, or behind the brace that ends a part.
  #template(from: number): boolean {
    const { text } = this;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === char.backslash) at++;
      else if (code === char.backQuote) {
        this.#noteHits(at);
        return this.#token(at + 1 - this.#at, Last.operand);
      } else if (code === char.dollar && text.charCodeAt(at + 1) === char.openBrace) {
        this.#noteHits(at);
        this.#open.push(Open.template);
        return this.#token(at + 2 - this.#at, Last.operator);
      }
    }
    return false;
  }

  #slash(): boolean {
    const next = this.text.charCodeAt(this.#at + 1);
    if (next === char.slash) {
      this.#skipLine();
      return true;
    }
    if (next !== char.star) return this.#last === Last.operand ? this.#token(1, Last.operator) : (this.#last === Last.operator || this.#last === Last.start) && this.#regularExpression();
    const end = this.text.indexOf("*/", this.#at + 2);
    if (end < 0) return false;
    this.#newline ||= this.text.slice(this.#at, end).includes("\n");
    this.#at = end + 2;
    return true;
  }

  #skipLine(): void {
    while (this.#at < this.text.length && !isLineEnd(this.text.charCodeAt(this.#at))) this.#at++;
  }

  #regularExpression(): boolean {
    const { text } = this;
    let inClass = false;
    for (let at = this.#at + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (isLineEnd(code)) return false;
      if (code === char.backslash) at++;
      else if (code === char.openBracket) inClass = true;
      else if (code === char.closeBracket) inClass = false;
      else if (code === char.slash && !inClass) {
        let end = at + 1;
        while (isWordPart(text.charCodeAt(end))) end++;
        return this.#token(end - this.#at, Last.operand);
      }
    }
    return false;
  }
}

const char = {
  tab: 9, newline: 10, return: 13, space: 32, exclamation: 33, doubleQuote: 34, hash: 35, dollar: 36, quote: 39, openParenthesis: 40, closeParenthesis: 41, star: 42, plus: 43, minus: 45, dot: 46,
  slash: 47, semicolon: 59, less: 60, equals: 61, greater: 62, openBracket: 91, backslash: 92, closeBracket: 93, backQuote: 96, openBrace: 123, closeBrace: 125,
} as const;

/** Characters before the `=` of an operator that assigns. */
const assigning = new Set(Array.from("+-*/%&|^<>?", (one) => one.charCodeAt(0)));


/** Letters beyond ASCII, and everything else there but line ends and spaces, count as parts of words. */
export function isWordPart(code: number): boolean {
  return code < 128 ? wordParts[code] === 1 : code > 127 && code !== 0x2028 && code !== 0x2029 && code !== 0xa0 && code !== 0xfeff;
}

const wordParts = Uint8Array.from({ length: 128 }, (_, code) => (/[\w$]/.test(String.fromCharCode(code)) ? 1 : 0));

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLineEnd(code: number): boolean {
  return code === char.newline || code === char.return || code === 0x2028 || code === 0x2029;
}

function isBlank(code: number): boolean {
  return code === char.space || code === char.tab || isLineEnd(code);
}
