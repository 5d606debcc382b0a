import type { Descriptor, ImageManifest, Repository } from "./client.ts";
import { UserError } from "../lib/errors.ts";

/** Where an image is copied from: a repository, or a folder of files. */
export interface ImageSource {
  /** For messages. */
  readonly name: string;
  manifest(digest: string): Promise<ImageManifest | undefined>;
  blob(digest: string): Promise<NodeJS.ReadableStream>;
}

/** Copies an image with all its platforms, and puts it under the tag. Only what is missing is sent; the digest stays. */
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
  const manifest = await from.manifest(digest);
  if (!manifest)
    throw new UserError(`${from.name}@${digest}: no longer in the registry, so it cannot be copied`);
  const {
    manifests = [],
    config,
    layers = [],
  } = JSON.parse(manifest.body.toString()) as {
    manifests?: Descriptor[];
    config?: Descriptor;
    layers?: Descriptor[];
  };
  for (const child of manifests) await copyManifest(from, child.digest, to, child.digest);
  for (const blob of config ? [config, ...layers] : []) {
    if (!(await to.hasBlob(blob.digest))) await to.putBlob(blob, await from.blob(blob.digest));
  }
  await to.putManifest(reference, manifest);
}
