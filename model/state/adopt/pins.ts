import type { Pin } from "../../history/pins.ts";
import type { Recipe } from "../../image/recipe.ts";
import { digestOf, repositoryOf } from "../../image/reference.ts";
import type { StockImage } from "../../image/stock.ts";
import type { Adopted } from "../adopt.ts";

const WHY = "was running when the stack's state was lost";

/**
 * Pins for what was built of other sources than those that are here.
 * @param registry the stack's own registry and folder
 */
export function pinsOfBuilt(
  containers: readonly Adopted[],
  recipes: readonly Pick<Recipe, "name" | "hash">[],
  registry: string,
): Record<string, Pin> {
  const pins: Record<string, Pin> = {};
  for (const { service, image, hash } of containers) {
    const digest = digestOf(image);
    const recipe = recipes.find(({ name }) => name === service);
    if (
      !recipe ||
      !digest ||
      !hash ||
      hash === recipe.hash ||
      repositoryOf(image) !== `${registry}/${service}`
    )
      continue;
    pins[service] = { digest, hash, why: WHY };
  }
  return pins;
}

/** Pins for stock images of another digest than the lock has. */
export function pinsOfStock(
  containers: readonly Adopted[],
  images: readonly Pick<StockImage, "name" | "digest">[],
): Record<string, Pin> {
  const pins: Record<string, Pin> = {};
  for (const { service, image } of containers) {
    const digest = digestOf(image);
    const stock = images.find(({ name }) => name === service);
    if (!stock || !digest || digest === stock.digest) continue;
    pins[service] = { digest, repository: repositoryOf(image), hash: digest, why: WHY };
  }
  return pins;
}
