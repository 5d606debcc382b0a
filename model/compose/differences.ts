/** How a container made of an import may differ from the one that Compose makes of the same file. */
export interface Difference {
  /** Where tests/oracle/facts.ts has it of `docker inspect`; "*" stands for any name. */
  place: string;
  compose: string;
  slipway: string;
  reason: string;
  /** Whether it is about these values, as JSON; undefined where there is none. */
  allows: (compose: string | undefined, slipway: string | undefined, ofCompose: ValueOf) => boolean;
}

/** Any value of Compose's container, by its place. */
type ValueOf = (place: string) => string | undefined;

const MIB = 2 ** 20;
const SECOND = 1e9;

/** A file of the project's, as Slipway mounts it: out of a volume of files, by its path on the host. */
const OWN_FILE = /^\["bind",".*\/volumes\/[^/]*-files-[0-9a-f]+\/_data\/\d+","ro",/;

/** All that may differ: tests/oracle holds what `slipway import` makes to it. */
export const DIFFERENCES: readonly Difference[] = [
  {
    place: "Config.Image",
    compose: "an image by its tag",
    slipway: "the same by its digest",
    reason: "what runs is what the lock file says, whatever becomes of the tag",
    allows: (compose, slipway) => repository(compose) === repository(slipway),
  },
  {
    place: "Config.Labels.com.docker.compose.*",
    compose: "labels by which Compose knows its containers",
    slipway: "none",
    reason: "they are Compose's: it would take the containers for its own",
    allows: (_, slipway) => slipway === undefined,
  },
  {
    place: "Config.Labels.slipway.*",
    compose: "none",
    slipway: "labels by which Slipway knows its own",
    reason: "they decide what Slipway touches",
    allows: (compose) => compose === undefined,
  },
  {
    place: "Config.Env.*",
    compose: "a name without a value, for a variable that the shell has not: that of the image is taken away",
    slipway: "that of the image, if it has one",
    reason: "services.ts has values, and nothing is taken from a shell; the import says so",
    allows: (compose, slipway) => compose?.includes("=") === false && slipway === undefined,
  },
  {
    place: "Config.AttachStdout",
    compose: "on",
    slipway: "off",
    reason: "is for whoever runs it in a terminal; what it prints is in its log all the same",
    allows: (_, slipway) => slipway === undefined,
  },
  {
    place: "Config.AttachStderr",
    compose: "on",
    slipway: "off",
    reason: "as with Config.AttachStdout",
    allows: (_, slipway) => slipway === undefined,
  },
  {
    place: "HostConfig.RestartPolicy.Name",
    compose: "unless-stopped",
    slipway: "always",
    reason: "an engine that was killed leaves those of unless-stopped stopped (seen with 20.10)",
    allows: (compose, slipway) => compose === '"unless-stopped"' && slipway === '"always"',
  },
  {
    place: "HostConfig.RestartPolicy.Name",
    compose: "none, or no for what serves",
    slipway: "always",
    reason: 'what serves is started again; "no" is for what ends by itself',
    allows: (compose, slipway) => compose === undefined && slipway === '"always"',
  },
  {
    place: "HostConfig.LogConfig.Config.max-size",
    compose: "none where the file says none: logs grow until the disk is full",
    slipway: "10 MB",
    reason: "a log is never what fills a host's disk",
    allows: (compose, slipway) => compose === undefined && slipway === '"10m"',
  },
  {
    place: "HostConfig.LogConfig.Config.max-file",
    compose: "none where the file says none",
    slipway: "three",
    reason: "as with HostConfig.LogConfig.Config.max-size",
    allows: (compose, slipway) => compose === undefined && slipway === '"3"',
  },
  {
    place: "Config.Healthcheck.Interval",
    compose: "none where the file says none, which to Docker is 30 seconds",
    slipway: "30 seconds",
    reason: "the same, said: an image's own check cannot give another one",
    allows: (compose, slipway) => compose === undefined && slipway === String(30 * SECOND),
  },
  {
    place: "Config.Healthcheck.Timeout",
    compose: "none where the file says none, which to Docker is 30 seconds",
    slipway: "30 seconds",
    reason: "the same, said, as Slipway's own check has less",
    allows: (compose, slipway) => compose === undefined && slipway === String(30 * SECOND),
  },
  {
    place: "Config.StopTimeout",
    compose: "none where the file says none, which to Docker is 10 seconds",
    slipway: "15 seconds",
    reason: "the default of stopGracePeriod",
    allows: (compose, slipway) => compose === undefined && slipway === "15",
  },
  {
    place: "Config.ExposedPorts.*",
    compose: "the ports of expose",
    slipway: "none but those published",
    reason: "in a network all ports are open, exposed or not",
    allows: (_, slipway) => slipway === undefined,
  },
  {
    place: "HostConfig.PortBindings.*",
    compose: "any address of the host's as nothing, a port that the engine chooses as nothing",
    slipway: "0.0.0.0 (and :: on a host with IPv6), and 0",
    reason: "the plugin's words for the same",
    allows: (compose, slipway) => plainBindings(compose) === plainBindings(slipway),
  },
  {
    place: "HostConfig.NetworkMode",
    compose: "the first of its networks",
    slipway: "bridge",
    reason:
      "the plugin makes it in Docker's own network and moves it before its start: Networks is where it is",
    allows: (compose, slipway) =>
      compose !== undefined && !/^"(host|none|container:.*)"$/.test(compose) && slipway === '"bridge"',
  },
  {
    place: "Networks.bridge",
    compose: "Docker's own network, where network_mode is bridge",
    slipway: "not in it",
    reason: "nothing has a name there: it is in the fleet's network",
    allows: (_, slipway) => slipway === undefined,
  },
  {
    place: "Networks.default*",
    compose: "not in it, where network_mode is bridge",
    slipway: "in the fleet's network",
    reason: "as with Networks.bridge",
    allows: (compose, _, ofCompose) => compose === undefined && ofCompose("Networks.bridge") !== undefined,
  },
  {
    place: "Networks.*.Aliases.*",
    compose: "the container's name too",
    slipway: "it only where something in the project mentions it",
    reason: "a container of Slipway's has another name with each roll",
    allows: (compose) => compose === "its container's name",
  },
  {
    place: "Networks.*.Aliases.*",
    compose: "names that links give, for the service that has the links",
    slipway: "the same as aliases, for all in the network",
    reason: "a link leads to one container, and so ends with a roll",
    allows: (compose, slipway) => compose === undefined && slipway === "there",
  },
  {
    place: "Networks.*.Links",
    compose: "the containers of links",
    slipway: "none",
    reason: "a link leads to one container, and so ends with a roll: names lead there",
    allows: (_, slipway) => slipway === undefined,
  },
  {
    place: "Mounts.*",
    compose: "a file beside the Compose file, mounted from the host",
    slipway: "a copy of it, read-only, mounted from a volume of files",
    reason: "what a container reads is what was deployed, and a change of it is a roll",
    allows: (compose, slipway) => compose?.startsWith('["bind"') === true && OWN_FILE.test(slipway ?? ""),
  },
  {
    place: "Mounts.*",
    compose: "none: text and secrets of variables are written into the container",
    slipway: "a file, read-only, mounted from a volume of files",
    reason: "what is written into it is not there with a read-only root, or under a tmpfs",
    allows: (compose, slipway) => compose === undefined && OWN_FILE.test(slipway ?? ""),
  },
  {
    place: "Mounts./run/slipway",
    compose: "none",
    slipway: "the volume that its files are in",
    reason: "so the engine counts it as used, and nobody's prune removes it",
    allows: (compose) => compose === undefined,
  },
  {
    place: "Mounts.*",
    compose: "a volume without a name, lost with its container",
    slipway: "a volume of the service's own",
    reason: "its data would be left behind at each roll",
    allows: (compose, slipway) =>
      /^\["volume","[0-9a-f]{64}"/.test(compose ?? "") && slipway?.startsWith('["volume"') === true,
  },
  {
    place: "Config.Volumes.*",
    compose: "none",
    slipway: "the paths of all mounts",
    reason:
      "the plugin says them there too: no other volume is made where something is mounted, as Mounts shows",
    allows: (compose) => compose === undefined,
  },
  {
    place: "HostConfig.Memory",
    compose: "in bytes",
    slipway: "in whole MiB, rounded up",
    reason: "the plugin counts in MiB",
    allows: (compose, slipway) => Math.ceil(Number(compose) / MIB) * MIB === Number(slipway),
  },
];

function repository(image = ""): string {
  return image.replace(/["]/g, "").replace(/@sha256:.*$|:[^:/]*$/, "");
}

/** Without the second address where both have the same port, and in the plugin's words. */
function plainBindings(bindings = "[]"): string {
  const all = JSON.parse(bindings) as { HostIp: string; HostPort: string }[];
  const plain = all
    .filter(({ HostIp }) => HostIp !== "::")
    .map(({ HostIp, HostPort }) => `${HostIp || "0.0.0.0"} ${HostPort || "0"}`);
  return plain.sort().join();
}

/** The difference that allows these values at a place. */
export function allowedBy(
  place: string,
  compose: string | undefined,
  slipway: string | undefined,
  ofCompose: ValueOf,
) {
  return DIFFERENCES.find((row) => matches(row.place, place) && row.allows(compose, slipway, ofCompose));
}

/** Whether a place is one of a pattern, in which each "*" is any text. */
function matches(pattern: string, place: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(place);
}
