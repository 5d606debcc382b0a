import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { FoundImage } from "../../registry/lookup.ts";
import type { Credentials } from "../../settings/credentials.ts";
import type { Settings } from "../../settings/load.ts";
import { type Pin, describePin } from "../../model/history/pins.ts";
import { TYPES } from "../../model/state/types.ts";
import { names } from "../../model/rollout/names.ts";
import type { Recipe } from "../../model/image/recipe.ts";
import { commandLine } from "../../lib/shell.ts";
import { withinBudget } from "./gates/size.ts";
import { built } from "./build.ts";
import { timed } from "../program/timing.ts";

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
  /** In a promoting stack, the image as it was built; absent in a preview where it is yet to be built. */
  found?: FoundImage | undefined;
  /** Keeps it at an image that was built before; nothing is built then. */
  pin?: Pin | undefined;
  /** What is newer than the pin. */
  waits?: readonly string[];
}

/**
 * One image for all platforms, under its content's hash: built when its content changed, or in a promoting stack taken
 * over as it was built elsewhere; or the one it is pinned to.
 */
export class ServiceImage extends pulumi.ComponentResource {
  /** `repository@sha256:…`, the only form that runs. */
  readonly ref: pulumi.Output<string>;

  constructor(name: string, args: ServiceImageArgs, opts?: pulumi.ComponentResourceOptions) {
    // The pin is an input, so that the next update knows what it must not lose.
    super(TYPES.serviceImage, name, args.pin ? { pin: args.pin } : {}, opts);
    const { recipe, settings, pin, waits = [] } = args;
    const repository = `${settings.registry}/${name}`;
    if (pin) {
      if (pulumi.runtime.isDryRun()) void pulumi.log.info(describePin(pin, waits), this);
      this.ref = pulumi.output(`${repository}@${pin.digest}`);
      this.registerOutputs({ ref: this.ref, hash: pin.hash });
      return;
    }
    const promoted = () =>
      settings.promoteFrom ? this.copied(name, args, repository) : foundDigest(args.found);
    const digest = settings.images === "build" ? built(name, args, repository, this) : promoted();
    this.ref = pulumi.interpolate`${repository}@${withinBudget(name, args, repository, digest)}`;
    timed("build", args.base?.ref, this.ref);
    this.registerOutputs({ ref: this.ref, hash: recipe.hash });
  }

  /** Copies the image out of another registry, where it is not there yet. */
  private copied(
    name: string,
    { recipe, settings, found }: ServiceImageArgs,
    repository: string,
  ): pulumi.Output<string> {
    const digest = foundDigest(found);
    const from = `${settings.promoteFrom?.registry ?? ""}/${name}`;
    const copy = new command.local.Command(
      names.imageCopy(name),
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

function foundDigest(found: FoundImage | undefined): pulumi.Output<string> {
  return pulumi.output(found?.digest ?? (pulumi.unknown as unknown as string));
}

function account(
  side: "FROM" | "TO",
  credentials: Credentials | undefined,
): Record<string, pulumi.Input<string>> {
  return credentials
    ? { [`SLIPWAY_${side}_USER`]: credentials.user, [`SLIPWAY_${side}_TOKEN`]: credentials.token }
    : {};
}
