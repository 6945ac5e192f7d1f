import type { Recipe } from "./harness.js";

export interface Case {
  readonly label: string;
  readonly recipe: Recipe;
}

/** The cases that show a contract; one with plain arguments when none are listed. */
export function casesOf(name: string): readonly Case[] {
  return [{ label: name, recipe: () => ({}) }];
}

/** Why a function cannot be executed here; null when it can. */
export function notExecutable(_name: string): string | null {
  return null;
}
