import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Progress } from "../lib/progress.ts";
import { exclusive, isAlive } from "../lib/exclusive.ts";

/** What is kept for every project of this user: `$SLIPWAY_CACHE`, else `slipway` in the user's cache folder. */
export function cacheFolder(): string {
  return (
    process.env.SLIPWAY_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "slipway")
  );
}

/**
 * Makes `folder` unless it is there. `make` fills an empty folder beside it that takes the name only when complete,
 * so a process killed on the way leaves nothing that counts; what it leaves is removed by the next one. A second
 * process waits for the first, and says so.
 */
export async function once(
  folder: string,
  make: (unfinished: string) => Promise<void>,
  progress: Progress = () => undefined,
): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  await exclusive(`slipway-${basename(folder)}`, progress, async () => {
    if (existsSync(folder)) return;
    await removeLeftovers(folder);
    const unfinished = `${folder}.unfinished-${process.pid}`;
    await mkdir(unfinished);
    try {
      await make(unfinished);
      await rename(unfinished, folder).catch((error: unknown) => {
        if (!existsSync(folder)) throw error; // else another process has made the same: as good as ours
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
}

async function removeLeftovers(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.unfinished-`;
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}
