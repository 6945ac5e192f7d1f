import type { LanguageModel } from "../ir/language.js";
import type { Instruction, SourceRange } from "../ir/types.js";
import { closureOfField, type FieldClosure } from "./field-closures.js";
import type { Content } from "./field-tables.js";
import type { MadeBy } from "./temporaries.js";
import type { ClassValue, FunctionInfo, ModuleInfo, Value } from "./values.js";

type Store = Extract<Instruction, { op: "store" }>;
type Call = Extract<Instruction, { op: "call" }>;

/** What the index of the program knows of functions and variables (by program-wide numbers). */
export interface Surroundings {
  /** Code that runs once, before others come to what it makes. */
  isConstructor(info: FunctionInfo): boolean;
  /** True for another name of the receiver. */
  isSelf(number: number, receiver: number): boolean;
  /** The variable that was called as a constructor for what the variable holds. */
  maker(number: number): number | undefined;
  /** The number of the class of this module that a variable holds. */
  classIn(module: ModuleInfo, variable: number): number | null;
  /** The name of the function that was called for what the variable, a temporary one, holds. */
  callee(number: number): string | undefined;
}

/** What the code of a program puts into fields, read off its stores. Fields of classes go by `module.class.field`, others by name. */
export class StoredFields {
  /** Names of fields that some function other than a constructor writes in an object that exists. */
  readonly written = new Set<string>();
  /** Fields that a class fills with a function of its own, and where that comes from. */
  readonly closures = new Map<string, FieldClosure>();
  /** Fields that a class makes a list or a collection, static ones apart: of which kind. */
  readonly kinds = new Map<string, "array" | "collection">();
  readonly staticKinds = new Map<string, "array" | "collection">();
  /** Names of such fields, and of those that a class fills with an object literal: elements lie in them under keys of the run. */
  readonly containers = new Set<string>();
  /** Records of native functions where they are made, and what variables are copies of: by program-wide numbers. */
  readonly contents = new Map<number, Map<string, Content>>();
  readonly copies = new Map<number, number[]>();
  /** The variables whose values a class puts into a field, if its own code alone does so. */
  readonly sources = new Map<string, readonly number[] | null>();
  /** Fields of classes that hold a member of something else under another name: name -> member, null where stores differ. */
  readonly aliases = new Map<string, string | null>();
  /** Fields that a class fills with objects that it makes: the variables called as constructors, null where a store puts something else there. */
  readonly makers = new Map<string, readonly number[] | null>();
  /** Fields that a class fills with results of calls alone, by the names of the functions; null where a store puts something else there. */
  readonly callees = new Map<string, readonly string[] | null>();
  /** Names of fields that are also stored from outside of a class. */
  readonly looselyStored = new Set<string>();

  /** Where the object literal stands that a variable was last given. */
  readonly #literals = new Map<number, SourceRange>();
  /** Names of fields of object literals, and whether some code copies fields of one object, whatever they are, into another that exists. */
  readonly #literalFields = new Set<string>();
  #copiesFields = false;
  readonly #copiers = new Set<string>();

  constructor(
    readonly language: LanguageModel,
    readonly around: Surroundings,
  ) {
    for (const [name, model] of language.lastNames) if (model.kind === "object" && model.operation === "assign") this.#copiers.add(name);
  }

  /** A variable is given an object literal. */
  noteLiteral(number: number, range: SourceRange): void {
    this.#literals.set(number, range);
  }

  noteCall({ args: [first], calleeName }: Call, temporaries: MadeBy): void {
    if (first !== undefined && this.#copiers.has(calleeName) && temporaries.get(first.value)?.op !== "object") this.#copiesFields = true;
  }

  /** What variables other than temporary ones are set to, by other variables. */
  noteCopy(to: number, from: number): void {
    const known = this.copies.get(to);
    if (known) known.push(from);
    else this.copies.set(to, [from]);
  }

  noteStore(info: FunctionInfo, store: Store, temporaries: MadeBy): void {
    this.#noteContent(info, store, temporaries);
    this.#noteAlias(info, store, temporaries.get(store.from));
    this.#noteClosure(info, store, temporaries);
    this.#noteKind(info, store, temporaries);
    this.#noteMaker(info, store, temporaries);
    this.#noteWrite(info, store, temporaries);
  }

  /** All code has been seen. */
  finish(): void {
    if (this.#copiesFields) for (const key of this.#literalFields) this.written.add(key);
  }

  #noteContent({ module }: FunctionInfo, store: Store, temporaries: MadeBy): void {
    const source = temporaries.get(store.from);
    if (typeof store.key !== "string" || (source?.op !== "native" && source?.op !== "object")) return;
    const number = module.variableBase + store.object;
    if (!this.#literals.has(number)) return;
    const known = this.contents.get(number) ?? new Map<string, Content>();
    this.contents.set(number, known.set(store.key, source.op === "native" ? source.ref : module.variableBase + store.from));
  }

  #noteWrite(info: FunctionInfo, { object, key, from, range }: Store, temporaries: MadeBy): void {
    if (this.around.isConstructor(info)) return;
    if (typeof key !== "string") {
      const source = temporaries.get(from);
      if (source?.op === "load" && typeof source.key !== "string") this.#copiesFields = true;
      return;
    }
    // Filling a literal writes in no object that somebody knows.
    const literal = this.#literals.get(info.module.variableBase + object);
    if (literal && literal.start <= range.start && range.end <= literal.end) this.#literalFields.add(key);
    else this.written.add(key);
  }

  // `this.time = native.SSL_SESSION_get_time`: the field is another name for the member, if all its stores agree.
  #noteAlias(info: FunctionInfo, store: Store, source: Instruction | undefined): void {
    if (typeof store.key !== "string" || info.ir.class === null || store.object !== info.ir.receiver) return;
    const name = source?.op === "load" && typeof source.key === "string" ? source.key : source?.op === "global" ? source.name : null;
    const known = this.aliases.get(store.key);
    this.aliases.set(store.key, known === undefined || known === name ? name : null);
  }

  // `items = []`, `byName = new Map()`, `byName = {}` in a class or its constructor, static or not.
  #noteKind(info: FunctionInfo, store: Store, temporaries: MadeBy): void {
    if (typeof store.key !== "string" || !this.around.isConstructor(info)) return;
    const isOwn = info.ir.class !== null && store.object === info.ir.receiver && !info.ir.static;
    const owner = isOwn ? info.ir.class : this.around.classIn(info.module, store.object);
    if (owner === null) return;
    const source = temporaries.get(store.from);
    const callee = source?.op === "construct" ? temporaries.get(source.callee) : undefined;
    const kind = source?.op === "object" && source.kind === "array" ? "array" : callee?.op === "global" && this.language.constructors.get(callee.name)?.kind === "collection" ? "collection" : null;
    if (kind || source?.op === "object" || (source?.op === "call" && this.makesDictionary(source, temporaries))) this.containers.add(store.key);
    if (kind) (isOwn ? this.kinds : this.staticKinds).set(`${info.module.index}.${owner}.${store.key}`, kind);
  }

  /** `Object.create(null)` */
  makesDictionary({ callee, args: [base] }: Call, temporaries: MadeBy): boolean {
    const member = temporaries.get(callee);
    if (member?.op !== "load" || typeof member.key !== "string") return false;
    const root = temporaries.get(member.object);
    const model = root?.op === "global" ? this.language.functions.get(`${root.name}.${member.key}`) : undefined;
    const above = base && temporaries.get(base.value);
    return model?.kind === "object" && model.operation === "create" && above?.op === "constant" && above.value === null;
  }

  // `pool = new Pool()` in a class, `this.pool = new Pool()` or `this.pool = open()` in its code: what the field holds, if all its
  // stores agree.
  #noteMaker({ module }: FunctionInfo, store: Store, temporaries: MadeBy): void {
    if (typeof store.key !== "string" || temporaries.get(store.object)?.op === "object") return;
    const variable = module.ir.variables[store.object]!;
    const owner = module.functions[variable.owner]!.ir;
    const stored = temporaries.get(store.from);
    if (stored?.op === "constant" && (stored.value === null || stored.value === undefined)) return;
    if (owner.receiver !== store.object || owner.class === null || owner.static) {
      this.looselyStored.add(store.key);
      return;
    }
    const field = `${module.index}.${owner.class}.${store.key}`;
    note(this.sources, field, module.variableBase + store.from);
    note(this.makers, field, this.around.maker(module.variableBase + store.from));
    note(this.callees, field, this.around.callee(module.variableBase + store.from));
  }

  #noteClosure(info: FunctionInfo, store: Store, temporaries: MadeBy): void {
    const { receiver } = info.ir;
    if (typeof store.key !== "string" || receiver === null || info.ir.class === null || store.object !== receiver || !this.around.isConstructor(info)) return;
    const found = closureOfField(info, temporaries, store.from, (variable) => this.around.isSelf(info.module.variableBase + variable, receiver));
    if (found) this.closures.set(`${info.module.index}.${info.ir.class}.${store.key}`, found);
  }
}

/** What is known of a field by its class, or by one above it. */
export function inherited<Known>(known: ReadonlyMap<string, Known>, cls: ClassValue, key: string): { readonly owner: ClassValue; readonly known: Known } | null {
  for (let owner: Value | null = cls; owner?.kind === "class"; owner = owner.superclass) {
    const found = known.get(`${owner.module.index}.${owner.ir.id}.${key}`);
    if (found !== undefined) return { owner, known: found };
  }
  return null;
}

// What is stored under a name in all places, as long as each is of the kind that is looked for.
function note<Item>(found: Map<string, readonly Item[] | null>, field: string, item: Item | undefined): void {
  const known = found.get(field);
  found.set(field, item === undefined || known === null ? null : [...(known ?? []), item]);
}
