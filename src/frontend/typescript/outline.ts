import { ts } from "ts-morph";
import { mayHoldMarkup, parse, type SyntaxProblem } from "./parse.js";
import { isAssignmentOperator } from "./syntax.js";
import { isMemberSignature } from "./signatures.js";
import { mayHaveTags, ownershipTags } from "./tags.js";
import { topLevelDeclarations, type TopLevelDeclaration } from "./top-level.js";

export interface OutlineOptions {
  readonly isNative: (word: string) => boolean;
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
  const declarations = topLevelDeclarations(text, mayHoldMarkup(id))?.filter((one) => !(options.isImported && one.exported) && !(tags && isTagged(text, one))) ?? [];
  if (declarations.length === 0) return parse(id, text);
  const outline = new Outline(text, declarations, options.isNative);
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
  /** What is blank, with the words in it. */
  readonly #idle = new Map<TopLevelDeclaration, readonly string[]>();
  /** What code that is kept mentions. */
  readonly #mentioned = new Set<string>();
  /** Names by which code is reached that has to do with native objects. */
  readonly #reaching = new Set(["require", "import"]);

  constructor(
    readonly whole: string,
    declarations: readonly TopLevelDeclaration[],
    readonly isNative: (word: string) => boolean,
  ) {
    let at = 0;
    for (const one of declarations) {
      this.#mention(wordsOf(whole.slice(at, one.start)));
      this.#idle.set(one, wordsOf(whole.slice(one.start, one.end)));
      at = one.end;
    }
    this.#mention(wordsOf(whole.slice(at)));
    this.#keepWhatMatters();
  }

  /** The text without what is idle. An empty statement stays in its place: what stands around it is not to run together. */
  text(): string {
    let result = "";
    let at = 0;
    for (const { start, end } of this.#idle.keys()) {
      result += `${this.whole.slice(at, start)};${" ".repeat(end - start - 1)}`;
      at = end;
    }
    return result + this.whole.slice(at);
  }

  /** Takes out of the idle declarations those that what is kept turns out to lead to; false where there are none. */
  bringBack(source: ts.SourceFile): boolean {
    if (this.#idle.size === 0) return false;
    const starts = new Set([...this.#idle.keys()].map(({ start }) => start));
    const statements = source.statements.map((statement) => ({ statement, start: statement.getStart(source) })).filter(({ start }) => !starts.has(start));
    const open = new Set(statements.map(({ statement, start }) => ({ statement, words: wordsOf(this.whole.slice(start, statement.end)) })));
    for (let before = -1; before !== open.size; ) {
      before = open.size;
      for (const part of open) {
        const { statement, words } = part;
        if (!(ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement) || this.#leads(words) || mayHaveTags(this.whole.slice(statement.pos, statement.end)))) continue;
        open.delete(part);
        for (const name of providedNames(statement)) this.#reaching.add(name);
      }
    }
    return this.#keepWhatMatters();
  }

  // True when something is idle no longer.
  #keepWhatMatters(): boolean {
    const before = this.#idle.size;
    for (let size = -1; size !== this.#idle.size; ) {
      size = this.#idle.size;
      for (const [one, words] of this.#idle) {
        const leads = this.#leads(words);
        if (!leads && !this.#isMentioned(one, words)) continue;
        if (leads) this.#reaching.add(one.name);
        this.#idle.delete(one);
        this.#mention(words);
      }
    }
    return this.#idle.size < before;
  }

  #leads(words: readonly string[]): boolean {
    return words.some((word) => this.#reaching.has(word) || this.isNative(word));
  }

  #isMentioned({ name, assigned, assignsPlaces }: TopLevelDeclaration, words: readonly string[]): boolean {
    return this.#mentioned.has(name) || assigned.some((word) => this.#mentioned.has(word)) || (assignsPlaces && words.some((word) => this.#mentioned.has(word) && !languageWords.has(word)));
  }

  #mention(words: readonly string[]): void {
    for (const word of words) this.#mentioned.add(word);
  }
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
  const stack: { node: ts.Node; inside: boolean }[] = [{ node: statement, inside: false }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, inside } = next;
    if (ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node)) collectNames(node, provided);
    else if (isMember(node) || (isMemberSignature(node) && ownershipTags(node).length > 0)) collectNames(node.name, provided);
    else if (isDeclaration(node)) collectNames(node.name, inside || ts.isParameter(node) ? local : provided);
    const target = assignedTo(node);
    if (target) collectNames(target, assigned, provided);
    const within = inside || ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => void stack.push({ node: child, inside: within }));
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
