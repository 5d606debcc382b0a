import * as command from "@pulumi/command";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import type { Found } from "../build/released.ts";
import { stage } from "../build/stage.ts";
import type { Credentials, Settings } from "../config.ts";
import { cacheFlags } from "../model/caches.ts";
import { folderAdvice } from "../model/exposed.ts";
import { BUILD_EPOCH, type Recipe, imageLabels } from "../model/recipe.ts";
import { commandLine } from "../model/shell.ts";

/** Which image, and where it comes from. */
export interface ServiceImageArgs {
  /** How it is made. */
  recipe: Recipe;
  /** Registry, builder, caches. */
  settings: Settings;
  /** The image its Dockerfile names in FROM, if that is one of ours. */
  base?: ServiceImage | undefined;
  /** The values of all secrets, by name. */
  secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** In a promoting stack, what the registry has of it; nothing, in a preview, where it is yet to be built. */
  found?: Found | undefined;
}

/**
 * One image for all platforms, under its content's hash: built when its content changed, or in a promoting stack taken
 * over as it was built elsewhere.
 */
export class ServiceImage extends pulumi.ComponentResource {
  /** `repository@sha256:…`, the only form that runs. */
  readonly ref: pulumi.Output<string>;

  constructor(name: string, args: ServiceImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:ServiceImage", name, {}, opts);
    const { recipe, settings } = args;
    const repository = `${settings.registry}/${name}`;
    const promoted = () =>
      settings.promoteFrom ? this.copied(name, args, repository) : digestOf(args.found);
    const digest = settings.images === "build" ? this.built(name, args, repository) : promoted();
    this.ref = pulumi.interpolate`${repository}@${digest}`;
    this.registerOutputs({ ref: this.ref, hash: recipe.hash });
  }

  private built(name: string, args: ServiceImageArgs, repository: string): pulumi.Output<string> {
    const { recipe, settings, base, secrets } = args;
    for (const advice of folderAdvice(recipe.entry, process.cwd())) void pulumi.log.warn(advice, this);
    for (const image of recipe.unpinned)
      void pulumi.log.warn(`${name}: "${image}" can change by itself; pin it: npx slipway lock`, this);
    const staged = stage(recipe);
    const caches = cacheFlags(settings.caches, repository, `cache-${name}`);
    const buildSecrets = Object.entries(recipe.entry.build?.secrets ?? {});
    const named: Record<string, pulumi.Input<string>> = {
      ...recipe.pinned,
      ...staged.contexts,
      ...(base && recipe.base && { [recipe.base.name]: pulumi.interpolate`docker-image://${base.ref}` }),
    };
    const image = new dockerBuild.Image(
      name,
      {
        tags: [`${repository}:${recipe.hash}`],
        context: {
          location: staged.context,
          named: Object.fromEntries(Object.entries(named).map(([key, location]) => [key, { location }])),
        },
        dockerfile: { location: staged.dockerfile },
        target: recipe.target,
        // The plugin ignores the environment variable of this name; only the build argument counts.
        buildArgs: { ...recipe.args, SOURCE_DATE_EPOCH: String(BUILD_EPOCH) },
        labels: imageLabels(recipe),
        platforms: [...recipe.platforms] as dockerBuild.Platform[],
        builder: settings.builder ? { name: settings.builder } : undefined,
        cacheFrom: caches.from.map((raw) => ({ raw })),
        cacheTo: caches.to.map((raw) => ({ raw })),
        ...(buildSecrets.length && {
          secrets: Object.fromEntries(buildSecrets.map(([id, secret]) => [id, secrets[secret] ?? ""])),
          // A new password is no reason to build, nor would it change what is built.
          ignoreSecretsInDiffCalculation: buildSecrets.map(([id]) => id),
        }),
        // Typed exports have no rewrite-timestamp, without which file times in layers are those of the build.
        exports: [{ raw: "type=registry,oci-mediatypes=true,rewrite-timestamp=true" }],
        registries: settings.push && [login(repository, settings.push)],
        push: false,
        // A preview builds nothing: it needs no builder, may not write to caches, and knows from the inputs what changes.
        buildOnPreview: false,
      },
      // An image that leaves the program may still be running, or be gone back to.
      { parent: this, retainOnDelete: true },
    );
    return image.digest;
  }

  /** Copies the image out of another registry, where it is not there yet. */
  private copied(
    name: string,
    { recipe, settings, found }: ServiceImageArgs,
    repository: string,
  ): pulumi.Output<string> {
    const digest = digestOf(found);
    const from = `${settings.promoteFrom?.registry ?? ""}/${name}`;
    const copy = new command.local.Command(
      `${name}-copy`,
      {
        create: pulumi
          .output(digest)
          .apply((known) =>
            commandLine([
              "node",
              "cli/slipway.mjs",
              "copy",
              `${from}@${known}`,
              `${repository}:${recipe.hash}`,
            ]),
          ),
        environment: {
          ...account("FROM", settings.promoteFrom?.account),
          ...account("TO", settings.push),
        },
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    );
    // The digest is known all along; what runs it waits for the copy.
    return pulumi.all([digest, copy.urn]).apply(([known]) => known);
  }
}

function digestOf(found: Found | undefined): pulumi.Output<string> {
  return pulumi.output(found?.digest ?? (pulumi.unknown as unknown as string));
}

function login(repository: string, { user, token }: Credentials) {
  return { address: repository.split("/")[0] ?? repository, username: user, password: token };
}

function account(
  side: "FROM" | "TO",
  credentials: Credentials | undefined,
): Record<string, pulumi.Input<string>> {
  return credentials
    ? { [`SLIPWAY_${side}_USER`]: credentials.user, [`SLIPWAY_${side}_TOKEN`]: credentials.token }
    : {};
}
