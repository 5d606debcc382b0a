import * as pulumi from "@pulumi/pulumi";
import { type Found, type Place, released } from "../build/released.ts";
import { accountOf } from "../build/account.ts";
import type { Settings } from "../config.ts";
import type { Recipe } from "../model/recipe.ts";

/**
 * What the registries have of a promoting stack's images, by name; nothing of a building stack's. Asked before any
 * resource is declared, so that a release of which an image is missing changes nothing at all.
 * @throws pulumi.RunError with every image that is missing; a preview only warns of them
 */
export async function promoted(recipes: readonly Recipe[], settings: Settings): Promise<Map<string, Found>> {
  if (settings.images === "build") return new Map();
  const { registry, pull, promoteFrom } = settings;
  const places: Place[] = [{ registry, account: await accountOf(pull) }];
  if (promoteFrom) places.push({ ...promoteFrom, account: await accountOf(promoteFrom.account) });
  const { found, missing } = await released(recipes, places);
  if (missing.length && !pulumi.runtime.isDryRun()) throw new pulumi.RunError(missing.join("\n"));
  for (const line of missing) void pulumi.log.warn(line);
  return found;
}
