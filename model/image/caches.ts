import { kept } from "../../lib/paths.ts";

/** Where a build's layers can be kept for the next one, besides in the builder itself. */
export const CACHES = ["registry", "gha", "local"] as const;
export type Cache = (typeof CACHES)[number];

/**
 * The `--cache-from` and `--cache-to` of an image. They say the same on every machine, as they are part of what the
 * build plugin compares; which of them can be used is decided where the build runs: buildx passes over `gha` outside of
 * GitHub Actions, and over a cache that is not there.
 * @param scope apart for each image, and for each platform where each has a builder of its own
 */
export function cacheFlags(
  caches: readonly Cache[],
  repository: string,
  scope: string,
): { from: string[]; to: string[] } {
  const folder = kept.cache(scope);
  const places: Record<Cache, { from: string; to: string }> = {
    registry: {
      from: `type=registry,ref=${repository}:${scope}`,
      to: `type=registry,ref=${repository}:${scope},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
    },
    gha: { from: `type=gha,scope=${scope}`, to: `type=gha,scope=${scope},mode=max,ignore-error=true` },
    local: { from: `type=local,src=${folder}`, to: `type=local,dest=${folder},mode=max,ignore-error=true` },
  };
  return {
    from: caches.map((cache) => places[cache].from),
    to: caches.map((cache) => places[cache].to),
  };
}

/**
 * What to do about caches that would be passed over without a word: in GitHub Actions, `gha` is used by steps alone that
 * have the runner's token, which a plain `run:` has not.
 * Source: https://docs.docker.com/build/cache/backends/gha/#authentication
 */
export function unusedCaches(caches: readonly Cache[], env: NodeJS.ProcessEnv): string[] {
  if (!caches.includes("gha") || env.GITHUB_ACTIONS !== "true" || env.ACTIONS_RUNTIME_TOKEN) return [];
  return [
    "caches: gha is not used, as this step has no ACTIONS_RUNTIME_TOKEN. Put a step before it that hands it on, as " +
      "crazy-max/ghaction-github-runtime does, or set caches to registry",
  ];
}
