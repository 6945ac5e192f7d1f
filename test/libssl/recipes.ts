/** How each function is called, where arguments made from their types alone would show nothing. */
import type { Recipe } from "./harness.js";
import { certificateRecipes } from "./recipes/certificates.js";
import { connectionRecipes } from "./recipes/connections.js";
import { contextRecipes } from "./recipes/contexts.js";
import { controlRecipes } from "./recipes/controls.js";
import { handshakeRecipes } from "./recipes/handshakes.js";
import { sessionRecipes } from "./recipes/sessions.js";

export type Recipes = Readonly<Record<string, Recipe | Readonly<Record<string, Recipe>>>>;

export interface Case {
  readonly label: string;
  readonly recipe: Recipe;
}

const recipes: Recipes = { ...sessionRecipes, ...connectionRecipes, ...contextRecipes, ...certificateRecipes, ...controlRecipes, ...handshakeRecipes };

/** The cases that show a contract; one with plain arguments when none are listed. */
export function casesOf(name: string): readonly Case[] {
  const found = recipes[name];
  if (found === undefined) return [{ label: "plain arguments", recipe: () => ({}) }];
  if (typeof found === "function") return [{ label: "arranged arguments", recipe: found }];
  return Object.entries(found).map(([label, recipe]) => ({ label, recipe }));
}

/** Recipes of names that no contract has would never run. */
export function recipeNames(): readonly string[] {
  return Object.keys(recipes);
}
