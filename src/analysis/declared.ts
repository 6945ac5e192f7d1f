import type { ModuleId, Program, SourceRange } from "../ir/types.js";
import type { ProgramIndex } from "./program.js";
import type { ClassValue, FunctionInfo, ModuleInfo } from "./values.js";

/** What the types of the program say of objects whose class no value tells. Asked only for members that matter, each place once. */
export class DeclaredTypes {
  readonly #members = new Set<string>();
  readonly #answers = new Map<string, ClassValue | null>();
  readonly #signatures = new Set<string>();
  readonly #lastValues = new Map<string, boolean>();
  readonly #declared = new Map<string, FunctionInfo | null>();

  constructor(
    readonly program: Program,
    readonly index: ProgramIndex,
  ) {}

  /** Says which functions matter: questions are asked about their names. */
  follow(relevant: ReadonlySet<FunctionInfo>): void {
    this.#members.clear();
    this.#signatures.clear();
    for (const info of this.index.functions) {
      const { hasBody, class: owner, name, tags } = info.ir;
      if (!hasBody && owner === null && tags.length > 0) this.#signatures.add(name.slice(name.lastIndexOf(".") + 1));
    }
    for (const module of this.index.modules) {
      for (const { members } of module.ir.classes) for (const member of members) if (!member.static && relevant.has(module.functions[member.function]!)) this.#members.add(member.key);
    }
  }

  /** The class of the object of which `key` is taken at that place, or null. */
  classAt(module: ModuleInfo, range: SourceRange, key: string): ClassValue | null {
    if (!this.#members.has(key)) return null;
    const place = `${module.index}:${range.start}:${range.end}`;
    let answer = this.#answers.get(place);
    if (answer === undefined) this.#answers.set(place, (answer = this.#ask(module.ir.id, range)));
    return answer;
  }

  /** True for the name of a member without a body of which tags say what it does. */
  isDescribed(key: string): boolean {
    return this.#signatures.has(key);
  }

  /** The function without a body that the object at that place has under `key`, or null. */
  memberAt(module: ModuleInfo, range: SourceRange, key: string): FunctionInfo | null {
    if (!this.#signatures.has(key)) return null;
    const place = `${module.index}:${range.start}:${range.end}.${key}`;
    let answer = this.#declared.get(place);
    if (answer === undefined) this.#declared.set(place, (answer = this.#askMember(module.ir.id, range, key)));
    return answer;
  }

  /** True where by its type the value that is compared at that place can be nothing but what it is compared with there. */
  isLastValue(module: ModuleInfo, range: SourceRange): boolean {
    const place = `${module.index}:${range.start}:${range.end}`;
    let answer = this.#lastValues.get(place);
    if (answer === undefined) this.#lastValues.set(place, (answer = this.program.isLastValue?.(module.ir.id, range) ?? false));
    return answer;
  }

  #askMember(from: ModuleId, range: SourceRange, key: string): FunctionInfo | null {
    const found = this.program.memberAt?.(from, range, key) ?? null;
    const module = found && this.index.modules.find(({ ir }) => ir.id === found.module);
    return module?.functions.find(({ ir }) => !ir.hasBody && ir.range.start === found?.start) ?? null;
  }

  #ask(from: ModuleId, range: SourceRange): ClassValue | null {
    const found = this.program.classAt?.(from, range) ?? null;
    const module = found && this.index.modules.find(({ ir }) => ir.id === found.module);
    const declared = module?.ir.classes.find((one) => one.range.start === found?.start);
    return module && declared ? this.index.classValue(module, declared.id) : null;
  }
}
