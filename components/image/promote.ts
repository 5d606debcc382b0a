import * as pulumi from "@pulumi/pulumi";
import { type FoundImage, type RegistryFolder, findImages } from "../../registry/lookup.ts";
import { accountOf } from "../../settings/credentials.ts";
import type { Settings } from "../../settings/load.ts";
import type { Recipe } from "../../model/image/recipe.ts";
import { parseState } from "../../model/state/parse.ts";
import type { StateResource } from "../../model/state/resources.ts";
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
  previousState: readonly StateResource[],
): Promise<Map<string, FoundImage>> {
  if (settings.images === "build") return new Map();
  const { registry, pull, promoteFrom } = settings;
  const hashes = new Map(recipes.map(({ name, hash }) => [name, hash]));
  const folders: RegistryFolder[] = [{ registry, account: await accountOf(pull) }];
  if (promoteFrom) folders.push({ ...promoteFrom, account: await accountOf(promoteFrom.account) });
  const known = new Map(
    [...parseState(previousState).images].flatMap(([name, { hash, digest }]) =>
      hash && digest && hashes.get(name) === hash ? [[name, { hash, digest }] as const] : [],
    ),
  );
  const unknown = recipes.filter(({ name }) => !known.has(name));
  const { found, missing } = await told(findImages(unknown, folders));
  if (missing.length && !pulumi.runtime.isDryRun()) throw new pulumi.RunError(missing.join("\n"));
  for (const line of missing) void pulumi.log.warn(line);
  return new Map([...known, ...found]);
}
