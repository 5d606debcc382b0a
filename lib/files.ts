import {
  chmodSync,
  closeSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { chmod, rename, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { OWN } from "./paths.ts";

/**
 * Makes a folder, with those above it, and gives it back. Into the one that Slipway keeps in a project, and all that is
 * below it, nobody but its owner gets, whatever the modes in there, many of which programs other than ours have set.
 */
export function makeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [, own] = OWN_FOLDER.exec(folder) ?? [];
  if (own && (statSync(own).mode & 0o777) !== 0o700) chmodSync(own, 0o700);
  return folder;
}

/** The first such folder on the way to a path. */
const OWN_FOLDER = new RegExp(`^((?:.*?/)?${OWN.replace(".", "\\.")})(?:/|$)`);

/**
 * Writes a file at one stroke, since somebody may be reading the old one, in a folder that is made if need be.
 * Only its owner can read it unless `mode` says otherwise.
 */
export async function replaceFile(file: string, content: string, mode = 0o600): Promise<void> {
  makeFolder(dirname(file));
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

/** The beginning of a file, as text. @param length at most so many bytes */
export function readStart(file: string, length: number): string {
  const start = Buffer.alloc(length);
  const opened = openSync(file, "r");
  try {
    return start.toString("utf8", 0, readSync(opened, start, 0, length, 0));
  } finally {
    closeSync(opened);
  }
}

/** The SHA-256 of a file of any size, as 64 hexadecimal digits. */
export function fileDigest(file: string): string {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(1 << 20);
  const opened = openSync(file, "r");
  try {
    for (let count = readSync(opened, chunk); count > 0; count = readSync(opened, chunk))
      hash.update(chunk.subarray(0, count));
  } finally {
    closeSync(opened);
  }
  return hash.digest("hex");
}
