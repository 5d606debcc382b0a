import type { Recipe } from "../image/recipe.ts";
import { parseState } from "./parse.ts";
import { type StateResource, nameIn } from "./resources.ts";

/**
 * The images and the generated secrets that a state has just as they are declared, by name; and the networks and volumes
 * that services share, by the names of their resources with `*` for the host's, once they are there.
 */
export function findUnchanged(
  resources: readonly StateResource[],
  recipes: readonly Pick<Recipe, "name" | "hash">[],
): Set<string> {
  const { tags, generatedSecrets, footings, images: known } = parseState(resources);
  // One that several builders have built has its own tag in no resource but the component.
  const images = recipes.filter(
    ({ name, hash }) =>
      tags.some((tag) => tag.endsWith(`/${name}:${hash}`)) || known.get(name)?.hash === hash,
  );
  const shared = footings.flatMap(({ urn }) => {
    const [, ofHost] = /^[^.]+(\.(?:network|volume)\..+)$/.exec(nameIn(urn)) ?? [];
    return ofHost === undefined ? [] : `*${ofHost}`;
  });
  return new Set([...generatedSecrets, ...shared, ...images.map(({ name }) => name)]);
}
