import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";

/** Where to push to, and as whom. */
export interface Target {
  /** host:port */
  registry: string;
  ca: string;
  user: string;
  password: string;
}

interface Descriptor {
  mediaType: string;
  digest: string;
}
interface Manifest {
  mediaType: string;
  manifests?: Descriptor[];
  config?: Descriptor;
  layers?: Descriptor[];
}

/**
 * Pushes an image kept in an OCI layout folder, under a tag, and gives its digest. What the registry has already
 * is not sent again.
 */
export async function push(target: Target, layout: string, repository: string, tag: string): Promise<string> {
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as { manifests: Descriptor[] };
  const [top] = index.manifests;
  if (!top) throw new Error(`${layout}/index.json: names no image`);
  await pushManifest(target, layout, repository, top, tag);
  return top.digest;
}

async function pushManifest(
  t: Target,
  layout: string,
  repository: string,
  from: Descriptor,
  reference: string,
) {
  const text = await readFile(blobFile(layout, from.digest));
  const manifest = JSON.parse(text.toString()) as Manifest;
  for (const child of manifest.manifests ?? [])
    await pushManifest(t, layout, repository, child, child.digest);
  for (const blob of [...(manifest.config ? [manifest.config] : []), ...(manifest.layers ?? [])]) {
    await pushBlob(t, repository, blobFile(layout, blob.digest), blob.digest);
  }
  const headers = { "content-type": from.mediaType, "content-length": text.length };
  await ask(t, "PUT", `/v2/${repository}/manifests/${reference}`, [201], headers, text);
}

async function pushBlob(target: Target, repository: string, file: string, digest: string): Promise<void> {
  const there = await ask(target, "HEAD", `/v2/${repository}/blobs/${digest}`, [200, 404]);
  if (there.status === 200) return;
  const { location = "" } = await ask(target, "POST", `/v2/${repository}/blobs/uploads/`, [202]);
  const upload = new URL(location, `https://${target.registry}`);
  upload.searchParams.set("digest", digest);
  const headers = { "content-type": "application/octet-stream", "content-length": (await stat(file)).size };
  await ask(target, "PUT", upload.pathname + upload.search, [201], headers, createReadStream(file));
}

/** Path of a blob in an OCI layout folder. */
export function blobFile(layout: string, digest: string): string {
  return join(layout, "blobs", ...digest.split(":"));
}

async function ask(
  target: Target,
  method: string,
  path: string,
  expected: number[],
  headers: Record<string, string | number> = {},
  body?: Buffer | NodeJS.ReadableStream,
): Promise<{ status: number; location?: string }> {
  const auth = `${target.user}:${target.password}`;
  return new Promise((resolve, reject) => {
    const url = `https://${target.registry}${path}`;
    const sent = request(url, { method, headers, auth, ca: target.ca }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const status = response.statusCode ?? 0;
        if (expected.includes(status)) resolve({ status, location: response.headers.location });
        else reject(new Error(`${method} ${url}: ${status} ${Buffer.concat(chunks).toString()}`));
      });
    });
    sent.on("error", reject);
    if (body && "pipe" in body) body.on("error", reject).pipe(sent);
    else sent.end(body);
  });
}
