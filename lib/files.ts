import { closeSync, fchmodSync, fstatSync, openSync, writeFileSync } from "node:fs";
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

/** Writes a file that only its owner can read, also where it is there already and others could; or to a device. */
export function writePrivate(file: string, content: string): void {
  const descriptor = openSync(file, "w", 0o600);
  try {
    if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, 0o600);
    writeFileSync(descriptor, content);
  } finally {
    closeSync(descriptor);
  }
}
