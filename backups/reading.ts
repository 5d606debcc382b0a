import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { UserError } from "../lib/errors.ts";
import type { Manifest } from "../model/data/backup.ts";
import { ByteCounter } from "./byte-counter.ts";
import type { Store } from "./store.ts";

/**
 * Reads a backup's file, and drops it.
 * @throws UserError where it is not what was written
 */
export async function checkBackup(store: Store, name: string, manifest: Manifest): Promise<void> {
  const counted = new ByteCounter();
  const nowhere = new Writable({
    write: (_, __, done) => {
      done();
    },
  });
  await pipeline(await store.read(name), counted, nowhere);
  const { fileBytes, sha256 } = manifest;
  if (!isWhole(counted, manifest))
    throw new UserError(
      `${store.address(name)}: damaged, got ${counted.bytes} bytes of another checksum; expected ${fileBytes}, ` +
        `sha256 ${sha256}. Nothing was done; take another of slipway backups`,
    );
}

/**
 * Reads a backup's file into the tar that it holds. What a store gave when it was checked, it need not give again.
 * @param file counts what has been read
 * @throws UserError at the end, where it is not what was checked
 */
export async function unpackBackup(
  store: Store,
  name: string,
  manifest: Manifest,
  file: ByteCounter,
  tar: Writable,
): Promise<void> {
  const unpacked = new ByteCounter();
  await pipeline(await store.read(name), file, createGunzip(), unpacked, tar);
  if (unpacked.bytes !== manifest.tarBytes || !isWhole(file, manifest))
    throw new UserError(`${store.address(name)}: changed since it was checked`);
}

function isWhole(file: ByteCounter, { fileBytes, sha256 }: Manifest): boolean {
  return file.bytes === fileBytes && file.sha256() === sha256;
}
