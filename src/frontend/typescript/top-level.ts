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

/**
 * The declarations at the top of a module that do nothing but give something a name, found by looking at each character
 * once. Null where that is not enough to tell what a text says: where a slash may start a regular expression or divide,
 * where brackets do not match, where markup may stand. Declarations whose head is more than plain are left out.
 */
export function topLevelDeclarations(text: string, mayHoldMarkup: boolean): TopLevelDeclaration[] | null {
  if (htmlComment.test(text)) return null;
  return new Scanner(text, mayHoldMarkup).declarations();
}

const htmlComment = /<!--|^\s*-->/mu;
const plainHead = /\s*\*?\s*([A-Za-z_$][\w$]*)\s*(?:<[\w$\s,.]*>\s*)?\(/uy;
const plainClass = /\s+([A-Za-z_$][\w$]*)\s*(?:<[\w$\s,.]*>\s*)?(?:(?:extends|implements)\s[\w$\s,.<>]*)?\{/uy;
/** What may run where a class is made. */
const runsAtOnce = /\bstatic\b|@|^\s*(?:async\s+|get\s+|set\s+|\*\s*)?\[(?!Symbol\.)/mu;
const plainResult = /\s*\{|\s*:([\w$. \t<>,[\]|&"']*)\{/uy;
const endsInsideType = /(?:^|[^\w$>\]"'\s]|\b(?:is|keyof|typeof|readonly|infer|extends|unique|asserts))\s*$/u;

const beforeOperand = new Set(["return", "typeof", "case", "do", "else", "in", "instanceof", "new", "delete", "void", "throw"]);
/** A slash behind one of these may be either. */
const unclearWords = new Set(["of", "yield", "await", "default", "as", "satisfies"]);
const beforeStatement = new Set(["if", "while", "for", "with"]);
const declaring = new Set(["const", "let", "var"]);
const modifiers = new Set(["export", "default", "async", "declare", "abstract"]);
const declarators = new Set(["function", "class", "interface"]);

/** What came last decides what may come next. */
const Last = { start: 0, operator: 1, operand: 2, brace: 3, modifier: 4, unclear: 5 } as const;
/** Brackets: their character, but for those of a template's part, of a condition, of a function's head. */
const Open = { template: 96, condition: 1, head: 2 } as const;

class Scanner {
  #at = 0;
  #last: number = Last.start;
  /** The word that came last, or "". */
  #word = "";
  /** What comes next, or came last, is a member. */
  #member = false;
  #newline = true;
  readonly #open: number[] = [];
  readonly #found: TopLevelDeclaration[] = [];
  #candidate: { readonly kind: string; readonly name: string; readonly exported: boolean; readonly start: number; readonly assigned: string[]; assignsPlaces: boolean } | null = null;
  #modifiersStart = 0;
  #exported = false;
  /** How many brackets were open where the last `let` stands whose `=` is still to come, or -1. */
  #declares = -1;
  /** `++` or `--` came last, before its operand. */
  #counts = false;

  constructor(
    readonly text: string,
    readonly mayHoldMarkup: boolean,
  ) {}

  declarations(): TopLevelDeclaration[] | null {
    if (this.text.startsWith("#!")) this.#skipLine();
    while (this.#at < this.text.length) if (!this.#step(this.text.charCodeAt(this.#at))) return null;
    return this.#open.length === 0 ? this.#found : null;
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
        return this.#opened(beforeStatement.has(this.#word) && !this.#member ? Open.condition : code);
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
    this.#word = "";
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
    const { kind, ...declaration } = this.#candidate;
    if (kind !== "class" || !runsAtOnce.test(this.text.slice(declaration.start, this.#at))) this.#found.push({ ...declaration, end: this.#at });
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
    const word = text.slice(start, end);
    const member = this.#member && this.#last === Last.operator;
    if (this.#open.length === 0 && !member && this.#startsDeclaration(word, start)) return true;
    if (this.#counts) this.#noteCounted(word, end);
    // A `let` without a value ends with its line.
    if (this.#newline && this.#last !== Last.operator) this.#declares = -1;
    this.#token(end - start, member ? Last.operand : beforeOperand.has(word) ? Last.operator : unclearWords.has(word) ? Last.unclear : Last.operand, member);
    this.#word = word;
    if (member) return true;
    if (declaring.has(word)) this.#declares = this.#open.length;
    else if ((word === "of" || word === "in") && this.#isInParentheses()) {
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
  #startsDeclaration(word: string, start: number): boolean {
    const follows = this.#last === Last.modifier;
    // What stands on the line before may be a decorator.
    const starts = this.#last === Last.start || this.#last === Last.brace || (this.#last === Last.operand && this.#newline && word === "function");
    if (!(follows || starts) || !(modifiers.has(word) || declarators.has(word))) return false;
    if (!follows) {
      this.#modifiersStart = start;
      this.#exported = false;
    }
    this.#exported ||= word === "export";
    this.#token(word.length, Last.modifier);
    if (declarators.has(word)) this.#startHead(word);
    return true;
  }

  // The name, and what comes before the parameters or the body; another head is read as any other code.
  #startHead(kind: string): void {
    this.#last = Last.operator;
    const head = kind === "function" ? plainHead : plainClass;
    head.lastIndex = this.#at;
    const match = head.exec(this.text);
    if (!match || match[0].split("<").length !== match[0].split(">").length) return;
    this.#candidate = { kind, name: match[1] as string, exported: this.#exported, start: this.#modifiersStart, assigned: [], assignsPlaces: false };
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
    if (this.#word !== "" && !this.#member) this.#candidate?.assigned.push(this.#word);
    else this.#notePlace();
    this.#at += 2;
    return true;
  }

  #noteCounted(word: string, end: number): void {
    let next = end;
    while (isBlank(this.text.charCodeAt(next))) next++;
    const code = this.text.charCodeAt(next);
    if (code === char.dot || code === char.openBracket || code === char.openParenthesis || code === char.exclamation) this.#notePlace();
    else this.#candidate?.assigned.push(word);
  }

  #string(quote: number): boolean {
    const { text } = this;
    for (let at = this.#at + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === char.backslash) at++;
      else if (code === quote) return this.#token(at + 1 - this.#at, Last.operand);
      else if (code === char.newline || code === char.return) return false;
    }
    return false;
  }

  // From behind the back quote, or behind the brace that ends a part.
  #template(from: number): boolean {
    const { text } = this;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === char.backslash) at++;
      else if (code === char.backQuote) return this.#token(at + 1 - this.#at, Last.operand);
      else if (code === char.dollar && text.charCodeAt(at + 1) === char.openBrace) {
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


// Letters beyond ASCII, and everything else there but line ends and spaces, count as parts of words.
function isWordPart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === char.dollar || isDigit(code) || (code > 127 && code !== 0x2028 && code !== 0x2029 && code !== 0xa0 && code !== 0xfeff);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLineEnd(code: number): boolean {
  return code === char.newline || code === char.return || code === 0x2028 || code === 0x2029;
}

function isBlank(code: number): boolean {
  return code === char.space || code === char.tab || isLineEnd(code);
}
