import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type FoundImage, type RegistryFolder, findImages } from "../../registry/lookup.ts";
import { commandLine } from "../../lib/shell.ts";
import { type Credentials, accountOf } from "../../settings/credentials.ts";
import type { Settings } from "../../settings/load.ts";
import type { Recipe } from "../../model/image/recipe.ts";
import { parseState } from "../../model/state/parse.ts";
import type { StateResource } from "../../model/state/resources.ts";
import { names } from "../../model/rollout/resource-names.ts";
import { asRunError } from "../program/errors.ts";
import type { ServiceImageArgs } from "./image.ts";

/**
 * The images of a promoting stack, by name; none for a building stack. The state has those that have not changed; the
 * others are looked up in the registries, before any resource is declared, so that a missing image changes nothing.
 * @throws pulumi.RunError with every image that is missing, of which a preview only warns; or where a registry cannot be
 * used
 */
export async function findPromotedImages(
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
  const { found, missing } = await asRunError(findImages(unknown, folders));
  if (missing.length && !pulumi.runtime.isDryRun()) throw new pulumi.RunError(missing.join("\n"));
  for (const line of missing) void pulumi.log.warn(line);
  return new Map([...known, ...found]);
}

/** Takes an image over under its content's hash, out of another registry where the stack has one; gives its digest. */
export function declarePromotion(
  name: string,
  { recipe, settings, found }: ServiceImageArgs,
  repository: string,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const digest = pulumi.output(found?.digest ?? (pulumi.unknown as unknown as string));
  const { promoteFrom, push } = settings;
  if (!promoteFrom) return digest;
  const to = `${repository}:${recipe.hash}`;
  const copy = new command.local.Command(
    names.imageCopy(name),
    {
      create: digest.apply((known) =>
        commandLine(["node", "cli/slipway.mjs", "copy", `${promoteFrom.registry}/${name}@${known}`, to]),
      ),
      environment: { ...account("FROM", promoteFrom.account), ...account("TO", push) },
      addPreviousOutputInEnv: false,
    },
    { parent },
  );
  // The digest is known all along; what runs it waits for the copy.
  return pulumi.all([digest, copy.urn]).apply(([known]) => known);
}

function account(
  side: "FROM" | "TO",
  credentials: Credentials | undefined,
): Record<string, pulumi.Input<string>> {
  return credentials
    ? { [`SLIPWAY_${side}_USER`]: credentials.user, [`SLIPWAY_${side}_TOKEN`]: credentials.token }
    : {};
}
