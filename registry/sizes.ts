import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { isWholeDigest } from "../lib/digest.ts";
import { UserError } from "../lib/errors.ts";
import { makeFolder } from "../lib/files.ts";
import { readWhole } from "../lib/http.ts";
import { inProject, kept } from "../lib/paths.ts";
import { printable, printableLine } from "../lib/text.ts";
import type { PlatformSize } from "../model/image/size.ts";
import type { Repository } from "./client.ts";
import { type ManifestContent, parseJson, parseManifest } from "./manifest.ts";

const configuration = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  history: z
    .array(z.object({ created_by: z.string().optional(), empty_layer: z.boolean().optional() }))
    .default([]),
});

/**
 * What an image weighs for each platform, as its registry counts.
 * @throws UserError where the registry cannot be used, or does not have the image
 */
export async function imageSizes(repository: Repository, digest: string): Promise<PlatformSize[]> {
  const known = knownSizes(digest);
  if (known) return known;
  const content = await contentOf(repository, digest);
  const images = content.manifests
    ? await Promise.all(content.manifests.map((child) => contentOf(repository, child.digest)))
    : [content];
  const sizes = await Promise.all(images.map((image) => sizeOf(repository, image)));
  makeFolder(inProject(kept.sizes()));
  writeFileSync(fileOf(digest), JSON.stringify(sizes), { mode: 0o600 });
  return sizes;
}

/**
 * The same without a request; undefined where this folder does not have the sizes yet.
 * @throws UserError where it is no digest
 */
export function knownSizes(digest: string): PlatformSize[] | undefined {
  const file = fileOf(digest);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as PlatformSize[]) : undefined;
}

/** Where sizes are kept once they are known: a digest's never change. */
function fileOf(digest: string): string {
  if (!isWholeDigest(digest))
    throw new UserError(
      `not a digest, got "${printableLine(digest, 100)}"; expected sha256:… with 64 digits`,
    );
  return inProject(kept.sizes(digest.replace(/^sha256:/, "")));
}

async function contentOf(repository: Repository, digest: string): Promise<ManifestContent> {
  const name = `${repository.name}@${digest}`;
  const manifest = await repository.manifest(digest);
  if (!manifest) throw new UserError(`${name}: not in the registry, so its size is unknown`);
  return parseManifest(manifest.body.toString(), name);
}

async function sizeOf(
  repository: Repository,
  { config, layers = [] }: ManifestContent,
): Promise<PlatformSize> {
  if (!config)
    throw new UserError(`${repository.name}: a manifest without a configuration, so its size is unknown`);
  const name = `${repository.name}@${config.digest}`;
  const read = await readWhole(await repository.blob(config.digest)).catch((error: unknown) => {
    throw error instanceof UserError ? error : new UserError(`${name}: ${(error as Error).message}`);
  });
  const { os, architecture, variant, history } = parseJson(
    read.toString(),
    configuration,
    `${name}: not an image's configuration`,
  );
  const steps = history.filter((step) => !step.empty_layer);
  return {
    platform: [os, architecture, variant].filter(Boolean).join("/"),
    layers: layers.map(({ digest, size }, index) => ({ digest, size, by: step(steps[index]?.created_by) })),
  };
}

/** A step of a Dockerfile on one short line. */
function step(text = "(no step known)"): string {
  const line = printable(text)
    .replace(/^(\/bin\/sh -c )?(#\(nop\) )?/, "")
    .replace(/\s+/g, " ")
    .replace(/ # buildkit$/, "");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
