import { createRequire } from "node:module";
import { posix } from "node:path";
import { ts } from "ts-morph";
import type * as tsMorph from "ts-morph";
import type { ClassPlace, ModuleId, SourceRange } from "../../ir/types.js";
import { parse } from "./parse.js";
import { isMemberSignature } from "./signatures.js";

/** One file as the type checker sees it. */
export interface TypedSource {
  readonly path: ModuleId;
  readonly text: string;
}

/**
 * Asks TypeScript's type checker what class an object is an instance of. The checker is made when the first question
 * comes, over the given files and the language's own library; what is imported from elsewhere is of type `any`.
 */
export class TypesOfProgram {
  #checker: { readonly program: ts.Program; readonly checker: ts.TypeChecker } | null | undefined;

  constructor(
    readonly sources: readonly TypedSource[],
    readonly resolve: (from: ModuleId, specifier: string) => ModuleId | null,
  ) {}

  /** The class of the object of the member access (or of the value declared) at exactly that place; null where the types do not name one. */
  classAt(module: ModuleId, range: SourceRange): ClassPlace | null {
    return this.#ask(module, (checker, source) => {
      const node = nodeAt(source, range);
      return node ? classOf(checker, checker.getTypeAtLocation(node)) : null;
    });
  }

  /** Where the member of that name is declared that the object of the member access, or of the pattern, at that place has. */
  memberAt(module: ModuleId, range: SourceRange, key: string): ClassPlace | null {
    return this.#ask(module, (checker, source) => {
      const node = nodeAt(source, range);
      const type = node && checker.getApparentType(checker.getNonNullableType(checker.getTypeAtLocation(node)));
      const declaration = type && checker.getPropertyOfType(type, key)?.declarations?.find(isMemberSignature);
      if (!declaration) return null;
      const file = declaration.getSourceFile();
      return { module: file.fileName, start: declaration.getStart(file) };
    });
  }

  /**
   * Whether the value that is compared at exactly that place, by `===` or as a case of a `switch`, has a type that leaves nothing but
   * the value that it is compared with there: after tests for all others of a union of literals, or of the members of an enum. Types
   * that nobody wrote say nothing.
   */
  isLastValue(module: ModuleId, range: SourceRange): boolean {
    if (!/\.[cm]?tsx?$/.test(module)) return false;
    const answer = this.#ask(module, (checker, source) => {
      const path = pathTo(source, range);
      const clause = path.map(({ parent }) => parent).find(ts.isCaseClause);
      if (clause) return hasOnly(checker, clause.parent.parent.expression, casesUpTo(clause));
      const test = path.find(ts.isBinaryExpression);
      return test !== undefined && (hasOnly(checker, test.left, [test.right]) || hasOnly(checker, test.right, [test.left]));
    });
    return answer ?? false;
  }

  #start(): { readonly program: ts.Program; readonly checker: ts.TypeChecker } {
    const program = whole().ts.createProgram({ rootNames: this.sources.map(({ path }) => path), options, host: hostOf(this.sources, this.resolve) });
    return { program, checker: program.getTypeChecker() };
  }

  // The checker is recursive, and throws on some code that has errors: then nothing is known of types.
  #ask<Result>(module: ModuleId, question: (checker: ts.TypeChecker, source: ts.SourceFile) => Result): Result | null {
    if (this.#checker === null) return null;
    try {
      const { program, checker } = (this.#checker ??= this.#start());
      const source = program.getSourceFile(module);
      return source ? question(checker, source) : null;
    } catch {
      this.#checker = null;
      return null;
    }
  }
}

const options: ts.CompilerOptions = {
  allowJs: true,
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  jsx: ts.JsxEmit.Preserve,
  lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts"],
  types: [],
};

function hostOf(sources: readonly TypedSource[], resolve: TypesOfProgram["resolve"]): ts.CompilerHost {
  const texts = new Map(sources.map(({ path, text }) => [path, text]));
  return {
    getSourceFile: (name) => {
      const text = texts.get(name);
      return text === undefined ? (name.startsWith("/lib/") ? libraryFile(name) : undefined) : parse(name, text, whole().ts.createSourceFile).source;
    },
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const path = resolve(from, text);
        return { resolvedModule: path === null ? undefined : { resolvedFileName: path, extension: extensionOf(path), isExternalLibraryImport: false } };
      }),
    fileExists: (name) => texts.has(name),
    readFile: (name) => texts.get(name),
    getDefaultLibFileName: () => "/lib/lib.d.ts",
    getDefaultLibLocation: () => "/lib",
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => undefined,
  };
}

function extensionOf(path: string): string {
  return /\.d\.[cm]?ts$|\.[^./]+$/.exec(path)?.[0] ?? ts.Extension.Ts;
}

// The type checker and the declarations of the language's own library come with ts-morph, of which otherwise only the
// parser is needed: it is loaded when the first question comes. The declarations never change, and are parsed once.
const require = createRequire(import.meta.url);
const whole = (): typeof tsMorph => require("ts-morph") as typeof tsMorph;
let library: ReadonlyMap<string, ts.SourceFile> | null = null;

function libraryFile(name: string): ts.SourceFile | undefined {
  if (library === null) {
    const project = new (whole().Project)({ useInMemoryFileSystem: true, compilerOptions: options });
    project.createSourceFile("/empty.ts", "");
    library = new Map(project.getProgram().compilerObject.getSourceFiles().map((source) => [posix.basename(source.fileName), source]));
  }
  return library.get(posix.basename(name));
}

// The object whose member is taken at the place, or the value that is declared there.
function nodeAt(source: ts.SourceFile, range: SourceRange): ts.Node | null {
  let found: ts.Node | null = null;
  for (const node of pathTo(source, range)) {
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return node.expression;
    if (ts.isBindingElement(node)) return node.parent;
    if (ts.isVariableDeclaration(node)) found = node.name;
  }
  return found;
}

// The nodes that stand at exactly that place, from outside in.
function pathTo(source: ts.SourceFile, range: SourceRange): ts.Node[] {
  const path: ts.Node[] = [];
  for (let at: ts.Node | undefined = source; at; at = ts.forEachChild(at, (child) => (child.pos <= range.start && child.end >= range.end ? child : undefined))) {
    if (at.getStart(source) === range.start && at.end === range.end) path.push(at);
  }
  return path;
}

function casesUpTo(clause: ts.CaseClause): ts.Expression[] {
  const { clauses } = clause.parent;
  return clauses.slice(0, clauses.indexOf(clause) + 1).flatMap((one) => (ts.isCaseClause(one) ? [one.expression] : []));
}

// Whether each value that the type of an expression has, where it stands, is one of some others.
function hasOnly(checker: ts.TypeChecker, expression: ts.Expression, others: readonly ts.Expression[]): boolean {
  const type = checker.getTypeAtLocation(expression);
  const values = type.isUnion() ? type.types : [type];
  const known = others.map((other) => checker.getTypeAtLocation(other)).filter(isUnit);
  return values.every((value) => isUnit(value) && known.some((one) => checker.isTypeAssignableTo(value, one)));
}

// A type of one value.
function isUnit({ flags }: ts.Type): boolean {
  return (flags & (ts.TypeFlags.Literal | ts.TypeFlags.Unit)) !== 0 && (flags & ts.TypeFlags.Union) === 0;
}

function classOf(checker: ts.TypeChecker, declared: ts.Type): ClassPlace | null {
  const given = checker.getNonNullableType(declared);
  const type = given.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(given) : given;
  if (!type || !isInstance(type)) return null;
  const declaration = type.getSymbol()?.declarations?.find(ts.isClassLike);
  if (!declaration) return null;
  const source = declaration.getSourceFile();
  return { module: source.fileName, start: declaration.getStart(source) };
}

// `typeof Conn` has the same symbol as `Conn`.
function isInstance(type: ts.Type): boolean {
  const kind = type.flags & ts.TypeFlags.Object ? (type as ts.ObjectType).objectFlags : 0;
  return (kind & (ts.ObjectFlags.Class | ts.ObjectFlags.Reference)) !== 0;
}
