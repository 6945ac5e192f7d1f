import type { LanguageModel } from "./language.js";
/**
 * The intermediate language: what every front end lowers to and all that the analysis sees.
 *
 * A module is a list of functions; a function is a control-flow graph of basic blocks. Names are resolved: a
 * variable is a number, unique in its module. Nothing here belongs to one source language: what a language's own
 * library does is described by the data of `LanguageModel` (language.ts).
 */

/** A half-open range of UTF-16 offsets in the text of the module that holds the instruction. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/** Number of a variable: its index in `ModuleIr.variables`. */
export type VariableId = number;
/** Number of a block: its index in `FunctionIr.blocks`. */
export type BlockId = number;
/** Number of a function: its index in `ModuleIr.functions`. */
export type FunctionId = number;
/** Number of a class: its index in `ModuleIr.classes`. */
export type ClassId = number;
/** A module's name: its path with `/`, unique in the program. */
export type ModuleId = string;

export interface ModuleIr {
  readonly id: ModuleId;
  /** `functions[0]` is the module's own top-level code. */
  readonly functions: FunctionIr[];
  readonly variables: VariableIr[];
  readonly classes: ClassIr[];
  readonly exports: ExportIr[];
  /** Every native binding in the text, for the checks on the binding itself. */
  readonly bindings: BindingSite[];
  /** Specifiers of the modules that this one imports, in source order. */
  readonly imports: string[];
  /** The text that all ranges refer to. */
  readonly text: string;
  /** Names of fields that some assignment, class field or object literal binds to a native function, see `FieldBinding`. */
  readonly fieldBindings: FieldBinding[];
}

export interface VariableIr {
  readonly id: VariableId;
  /** Name in the source, or "" for a temporary. */
  readonly name: string;
  /** The function whose activation it belongs to. */
  readonly owner: FunctionId;
  /** True when another function reads or writes it: it then lives in a cell that closures share. */
  captured: boolean;
  /** True when it is assigned only by its declaration (`const`, a parameter or `let` that nothing reassigns). */
  constant: boolean;
  /** True for a variable of `functions[0]` that an export names. */
  exported: boolean;
  readonly range: SourceRange;
}

export interface FunctionIr {
  readonly id: FunctionId;
  /** Qualified name for messages and fingerprints: `Conn.close`, `outer.inner`, `<anonymous>` parts where there is none; `<module>` for top-level code. */
  readonly name: string;
  readonly range: SourceRange;
  /** One variable a parameter, in order; patterns and defaults are lowered in the body. */
  readonly params: VariableId[];
  /** Names of the parameters in the source ("" for a pattern), for tags and messages. */
  readonly paramNames: string[];
  /** For each parameter, whether its declaration says that it is never `undefined`. */
  readonly alwaysGiven: readonly boolean[];
  /** True when the last parameter collects the rest as an array. */
  readonly rest: boolean;
  /** The variable that holds the receiver; an arrow function has none of its own and captures that of the function around it. */
  readonly receiver: VariableId | null;
  /** The variable that holds the array of all arguments, where the body names it. */
  readonly argumentsVariable: VariableId | null;
  readonly async: boolean;
  readonly generator: boolean;
  /** The function around it; null for top-level code. */
  readonly parent: FunctionId | null;
  /** The class whose member it is (method, accessor, constructor, field initialiser), or null. */
  readonly class: ClassId | null;
  /** Static members have the class itself as receiver. */
  readonly static: boolean;
  /** Variables of functions around this one that it, or a function in it, reads or writes. */
  readonly captures: VariableId[];
  /** Ownership tags written at the declaration (JSDoc `@releases s` …), raw. */
  readonly tags: readonly OwnershipTag[];
  /** False for a declaration without a body (`declare function`, an overload, an abstract method): only its tags speak. */
  readonly hasBody: boolean;
  /** `blocks[0]` is the entry. */
  readonly blocks: Block[];
}

export interface OwnershipTag {
  readonly tag: "returnsOwned" | "returnsBorrowed" | "releases" | "takes" | "retains" | "invalidates";
  /** The words after the tag: a class name, a parameter name. */
  readonly words: readonly string[];
  readonly range: SourceRange;
}

export interface Block {
  readonly id: BlockId;
  readonly instructions: Instruction[];
  terminator: Terminator;
  /** Where control goes when an instruction of this block throws; null: out of the function. The state there is the one before the instruction. */
  handler: BlockId | null;
}

export interface ClassIr {
  readonly id: ClassId;
  readonly name: string;
  readonly range: SourceRange;
  /** The constructor's code, or null for the default one (which passes its arguments to the superclass). */
  readonly constructor: FunctionId | null;
  /** Runs on the new object before the constructor's body (after `super()` in a derived class), or null. */
  readonly fieldInitializer: FunctionId | null;
  readonly members: ClassMember[];
  /** Declared types of fields that name a class: field key -> variable that holds the class. */
  readonly fieldTypes: ReadonlyMap<string, VariableId>;
}

export interface ClassMember {
  /** Field key as in `load`: `close`, `#secret`, `@@dispose`, `@@asyncDispose`, `@@iterator`, `@@asyncIterator`. */
  readonly key: string;
  readonly kind: "method" | "get" | "set";
  readonly static: boolean;
  readonly function: FunctionId;
}

export type ExportIr =
  /** `export { variable as name }`, `export default` (name "default"), `module.exports`/`exports.x` (name "module.exports", its variable holds the object). */
  | { readonly kind: "variable"; readonly name: string; readonly variable: VariableId }
  /** `export { imported as name } from "specifier"`; imported "*" is the namespace. */
  | { readonly kind: "reexport"; readonly name: string; readonly specifier: string; readonly imported: string }
  /** `export * from "specifier"`. */
  | { readonly kind: "star"; readonly specifier: string };

/** How one native function was bound; the value of the `native` instruction. */
export interface NativeRef {
  /** The symbol's name in the library: what the contracts speak of. */
  readonly name: string;
  /** Kind of binding for messages, e.g. "koffi", "frida", "deno". */
  readonly binding: string;
  /** Tests for NULL that can never be true for a pointer of this binding, see `NullTest`. */
  readonly ineffective: readonly NullTest[];
  /** A test that works for this binding, as source text with `p` for the pointer; "" if not known. */
  readonly workingTest: string;
  /** The same of a pointer that it writes where an argument leads, whatever type its result has; absent where the layer writes none. */
  readonly written?: Pick<NativeRef, "ineffective" | "workingTest">;
  /** True when the call gives a promise and the work is done at the `await`. */
  readonly async: boolean;
  /** `array`: all arguments are in one array, the first argument of the call. */
  readonly argumentStyle: "positional" | "array";
  /** Where the result is, if not in the call's own value: given to a last argument `(error, result) => …` later, or in a field of the call's value. */
  readonly resultIn?: "callback" | "value";
  /** The result is a copy of what the pointer leads to, a text: nothing of the library's is left in it. */
  readonly resultCopied?: boolean;
  /** The layer gives the reference back before anybody sees the result: nobody holds it, and nobody may. */
  readonly resultGone?: boolean;
}

/**
 * The way a test for NULL is written, as text that names operator and constant: `truthiness`, `=== null`,
 * `== null`, `=== undefined`, `== undefined`, `=== 0`, `== 0`, `=== 0n`, `== 0n`, `.isNull()`, `.isNull`,
 * `.equals(NULL)`, `isNullPointer()`. A negated test (`!==`) has the name of the plain one.
 */
export type NullTest = string;

/** A place where a native function is bound by name. */
export interface BindingSite {
  readonly ref: NativeRef;
  /** The name in the text: where a finding on the binding is placed. */
  readonly range: SourceRange;
  /** True when the symbol may be missing without an error (Deno `optional: true`). */
  readonly optional: boolean;
}

/** A field that some code of the module binds to a native function: `this.F = new NativeFunction(…)`. */
export interface FieldBinding {
  readonly key: string;
  /** The class it is a field of, where that can be seen. */
  readonly class: ClassId | null;
  /** The native function, or null when the field also holds something that is no native function. */
  readonly ref: NativeRef | null;
}

/** A literal. `pointer` marks a NULL pointer object of the binding (`ptr(0)`, `NULL`); a regular expression and the like are not constants. */
export type Constant = null | undefined | boolean | number | string | bigint;

export type FieldKey =
  /** A name or a constant index: `"session"`, `"0"`, `"#secret"`, `"@@dispose"`. */
  | string
  /** Computed at run time. */
  | { readonly computed: VariableId };

export interface Argument {
  readonly value: VariableId;
  /** `...value`. */
  readonly spread: boolean;
  readonly range: SourceRange;
}

interface InstructionBase {
  readonly range: SourceRange;
}

export type Instruction = InstructionBase &
  (
    | { readonly op: "constant"; readonly to: VariableId; readonly value: Constant; /** A NULL pointer object. */ readonly nullPointer?: boolean }
    /** `leaves`: the value of a `return` is put aside for the clean-up code on the way out. */
    | { readonly op: "copy"; readonly to: VariableId; readonly from: VariableId; readonly leaves?: boolean }
    /** A new binding of the variable (a declaration, each round of a `let` loop): a captured one gets a new cell. Its value is undefined. */
    | { readonly op: "declare"; readonly variable: VariableId }
    /** Reads a field. A read of a field of null or undefined throws. */
    | { readonly op: "load"; readonly to: VariableId; readonly object: VariableId; readonly key: FieldKey }
    | { readonly op: "store"; readonly object: VariableId; readonly key: FieldKey; readonly from: VariableId }
    /** A new object without fields; `array` has elements "0", "1", … */
    | { readonly op: "object"; readonly to: VariableId; readonly kind: "record" | "array" }
    /** Copies all fields (record) or appends all elements (array) of `from` into `object`. `except`: the keys that a rest pattern leaves out. */
    | { readonly op: "spread"; readonly object: VariableId; readonly from: VariableId; readonly except?: readonly string[] }
    /** Appends to an array literal after a spread made the index unknown. */
    | { readonly op: "append"; readonly object: VariableId; readonly from: VariableId }
    | { readonly op: "closure"; readonly to: VariableId; readonly function: FunctionId }
    /** An accessor of an object literal. */
    | { readonly op: "accessor"; readonly object: VariableId; readonly key: string; readonly kind: "get" | "set"; readonly function: FunctionId }
    | { readonly op: "class"; readonly to: VariableId; readonly class: ClassId; readonly superclass: VariableId | null }
    | { readonly op: "native"; readonly to: VariableId; readonly ref: NativeRef }
    /**
     * `from` is what an unseen call gave that binds a native function by the text in `symbol`: that function, where the program tells
     * the text and `LanguageModel.bound` knows what it names; else `from` itself. `result`: the text of the result's type, or null.
     */
    | { readonly op: "bind"; readonly to: VariableId; readonly from: VariableId; readonly symbol: VariableId; readonly result: VariableId | null; readonly binding: string }
    /** Wraps a function of the program as a pointer that native code can call (`koffi.register`, `NativeCallback`). */
    | { readonly op: "callback"; readonly to: VariableId; readonly function: VariableId }
    /** A free name: of the environment, ambient, or an implicit global. */
    | { readonly op: "global"; readonly to: VariableId; readonly name: string }
    | { readonly op: "storeGlobal"; readonly name: string; readonly from: VariableId }
    /** Reads an export of another module; "*" is the namespace, "module.exports" what `require` gives. `promised`: what comes is a promise of it. */
    | { readonly op: "import"; readonly to: VariableId; readonly specifier: string; readonly name: string; readonly promised?: boolean }
    | {
        readonly op: "call";
        readonly to: VariableId;
        readonly callee: VariableId;
        /** The receiver of a method call. */
        readonly receiver: VariableId | null;
        readonly args: readonly Argument[];
        /** The callee's own name in the text (last identifier or string key of the callee expression), or "". */
        readonly calleeName: string;
        readonly calleeRange: SourceRange;
        /** The method key of `receiver.key(…)`, or null. */
        readonly method: string | null;
      }
    | { readonly op: "construct"; readonly to: VariableId; readonly callee: VariableId; readonly args: readonly Argument[]; readonly calleeName: string; readonly calleeRange: SourceRange }
    /** `super(…)`: runs the superclass's constructor on the receiver, then this class's field initialiser. */
    | { readonly op: "superCall"; readonly receiver: VariableId; readonly class: ClassId; readonly args: readonly Argument[] }
    /** `super.key`: the member of the superclass. */
    | { readonly op: "superLoad"; readonly to: VariableId; readonly class: ClassId; readonly key: string; readonly static: boolean }
    | { readonly op: "await"; readonly to: VariableId; readonly from: VariableId }
    /** `yield from`; `delegate` for `yield*`. When the generator is abandoned here control goes to `abandoned` (the clean-up code on the way out), or out of the function. */
    | { readonly op: "yield"; readonly to: VariableId; readonly from: VariableId; readonly delegate: boolean; readonly abandoned: BlockId | null }
    /** Starts an iteration over `from`. `entries`: for-in (keys). */
    | { readonly op: "iterate"; readonly to: VariableId; readonly from: VariableId; readonly kind: "values" | "keys" | "async" }
    /** One step: `done` becomes true or false, `to` the element. A step of an `async` iteration suspends and may reject. */
    | { readonly op: "next"; readonly to: VariableId; readonly done: VariableId; readonly iterator: VariableId }
    /** What a pattern reads by position: `from` itself, or a list of its first `count` elements (null: all) where it is an iterator, which is then closed. */
    | { readonly op: "take"; readonly to: VariableId; readonly from: VariableId; readonly count: number | null }
    /** The iteration is left early. */
    | { readonly op: "closeIterator"; readonly iterator: VariableId }
    | { readonly op: "not"; readonly to: VariableId; readonly from: VariableId }
    /** `===` (strict) or `==` (loose). `test` names the form when one side is a literal that can stand for NULL. `!=` is lowered as compare + not. */
    | { readonly op: "compare"; readonly to: VariableId; readonly strict: boolean; readonly left: VariableId; readonly right: VariableId; readonly test: NullTest | null }
    /** A test for NULL by a method or function of the binding layer: true when `from` is NULL. */
    | { readonly op: "nullTest"; readonly to: VariableId; readonly from: VariableId; readonly test: NullTest }
    /** Any other pure operator: `<`, `+`, `typeof`, `instanceof`, `in`, template text. Equal operands give the same unknown result. */
    | { readonly op: "pure"; readonly to: VariableId; readonly operator: string; readonly operands: readonly VariableId[] }
    /** The author's word that a value is not null (`s!`). */
    | { readonly op: "assertNonNull"; readonly from: VariableId }
    /** A declared type that names a class: says what an otherwise unknown value is an instance of. */
    | { readonly op: "typeHint"; readonly variable: VariableId; readonly class: VariableId }
    /** The value that is compared at this place, with the last of several alternatives, was none of them, and no code is there for such a value: its type may not allow it. */
    | { readonly op: "unmatched" }
    /** The value of an expression statement is dropped here. */
    | { readonly op: "discard"; readonly from: VariableId }
    /** Start of a handler: the value that was thrown. */
    | { readonly op: "catch"; readonly to: VariableId }
    /** A construct that the front end does not follow: the operands may be kept anywhere, the result is unknown. */
    | { readonly op: "unknown"; readonly to: VariableId; readonly operands: readonly VariableId[] }
  );

export type Terminator = InstructionBase &
  (
    | { readonly op: "goto"; readonly target: BlockId }
    /** Splits on truthiness. */
    | { readonly op: "branch"; readonly condition: VariableId; readonly whenTrue: BlockId; readonly whenFalse: BlockId }
    /** `resumed`: goes on with the way out that was taken before the clean-up code. */
    | { readonly op: "return"; readonly value: VariableId | null; readonly resumed?: boolean }
    | { readonly op: "throw"; readonly value: VariableId }
    /** Control cannot come here. */
    | { readonly op: "unreachable" }
  );

/** A whole program: modules and how their specifiers resolve. */
export interface Program {
  readonly modules: ReadonlyMap<ModuleId, ModuleIr>;
  /** The module that `specifier` in `from` means, or null when it is not part of the program. */
  resolve(from: ModuleId, specifier: string): ModuleId | null;
  /** The module that declares what `module` exports: it speaks where the code of the other does not show it. */
  describedBy?(module: ModuleId): ModuleId | null;
  readonly language: LanguageModel;
  /**
   * The class whose instance the object of the member access at that place of a module is by its types, where the
   * language has types and they say so. May be slow: it is asked where the flow of values does not tell.
   */
  classAt?(module: ModuleId, range: SourceRange): ClassPlace | null;
  /** The declaration of the member of that name which the object at that place has by its types: a function without a body. May be slow as well. */
  memberAt?(module: ModuleId, range: SourceRange, key: string): ClassPlace | null;
  /**
   * Whether by its type the value that is compared at that place (by a test of its own, or as the last of several alternatives) can be
   * nothing but what it is compared with there. May be slow as well.
   */
  isLastValue?(module: ModuleId, range: SourceRange): boolean;
}

/** A class, or a member of a type, by the module that declares it and the offset where it starts. */
export interface ClassPlace {
  readonly module: ModuleId;
  readonly start: number;
}
