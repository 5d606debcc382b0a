import * as z from "zod";
import { UserError } from "../lib/errors.ts";
import { readWhole } from "../lib/http.ts";
import type { LockedDetails } from "../model/image/lock.ts";
import type { Repository } from "./client.ts";
import { type Descriptor, type ManifestContent, parseJson, parseManifest } from "./manifest.ts";

const configuration = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  config: z
    .object({ Volumes: z.record(z.string(), z.unknown()).nullish(), User: z.string().optional() })
    .optional(),
});

/** Which image. */
export interface WantedDetails {
  /** Its tag or digest. */
  reference: string;
  /** The one of its platforms that is wanted: the digest is that one's then. @default all of them */
  platform?: string | undefined;
}

/**
 * What is to be known of an image before it runs; undefined where the registry has none, or none for this account to see.
 * @throws UserError where the registry cannot be used, or the image is not made for the platform
 */
export async function imageDetails(
  repository: Repository,
  { reference, platform }: WantedDetails,
): Promise<LockedDetails | undefined> {
  const top = await readContent(repository, reference);
  if (!top) return undefined;
  const { digest, manifests } = top;
  if (!manifests) {
    const { platform: only, known } = await readConfiguration(repository, top);
    if (platform !== undefined && platform !== only)
      throw notMadeFor(platform, [only], repository, reference);
    return { digest, platforms: [only], ...known };
  }
  // Attestations are entries of an unknown platform.
  const images = manifests.filter((each) => each.platform && each.platform.os !== "unknown");
  const platforms = images.map(platformOf);
  const chosen =
    platform === undefined ? images[0] : images.find((each) => isFor(platform, platformOf(each)));
  if (!chosen) throw notMadeFor(platform ?? "any platform", platforms, repository, reference);
  const child = await readContent(repository, chosen.digest);
  const { known } = child ? await readConfiguration(repository, child) : { known: {} };
  return platform === undefined
    ? { digest, platforms, ...known }
    : { digest: chosen.digest, platforms: [platformOf(chosen)], ...known };
}

/** "linux/arm64" is what an index may have as "linux/arm64/v8". */
function isFor(wanted: string, platform: string): boolean {
  return platform === wanted || (wanted === "linux/arm64" && platform === "linux/arm64/v8");
}

function notMadeFor(
  platform: string,
  made: readonly string[],
  { name }: Repository,
  reference: string,
): UserError {
  return new UserError(
    `${name}: ${reference} is not made for ${platform}; expected ${made.join(" or ") || "an image"}`,
  );
}

function platformOf({ platform }: Pick<Descriptor, "platform">): string {
  return [platform?.os, platform?.architecture, platform?.variant].filter(Boolean).join("/");
}

async function readContent(
  repository: Repository,
  reference: string,
): Promise<(ManifestContent & { digest: string }) | undefined> {
  const manifest = await repository.manifest(reference);
  if (!manifest) return undefined;
  const { digest, body } = manifest;
  return { digest, ...parseManifest(body.toString(), `${repository.name}@${digest}`) };
}

async function readConfiguration(
  repository: Repository,
  { digest, config }: ManifestContent & { digest: string },
): Promise<{ platform: string; known: Pick<LockedDetails, "volumes" | "user"> }> {
  const name = `${repository.name}@${digest}`;
  if (!config) throw new UserError(`${name}: a manifest without a configuration`);
  const text = (await readWhole(await repository.blob(config.digest))).toString();
  const {
    os,
    architecture,
    variant,
    config: run,
  } = parseJson(text, configuration, `${name}: not an image's configuration`);
  const volumes = Object.keys(run?.Volumes ?? {}).sort();
  return {
    platform: platformOf({ platform: { os, architecture, variant } }),
    known: { ...(volumes.length && { volumes }), ...(run?.User && { user: run.User }) },
  };
}
