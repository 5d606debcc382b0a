import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a file at one stroke, since somebody may be reading the old one, in a folder that is made if need be.
 * Only its owner can read it unless `mode` says otherwise.
 */
export async function replaceFile(file: string, content: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.new`;
  await writeFile(fresh, content, { mode });
  await chmod(fresh, mode); // that of a new file is subject to umask, and one left by a killed process has its own
  await rename(fresh, file);
}
