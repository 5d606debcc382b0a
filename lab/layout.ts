import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Descriptor, Repository } from "../registry/client.ts";
import { type ImageSource, copyImage } from "../registry/copy.ts";
import { isolated } from "./debian.ts";
import { output } from "../lib/run.ts";

/** One platform of an image to pack. */
export interface PlatformImage {
  architecture: string;
  /** Folders that hold its layers' files, lowest first. */
  layers: string[];
  /** What docker calls Entrypoint, Cmd, Env, User, … */
  config: Record<string, unknown>;
}

const created = "1970-01-01T00:00:00Z";
const oci = "application/vnd.oci.image";

/** Packs an image into an OCI layout folder. Equal files give equal digests: times are fixed, order is sorted. */
export async function pack(layout: string, platforms: PlatformImage[]): Promise<void> {
  const manifests = [];
  for (const platform of platforms) {
    const layers = [];
    const diffIds = [];
    for (const folder of platform.layers) {
      const { descriptor, diffId } = await packLayer(layout, folder);
      layers.push(descriptor);
      diffIds.push(diffId);
    }
    const config = await addJson(layout, `${oci}.config.v1+json`, {
      architecture: platform.architecture,
      os: "linux",
      created,
      config: platform.config,
      rootfs: { type: "layers", diff_ids: diffIds },
      // As every builder writes it: BuildKit makes up what is missing, another text when a layer comes from a cache.
      history: diffIds.map(() => ({ created, created_by: "slipway lab" })),
    });
    const mediaType = `${oci}.manifest.v1+json`;
    const manifest = await addJson(layout, mediaType, { schemaVersion: 2, mediaType, config, layers });
    manifests.push({ ...manifest, platform: { os: "linux", architecture: platform.architecture } });
  }
  const mediaType = `${oci}.index.v1+json`;
  const top = await addJson(layout, mediaType, { schemaVersion: 2, mediaType, manifests });
  await writeFile(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [top] }));
}

/**
 * Pushes the image of an OCI layout folder under a tag, what the registry lacks of it.
 * @returns its digest
 */
export async function push(layout: string, repository: Repository, tag: string): Promise<string> {
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as { manifests: Descriptor[] };
  const [top] = index.manifests;
  if (!top) throw new Error(`${layout}/index.json: names no image`);
  const source: ImageSource = {
    name: layout,
    manifest: async (digest) => {
      const body = await readFile(blobFile(layout, digest));
      const { mediaType } = JSON.parse(body.toString()) as { mediaType: string };
      return { digest, mediaType, body };
    },
    blob: (digest) => Promise.resolve(createReadStream(blobFile(layout, digest))),
  };
  await copyImage(source, top.digest, repository, tag);
  return top.digest;
}

/** Path of a blob in an OCI layout folder. */
function blobFile(layout: string, digest: string): string {
  return join(layout, "blobs", ...digest.split(":"));
}

async function packLayer(
  layout: string,
  folder: string,
): Promise<{ descriptor: Descriptor; diffId: string }> {
  const tar = join(layout, "layer.tar");
  const same = [
    "--sort=name",
    "--mtime=@0",
    "--numeric-owner",
    "--format=posix",
    "--pax-option=delete=atime,delete=ctime",
  ];
  await isolated(["tar", "--create", "--file", tar, ...same, "--directory", folder, "."]);
  const diffId = await digestOf(tar);
  await output(["gzip", "--fast", "--no-name", "--force", tar], { mortal: true });
  const packed = `${tar}.gz`;
  const digest = await digestOf(packed);
  const size = (await stat(packed)).size;
  await mkdir(dirname(blobFile(layout, digest)), { recursive: true });
  await rename(packed, blobFile(layout, digest));
  await rm(folder, { recursive: true });
  return { descriptor: { mediaType: `${oci}.layer.v1.tar+gzip`, digest, size }, diffId };
}

async function addJson(layout: string, mediaType: string, content: unknown): Promise<Descriptor> {
  const text = JSON.stringify(content);
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  await mkdir(dirname(blobFile(layout, digest)), { recursive: true });
  await writeFile(blobFile(layout, digest), text);
  return { mediaType, digest, size: Buffer.byteLength(text) };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `sha256:${hash.digest("hex")}`;
}
