import { rmSync } from "node:fs";
import { Command } from "commander";
import { accountOf, valueOf } from "../../settings/credentials.ts";
import { registerBuilders } from "../../images/builders.ts";
import { buildImage, joinImages } from "../../images/buildx.ts";
import { Repository } from "../../registry/client.ts";
import type { Settings } from "../../settings/load.ts";
import { type Builder, partName } from "../../model/image/builders.ts";
import { cacheFlags, unusedCaches } from "../../model/image/caches.ts";
import { UserError } from "../../lib/errors.ts";
import { folderAdvice } from "../../model/catalogue/context-check.ts";
import { type Recipe, sourceFolders } from "../../model/image/recipe.ts";
import type { Session } from "../../stack/session.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { makeFolder } from "../../lib/files.ts";
import { inProject, kept, paths } from "../../lib/paths.ts";
import { progress } from "../lib/progress.ts";
import { readSettings } from "../project/program-settings.ts";
import { namedRecipes } from "./named-recipes.ts";

interface Options extends StackOption {
  cache: boolean;
  push: boolean;
  platform?: string[];
}

/** `slipway build` */
export function buildVerb(): Command {
  return new Command("build")
    .description("build images outside the stack, to try or to have them ready; pulumi up needs no such step")
    .argument("[service...]", "only these, and the bases they lack; all images of the stack otherwise")
    .addOption(stackOption())
    .option("--no-cache", "build without cache")
    .option("--no-push", "build into OCI layouts under .slipway/build, push nothing")
    .option("--platform <platform...>", "for these only; the result has a content hash of its own")
    .action(async (names: string[], options: Options) => {
      await buildAll(await openSession(options), names, options);
    });
}

async function buildAll(session: Session, names: readonly string[], options: Options): Promise<void> {
  const read = await readSettings(session);
  const platforms = options.platform?.flatMap((text) => text.split(",")).toSorted();
  const settings = { ...read.settings, ...(platforms && { platforms }), images: "build" as const };
  const recipes = namedRecipes(read.catalogue, settings, names);
  for (const line of unusedCaches(settings.caches, process.env)) progress(line);
  const builds = new Builds(settings, options);
  for (const recipe of recipes) {
    for (const advice of folderAdvice(recipe.name, sourceFolders(recipe), paths.project)) progress(advice);
    process.stdout.write(`${await builds.build(recipe)}\n`);
  }
}

/** The builds of one run: a base is built once. */
class Builds {
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
    const { registry, caches } = this.settings;
    const { push, cache } = this.options;
    const base = recipe.base && (await this.baseOf(recipe.base));
    const folder = kept.build(`${recipe.name}-${recipe.hash}`);
    rmSync(inProject(folder), { recursive: true, force: true });
    if (!push) makeFolder(inProject(folder));
    const account = await accountOf(this.settings.push);
    const secrets = await this.secretsOf(recipe);
    const repository = `${registry}/${recipe.name}`;
    const build = (builder: Builder, part: string, tag: string) => {
      const kept = cacheFlags(caches, repository, `cache-${part}`);
      return buildImage(recipe, {
        builder,
        tag,
        to: push ? { registry, account } : { folder },
        base,
        caches: push ? kept : { from: kept.from, to: [] },
        useCache: cache,
        secrets,
      });
    };
    const [first, ...others] = this.builders;
    if (!first) throw new UserError("builder: none for these platforms; expected one in the stack file");
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
