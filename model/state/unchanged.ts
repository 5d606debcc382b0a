import type { Recipe } from "../image/recipe.ts";
import { parseState } from "./parse.ts";
import type { StateResource } from "./resources.ts";

/** The images and the generated secrets that a state has just as they are declared, by name. */
export function findUnchanged(
  resources: readonly StateResource[],
  recipes: readonly Pick<Recipe, "name" | "hash">[],
): Set<string> {
  const { tags, generatedSecrets, images: known } = parseState(resources);
  // One that several builders have built has its own tag in no resource but the component.
  const images = recipes.filter(
    ({ name, hash }) =>
      tags.some((tag) => tag.endsWith(`/${name}:${hash}`)) || known.get(name)?.hash === hash,
  );
  return new Set([...generatedSecrets, ...images.map(({ name }) => name)]);
}
