import type { Readable } from "node:stream";
import { UserError } from "../lib/errors.ts";
import type { Progress } from "../lib/progress.ts";
import { FolderStore } from "./folder.ts";

/** A place that keeps files under names with slashes. */
export interface Store {
  /** For messages: the place's own address of a file. */
  address(name: string): string;
  /** Keeps a file: under its name there is all of it, once this is done, or nothing new. */
  write(name: string, content: Readable): Promise<void>;
  /** @throws UserError where there is none of that name */
  read(name: string): Promise<Readable>;
  /** The names of the files directly in a folder, without the folder's; none where there is no such folder. */
  list(folder: string): Promise<string[]>;
}

/**
 * The place of that address.
 * @param address a folder, or `s3://bucket/prefix`
 * @param warn told where what is copied can be read on its way
 * @throws UserError where it is neither
 */
export async function openStore(address: string, warn: Progress): Promise<Store> {
  const [, scheme] = /^([a-z0-9+.-]+):\/\//i.exec(address) ?? [];
  if (scheme === undefined) return new FolderStore(address);
  if (scheme !== "s3")
    throw new UserError(
      `${address}: no place for backups, got ${scheme}://; expected a folder, or s3://bucket/prefix`,
    );
  // Loaded here alone: it takes half a second.
  const { S3Store } = await import("./s3.ts");
  return new S3Store(address, warn);
}
