import { textDigest } from "../../lib/digest.ts";
import { isLoopback } from "../../lib/loopback.ts";
import { HOST_KEY } from "../host/address.ts";

/** A builder of buildx, and the platforms it builds for. */
export interface Builder {
  /** Its name in buildx; undefined for the current one. */
  name: string | undefined;
  /** Where it is, for buildx to create it: `tcp://`, `unix://` of a BuildKit, `ssh://` of a Docker engine. */
  endpoint: string | undefined;
  /** The only key that the machine of an `ssh://` may show, as `ssh-ed25519 AAAA…`. */
  hostKey?: string;
  /** As in "linux/arm64". */
  platforms: string[];
}

const ENDPOINT = /^(tcp|unix|ssh):\/\/\S+$/;
const NAME = /^[a-zA-Z0-9][\w.-]*$/;
const LINE = new RegExp(`^(?:(\\S+)\\s+)??(\\S+)(?:\\s+(${HOST_KEY}))?$`);

/**
 * The stack's builders: one for all platforms, or a line for each `<platform>[,<platform>] <builder>`, where a
 * builder is the name of one that buildx has, or an endpoint, behind one by ssh the key of its machine.
 */
export function parseBuilders(
  text: string,
  platforms: readonly string[],
): { builders: Builder[]; problems: string[] } {
  const lines = text.split("\n").map((line) => line.trim());
  const problems: string[] = [];
  const builders = lines.filter(Boolean).map((line) => {
    const [, first, where = "", hostKey] = LINE.exec(line) ?? [];
    if (!(ENDPOINT.test(where) || NAME.test(where)))
      problems.push(
        `not a builder, got "${line}"; expected a name or endpoint, or "<platform> <name or endpoint>"`,
      );
    else problems.push(...unsafeEndpoint(where, hostKey));
    return builder(where, hostKey, first === undefined ? [...platforms] : first.split(",").sort());
  });
  if (!builders.length)
    return { builders: [{ name: undefined, endpoint: undefined, platforms: [...platforms] }], problems };
  for (const platform of platforms) {
    const count = builders.filter((each) => each.platforms.includes(platform)).length;
    if (count !== 1) problems.push(`${platform}: ${count} builders, got "${lines.join("; ")}"; expected one`);
  }
  return { builders, problems };
}

/** Why somebody on the way to a builder could read and change what it builds. */
function unsafeEndpoint(where: string, hostKey: string | undefined): string[] {
  const isSsh = where.startsWith("ssh://");
  if (hostKey !== undefined && !isSsh) return [`a host key is for ssh:// alone, got "${where} ${hostKey}"`];
  if (!/^(ssh|tcp):/.test(where)) return [];
  if (!URL.canParse(where)) return [`not an address, got "${where}"`];
  // Of schemes that are not the web's, URL leaves the name as it is written.
  if (isLoopback(new URL(where).hostname.toLowerCase())) return [];
  if (!isSsh)
    return [
      `${where} has no TLS, so whoever is on the way could change what is built. Use ssh://, or the name of a builder ` +
        "made with certificates: docker buildx create --name <name> --driver remote --driver-opt " +
        `cacert=<file>,cert=<file>,key=<file> ${where}`,
    ];
  if (hostKey !== undefined) return [];
  return [
    `${where} has no host key; expected "${where} <key type> <key>", as ssh-keyscan -t ed25519 prints it, checked on ` +
      "that machine",
  ];
}

function builder(where: string, hostKey: string | undefined, platforms: string[]): Builder {
  if (!ENDPOINT.test(where)) return { name: where, endpoint: undefined, platforms };
  const hash = textDigest(where).slice(0, 8);
  return { name: `slipway-${hash}`, endpoint: where, platforms, ...(hostKey !== undefined && { hostKey }) };
}

/** The name of a builder's part of an image, in tags and resources, as in "amd64". */
export function partName({ platforms }: Builder): string {
  return platforms.map((platform) => platform.replace(/^linux\//, "").replace("/", "")).join("-");
}
