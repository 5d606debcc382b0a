import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { PlatformSize } from "../model/image-size.ts";
import type { Descriptor, Repository } from "./registry.ts";

/** Where sizes are kept once they are known, relative to the project: a digest's never change. */
const FOLDER = ".slipway/sizes";

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

/** What an image weighs for each platform, as its registry counts. */
export async function imageSizes(repository: Repository, digest: string): Promise<PlatformSize[]> {
  const known = join(FOLDER, `${digest.replace(/^sha256:/, "")}.json`);
  if (existsSync(known)) return JSON.parse(readFileSync(known, "utf8")) as PlatformSize[];
  const content = await contentOf(repository, digest);
  const images = content.manifests
    ? await Promise.all(content.manifests.map((child) => contentOf(repository, child.digest)))
    : [content];
  const sizes = await Promise.all(images.map((image) => sizeOf(repository, image)));
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(known, JSON.stringify(sizes));
  return sizes;
}

async function contentOf(repository: Repository, digest: string): Promise<Content> {
  const manifest = await repository.manifest(digest);
  if (!manifest) throw new Error(`${repository.name}@${digest}: not there, though it was just pushed`);
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
