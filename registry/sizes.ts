import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { UserError } from "../lib/errors.ts";
import { inProject, kept } from "../lib/paths.ts";
import type { PlatformSize } from "../model/image/size.ts";
import type { Descriptor, Repository } from "./client.ts";

interface Content {
  manifests?: Descriptor[];
  config: Descriptor;
  layers: Descriptor[];
}

interface Configuration {
  os: string;
  architecture: string;
  variant?: string;
  history?: { created_by?: string; empty_layer?: boolean }[];
}

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
  mkdirSync(inProject(kept.sizes()), { recursive: true });
  writeFileSync(fileOf(digest), JSON.stringify(sizes));
  return sizes;
}

/** The same without a request; undefined where this folder does not have the sizes yet. */
export function knownSizes(digest: string): PlatformSize[] | undefined {
  const file = fileOf(digest);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as PlatformSize[]) : undefined;
}

/** Where sizes are kept once they are known: a digest's never change. */
function fileOf(digest: string): string {
  return inProject(kept.sizes(digest.replace(/^sha256:/, "")));
}

async function contentOf(repository: Repository, digest: string): Promise<Content> {
  const manifest = await repository.manifest(digest);
  if (!manifest)
    throw new UserError(`${repository.name}@${digest}: not in the registry, so its size is unknown`);
  return JSON.parse(manifest.body.toString()) as Content;
}

async function sizeOf(repository: Repository, { config, layers }: Content): Promise<PlatformSize> {
  const read = await text(await repository.blob(config.digest));
  const { os, architecture, variant, history = [] } = JSON.parse(read) as Configuration;
  const steps = history.filter((step) => !step.empty_layer);
  return {
    platform: [os, architecture, variant].filter(Boolean).join("/"),
    layers: layers.map(({ digest, size }, index) => ({ digest, size, by: step(steps[index]?.created_by) })),
  };
}

/** A step of a Dockerfile on one short line. */
function step(text = "(no step known)"): string {
  const line = text
    .replace(/^(\/bin\/sh -c )?(#\(nop\) )?/, "")
    .replace(/\s+/g, " ")
    .replace(/ # buildkit$/, "");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
