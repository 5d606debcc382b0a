import type { Recipe } from "../model/image/recipe.ts";
import type { Account } from "./account.ts";
import { Repository } from "./client.ts";

/** An image that a registry has. */
export interface Found {
  digest: string;
}

/** A registry with its folder, as in `ghcr.io/acme`, and who asks it. */
export interface Place {
  registry: string;
  account: Account | undefined;
}

/**
 * Looks up images by their content's hash.
 * @param places asked in this order
 * @returns what was found, by name, and a line for each that is in none of them
 */
export async function released(
  recipes: readonly Recipe[],
  places: readonly Place[],
): Promise<{ found: Map<string, Found>; missing: string[] }> {
  const found = new Map<string, Found>();
  const missing: string[] = [];
  const lookUp = async ({ name, hash }: Recipe) => {
    for (const { registry, account } of places) {
      const digest = await new Repository(`${registry}/${name}`, account).digest(hash);
      if (!digest) continue;
      found.set(name, { digest });
      return;
    }
    const where = places.map(({ registry }) => `${registry}/${name}`).join(" or ");
    missing.push(
      `services/${name}: is not built yet, got nothing under ${hash} in ${where}; this stack promotes: first run ` +
        `pulumi up on the stack that builds, or there: npx slipway build ${name}`,
    );
  };
  await Promise.all(recipes.map(lookUp));
  return { found, missing: missing.sort() };
}
