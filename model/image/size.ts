import { type Size, showSize, toBytes } from "../../lib/size.ts";

/** A layer as the registry keeps it. */
export interface Layer {
  digest: string;
  /** Compressed, in bytes. */
  size: number;
  /** The step of the Dockerfile that made it. */
  by: string;
}

/** What an image weighs for one platform. */
export interface PlatformSize {
  platform: string;
  layers: Layer[];
}

/** The sum of the layers, in bytes. */
export function total({ layers }: PlatformSize): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}

/** A line for each platform on which an image is bigger than it may be, with its biggest layers. */
export function overBudget(name: string, sizes: readonly PlatformSize[], budget: Size): string[] {
  return sizes
    .filter((size) => total(size) > toBytes(budget))
    .map((size) => {
      const biggest = size.layers.toSorted((a, b) => b.size - a.size).slice(0, 3);
      return (
        `services/${name}/build/sizeBudget: too big for ${size.platform}, got ${showSize(total(size))}; expected at ` +
        `most ${budget}. Its biggest layers: ${biggest.map(show).join("; ")}. What grew: npx --no slipway sizes ${name}`
      );
    });
}

/**
 * What an image weighs, and what has grown since the last release, by layer.
 * @param before the last release; none if there was none
 */
export function growth(
  name: string,
  before: readonly PlatformSize[],
  now: readonly PlatformSize[],
): string[] {
  return now.flatMap((size) => {
    const old = before.find(({ platform }) => platform === size.platform);
    const first = `${name} ${size.platform}: ${showSize(total(size))}`;
    if (!old) return [first];
    const change = total(size) - total(old);
    const missing = (from: PlatformSize, other: PlatformSize) =>
      from.layers.filter(({ digest }) => !other.layers.some((layer) => layer.digest === digest));
    return [
      `${first}, ${change < 0 ? "-" : "+"}${showSize(Math.abs(change))} since the last release`,
      ...missing(size, old).map((layer) => `  + ${show(layer)}`),
      ...missing(old, size).map((layer) => `  - ${show(layer)}`),
    ];
  });
}

function show({ size, by }: Layer): string {
  return `${showSize(size)} ${by}`;
}
