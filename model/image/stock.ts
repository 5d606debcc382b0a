import type { Catalogue, Service } from "../catalogue/service.ts";
import { type Lock, lockKey, lockedDetails, lockedDigest } from "./lock.ts";
import { digestOf, familiarName, parseReference, repositoryAt } from "./reference.ts";

/** An image from elsewhere that a service runs as it is: none of ours is built for it. */
export interface StockImage {
  /** The service. */
  name: string;
  /** As services.ts has it: "postgres:17". */
  image: string;
  /** What it is by in the lock. */
  key: string;
  /** The digest that runs, which stands for its content; undefined where the lock does not have it yet. */
  digest: string | undefined;
  /** Its own repository, or that of what stands for docker.io: "docker.io/library/postgres". */
  source: string;
  /** The repository that hosts pull from, as docker shows it: "postgres". */
  repository: string;
  /** Whether it is copied there from its source. */
  mirror: boolean;
}

/** What decides where stock images come from. */
interface StockSettings {
  lock: Lock;
  /** The stack's own registry and folder. */
  registry: string;
  /** What stands for docker.io. */
  mirror: string | undefined;
}

/** The stock images of a catalogue. */
export function stockImages({ services }: Catalogue, settings: StockSettings): StockImage[] {
  return services.flatMap(({ name, image, platform, mirror = false }) => {
    if (image === undefined) return [];
    const key = lockKey(image, platform);
    const source = repositoryAt(image, settings.mirror);
    const repository = mirror ? `${settings.registry}/${name}` : familiarName(source);
    const digest = needsLock({ image, platform }) ? lockedDigest(settings.lock, key) : digestOf(image);
    return [{ name, image, key, digest, source, repository, mirror }];
  });
}

/** Whether only the lock says what runs: a tag's digest, or that of one of an image's platforms. */
export function needsLock({ image, platform }: Pick<Service, "image" | "platform">): boolean {
  return image !== undefined && (platform !== undefined || digestOf(image) === undefined);
}

/** A line for each stock image that the lock does not have. */
export function unlockedProblems(images: readonly StockImage[]): string[] {
  return images.flatMap(({ name, key, digest }) =>
    digest === undefined
      ? [`services/${name}/image: not in the lock yet, got "${key}". Run: npx --no slipway lock`]
      : [],
  );
}

/** A release's tag of a stock image, for people: "17" of "postgres:17"; nothing of one that is given by digest alone. */
export function tagOfStock(image: string): string | undefined {
  const { tag, digest } = parseReference(image);
  return tag ?? (digest === undefined ? "latest" : undefined);
}

/** What a host's engine runs besides its own platform, by architecture. Source: containerd's platforms.Only */
const COMPATIBLE: Readonly<Record<string, readonly string[]>> = {
  "linux/amd64": ["linux/386"],
  "linux/arm64": ["linux/arm"],
};

/**
 * What is wrong with a service's stock image on a host, as far as the lock knows.
 * @param platform of the host's engine, "linux/arm64"
 */
export function platformProblems(
  { name, image, platform: chosen }: Service,
  lock: Lock,
  host: string,
  platform: string,
): string[] {
  // One that is chosen may be emulated there.
  if (image === undefined || chosen !== undefined) return [];
  const { platforms } = lockedDetails(lock, lockKey(image)) ?? {};
  const runs = [platform, ...(COMPATIBLE[platform] ?? [])];
  const fits = (other: string) => runs.some((own) => other === own || other.startsWith(`${own}/`));
  if (!platforms?.length || platforms.some(fits)) return [];
  return [
    `services/${name}/image: not made for host ${host}, which is ${platform}, got "${image}" for ${platforms.join(", ")}. ` +
      `Choose another image or host, or where the host emulates one of these: platform: "${platforms[0] ?? ""}"`,
  ];
}
