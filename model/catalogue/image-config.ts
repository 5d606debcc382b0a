import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { declaredBy } from "../image/declared.ts";
import { type Lock, lockKey, lockedDetails } from "../image/lock.ts";
import { familiarName } from "../image/reference.ts";
import { sources } from "./build.ts";
import type { Base, Catalogue, Service } from "./service.ts";

/** What an image brings along, as far as it is known before it is there. */
interface ImageConfig {
  /** Whom it names as user; none where it names nobody, or only its build knows whom. */
  user?: string | undefined;
  /** The paths that it declares as volumes. */
  volumes?: string[] | undefined;
}

/**
 * What the image of an entry, built here or not, brings along: by its Dockerfile, those of the bases below it, and the lock
 * for what these stand on.
 * @param folder of the project
 */
export function imageConfig(
  entry: Service | Base,
  catalogue: Pick<Catalogue, "bases">,
  lock: Lock,
  folder: string,
): ImageConfig {
  if ("image" in entry && entry.image !== undefined)
    return lockedDetails(lock, lockKey(entry.image, entry.platform)) ?? {};
  const { dockerfileInline, base: name } = entry.build ?? {};
  const file = join(folder, sources(entry).dockerfile);
  // One that is missing is told as that.
  if (dockerfileInline === undefined && !existsSync(file)) return {};
  const own = declaredBy(dockerfileInline ?? readFileSync(file, "utf8"), entry.build);
  const base = catalogue.bases.find((each) => each.name === name && name === own.from);
  // Without itself: bases that stand on each other are told as that, too.
  const others = { bases: catalogue.bases.filter((each) => each !== base) };
  const below = base
    ? imageConfig(base, others, lock, folder)
    : (lockedDetails(lock, familiarName(own.from)) ?? {});
  return {
    user: own.user === undefined ? below.user : (own.user ?? undefined),
    volumes: [...new Set([...own.volumes, ...(below.volumes ?? [])])],
  };
}
