import * as pulumi from "@pulumi/pulumi";
import type { FoundImage } from "../../registry/lookup.ts";
import type { Settings } from "../../settings/load.ts";
import { type Pin, describePin, pinnedRepository } from "../../model/history/pins.ts";
import { TYPES } from "../../model/state/types.ts";
import { imageAt } from "../../model/image/reference.ts";
import type { Recipe } from "../../model/image/recipe.ts";
import type { StockImage } from "../../model/image/stock.ts";
import { withinBudget } from "./gates/size.ts";
import { declareBuild } from "./build.ts";
import { declarePromotion } from "./promote.ts";
import { declareStock } from "./stock.ts";
import { timed } from "../program/run.ts";

/** What every image has. */
interface CommonArgs {
  /** Registry, builder, caches. */
  settings: Settings;
  /** Keeps it at an image that ran before; nothing is built or copied then. */
  pin?: Pin | undefined;
  /** What is newer than the pin. */
  waits?: readonly string[] | undefined;
  /** The fields in which its configuration differs. */
  fields?: readonly string[] | undefined;
}

/** An image of our own, and where it comes from. */
export interface OwnImageArgs extends CommonArgs {
  /** How it is made. */
  recipe: Recipe;
  /** The image its Dockerfile names in FROM, if that is one of ours. */
  base?: ServiceImage | undefined;
  /** The values of all secrets, by name. */
  secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** In a promoting stack, the image as it was built; absent in a preview where it is yet to be built. */
  found?: FoundImage | undefined;
}

/** An image from elsewhere. */
export interface StockImageArgs extends CommonArgs {
  stock: StockImage;
}

/**
 * One image for all platforms. One of our own is under its content's hash: built when its content changed; in a promoting
 * stack taken over as another stack built it. A stock image is what the lock has. Either may be pinned to one before.
 */
export class ServiceImage extends pulumi.ComponentResource {
  /** `repository@sha256:…`, the only form that runs. */
  readonly ref: pulumi.Output<string>;
  /** The same for people and the history: undefined where `--target` leaves out an image that is yet to be built. */
  readonly built: pulumi.Output<string | undefined>;

  constructor(name: string, args: OwnImageArgs | StockImageArgs, opts?: pulumi.ComponentResourceOptions) {
    const { settings, pin, waits = [], fields } = args;
    const stock = "stock" in args ? args.stock : undefined;
    // Inputs: the pin, so that the next update knows what it must not lose, and the name of a stock image.
    super(TYPES.serviceImage, name, { ...(stock && { image: stock.image }), ...(pin && { pin }) }, opts);
    const own = `${settings.registry}/${name}`;
    const repository = stock?.repository ?? own;
    if (pin) {
      if (pulumi.runtime.isDryRun()) void pulumi.log.info(describePin(pin, waits, fields), this);
      this.ref = pulumi.output(`${pinnedRepository(pin, own, repository)}@${pin.digest}`);
      this.built = this.ref;
      this.registerOutputs({ ref: this.built, hash: pin.hash });
      return;
    }
    const digest = "stock" in args ? declareStock(name, args, this) : declareOwn(name, args, own, this);
    this.ref = pulumi.interpolate`${repository}@${digest}`;
    this.built = digest.apply((known?: string) => imageAt(repository, known));
    timed("build", "stock" in args ? undefined : args.base?.ref, this.ref);
    // What a stock image is made of is known by its digest alone.
    this.registerOutputs({ ref: this.built, hash: "stock" in args ? args.stock.digest : args.recipe.hash });
  }
}

/** The digest of an image that is built here, or was by another stack, once it is known not to be too big. */
function declareOwn(
  name: string,
  args: OwnImageArgs,
  repository: string,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const declare = args.settings.images === "build" ? declareBuild : declarePromotion;
  return withinBudget(name, args, repository, declare(name, args, repository, parent));
}
