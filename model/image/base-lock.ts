import { existsSync, readFileSync } from "node:fs";

/** The committed lock file, relative to the project. */
export const LOCK_FILE = "slipway.lock.json";

/** Digests of the external images that builds are based on, by the name in the Dockerfile. */
export type Lock = Readonly<Record<string, string>>;

/** The digests in a lock file; none if there is no such file. */
export function readLock(file: string): Lock {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Lock) : {};
}

/** The text of a lock file: sorted, so that a change is one line of a diff. */
export function formatLock(lock: Lock): string {
  return `${JSON.stringify(Object.fromEntries(Object.entries(lock).sort()), null, 2)}\n`;
}

/**
 * What becomes of a lock: what no Dockerfile names any more leaves it, what is new enters it; what is in it stays as it
 * is, or with `update` becomes what its registry has now.
 * @param now what the registries have, by name
 * @returns the new lock, and a line for each difference, also for those that only `update` would make
 */
export function updateLock(lock: Lock, now: Lock, update: boolean): { lock: Lock; changes: string[] } {
  const changes = Object.keys(lock)
    .filter((image) => !(image in now))
    .map((image) => `- ${image} ${lock[image] ?? ""}`);
  const next = Object.entries(now).map(([image, digest]): [string, string] => {
    const before = lock[image];
    if (!before) changes.push(`+ ${image} ${digest}`);
    if (!before || before === digest) return [image, digest];
    changes.push(`${update ? "~" : "newer:"} ${image} ${before} → ${digest}`);
    return [image, update ? digest : before];
  });
  return { lock: Object.fromEntries(next), changes };
}
