import { rmSync } from "node:fs";
import { registerBuilders } from "../../images/builders.ts";
import { type BuildOptions, buildImage, joinImages } from "../../images/buildx.ts";
import { UserError } from "../../lib/errors.ts";
import { makeFolder } from "../../lib/files.ts";
import { inProject, kept } from "../../lib/paths.ts";
import { type Builder, partName } from "../../model/image/builders.ts";
import { cacheFlags } from "../../model/image/caches.ts";
import type { Recipe } from "../../model/image/recipe.ts";
import { Repository } from "../../registry/client.ts";
import { accountOf, valueOf } from "../../settings/credentials.ts";
import type { Settings } from "../../settings/load.ts";

/** How images are built outside the stack. */
interface Options {
  /** Whether layers of earlier builds are taken. */
  cache: boolean;
  /** Whether to the registry, and not into OCI layouts. */
  push: boolean;
}

/** The builds of one run: a base is built once. */
export class Builds {
  private readonly settings: Settings;
  private readonly options: Options;
  private readonly builders: Builder[];
  private readonly done = new Map<string, string>();

  constructor(settings: Settings, options: Options) {
    this.settings = settings;
    this.options = options;
    const { platforms } = settings;
    this.builders = settings.builders
      .map((builder) => ({
        ...builder,
        platforms: builder.platforms.filter((each) => platforms.includes(each)),
      }))
      .filter((builder) => builder.platforms.length);
    registerBuilders(this.builders);
  }

  /** Builds, first the image it stands on if there is none yet; gives where the result is. */
  async build(recipe: Recipe): Promise<string> {
    const known = this.done.get(recipe.name);
    if (known) return known;
    const { registry } = this.settings;
    const { push } = this.options;
    const base = recipe.base && (await this.baseOf(recipe.base));
    const folder = kept.build(`${recipe.name}-${recipe.hash}`);
    rmSync(inProject(folder), { recursive: true, force: true });
    if (!push) makeFolder(inProject(folder));
    const account = await accountOf(this.settings.push);
    const repository = `${registry}/${recipe.name}`;
    const to = push ? { registry, account } : { folder };
    const build = (builder: Builder, part: string, tag: string) =>
      this.buildBy(builder, recipe, { part, tag, to, base });
    const [first, ...others] = [this.firstBuilder(), ...this.builders.slice(1)];
    if (others.length && !push)
      throw new UserError("--no-push: not with a builder for each platform; expected --platform with one");
    const parts: string[] = [];
    for (const builder of others.length ? this.builders : []) {
      const part = partName(builder);
      parts.push(`${repository}@${await build(builder, `${recipe.name}-${part}`, `${recipe.hash}-${part}`)}`);
    }
    const tag = `${repository}:${recipe.hash}`;
    if (parts.length) await joinImages(parts, tag, account);
    const digest = parts.length
      ? await new Repository(repository, account).digest(recipe.hash)
      : await build(first, recipe.name, recipe.hash);
    const result = push ? `${repository}@${digest}` : `oci-layout://${folder}:${recipe.hash}@${digest}`;
    this.done.set(recipe.name, result);
    return result;
  }

  /** Builds for the one platform of this run into an archive that `docker load` reads. */
  async archive(recipe: Recipe, archive: string): Promise<void> {
    const base = recipe.base && (await this.baseOf(recipe.base));
    await this.buildBy(this.firstBuilder(), recipe, {
      ...{ part: recipe.name, tag: recipe.hash, to: { archive }, base },
    });
  }

  private async buildBy(
    builder: Builder,
    recipe: Recipe,
    { part, ...options }: Pick<BuildOptions, "tag" | "to" | "base"> & { part: string },
  ): Promise<string> {
    const { registry, caches } = this.settings;
    const kept = cacheFlags(caches, `${registry}/${recipe.name}`, `cache-${part}`);
    return buildImage(recipe, {
      ...options,
      builder,
      caches: this.options.push ? kept : { from: kept.from, to: [] },
      useCache: this.options.cache,
      secrets: await this.secretsOf(recipe),
    });
  }

  private firstBuilder(): Builder {
    const [first] = this.builders;
    if (first) return first;
    throw new UserError("builder: none for these platforms; expected one in the stack file");
  }

  /** The image that another stands on, as a named context. */
  private async baseOf(base: Recipe): Promise<string> {
    const { registry, push } = this.settings;
    const repository = new Repository(`${registry}/${base.name}`, await accountOf(push));
    const built = this.done.get(base.name);
    const there = built ? undefined : await repository.digest(base.hash);
    const ref = there ? `${repository.name}@${there}` : await this.build(base);
    return ref.startsWith("oci-layout://") ? ref : `docker-image://${ref}`;
  }

  private async secretsOf({ name, entry }: Recipe): Promise<Record<string, string>> {
    const values: Record<string, string> = {};
    for (const [id, secret] of Object.entries(entry.build?.secrets ?? {})) {
      const value = this.settings.secrets[secret];
      if (!value)
        throw new UserError(
          `services/${name}/build/secrets/${id}: only the stack knows it; build by pulumi up`,
        );
      values[id] = await valueOf(value);
    }
    return values;
  }
}
