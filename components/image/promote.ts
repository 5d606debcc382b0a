import * as pulumi from "@pulumi/pulumi";
import { type FoundImage, type RegistryFolder, findImages } from "../../registry/lookup.ts";
import { accountOf } from "../../registry/account.ts";
import type { Settings } from "../../settings/load.ts";
import type { Recipe } from "../../model/image/recipe.ts";
import { type StateResource, imagesIn } from "../../model/state/resources.ts";
import { told } from "../program/errors.ts";

/**
 * The images of a promoting stack, by name; nothing of a building stack's. What the last update has left is known of it;
 * for the others the registries are asked, before any resource is declared, so that a release of which an image is
 * missing changes nothing at all.
 * @throws pulumi.RunError with every image that is missing, of which a preview only warns; or where a registry does not
 * answer
 */
export async function promoted(
  recipes: readonly Recipe[],
  settings: Settings,
  left: readonly StateResource[],
): Promise<Map<string, FoundImage>> {
  if (settings.images === "build") return new Map();
  const { registry, pull, promoteFrom } = settings;
  const hashes = new Map(recipes.map(({ name, hash }) => [name, hash]));
  const folders: RegistryFolder[] = [{ registry, account: await accountOf(pull) }];
  if (promoteFrom) folders.push({ ...promoteFrom, account: await accountOf(promoteFrom.account) });
  const known = new Map([...imagesIn(left)].filter(([name, { hash }]) => hashes.get(name) === hash));
  const unknown = recipes.filter(({ name }) => !known.has(name));
  const { found, missing } = await told(findImages(unknown, folders));
  if (missing.length && !pulumi.runtime.isDryRun()) throw new pulumi.RunError(missing.join("\n"));
  for (const line of missing) void pulumi.log.warn(line);
  return new Map([...known, ...found]);
}
