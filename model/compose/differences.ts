/** How a container made of an import may differ from the one that Compose makes of the same file. */
export interface Difference {
  /** Where `docker inspect` shows it; "*" stands for any name. */
  places: readonly string[];
  compose: string;
  slipway: string;
  reason: string;
  /** Whether these are values that the difference is about, as JSON; undefined where there is none. */
  allows: (compose: string | undefined, slipway: string | undefined) => boolean;
}

/** All that may differ: `slipway import` and what it imports are held to it by tests/oracle. */
export const DIFFERENCES: readonly Difference[] = [
  {
    places: ["Config.Image", "Config.Labels.com.docker.compose.*", "Config.Labels.slipway.*"],
    compose: "an image by its tag, and labels by which Compose knows its containers",
    slipway: "an image by its digest, and labels by which Slipway knows its own",
    reason:
      "what runs is what the lock file says, whatever becomes of the tag; labels decide what Slipway touches",
    allows: () => true,
  },
  {
    places: ["Config.AttachStdout", "Config.AttachStderr", "HostConfig.ConsoleSize"],
    compose: "what the terminal of whoever ran it was to see",
    slipway: "nothing",
    reason: "who asks for a container's output later gets it all the same",
    allows: () => true,
  },
  {
    places: ["HostConfig.RestartPolicy.Name"],
    compose: "unless-stopped, or none where the file says none",
    slipway: "always",
    reason:
      "an engine that was killed leaves those of unless-stopped stopped; what serves is started again, " +
      'and "no" is for what ends by itself',
    allows: (compose, slipway) =>
      [undefined, '"no"', '"unless-stopped"'].includes(compose) && slipway === '"always"',
  },
  {
    places: ["HostConfig.LogConfig.Config.max-size", "HostConfig.LogConfig.Config.max-file"],
    compose: "none where the file says none: logs grow until the disk is full",
    slipway: "three files of 10 MB",
    reason: "a log is never what fills a host's disk",
    allows: (compose, slipway) => compose === undefined && ['"10m"', '"3"'].includes(slipway ?? ""),
  },
  {
    places: ["Config.Healthcheck.Interval", "Config.Healthcheck.Timeout"],
    compose: "none where the file says none, which to Docker is 30 seconds",
    slipway: "30 seconds",
    reason: "the same, said",
    allows: (compose, slipway) => compose === undefined && slipway === String(30e9),
  },
  {
    places: ["Config.ExposedPorts.*"],
    compose: "the ports of expose",
    slipway: "none but those published",
    reason: "in a network all ports are open, exposed or not",
    allows: (_, slipway) => slipway === undefined,
  },
];

/** The difference that allows these values at a place. */
export function allowedBy(
  place: string,
  compose: string | undefined,
  slipway: string | undefined,
): Difference | undefined {
  return DIFFERENCES.find(
    ({ places, allows }) => places.some((pattern) => matches(pattern, place)) && allows(compose, slipway),
  );
}

function matches(pattern: string, place: string): boolean {
  const [start = "", ...end] = pattern.split("*");
  return end.length ? place.startsWith(start) && place.endsWith(end.join("*")) : place === pattern;
}
