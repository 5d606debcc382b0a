import { join } from "node:path";
import { cacheFolder, once } from "../toolchain/cache.ts";
import { textDigest } from "../lib/digest.ts";
import type { Progress } from "../lib/progress.ts";
import { reportTime } from "./wait.ts";

/**
 * The folder `name-<hash of key>` of the cache; where it is not there, `make` fills it first, which `what` is said
 * of with the seconds it took.
 */
export async function cached(
  name: string,
  key: unknown,
  what: string,
  progress: Progress,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = textDigest(JSON.stringify(key)).slice(0, 12);
  const folder = join(cacheFolder(), "lab", `${name}-${hash}`);
  await once(folder, (unfinished) => reportTime(what, progress, () => make(unfinished)));
  return folder;
}
