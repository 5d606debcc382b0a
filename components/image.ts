import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config.ts";
import { type Base, type Service, sources } from "../model/catalogue.ts";
import { contentHash, sourceFiles } from "../model/context.ts";
import { BUILD_EPOCH, stage } from "./stage.ts";

/** How to build an image of the catalogue. */
export interface ServiceImageArgs {
  /** The entry that says what it is made of. */
  entry: Service | Base;
  /** Registry, builder and platforms. */
  settings: Settings;
  /** The image its Dockerfile names in FROM, if that is one of ours. */
  base?: ServiceImage | undefined;
}

/** One image for all platforms, built when its content changed and pushed under the content's hash. */
export class ServiceImage extends pulumi.ComponentResource {
  /** `repository@sha256:…`, the only form that runs. */
  readonly ref: pulumi.Output<string>;
  /** Changes exactly when the content does. */
  readonly hash: string;

  constructor(
    name: string,
    { entry, settings, base }: ServiceImageArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:index:ServiceImage", name, {}, opts);
    const { context, dockerfile } = sources(entry);
    const { target, args = {} } = entry.build ?? {};
    const files = sourceFiles(context, dockerfile);
    const inputs = { dockerfile, target, args, platforms: settings.platforms, base: base?.hash };
    this.hash = contentHash(context, files, inputs);
    const staged = stage(context, files, entry.name, this.hash);
    const repository = `${settings.registry}/${entry.name}`;

    const image = new dockerBuild.Image(
      name,
      {
        tags: [`${repository}:${this.hash}`],
        context: {
          location: staged,
          named: base && {
            [base.repositoryName]: { location: pulumi.interpolate`docker-image://${base.ref}` },
          },
        },
        dockerfile: { location: `${staged}/${dockerfile}` },
        target,
        // The plugin ignores the environment variable of this name; only the build argument counts.
        buildArgs: { ...args, SOURCE_DATE_EPOCH: String(BUILD_EPOCH) },
        platforms: settings.platforms as dockerBuild.Platform[],
        builder: settings.builder ? { name: settings.builder } : undefined,
        // Typed exports have no rewrite-timestamp, without which file times in layers are those of the build.
        exports: [{ raw: "type=registry,oci-mediatypes=true,rewrite-timestamp=true" }],
        registries: settings.push && [
          {
            address: repository.split("/")[0] ?? repository,
            username: settings.push.user,
            password: settings.push.token,
          },
        ],
        push: false,
        buildOnPreview: false,
      },
      // An image that leaves the program may still be running, or be gone back to.
      { parent: this, retainOnDelete: true },
    );
    this.repositoryName = entry.name;
    this.ref = pulumi.interpolate`${repository}@${image.digest}`;
    this.registerOutputs({ ref: this.ref, hash: this.hash });
  }

  /** The name Dockerfiles of dependents write after FROM. */
  private readonly repositoryName: string;
}
