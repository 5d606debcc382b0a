import * as command from "@pulumi/command";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import { paths } from "../../lib/paths.ts";
import { registerBuilders } from "../../images/builders.ts";
import { stage } from "../../images/stage.ts";
import { commandLine } from "../../lib/shell.ts";
import { type Builder, partName } from "../../model/image/builders.ts";
import { names } from "../../model/rollout/resource-names.ts";
import { cacheFlags } from "../../model/image/caches.ts";
import { folderAdvice } from "../../model/catalogue/context-check.ts";
import { digestOf } from "../../model/image/reference.ts";
import { BUILD_EPOCH, exportOptions, imageLabels, sourceFolders } from "../../model/image/recipe.ts";
import { accountOfCopy } from "./copy-account.ts";
import type { OwnImageArgs } from "./image.ts";

/**
 * Builds an image, pushes it under its content's hash, and gives its digest. Where each platform has a builder of its
 * own, each builds its part, and an index joins them.
 */
export function declareBuild(
  name: string,
  args: OwnImageArgs,
  repository: string,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { recipe, settings } = args;
  for (const advice of folderAdvice(name, sourceFolders(recipe), paths.project))
    void pulumi.log.warn(advice, parent);
  for (const image of recipe.unpinned)
    void pulumi.log.warn(`${name}: "${image}" can change by itself; pin it: npx --no slipway lock`, parent);
  // A preview needs no builder.
  if (!pulumi.runtime.isDryRun()) registerBuilders(settings.builders);
  const image = imageInputs(args);
  const registry = settings.push && {
    address: settings.push.registry,
    username: settings.push.user,
    password: settings.push.token,
  };
  const declare = (builder: Builder, part?: string) => {
    const suffix = part ? `-${part}` : "";
    const caches = cacheFlags(settings.caches, repository, `cache-${name}${suffix}`);
    return new dockerBuild.Image(
      part ? names.imagePart(name, part) : name,
      {
        ...image,
        tags: [`${repository}:${recipe.hash}${suffix}`],
        // As one word, which buildx splits: of several the plugin warns at each image that has a cache, in previews too,
        // that only one platform's layers would be kept. In a build of them all BuildKit keeps those of all.
        platforms: [builder.platforms.join() as dockerBuild.Platform],
        builder: builder.name ? { name: builder.name } : undefined,
        cacheFrom: caches.from.map((raw) => ({ raw })),
        cacheTo: caches.to.map((raw) => ({ raw })),
        registries: registry && [registry],
      },
      // An image that leaves the program may still be running, or be gone back to.
      { parent, retainOnDelete: true },
    ).digest;
  };
  const [first, ...others] = settings.builders;
  if (first && !others.length) return declare(first);
  const parts = settings.builders.map(
    (builder) => pulumi.interpolate`${repository}@${declare(builder, partName(builder))}`,
  );
  // A command and not the plugin's Index: that asks the registry at each refresh, which a lost host's would then need.
  const index = new command.local.Command(
    names.imageIndex(name),
    {
      create: pulumi
        .all(parts)
        .apply(([part = "", ...more]) =>
          commandLine([
            ...["node", "cli/slipway.mjs", "copy", part, `${repository}:${recipe.hash}`],
            ...["--join", ...more],
          ]),
        ),
      environment: accountOfCopy("TO", settings.push),
      addPreviousOutputInEnv: false,
    },
    { parent },
  );
  // Undefined where --target leaves out one that is yet to be made.
  return index.stdout.apply((ref: string | undefined) => (ref && digestOf(ref)) ?? "");
}

/** What all parts of an image have in common. */
function imageInputs({ recipe, base, secrets }: OwnImageArgs): dockerBuild.ImageArgs {
  const staged = stage(recipe);
  const buildSecrets = Object.entries(recipe.entry.build?.secrets ?? {});
  const named: Record<string, pulumi.Input<string>> = {
    ...recipe.pinned,
    ...staged.contexts,
    ...(base && recipe.base && { [recipe.base.name]: pulumi.interpolate`docker-image://${base.ref}` }),
  };
  return {
    context: {
      location: staged.context,
      named: Object.fromEntries(Object.entries(named).map(([key, location]) => [key, { location }])),
    },
    dockerfile: { location: staged.dockerfile },
    target: recipe.target,
    // The plugin ignores the environment variable of this name; only the build argument counts.
    buildArgs: { ...recipe.args, SOURCE_DATE_EPOCH: String(BUILD_EPOCH) },
    labels: imageLabels(recipe),
    ...(buildSecrets.length && {
      secrets: Object.fromEntries(buildSecrets.map(([id, secret]) => [id, secrets[secret] ?? ""])),
      // A new password is no reason to build, nor would it change what is built.
      ignoreSecretsInDiffCalculation: buildSecrets.map(([id]) => id),
    }),
    // Typed exports have no rewrite-timestamp, without which file times in layers are those of the build.
    exports: [{ raw: `type=registry,${exportOptions(recipe)}` }],
    push: false,
    // A preview builds nothing: it needs no builder, may not write to caches, and knows from the inputs what changes.
    buildOnPreview: false,
  };
}
