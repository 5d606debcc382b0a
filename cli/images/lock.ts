import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import type { Settings } from "../../settings/load.ts";
import { imageDetails } from "../../registry/details.ts";
import { parseReference, registryOf, repositoryAt } from "../../model/image/reference.ts";
import type { Catalogue } from "../../model/catalogue/service.ts";
import type { Session } from "../../stack/session.ts";
import { paths } from "../../lib/paths.ts";
import { UserError } from "../../lib/errors.ts";
import { plural } from "../../lib/text.ts";
import { type LockedImage, formatLock, lockKey, updateLock } from "../../model/image/lock.ts";
import { readRecipes } from "../../model/image/recipe.ts";
import { needsLock } from "../../model/image/stock.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openRepository } from "../lib/repository.ts";
import { openSession } from "../project/session.ts";
import { progress } from "../lib/progress.ts";
import { otherCatalogues, readSettings } from "../project/program-settings.ts";

/** `slipway lock` */
export function lockVerb(): Command {
  return new Command("lock")
    .description(
      "pin the external images that Dockerfiles name and services run, by digest; shows what is new, and newer ones",
    )
    .addOption(stackOption())
    .option(
      "--update",
      "take the newer ones: what stands on them is built again, what runs them rolls",
      false,
    )
    .action(async ({ update, ...options }: { update: boolean } & StackOption) => {
      const session = await openSession(options);
      const { settings, catalogue } = await readSettings(session);
      const imagesOf = (each: Catalogue) => externalImages(each, settings);
      const { images: others, unknown } = await imagesOfOthers(session, imagesOf);
      const images = byKey([...imagesOf(catalogue), ...others]);
      const locked = await Promise.all(images.map((image) => look(image, settings)));
      const now = Object.fromEntries(images.flatMap(({ key }, index) => [[key, locked[index] ?? ""]]));
      // What a stack that cannot be read may name stays.
      const { lock, changes } = updateLock(
        settings.lock,
        unknown ? { ...settings.lock, ...now } : now,
        update,
      );
      for (const change of changes) process.stdout.write(`${change}\n`);
      if (changes.some((change) => change.startsWith("newer:")))
        progress("to take the newer ones: npx --no slipway lock --update");
      const file = resolve(paths.project, settings.lockFile);
      if (!existsSync(file) || formatLock(lock) !== formatLock(settings.lock))
        writeFileSync(file, formatLock(lock));
      progress(`${settings.lockFile}: ${plural(Object.keys(lock).length, "image")} pinned`);
    });
}

/** An image that the lock is to have. */
interface ExternalImage {
  /** Its name in the lock. */
  key: string;
  image: string;
  platform?: string | undefined;
  /** The entry of services.ts that runs it as it is, of which more is to be known; none where builds stand on it. */
  service?: string;
}

/** The images that a catalogue has from elsewhere. */
function externalImages(catalogue: Catalogue, settings: Settings): ExternalImage[] {
  const recipes = readRecipes(catalogue, { ...settings, lock: {}, images: "build" });
  return [
    ...recipes.flatMap(({ unpinned }) => unpinned.map((image) => ({ key: image, image }))),
    ...catalogue.services.flatMap(({ name, image, platform }) =>
      image !== undefined && needsLock({ image, platform })
        ? [{ key: lockKey(image, platform), image, platform, service: name }]
        : [],
    ),
  ];
}

/** Each once, in order; one that a service runs in the place of the same one that builds stand on. */
function byKey(images: readonly ExternalImage[]): ExternalImage[] {
  const found = new Map<string, ExternalImage>();
  for (const image of images)
    if (image.service !== undefined || !found.has(image.key)) found.set(image.key, image);
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The images that the project's other stacks name: the lock is theirs too. */
async function imagesOfOthers(
  session: Session,
  imagesOf: (catalogue: Catalogue) => ExternalImage[],
): Promise<{ images: ExternalImage[]; /** Whether there are more. */ unknown: boolean }> {
  const images: ExternalImage[] = [];
  let unknown = false;
  for (const { stack, catalogue, problem } of await otherCatalogues(session)) {
    try {
      if (!catalogue) throw new UserError(problem ?? "");
      images.push(...imagesOf(catalogue));
    } catch (error) {
      unknown = true;
      progress(
        `stack ${stack}: not looked at, so what the lock has stays in it: ${(error as Error).message}`,
      );
    }
  }
  return { images, unknown };
}

/** What the image's registry, or the one that stands for docker.io, has under its tag. */
async function look({ image, platform, service }: ExternalImage, settings: Settings): Promise<LockedImage> {
  const name = repositoryAt(image, settings.mirror);
  const { tag = "latest", digest } = parseReference(image);
  const repository = await openRepository(name, settings);
  const reference = digest ?? tag;
  const found = await imageDetails(repository, { reference, platform });
  if (found !== undefined) return found;
  const { refusal } = repository;
  const why = refusal === undefined ? "" : `, or not for this account to see (it says ${refusal})`;
  const where = service === undefined ? "FROM" : `services/${service}/image`;
  throw new UserError(`${image}: not found on ${registryOf(image)}${why}; check ${where}`);
}
