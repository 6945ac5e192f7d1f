import { ts } from "ts-morph";
import { at } from "../../ir/lists.js";
import { BlockBuilder } from "../../ir/builder.js";
import type { ClassId, ClassIr, Constant, ExportIr, FunctionId, FunctionIr, Instruction, SourceRange, VariableId, VariableIr } from "../../ir/types.js";
import type { Exit } from "./completion.js";
import { FieldBindings, type Natives } from "./natives.js";
import { membersOf, prototypeClasses, prototypeClassIr, type ExtendedClass, type PrototypeClass } from "./prototypes.js";
import type { Binding, ClassInfo, FunctionInfo, ScopeTable } from "./scopes.js";

/** What the lowering of one module shares between its functions. */
export class ModuleContext {
  readonly functions: FunctionIr[] = [];
  readonly variables: VariableIr[] = [];
  readonly classes: ClassIr[] = [];
  readonly exports: ExportIr[] = [];
  readonly imports = new Set<string>();
  /** Functions that have a number but no code yet. */
  readonly queue: FunctionInfo[] = [];
  readonly fields: FieldBindings;
  /** Functions that are members of classes written with prototypes. */
  private readonly prototypeOf = new Map<ts.Node, ClassId | null>();
  private readonly prototypes: readonly PrototypeClass[];
  private readonly extended: readonly ExtendedClass[];
  private readonly bindings: (Binding | null)[] = [];

  constructor(
    readonly source: ts.SourceFile,
    readonly scopes: ScopeTable,
    readonly natives: Natives,
  ) {
    this.fields = new FieldBindings(natives);
    const { written, extended } = prototypeClasses(source, scopes);
    this.prototypes = written;
    this.extended = extended;
    this.prototypes.forEach((prototype, id) => {
      // What several classes have belongs to none of them alone.
      for (const node of [prototype.constructor, ...prototype.methods.map((method) => method.node)]) this.prototypeOf.set(node, (this.prototypeOf.get(node) ?? id) === id ? id : null);
      // Their functions have no numbers yet.
      this.classes.push(prototypeClassIr(id, prototype, source, () => null));
    });
  }

  /** The class that a function outside of a class belongs to, by its prototype. */
  prototypeClassOf(node: ts.Node): ClassId | null {
    return this.prototypeOf.get(node) ?? null;
  }

  /** To be called when all functions are lowered. */
  finishPrototypes(): void {
    const numberOf = (node: ts.Node): FunctionId | null => {
      const number = this.scopes.functionOf.get(node)?.id ?? -1;
      return number < 0 ? null : number;
    };
    this.prototypes.forEach((prototype, id) => {
      this.classes[id] = prototypeClassIr(id, prototype, this.source, numberOf);
    });
    for (const extended of this.extended) this.#extend(extended, numberOf);
  }

  // A class gets further methods. A function that several classes have belongs to none of them alone.
  #extend({ node, methods }: ExtendedClass, numberOf: (node: ts.Node) => FunctionId | null): void {
    const id = this.scopes.classOf.get(node)?.id ?? -1;
    const known = this.classes[id];
    if (!known) return;
    const added = membersOf(methods, numberOf);
    const keys = new Set(added.map(({ key }) => key));
    this.classes[id] = { ...known, members: [...known.members.filter((member) => member.static || !keys.has(member.key)), ...added] };
    for (const method of methods) {
      const number = numberOf(method.node);
      const own = number === null ? undefined : this.functions[number];
      const isShared = this.prototypeOf.has(method.node) || this.extended.some((other) => other.node !== node && other.methods.some((one) => one.node === method.node));
      if (number !== null && own?.class === null && !isShared) this.functions[number] = { ...own, class: id };
    }
  }

  // The steps of lowering one node ask for its place one after the other, and finding its start means reading what is before it.
  private placed: ts.Node | null = null;
  private place: SourceRange = { start: 0, end: 0 };

  range(node: ts.Node): SourceRange {
    if (node !== this.placed) {
      this.placed = node;
      this.place = { start: node.getStart(this.source), end: node.end };
    }
    return this.place;
  }

  /** The variable of a binding, made at its first use. */
  variableOf(binding: Binding): VariableId {
    if (binding.variable >= 0) return binding.variable;
    const range = ts.isSourceFile(binding.node) ? { start: 0, end: 0 } : this.range(binding.node);
    binding.variable = this.newVariable(binding.name, binding.owner.id, range, binding);
    return binding.variable;
  }

  newVariable(name: string, owner: FunctionId, range: SourceRange, binding: Binding | null = null): VariableId {
    const id = this.variables.length;
    this.variables.push({ id, name, owner, captured: binding?.captured ?? false, constant: binding ? binding.writes.length === 0 : false, exported: false, range });
    this.bindings.push(binding);
    return id;
  }

  bindingOf(variable: VariableId): Binding | null {
    return this.bindings[variable] ?? null;
  }

  /** The variable that an expression node names, or null for a free name. */
  reference(node: ts.Node): VariableId | null {
    const binding = this.scopes.references.get(node);
    return binding ? this.variableOf(binding) : null;
  }

  /** The variable that a declared type names as its class. */
  typeVariable(name: ts.Identifier | null): VariableId | null {
    const binding = name && this.scopes.typeReferences.get(name);
    return binding ? this.variableOf(binding) : null;
  }
}

/** Where an expression may leave its value. A fresh variable holds nothing that the expression or its failure could show. */
export interface Target {
  readonly variable: VariableId;
  readonly fresh: boolean;
}

/** The lowering of one function. */
export class FunctionContext {
  readonly builder: BlockBuilder;
  /** What a jump out of the current place passes, outermost first. */
  readonly exits: Exit[] = [];
  /** How deep the lowering is in the syntax tree. */
  depth = 0;
  /** The class whose static initialisers are lowered now, as part of this function. */
  staticOwner: ClassInfo | null = null;

  constructor(
    readonly module: ModuleContext,
    readonly info: FunctionInfo,
    readonly ir: FunctionIr,
  ) {
    this.builder = new BlockBuilder(ir.range);
  }

  range(node: ts.Node): SourceRange {
    return this.module.range(node);
  }

  emit(instruction: Instruction): void {
    this.builder.emit(instruction);
  }

  temp(range: SourceRange): VariableId {
    return this.module.newVariable("", this.ir.id, range);
  }

  /** The variable for a result that is set by the last instruction of the expression. */
  late(to: Target | null, range: SourceRange): VariableId {
    return to ? to.variable : this.temp(range);
  }

  /** The variable for a result that is set before the expression is through. */
  early(to: Target | null, range: SourceRange): VariableId {
    return to?.fresh ? to.variable : this.temp(range);
  }

  constant(value: Constant, range: SourceRange, to: Target | null = null): VariableId {
    const variable = this.late(to, range);
    this.emit({ op: "constant", to: variable, value, range });
    return variable;
  }

  copy(from: VariableId, to: VariableId, range: SourceRange): void {
    if (from !== to) this.emit({ op: "copy", to, from, range });
  }

  /** The variable itself, or a copy of it when code in the given range may assign it. */
  protect(variable: VariableId, start: number, end: number): VariableId {
    const binding = this.module.bindingOf(variable);
    if (!binding || binding.writes.length === 0 || end <= start) return variable;
    if (!binding.writtenElsewhere && !writtenWithin(binding.writes, start, end)) return variable;
    const { range } = at(this.module.variables, variable);
    const kept = this.temp(range);
    this.copy(variable, kept, { start, end: start });
    return kept;
  }

  /** Sets the variable of a binding, and the namespace property that it also is. */
  assign(binding: Binding, from: VariableId, range: SourceRange): void {
    this.copy(from, this.module.variableOf(binding), range);
    this.assigned(binding, range);
  }

  /** To be called after an instruction that set the variable of a binding. */
  assigned(binding: Binding, range: SourceRange): void {
    if (!binding.namespace) return;
    this.emit({ op: "store", object: this.module.variableOf(binding.namespace), key: binding.name, from: this.module.variableOf(binding), range });
  }
}

// By binary search: the offsets rise.
function writtenWithin(writes: readonly number[], start: number, end: number): boolean {
  let low = 0;
  let high = writes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(writes, middle) < start) low = middle + 1;
    else high = middle;
  }
  return low < writes.length && at(writes, low) < end;
}
