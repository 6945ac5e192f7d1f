import type { ts } from "ts-morph";
import type { OwnershipTag, VariableId } from "../../ir/types.js";

/** A name's meaning: one variable of one scope. */
export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
  /** The function whose activation it belongs to. */
  readonly owner: FunctionInfo;
  /** Where it is declared (first). */
  readonly node: ts.Node;
  /** The declaration that gives it its value, where there is exactly one. */
  declaration: ts.Node | null;
  /** Offsets of the assignments beside the declaration, rising. */
  readonly writes: number[];
  /** True when a function other than the owner assigns it. */
  writtenElsewhere: boolean;
  captured: boolean;
  /** True when some code names it beside its declaration. */
  referenced: boolean;
  readonly imported: ImportedName | null;
  /** The namespace object that the binding is also a property of. */
  readonly namespace: Binding | null;
  /** Its variable in the IR, made at the first use; -1 before. */
  variable: VariableId;
}

export type BindingKind = "var" | "let" | "function" | "class" | "enum" | "namespace" | "import" | "parameter" | "catch" | "receiver" | "arguments" | "exports";

export interface ImportedName {
  readonly specifier: string;
  /** The exported name; "default", "*" for the namespace, "module.exports" for `import x = require()`. */
  readonly name: string;
  readonly typeOnly: boolean;
}

export interface Scope {
  readonly parent: Scope | null;
  readonly function: FunctionInfo;
  readonly names: Map<string, Binding>;
  /** Bindings that are made anew each time the scope is entered, in source order. */
  readonly entry: Binding[];
  /** Function declarations that are hoisted to the scope's entry. */
  readonly functions: ts.FunctionDeclaration[];
  /** Functions without a body, tagged or not. */
  readonly signatures: ts.FunctionDeclaration[];
  /** Where `var` goes: the scope of the function (or static block, or namespace) around. */
  readonly varScope: Scope;
  /** `this` has its own meaning here. */
  readonly ownsReceiver: boolean;
  /** Its code runs more than once in one activation. */
  readonly inLoop: boolean;
  /** Qualified name of the function or class around, as prefix of names. */
  readonly path: string;
  /** For a namespace: the binding of its object. */
  readonly namespace: Binding | null;
}

export interface FunctionInfo {
  readonly node: ts.Node;
  readonly kind: "module" | "function" | "arrow" | "fields";
  readonly parent: FunctionInfo | null;
  readonly class: ClassInfo | null;
  readonly static: boolean;
  readonly name: string;
  receiver: Binding | null;
  arguments: Binding | null;
  readonly captures: Set<Binding>;
  /** Its number in the IR, given when the lowering meets it; -1 before. */
  id: number;
}

export interface ClassInfo {
  readonly node: ts.ClassLikeDeclaration;
  readonly name: string;
  /** Set when there is code to run on each new object. */
  fields: FunctionInfo | null;
  /** The receiver of static initialisers, where they name it. */
  staticReceiver: Binding | null;
  id: number;
}

/** What the names of one module mean. */
export interface ScopeTable {
  readonly module: Scope;
  readonly scopeOf: ReadonlyMap<ts.Node, Scope>;
  readonly functionOf: ReadonlyMap<ts.Node, FunctionInfo>;
  readonly classOf: ReadonlyMap<ts.Node, ClassInfo>;
  /** Identifiers, `this`, `super` and `module.exports` in expressions. Free names are absent. */
  readonly references: ReadonlyMap<ts.Node, Binding>;
  /** Identifiers of declared types that name a class or an import. */
  readonly typeReferences: ReadonlyMap<ts.Node, Binding>;
  /** Declared names. */
  readonly declared: ReadonlyMap<ts.Node, Binding>;
  /** Tags that the overload signatures of a function carry. */
  readonly overloadTags: ReadonlyMap<ts.Node, readonly OwnershipTag[]>;
  /** The variable behind `module.exports`, in a CommonJS module that names it. */
  readonly exportsObject: Binding | null;
  readonly imports: readonly Binding[];
}
