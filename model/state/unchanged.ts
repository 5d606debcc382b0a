import type { Recipe } from "../image/recipe.ts";
import { type StateResource, nameIn } from "./resources.ts";

/** The images and the generated secrets that are in the state just as they are declared, by name. */
export function settledIn(
  resources: readonly StateResource[],
  recipes: readonly Pick<Recipe, "name" | "hash">[],
): Set<string> {
  const kept = resources.filter((resource) => !resource.delete);
  const secrets = kept.filter(({ type }) => type.endsWith(":RandomPassword"));
  const tags = kept.flatMap(({ inputs }) => {
    // An image has its tags, the index of several parts its tag.
    const { tags = [], tag } = (inputs ?? {}) as { tags?: string[]; tag?: string };
    return tag ? [...tags, tag] : tags;
  });
  const images = recipes.filter(({ name, hash }) => tags.some((tag) => tag.endsWith(`/${name}:${hash}`)));
  return new Set([...secrets.map(({ urn }) => nameIn(urn)), ...images.map(({ name }) => name)]);
}
