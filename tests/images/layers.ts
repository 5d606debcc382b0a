import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { text } from "node:stream/consumers";
import { extract } from "tar-stream";
import type { Descriptor, Repository } from "../../registry/client.ts";

/** One layer of an image for one platform. */
interface Layer {
  /** Digest of what is in it, uncompressed. */
  diffId: string;
  /** Digest as the registry has it, compressed. */
  blob: string;
}

/** What two builds of an image may differ in: each platform's layers, the lowest first. */
export async function layers(repository: Repository, digest: string): Promise<Record<string, Layer[]>> {
  // Of one platform alone there is no index.
  const { manifests = [{ digest }] } = await read<{ manifests?: Pick<Descriptor, "digest">[] }>(
    repository,
    digest,
  );
  const images = manifests.map(async ({ digest: image }): Promise<[string, Layer[]]> => {
    const manifest = await read<{ config: Descriptor; layers: Descriptor[] }>(repository, image);
    const { architecture, rootfs } = JSON.parse(
      await text(await repository.blob(manifest.config.digest)),
    ) as { architecture: string; rootfs: { diff_ids: string[] } };
    const blobs = manifest.layers.map((layer) => layer.digest);
    return [architecture, rootfs.diff_ids.map((diffId, at) => ({ diffId, blob: blobs[at] ?? "" }))];
  });
  return Object.fromEntries(await Promise.all(images));
}

async function read<T>(repository: Repository, digest: string): Promise<T> {
  const manifest = await repository.manifest(digest);
  if (!manifest) throw new Error(`${repository.name}@${digest}: not there`);
  return JSON.parse(manifest.body.toString()) as T;
}

/**
 * The files by which two builds of an image differ, as `amd64 layer 2: var/log/apt/history.log: content`; empty when
 * all layers are the same.
 */
export async function differences(repository: Repository, one: string, other: string): Promise<string[]> {
  const [first, second] = [await layers(repository, one), await layers(repository, other)];
  const found: string[] = [];
  for (const [platform, ours] of Object.entries(first)) {
    const theirs = second[platform] ?? [];
    if (ours.length !== theirs.length)
      found.push(`${platform}: ${ours.length} layers, ${theirs.length} layers`);
    for (const [at, layer] of ours.entries()) {
      const twin = theirs[at];
      if (!twin || twin.diffId === layer.diffId) continue;
      const [mine, its] = [await files(repository, layer.blob), await files(repository, twin.blob)];
      for (const path of new Set([...mine.keys(), ...its.keys()])) {
        const kinds = differing(mine.get(path), its.get(path));
        if (kinds) found.push(`${platform} layer ${at}: ${path}: ${kinds}`);
      }
    }
  }
  return found;
}

type File = Record<string, string>;

function differing(one: File = {}, other: File = {}): string {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.filter((key) => one[key] !== other[key]).join(", ");
}

/** What a layer says of each of its files. */
async function files(repository: Repository, blob: string): Promise<Map<string, File>> {
  const found = new Map<string, File>();
  const entries = extract();
  const reading = pipeline(await repository.blob(blob), createGunzip(), entries);
  for await (const entry of entries) {
    const { name, mode, uid, gid, mtime, linkname } = entry.header;
    const hash = createHash("sha256");
    for await (const chunk of entry) hash.update(chunk as Buffer);
    found.set(name, {
      mode: mode.toString(8),
      owner: `${uid}:${gid}`,
      time: mtime.toISOString(),
      link: linkname,
      content: hash.digest("hex"),
    });
  }
  await reading;
  return found;
}
