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
  /** True when the call gives a promise and the work is done at the `await`. */
  readonly async: boolean;
  /** `array`: all arguments are in one array, the first argument of the call. */
  readonly argumentStyle: "positional" | "array";
  /** Where the result is, if not in the call's own value: given to a last argument `(error, result) => …` later, or in a field of the call's value. */
  readonly resultIn?: "callback" | "value";
  /** The result is a copy of what the pointer leads to, a text: nothing of the library's is left in it. */
  readonly resultCopied?: boolean;
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
  /** Set when the binding's result type has a disposer that the binding layer runs before the caller sees the pointer. */
  readonly disposedResult: boolean;
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
}

/** A class, or a member of a type, by the module that declares it and the offset where it starts. */
export interface ClassPlace {
  readonly module: ModuleId;
  readonly start: number;
}

/**
 * What the functions of a language's own library and run time do, as data that the front end supplies.
 * Names are dotted (`console.log`); a last part `*` stands for every name (`console.*`). What a module exports is
 * `module:name` (`assert:strictEqual`, `koffi:decode.int`), the module itself, where it can be called, `module`
 * (`assert`); the scheme `node:` is left out, and members of the default export, the namespace or what `require`
 * gives are all written as the module's own.
 */
export interface LanguageModel {
  /** Functions reached from global names and well-known modules. */
  readonly functions: ReadonlyMap<string, BuiltinModel>;
  /** Methods by name, applied when the receiver is no object with a visible method of that name. */
  readonly methods: ReadonlyMap<string, BuiltinModel>;
  /** Methods of maps and sets, applied to receivers that are known to be one: `add` of a set is not `add` of a pointer. */
  readonly collectionMethods: ReadonlyMap<string, BuiltinModel>;
  /** The native function that a layer binds by a text, of which the program knows no more than when it runs: a name, or a declaration. `result`: the type of its result, null where it cannot be seen. */
  bound(binding: string, text: string, result: string | null): NativeRef | null;
  /** Words of expectations. */
  readonly matchers: ReadonlyMap<string, Matcher>;
  /** Methods of the objects that generator functions give. */
  readonly generatorMethods: ReadonlyMap<string, BuiltinModel>;
  /** Constructors by name (`DisposableStack`, `Promise`), with the same forms of names as functions. */
  readonly constructors: ReadonlyMap<string, BuiltinModel>;
  /** Functions that the last part of their name tells, whatever they are members of. */
  readonly lastNames: ReadonlyMap<string, BuiltinModel>;
  /** Properties that say something of the object that has them, by name. */
  readonly properties: ReadonlyMap<string, PropertyModel>;
  /** Free names that stand for a constant. */
  readonly constants: ReadonlyMap<string, Constant>;
  /** What an operator that asks for the type of a value answers. */
  readonly typeNames: Readonly<Record<TypeKind, string>>;
  readonly fieldNames: FieldNames;
  /** What the names of modules of the run time may begin with, or not. */
  readonly moduleScheme: string;
  /** Names of the kinds of bindings, as people write them. */
  readonly bindingNames: ReadonlyMap<string, string>;
  readonly spelling: Spelling;
}

/** The registration of a listener: the first argument names the event. */
export interface EventModel {
  /** The events of which something is to be told: after them the program goes on, and by them a method is known that other objects have as well. */
  readonly names: RegExp;
  /** Methods that fire events. */
  readonly firing: readonly string[];
}

/** What a property of an object of the language's own says. */
export type PropertyModel =
  /**
   * How many elements there are. `lists`: never less than none, and an array gets as many as are written there; `collections`: other things
   * than these have a property of that name too, which may be any number.
   */
  | { readonly kind: "count"; readonly of: "lists" | "collections" }
  /** A measure of memory, or of a view of it: nothing of what lies there. */
  | { readonly kind: "measure" }
  /** The memory that a view looks into. */
  | { readonly kind: "memory" }
  /** The object whose members the instances of a class have. */
  | { readonly kind: "prototype" }
  /** Of a module of the library: the module itself, or a form of it. */
  | { readonly kind: "module" };

/** What a value is, as far as the language tells by the name of its type. */
export type TypeKind = "nothing" | "text" | "truth" | "number" | "integer" | "object" | "function";

/** Names of the fields of objects by which a library says several things at once. */
export interface FieldNames {
  /** A step of an iteration: the element, and whether there was none. */
  readonly step: { readonly element: string; readonly done: string };
  /** How a promise came out that was waited for with others: the field that tells how, what is in it, and where the value or the reason is. */
  readonly outcome: { readonly status: string; readonly fulfilled: string; readonly rejected: string; readonly value: string; readonly reason: string };
  /** The description of a field: what it holds. */
  readonly description: { readonly value: string };
  /** What a native call gives whose result is in a field, see `NativeRef.resultIn`. */
  readonly nativeResult: { readonly value: string; readonly error: string };
  /** An object that receives what a native function writes through a pointer. */
  readonly box: { readonly content: string };
}

/** How constructs are written: for messages, which quote the program, and for the few names that the text alone shows. */
export interface Spelling {
  /** The receiver of a method. */
  readonly receiver: string;
  /** The constructor of the superclass, where it is called. */
  readonly superclass: string;
  /** The hand-over to another generator. */
  readonly delegation: string;
  /** Code that runs on every way out: what such a block is called, and what stands around the code. */
  readonly cleanUp: { readonly name: string; readonly before: string; readonly after: string };
  /** What stands before something that is waited for. */
  readonly waiting: RegExp;
  /** The beginning of a statement that leaves the function. */
  readonly leaving: RegExp;
  /** A comparison alone that holds when the sides differ. */
  readonly unequal: RegExp;
  /** A path of names, alone or as the only argument of a call; group 1. */
  readonly plainName: RegExp;
  /** Text that begins with a call of a path of names; group 1. */
  readonly calledName: RegExp;
  /** The name of a function that is called through a method of functions; group 1. */
  readonly appliedName: RegExp;
  /** Names and elements: a place, and no literal. */
  readonly place: RegExp;
  /** A literal that is NULL or nothing. */
  readonly nothing: RegExp;
}

/** What the last word of an expectation says of its value; `not` turns it round, `connective` words say nothing. */
export type Matcher = "truthy" | "falsy" | "null" | "equal" | "not" | "connective";

/** Index of an argument, or the receiver. */
export type Operand = number | "receiver";

/** One behaviour that the engine implements. Everything else in a language's library is an unknown call. */
export type BuiltinModel =
  /** Looks at its arguments without using what they point to, keeps nothing, never throws (`console.log`, `String`, `typeof` helpers). `returns` unknown. */
  /** `pure`: the same receiver and arguments, texts and numbers, give the same result. */
  /** `view`: the result is the receiver's memory, or a part of it. */
  /** `gives`: the text of a pointer's address, or whether the first argument is truthy. */
  | { readonly kind: "inspect"; readonly pure?: boolean; readonly view?: boolean; readonly gives?: "text" | "truth" }
  /** Uses (dereferences) the operand: `koffi.decode(p)`, `p.readPointer()`. `view`: the result looks into the same memory later on. */
  | { readonly kind: "dereference"; readonly of: Operand; readonly view?: boolean }
  /** A pointer into the object behind the operand: `s.add(8)`. */
  | { readonly kind: "interior"; readonly of: Operand }
  /** Gives the operand back, perhaps in another form: `BigInt(p)`, `Object.freeze(o)`, `ptr(p)`. */
  | { readonly kind: "identity"; readonly of: Operand }
  /** The operand's address as a number: still the same pointer, but zero (0 or 0n) is NULL, whatever NULL is in the operand's binding. */
  | { readonly kind: "address"; readonly of: Operand }
  /** True when the operand is NULL, tested in the given way: `p.isNull()`, `isNullPointer(p)`. */
  | { readonly kind: "nullTest"; readonly of: Operand; readonly test: NullTest }
  /** Compares two pointers: `p.equals(q)`. NULL on either side makes it a null test, of the given form; `===` stands for a comparison with the constant. */
  | { readonly kind: "equals"; readonly left: Operand; readonly right: Operand; readonly test: NullTest }
  /** Goes on only when the operand is truthy, else throws. */
  | { readonly kind: "assert"; readonly of: Operand }
  /** Goes on only when both are (strictly) equal / not equal. */
  | { readonly kind: "assertEqual"; readonly left: Operand; readonly right: Operand; readonly equal: boolean }
  /** Begins a sentence about the operand that throws unless it is true: `expect(s).not.toBeNull()`; see `Matcher`. */
  | { readonly kind: "expectation"; readonly of: Operand }
  /** Always throws (`assert.fail`). */
  | { readonly kind: "throw" }
  /** Ends the process or the path. */
  | { readonly kind: "exit" }
  /** Calls the function at once, any number of times, with elements of the receiver (`forEach`, `map`): arguments are element, index, receiver. */
  | { readonly kind: "eachElement"; readonly callback: number; readonly result: "array" | "element" | "unknown" | "none" | "filtered"; /** Lists among the results are put into one. */ readonly flat?: boolean; /** Index of the parameter of the callback that gets the element. */ readonly elementParam: number }
  /** Calls the function at once, exactly once, with unknown arguments. */
  | { readonly kind: "callNow"; readonly callback: number }
  /** Calls the function later, if at all: `setTimeout`, event registration. `once`: surely and one time, unless the result serves to take that back. */
  | { readonly kind: "callLater"; readonly callback: number; readonly once?: boolean; /** When something happens to the receiver, if it ever does. */ readonly event?: EventModel }
  /** Registers native hooks: an object whose methods run later, one `first` and one `then`, with a receiver of their own (`Interceptor.attach`). `result`: what the latter is given. */
  | { readonly kind: "hooks"; readonly callbacks: number; readonly first: string; readonly then: string; readonly result: string }
  /** `f.call(this, …)`, `f.apply(this, [ … ])`, `f.bind(this, …)`. */
  | { readonly kind: "invoke"; /** `applyTo`: the function is the first argument. */ readonly style: "call" | "apply" | "applyTo" | "bind" }
  /** Gives a stand-in for the function in its operand, which does the same; without one, it does nothing that is known. */
  | { readonly kind: "standIn"; readonly of: Operand }
  | { readonly kind: "array"; readonly operation: "push" | "pop" | "shift" | "unshift" | "slice" | "concat" | "at" | "splice" | "clear" | "of" | "from" | "values" | "entries" | "reverse" | "fill" | "flat" }
  /**
   * Memory that native code may put a pointer into, or a view of such memory. `parts`: how many elements make up a pointer (0: its
   * elements tell nothing). `sized`: the first argument says how much, whatever it is; `over`: of anything but such memory it is a copy.
   */
  | { readonly kind: "cells"; readonly parts: 0 | 1 | 2; readonly sized?: boolean; readonly over?: boolean }
  /**
   * Reads the pointer in such memory, or writes it (`value`): the first there is, by the offset in the argument `at`. Of anything else it is a use
   * of the operand. `typed`: what is no number in the place of the offset is a type, and what comes behind that a count.
   */
  | { readonly kind: "pointee"; readonly of: Operand; readonly at: number; readonly value?: number; readonly typed?: boolean }
  /** Maps and sets, weak ones too. `keyed`: a new map. */
  | { readonly kind: "collection"; readonly keyed?: boolean; readonly operation: "new" | "get" | "set" | "add" | "delete" | "has" | "clear" | "values" | "keys" | "entries" | "forEach" }
  /** A generator goes on: `next(v)` with the argument as the value of its `yield`, `return(v)` and `throw(e)` through its clean-up code. */
  | { readonly kind: "generator"; readonly operation: "next" | "return" | "throw" }
  | { readonly kind: "object"; readonly operation: "assign" | "create" | "values" | "entries" | "keys" | "fromEntries" | "defineProperty" }
  | { readonly kind: "promise"; readonly operation: "new" | "resolve" | "reject" | "all" | "allSettled" | "race" | "any" | "then" | "catch" | "finally" | "try" | "withResolvers" }
  | { readonly kind: "disposableStack"; /** `disposeAsync` waits for what each entry gives. */ readonly operation: "new" | "use" | "adopt" | "defer" | "move" | "dispose" | "disposeAsync" }
  | { readonly kind: "finalizationRegistry"; readonly operation: "new" | "register" | "unregister" }
  /** Reads the callback-style call of a native function: `fn.async(a, b, cb)` on a native function value. */
  | { readonly kind: "asyncCall" }
  /** A promise-returning form of a native function or of a function with a callback: `util.promisify(fn)`. */
  | { readonly kind: "promisify"; readonly of: Operand }
  /** Delivers a promise of an unknown value that may reject. */
  | { readonly kind: "promiseOfUnknown" };
