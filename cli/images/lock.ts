import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import type { Account } from "../../registry/account.ts";
import { accountOf } from "../../settings/credentials.ts";
import { Repository } from "../../registry/client.ts";
import { parseReference } from "../../model/image/reference.ts";
import type { Catalogue } from "../../model/catalogue/service.ts";
import type { Session } from "../../stack/session.ts";
import { paths } from "../../lib/paths.ts";
import { UserError } from "../../lib/errors.ts";
import { formatLock, updateLock } from "../../model/image/base-lock.ts";
import { readRecipes } from "../../model/image/recipe.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { openSession } from "../project/session.ts";
import { progress } from "../lib/progress.ts";
import { otherCatalogues, readSettings } from "../project/program-settings.ts";

/** `slipway lock` */
export function lockVerb(): Command {
  return new Command("lock")
    .description(
      "pin the external images that Dockerfiles name, by digest; shows what is new, and newer ones",
    )
    .addOption(stackOption())
    .option("--update", "take the newer ones: what stands on them is built again", false)
    .action(async ({ update, ...options }: { update: boolean } & StackOption) => {
      const session = await openSession(options);
      const { settings, catalogue } = await readSettings(session);
      const imagesOf = (each: Catalogue) =>
        readRecipes(each, { ...settings, lock: {}, images: "build" }).flatMap(({ unpinned }) => unpinned);
      const { images: others, unknown } = await imagesOfOthers(session, imagesOf);
      const images = [...new Set([...imagesOf(catalogue), ...others])].sort();
      const account = await accountOf(settings.push);
      const digests = await Promise.all(images.map((image) => digestOf(image, settings.mirror, account)));
      const now = Object.fromEntries(images.map((image, index) => [image, digests[index] ?? ""]));
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
      progress(`${settings.lockFile}: ${Object.keys(lock).length} images pinned`);
    });
}

/** The images that the project's other stacks name: the lock is theirs too. */
async function imagesOfOthers(
  session: Session,
  imagesOf: (catalogue: Catalogue) => string[],
): Promise<{ images: string[]; /** Whether there are more. */ unknown: boolean }> {
  const images: string[] = [];
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
async function digestOf(
  image: string,
  mirror: string | undefined,
  account: Account | undefined,
): Promise<string> {
  const { registry, repository, tag = "latest" } = parseReference(image);
  const mirrored = registry === "docker.io" && mirror;
  const asked = new Repository(
    mirrored ? `${mirror}/${repository}` : `${registry}/${repository}`,
    mirrored ? account : undefined,
  );
  const found = await asked.digest(tag);
  if (!found) {
    const why =
      asked.refusal === undefined ? "" : `, or not for this account to see (it says ${asked.refusal})`;
    throw new UserError(`${image}: not found on ${registry}${why}; check FROM`);
  }
  return found;
}
