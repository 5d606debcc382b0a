import type { Readable } from "node:stream";
import { UserError } from "../lib/errors.ts";
import type { Repository } from "./client.ts";
import { type ImageManifest, digestOfBytes, parseManifest } from "./manifest.ts";

/** Where an image is copied from: a repository, or a folder of files. */
export interface ImageSource {
  /** For messages. */
  readonly name: string;
  manifest(digest: string): Promise<ImageManifest | undefined>;
  blob(digest: string): Promise<Readable>;
}

/**
 * Copies an image with all its platforms, and puts it under the tag. Only what is missing is sent; the digest stays.
 * @throws UserError where something is not what its digest names
 */
export async function copyImage(
  from: ImageSource,
  digest: string,
  to: Repository,
  tag: string,
): Promise<void> {
  if ((await to.digest(tag)) === digest) return;
  await copyManifest(from, digest, to, tag);
}

async function copyManifest(
  from: ImageSource,
  digest: string,
  to: Repository,
  reference: string,
): Promise<void> {
  const name = `${from.name}@${digest}`;
  const manifest = await from.manifest(digest);
  if (!manifest) throw new UserError(`${name}: no longer in the registry, so it cannot be copied`);
  const got = digestOfBytes(manifest.body);
  if (got !== digest) throw new UserError(`${name}: not what it is named after, got ${got}`);
  const { manifests = [], config, layers = [] } = parseManifest(manifest.body.toString(), name);
  for (const child of manifests) await copyManifest(from, child.digest, to, child.digest);
  for (const blob of config ? [config, ...layers] : []) {
    if (!(await to.hasBlob(blob.digest))) await to.putBlob(blob, await from.blob(blob.digest));
  }
  await to.putManifest(reference, manifest);
}
