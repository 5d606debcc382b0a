import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type FoundImage, type RegistryFolder, findImages } from "../../registry/lookup.ts";
import { commandLine } from "../../lib/shell.ts";
import { accountOf } from "../../settings/credentials.ts";
import type { Settings } from "../../settings/load.ts";
import type { Recipe } from "../../model/image/recipe.ts";
import type { ImageRecord } from "../../model/image/record.ts";
import { parseState } from "../../model/state/parse.ts";
import type { StateResource } from "../../model/state/resources.ts";
import { names } from "../../model/rollout/resource-names.ts";
import { asRunError } from "../program/errors.ts";
import { accountOfCopy } from "./copy-account.ts";
import type { OwnImageArgs } from "./image.ts";

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
  const folders: RegistryFolder[] = [{ registry, account: await accountOf(pull) }];
  if (promoteFrom) folders.push({ ...promoteFrom, account: await accountOf(promoteFrom.account) });
  const unrecorded = unrecordedProblems(recipes, settings.promoteRecord);
  const known = knownImages(recipes, settings.promoteRecord, previousState);
  const unknown = recipes.flatMap(({ name, hash }) => {
    const recorded = settings.promoteRecord?.[name];
    if (known.has(name) || (settings.promoteRecord && recorded?.hash !== hash)) return [];
    return [{ name, reference: recorded?.digest ?? hash }];
  });
  const { found, missing } = await asRunError(findImages(unknown, folders));
  const problems = [...unrecorded, ...missing];
  if (problems.length && !pulumi.runtime.isDryRun()) throw new pulumi.RunError(problems.join("\n"));
  for (const line of problems) void pulumi.log.warn(line);
  return new Map([...known, ...found]);
}

/** A line for each image whose content is not the one that was recorded. */
function unrecordedProblems(recipes: readonly Recipe[], record: ImageRecord | undefined): string[] {
  if (!record) return [];
  return recipes.flatMap(({ name, hash }) =>
    record[name]?.hash === hash
      ? []
      : `services/${name}: not recorded, got content ${record[name]?.hash ?? "none"}; expected ${hash}. Run on the stack ` +
        "that builds: npx --no slipway record",
  );
}

/** What the state has of this very content; where there is a record, of the digest in it. */
function knownImages(
  recipes: readonly Recipe[],
  record: ImageRecord | undefined,
  previousState: readonly StateResource[],
): Map<string, FoundImage> {
  const { images } = parseState(previousState);
  return new Map(
    recipes.flatMap(({ name, hash }) => {
      const { hash: before, digest } = images.get(name) ?? {};
      const isKnown = digest && before === hash && (!record || record[name]?.digest === digest);
      return isKnown ? [[name, { digest }] as const] : [];
    }),
  );
}

/** Takes an image over under its content's hash, out of another registry where the stack has one; gives its digest. */
export function declarePromotion(
  name: string,
  { recipe, settings, found }: OwnImageArgs,
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
      environment: { ...accountOfCopy("FROM", promoteFrom.account), ...accountOfCopy("TO", push) },
      addPreviousOutputInEnv: false,
    },
    { parent },
  );
  // The digest is known all along; what runs it waits for the copy.
  return pulumi.all([digest, copy.urn]).apply(([known]) => known);
}
