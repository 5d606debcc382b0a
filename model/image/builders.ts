import { createHash } from "node:crypto";

/** A builder of buildx, and the platforms it builds for. */
export interface Builder {
  /** Its name in buildx; undefined for the current one. */
  name: string | undefined;
  /** Where it is, for buildx to create it: `tcp://`, `unix://` of a BuildKit, `ssh://` of a Docker engine. */
  endpoint: string | undefined;
  /** As in "linux/arm64". */
  platforms: string[];
}

const ENDPOINT = /^(tcp|unix|ssh):\/\/\S+$/;
const NAME = /^[a-zA-Z0-9][\w.-]*$/;

/**
 * The stack's builders: one for all platforms, or a line for each `<platform>[,<platform>] <builder>`, where a
 * builder is the name of one that buildx has, or an endpoint.
 */
export function parseBuilders(
  text: string,
  platforms: readonly string[],
): { builders: Builder[]; problems: string[] } {
  const lines = text.split("\n").map((line) => line.trim());
  const problems: string[] = [];
  const builders = lines.filter(Boolean).map((line) => {
    const words = line.split(/\s+/);
    const where = words.at(-1) ?? "";
    if (words.length > 2 || !(ENDPOINT.test(where) || NAME.test(where)))
      problems.push(
        `not a builder, got "${line}"; expected a name or endpoint, or "<platform> <name or endpoint>"`,
      );
    return builder(where, words.length > 1 ? (words[0] ?? "").split(",").sort() : [...platforms]);
  });
  if (!builders.length)
    return { builders: [{ name: undefined, endpoint: undefined, platforms: [...platforms] }], problems };
  for (const platform of platforms) {
    const count = builders.filter((each) => each.platforms.includes(platform)).length;
    if (count !== 1) problems.push(`${platform}: ${count} builders, got "${lines.join("; ")}"; expected one`);
  }
  return { builders, problems };
}

function builder(where: string, platforms: string[]): Builder {
  if (!ENDPOINT.test(where)) return { name: where, endpoint: undefined, platforms };
  const hash = createHash("sha256").update(where).digest("hex").slice(0, 8);
  return { name: `slipway-${hash}`, endpoint: where, platforms };
}

/** The name of a builder's part of an image, in tags and resources, as in "amd64". */
export function partName({ platforms }: Builder): string {
  return platforms.map((platform) => platform.replace(/^linux\//, "").replace("/", "")).join("-");
}
