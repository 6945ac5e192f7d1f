import { ts } from "ts-morph";
import { mayHoldMarkup, parse, type SyntaxProblem } from "./parse.js";
import { isAssignmentOperator } from "./syntax.js";
import { isMemberSignature } from "./signatures.js";
import { mayHaveTags, ownershipTags } from "./tags.js";
import { isWordPart, topLevelOf, type TopLevelDeclaration } from "./top-level.js";
import { WordSet } from "./word-set.js";

export interface OutlineOptions {
  /** Names by which native functions are reached. */
  readonly natives: WordSet;
  /** True when other modules of the program may use what this one exports. */
  readonly isImported: boolean;
}

/**
 * Parses a file without its idle declarations: functions, classes and interfaces that have nothing to do with native
 * objects are blank. Offsets stay. In most files little matters, and the rest need not be parsed, let alone followed.
 *
 * Code matters when it mentions a native function, an import, or a name that such code provides; a declaration also
 * matters when code that is kept mentions it, or mentions what it writes. Other code is always kept. What is looked at
 * before parsing is words; names that only the tree tells bring declarations back, and it is parsed again. Syntax errors
 * in what is left out go unseen, as they do in files that have nothing to do with native objects.
 */
export function parseOutline(id: string, text: string, options: OutlineOptions): { source: ts.SourceFile; problems: SyntaxProblem[] } {
  const tags = mayHaveTags(text);
  const top = topLevelOf(text, mayHoldMarkup(id), options.natives);
  const declarations = top?.declarations.filter((one) => !(options.isImported && one.exported) && !(tags && isTagged(text, one))) ?? [];
  if (top === null || declarations.length === 0) return parse(id, text);
  const outline = new Outline(text, declarations, top.hits);
  for (let round = 0; round < mostRounds; round++) {
    const parsed = parse(id, outline.text());
    if (!outline.bringBack(parsed.source)) return parsed;
  }
  return parse(id, text);
}

/** Each round brings back what the one before it led to; where that is a long way, all is parsed. */
const mostRounds = 3;

// Tags say what a function does, whatever is in it; those of members stand inside.
function isTagged(text: string, { start, end }: TopLevelDeclaration): boolean {
  if (mayHaveTags(text.slice(start, end))) return true;
  const comment = text.slice(Math.max(text.lastIndexOf("/**", start), 0), start);
  return mayHaveTags(comment) && !/[;}]/.test(comment.slice(comment.indexOf("*/")));
}

class Outline {
  /** What is blank, in order. */
  #idle: readonly TopLevelDeclaration[];
  /** Names that the declarations give or assign to. */
  readonly #names: WordSet;
  /** Those of them that code which is kept mentions. */
  readonly #mentioned = new Set<string>();
  /** All words of code that is kept, where they were asked for. */
  #keptWords: ReadonlySet<string> | null = null;
  /** Names by which code is reached that has to do with native objects. */
  readonly #reaching = new Set<string>();
  /** Idle declarations that lead to what matters. */
  readonly #leading = new Set<TopLevelDeclaration>();

  constructor(
    readonly whole: string,
    declarations: readonly TopLevelDeclaration[],
    /** Where native functions are mentioned, in order. */
    readonly hits: readonly number[],
  ) {
    this.#idle = declarations;
    this.#names = new WordSet(declarations.flatMap(({ name, assigned }) => [name, ...assigned]));
    let at = 0;
    for (const one of declarations) {
      this.#mention(at, one.start);
      at = one.end;
      if (this.#isHit(one.start, one.end)) this.#leading.add(one);
    }
    this.#mention(at, whole.length);
    for (const name of loaders) this.#reach(name);
    this.#keepWhatMatters();
  }

  /** The text without what is idle. An empty statement stays in its place: what stands around it is not to run together. */
  text(): string {
    let result = "";
    let at = 0;
    for (const { start, end } of this.#idle) {
      result += `${this.whole.slice(at, start)};${" ".repeat(end - start - 1)}`;
      at = end;
    }
    return result + this.whole.slice(at);
  }

  /** Takes out of the idle declarations those that what is kept turns out to lead to; false where there are none. */
  bringBack(source: ts.SourceFile): boolean {
    if (this.#idle.length === 0) return false;
    const starts = new Set(this.#idle.map(({ start }) => start));
    const kept = source.statements.map((statement) => ({ statement, start: statement.getStart(source) })).filter(({ start }) => !starts.has(start));
    let open: { statement: ts.Statement; words: readonly string[] }[] = [];
    for (const { statement, start } of kept) {
      if (ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement) || this.#isHit(start, statement.end) || mayHaveTags(this.whole.slice(statement.pos, statement.end))) this.#provide(statement);
      else open.push({ statement, words: wordsOf(this.whole.slice(start, statement.end)) });
    }
    for (let before = -1; before !== open.length; ) {
      before = open.length;
      open = open.filter(({ statement, words }) => {
        const leads = words.some((word) => this.#reaching.has(word));
        if (leads) this.#provide(statement);
        return !leads;
      });
    }
    return this.#keepWhatMatters();
  }

  #provide(statement: ts.Statement): void {
    for (const name of providedNames(statement)) this.#reach(name);
  }

  // True when something is idle no longer.
  #keepWhatMatters(): boolean {
    const before = this.#idle.length;
    for (let size = -1; size !== this.#idle.length; ) {
      size = this.#idle.length;
      this.#keptWords = null;
      this.#idle = this.#idle.filter((one) => {
        const leads = this.#leading.has(one);
        if (!leads && !this.#isMentioned(one)) return true;
        this.#mention(one.start, one.end);
        if (leads) this.#reach(one.name);
        return false;
      });
    }
    return this.#idle.length < before;
  }

  // All that is idle and has the name in it leads to what matters.
  #reach(name: string): void {
    // A name that is missing in the text, as in half an import, is found everywhere.
    if (name === "" || this.#reaching.has(name)) return;
    this.#reaching.add(name);
    const idle = this.#idle;
    for (let at = this.whole.indexOf(name); at >= 0; at = this.whole.indexOf(name, at + name.length)) {
      const one = idle[firstOf(idle.length, (index) => (idle[index]?.end ?? 0) > at)];
      if (one !== undefined && one.start <= at && isWord(this.whole, at, at + name.length)) this.#leading.add(one);
    }
  }

  #isHit(start: number, end: number): boolean {
    const { hits } = this;
    return (hits[firstOf(hits.length, (index) => (hits[index] ?? 0) >= start)] ?? Infinity) < end;
  }

  #isMentioned({ name, assigned, assignsPlaces, start, end }: TopLevelDeclaration): boolean {
    if (this.#mentioned.has(name) || assigned.some((word) => this.#mentioned.has(word))) return true;
    if (!assignsPlaces) return false;
    const kept = (this.#keptWords ??= new Set(wordsOf(this.text())));
    return wordsOf(this.whole.slice(start, end)).some((word) => kept.has(word) && !languageWords.has(word));
  }

  #mention(start: number, end: number): void {
    const { whole } = this;
    for (let at = start; at < end; at++) {
      if (!isWordPart(whole.charCodeAt(at))) continue;
      const first = at;
      while (at < end && isWordPart(whole.charCodeAt(at))) at++;
      if (this.#names.has(whole, first, at)) this.#mentioned.add(whole.slice(first, at));
    }
  }
}

/** By these a module may get at any other. */
const loaders = ["require", "import"];

// The first of sorted things for which it is true; their number where there is none.
function firstOf(count: number, isBehind: (index: number) => boolean): number {
  let low = 0;
  for (let high = count; low < high; ) {
    const middle = (low + high) >> 1;
    if (isBehind(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isWord(text: string, start: number, end: number): boolean {
  return !isWordPart(text.charCodeAt(start - 1)) && !isWordPart(text.charCodeAt(end));
}

/** Words that are in all code, and mostly name nothing. */
const languageWords = new Set(
  "abstract any as async await bigint boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function if implements in infer instanceof interface is keyof let never new null number of override private protected public readonly return satisfies static string super switch symbol this throw true try type typeof undefined unknown var void while with yield".split(" "),
);

// By these names other code gets at what the statement makes: variables, members, keys, and all that is assigned to. What
// is declared inside a function stays there. Expressions can be nested thousands deep, so this is a walk with a stack.
function providedNames(statement: ts.Statement): ReadonlySet<string> {
  const provided = new Set<string>();
  const assigned = new Set<string>();
  const local = new Set<string>();
  const stack: ts.Node[] = [statement];
  // Whether each stands inside a function.
  const insides = [false];
  let within = false;
  const push = (child: ts.Node): void => {
    stack.push(child);
    insides.push(within);
  };
  for (let node = stack.pop(); node; node = stack.pop()) {
    const inside = insides.pop() ?? false;
    // Names and literals have nothing in them.
    if (node.kind <= ts.SyntaxKind.LastToken) continue;
    if (ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node)) collectNames(node, provided);
    else if (isMember(node) || (isMemberSignature(node) && ownershipTags(node).length > 0)) collectNames(node.name, provided);
    else if (isDeclaration(node)) collectNames(node.name, inside || ts.isParameter(node) ? local : provided);
    const target = assignedTo(node);
    if (target) collectNames(target, assigned, provided);
    within = inside || ts.isFunctionLike(node);
    ts.forEachChild(node, push);
  }
  for (const name of assigned) if (!local.has(name)) provided.add(name);
  return provided;
}

function isMember(node: ts.Node): node is ts.ClassElement | ts.ObjectLiteralElement {
  return ts.isClassElement(node) || ts.isObjectLiteralElement(node);
}

function isDeclaration(node: ts.Node): node is ts.VariableDeclaration | ts.ParameterDeclaration | ts.FunctionDeclaration | ts.ClassDeclaration | ts.EnumDeclaration | ts.ModuleDeclaration {
  return ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node);
}

function assignedTo(node: ts.Node): ts.Node | null {
  if (ts.isBinaryExpression(node)) return isAssignmentOperator(node.operatorToken.kind) ? node.left : null;
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return ts.isVariableDeclarationList(node.initializer) ? null : node.initializer;
  const counts = (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken);
  return counts ? node.operand : null;
}

// `members` gets the names of members, where they are told apart.
function collectNames(start: ts.Node | undefined, names: Set<string>, members: Set<string> = names): void {
  if (start !== undefined && ts.isIdentifier(start)) return void names.add(start.text);
  const stack = start ? [start] : [];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (ts.isPrivateIdentifier(node)) members.add(node.text.slice(1));
    else if (ts.isStringLiteralLike(node)) members.add(node.text);
    else if (ts.isPropertyAccessExpression(node)) {
      members.add(node.name.text.replace(/^#/u, ""));
      stack.push(node.expression);
      continue;
    }
    ts.forEachChild(node, (child) => void stack.push(child));
  }
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*/g) ?? [];
}
