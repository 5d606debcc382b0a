import * as pulumi from "@pulumi/pulumi";
import type { FoundImage } from "../../registry/lookup.ts";
import type { Settings } from "../../settings/load.ts";
import { type Pin, describePin } from "../../model/history/pins.ts";
import { TYPES } from "../../model/state/types.ts";
import { imageAt } from "../../model/image/reference.ts";
import type { Recipe } from "../../model/image/recipe.ts";
import { withinBudget } from "./gates/size.ts";
import { declareBuild } from "./build.ts";
import { declarePromotion } from "./promote.ts";
import { timed } from "../program/run.ts";

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
  /** The fields in which its configuration differs. */
  fields?: readonly string[];
}

/**
 * One image for all platforms, under its content's hash: built when its content changed; in a promoting stack taken over
 * as another stack built it; or the one it is pinned to.
 */
export class ServiceImage extends pulumi.ComponentResource {
  /** `repository@sha256:…`, the only form that runs. */
  readonly ref: pulumi.Output<string>;
  /** The same for people and the history: undefined where `--target` leaves out an image that is yet to be built. */
  readonly built: pulumi.Output<string | undefined>;

  constructor(name: string, args: ServiceImageArgs, opts?: pulumi.ComponentResourceOptions) {
    // The pin is an input, so that the next update knows what it must not lose.
    super(TYPES.serviceImage, name, args.pin ? { pin: args.pin } : {}, opts);
    const { recipe, settings, pin, waits = [], fields } = args;
    const repository = `${settings.registry}/${name}`;
    if (pin) {
      if (pulumi.runtime.isDryRun()) void pulumi.log.info(describePin(pin, waits, fields), this);
      this.ref = pulumi.output(`${repository}@${pin.digest}`);
      this.built = this.ref;
      this.registerOutputs({ ref: this.built, hash: pin.hash });
      return;
    }
    const declare = settings.images === "build" ? declareBuild : declarePromotion;
    const digest = declare(name, args, repository, this);
    const allowed = withinBudget(name, args, repository, digest);
    this.ref = pulumi.interpolate`${repository}@${allowed}`;
    this.built = pulumi.output(allowed).apply((known?: string) => imageAt(repository, known));
    timed("build", args.base?.ref, this.ref);
    this.registerOutputs({ ref: this.built, hash: recipe.hash });
  }
}
