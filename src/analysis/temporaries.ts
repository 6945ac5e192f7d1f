import type { Instruction } from "../ir/types.js";

/** The instruction of the function at hand that filled a temporary variable. */
export interface MadeBy {
  get(variable: number): Instruction | undefined;
}

/** Of the functions of a module, one after the other. */
export class Temporaries implements MadeBy {
  readonly #instructions: (Instruction | undefined)[];
  readonly #functions: Int32Array;
  #function = 0;

  constructor(variables: number) {
    this.#instructions = new Array<Instruction | undefined>(variables);
    this.#functions = new Int32Array(variables);
  }

  /** Goes on to another function: nothing is known in it. */
  begin(): void {
    this.#function++;
  }

  get(variable: number): Instruction | undefined {
    return this.#functions[variable] === this.#function ? this.#instructions[variable] : undefined;
  }

  set(variable: number, instruction: Instruction): void {
    this.#instructions[variable] = instruction;
    this.#functions[variable] = this.#function;
  }
}
