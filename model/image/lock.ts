import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { isWholeDigest } from "../../lib/digest.ts";
import { schemaText } from "../../lib/schema-text.ts";

/** The committed lock file, relative to the project. */
export const LOCK_FILE = "slipway.lock.json";

const digest = z.string().refine(isWholeDigest, "must be sha256:… with 64 digits");
const details = z.strictObject({
  digest,
  /** What it is made for: "linux/amd64", "linux/arm/v7". */
  platforms: z.array(z.string()),
  /** The paths that its configuration declares as volumes. */
  volumes: z.array(z.string()).optional(),
  /** Whom it names as user, if it does. */
  user: z.string().optional(),
});
const lockFile = z.record(
  z.string(),
  z.union([digest, details], { error: "must be a digest, or {digest, platforms, volumes, user}" }),
);

/** An image of a lock: its digest, and what a preview is to know of it. */
export type LockedImage = z.infer<typeof lockFile>[string];
/** What is known of an image that is not built here. */
export type LockedDetails = z.infer<typeof details>;

/**
 * The external images that builds are based on, by the name in the Dockerfile, and those that services run as they are, by
 * {@link lockKey}.
 */
export type Lock = Readonly<Record<string, LockedImage>>;

/** The name in the lock of an image that a service runs, for its platform alone where one is given. */
export function lockKey(image: string, platform?: string): string {
  return platform === undefined ? image : `${image} ${platform}`;
}

/** The digest that a lock has for an image. */
export function lockedDigest(lock: Lock, key: string): string | undefined {
  const locked = lock[key];
  return typeof locked === "object" ? locked.digest : locked;
}

/** What a lock knows besides of an image. */
export function lockedDetails(lock: Lock, key: string): LockedDetails | undefined {
  const locked = lock[key];
  return typeof locked === "object" ? locked : undefined;
}

/** The images in a lock file, and what is wrong with it, one a line; none if there is no such file. */
export function readLock(path: string): { lock: Lock; problems: string[] } {
  if (!existsSync(path)) return { lock: {}, problems: [] };
  const file = path.replace(/^.*\//, "");
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return { lock: {}, problems: [`${file}: not JSON: ${(error as Error).message}. Take it from git again`] };
  }
  const { data = {}, error } = lockFile.safeParse(content, { error: schemaText });
  const problems = error?.issues.map(({ path, message }) => `${[file, ...path].join("/")}: ${message}`) ?? [];
  return { lock: data, problems };
}

/** The text of a lock file: sorted, so that a change is one line of a diff. */
export function formatLock(lock: Lock): string {
  return `${JSON.stringify(Object.fromEntries(Object.entries(lock).sort()), null, 2)}\n`;
}

/**
 * What becomes of a lock: what nothing names any more leaves it, what is new enters it; what is in it keeps its digest, or
 * with `update` becomes what its registry has now.
 * @param now what the registries have, by name
 * @returns the new lock, and a line for each difference of digests, also for those that only `update` would make
 */
export function updateLock(lock: Lock, now: Lock, update: boolean): { lock: Lock; changes: string[] } {
  const changes = Object.keys(lock)
    .filter((image) => !(image in now))
    .map((image) => `- ${image} ${lockedDigest(lock, image) ?? ""}`);
  const next = Object.entries(now).map(([image, locked]): [string, LockedImage] => {
    const before = lock[image];
    const [was, is] = [lockedDigest(lock, image), lockedDigest(now, image) ?? ""];
    if (before === undefined || was === undefined) changes.push(`+ ${image} ${is}`);
    if (before === undefined || was === is) return [image, locked];
    changes.push(`${update ? "~" : "newer:"} ${image} ${was} → ${is}`);
    return [image, update ? locked : before];
  });
  return { lock: Object.fromEntries(next), changes };
}
