/** A build as `docker buildx history ls --format json` tells it, a line each. */
interface Past {
  name: string;
  created_at: string;
  cached_steps: number;
  total_steps: number;
}

/**
 * How much of the builds since then came out of caches, a line for each image.
 * @param history what buildx has printed
 */
export function cacheHits(history: string, since: Date): string[] {
  const lines = history.split("\n").filter((line) => line.startsWith("{"));
  return lines
    .map((line) => JSON.parse(line) as Past)
    .filter((build) => new Date(build.created_at) >= since)
    .flatMap(({ name, cached_steps: cached, total_steps: total }) => {
      const [, image] = /\.slipway\/context\/([a-z0-9-]+)-[0-9a-f]{16}\//.exec(name) ?? [];
      const share = total ? Math.round((100 * cached) / total) : 0;
      return image ? [`${image}: ${cached} of ${total} build steps from a cache (${share} %)`] : [];
    })
    .sort();
}
