import type { Constant, NativeRef, NullTest } from "./types.js";

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
  /** Methods that tell people or listeners something: where nobody waits for what they give, it is no promise. */
  readonly telling: ReadonlySet<string>;
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
  /** Looks at its arguments without using what they point to, keeps nothing, and as a rule never throws (`console.log`, `String`, `typeof` helpers). `returns` unknown. */
  /** `pure`: the same receiver and arguments, texts and numbers, give the same result. */
  /** `view`: the result is the receiver's memory, or a part of it. */
  /** `gives`: the text of a pointer's address, or whether the first argument is truthy. */
  /** `throws`: where it cannot make anything of its arguments; `seldom`: of few of them, so that only code which catches that counts on it. */
  | { readonly kind: "inspect"; readonly pure?: boolean; readonly throws?: "often" | "seldom"; readonly view?: boolean; readonly gives?: "text" | "truth" }
  /** Uses (dereferences) the operand: `koffi.decode(p)`, `p.readPointer()`. `view`: the result looks into the same memory later on. `value`: which argument is written; without it the last number, if any. */
  | { readonly kind: "dereference"; readonly of: Operand; readonly view?: boolean; readonly value?: number }
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
  /** Calls the function at once, any number of times, with two elements of the receiver (`sort`), which it gives back or copies. */
  | { readonly kind: "compareElements"; readonly callback: number; readonly result: "receiver" | "copy" }
  /** Calls the function at once, exactly once, with unknown arguments. */
  | { readonly kind: "callNow"; readonly callback: number }
  /** Calls the function later, if at all: `setTimeout`, event registration. `once`: surely and one time, unless the result serves to take that back. */
  | { readonly kind: "callLater"; readonly callback: number; readonly once?: boolean; /** Where the arguments begin that the function is given; without it behind the function. */ readonly passes?: number; /** When something happens to the receiver, if it ever does. */ readonly event?: EventModel }
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
