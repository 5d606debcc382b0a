/** A build of one of the stack's images, by a builder's own record. */
export interface Build {
  /** The service or base. */
  image: string;
  /** From its start until it was pushed, in seconds. */
  seconds: number;
  /** How long layers and manifests were pushed, in seconds; none where it was not pushed. */
  pushSeconds?: number;
  /** Steps of it, 0 or more, and how many of them came out of a cache. */
  steps: number;
  cachedSteps: number;
  outcome: "pushed" | "not built" | "not pushed";
  /** Whether a registry refused the login, for its base or its push. */
  refused: boolean;
}

/** A build as `docker buildx history ls --format json` tells it, a line each. */
export interface PastBuild {
  /** As in `builder/node/id`. */
  ref: string;
  /** Where its context was. */
  name: string;
  created_at: string;
  completed_at?: string;
  cached_steps: number;
  total_steps: number;
  status: string;
}

/** What of `docker buildx history logs --progress rawjson` is read. */
interface Progress {
  statuses?: { id: string; started?: string; completed?: string }[];
}

/**
 * The builds of Slipway's images that ended in a span of time.
 * @param history what buildx has printed
 * @param from in ms since 1970, as `to`
 */
export function buildsBetween(history: string, from: number, to: number): PastBuild[] {
  return parseBuilds(history).filter(({ name, created_at, completed_at }) => {
    return imageOf(name) && completed_at && Date.parse(created_at) >= from && Date.parse(completed_at) <= to;
  });
}

/** The builds that buildx lists, ended or not. */
export function parseBuilds(history: string): PastBuild[] {
  return history
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as PastBuild);
}

/**
 * A build in figures.
 * @param log what it printed, as raw JSON
 * @param error why it failed; empty if it did not
 */
export function buildOf(past: PastBuild, log: string, error: string): Build {
  const pushes = log
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => (JSON.parse(line) as Progress).statuses ?? [])
    .filter(({ id, completed }) => id.startsWith("pushing ") && completed);
  const pushed = past.status === "Completed";
  const pushMs = pushes.reduce((sum, push) => sum + msBetween(push.started, push.completed), 0);
  return {
    image: imageOf(past.name) ?? "",
    seconds: msBetween(past.created_at, past.completed_at) / 1000,
    ...(pushed && { pushSeconds: pushMs / 1000 }),
    steps: past.total_steps,
    cachedSteps: past.cached_steps,
    outcome: pushed ? "pushed" : error.startsWith("failed to push") ? "not pushed" : "not built",
    refused: /\b40[13]\b|unauthorized|authorization failed|insufficient_scope|denied/i.test(error),
  };
}

/** A line for each build: how much of it came out of caches. */
export function cacheHits(builds: readonly Build[]): string[] {
  return builds
    .map(({ image, steps, cachedSteps }) => {
      const share = steps ? Math.round((100 * cachedSteps) / steps) : 0;
      return `${image}: ${cachedSteps} of ${steps} build steps from a cache (${share} %)`;
    })
    .sort();
}

/** The image whose staged sources these are, by the name that buildx gives a build. */
export function imageOf(build: string): string | undefined {
  return stagedIn(build)?.slice(0, -33);
}

/**
 * The folder of an image's staged sources, as in web-0123456789abcdef0123456789abcdef, by the name that buildx gives a
 * build: in a git checkout the path, elsewhere the path's last part.
 */
export function stagedIn(build: string): string | undefined {
  return /^(?:.*\/)?([a-z0-9-]+-[0-9a-f]{32})(?: \(.*\))?$/.exec(build)?.[1];
}

function msBetween(from = "", to = ""): number {
  return Date.parse(to) - Date.parse(from);
}
