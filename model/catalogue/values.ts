import { isIP, isIPv4, isIPv6 } from "node:net";
import * as z from "zod";
import { type Duration, isDuration } from "../../lib/duration.ts";
import { type Size, isSize } from "../../lib/size.ts";

/** Name of a service, base, host, secret, volume or build context: it becomes a DNS name, a repository, a container's name. */
export const name = text(
  /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
  "must be lower-case letters, digits and dashes, 40 at most, the first a letter",
);

/** A volume by a former name, of the same service or of another one. */
export const formerVolume = text(
  /^([a-z]([a-z0-9-]{0,38}[a-z0-9])?\/)?[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
  'must be the name of a volume, as in "data", or a service and a volume, as in "store/data"',
);

/** A host name, short or whole. */
export const hostName = text(
  /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
  'must be a host name, as in "www" or "www.example.com"',
);

/** A name in a network of Docker's, or of a container for itself: other than host names these may have capitals and underscores. */
export const networkName = text(
  /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/,
  'must be a name of letters, digits, dots, dashes and underscores, as in "db" or "my_db"',
);

/** Name of an HTTP header. */
export const headerName = text(/^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/, 'must be a header, as in "Remote-User"');

/** An image's name, with a tag or a digest. Source: https://pkg.go.dev/github.com/distribution/reference, its grammar */
export const imageName = text(
  /^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\d+)?\/)?[a-z0-9]+((\.|__?|-+|\/)[a-z0-9]+)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
  'must be an image, as in "postgres:17", "ghcr.io/acme/web:1.2" or "postgres@sha256:…" with 64 digits',
);

/** An absolute path, of a URL or in a container. */
export const path = text(/^\/[^\s`]*$/, 'must be a path that starts with "/"');

/** An absolute path of the host or in a container, which Docker can mount. */
export const mountPath = text(
  /^\/[^:\p{Cc}`]*$/u,
  'must be a path that starts with "/", without ":" and control characters',
);

/** Name of a volume or network on a host. Source: moby, RestrictedNamePattern. */
export const engineName = text(
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/,
  "must be a name as Docker has it: letters, digits, dots, dashes and underscores",
);

/** An address, IPv4 or IPv6. */
export const ipAddress = z.string().refine((value) => isIP(value) > 0, "must be an IP address");
export const ipv4Address = z.string().refine(isIPv4, "must be an IPv4 address");
export const ipv6Address = z.string().refine(isIPv6, "must be an IPv6 address");

/** Name of an environment variable. Docker and the images take more than a shell does: "discovery.type". */
export const variable = text(/^[^\s=]+$/, 'must be a name without spaces and "="');

export const duration = z.custom<Duration>(
  (value) => typeof value === "string" && isDuration(value),
  'must be a number and a unit, as in "30 seconds" or "2 minutes"',
);

export const size = z.custom<Size>(
  (value) => typeof value === "string" && isSize(value),
  'must be a number and a unit, as in "500 MB" or "1.5 GiB"',
);

/** A program and its arguments. */
export const command = z.array(z.string()).min(1);

/** A TCP or UDP port. */
export const port = wholeNumber(1, 65535);

/** A whole number from `min` to `max`, both included. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
  const bounds = max < Number.MAX_SAFE_INTEGER ? `${min} to ${max}` : `${min} or more`;
  return z
    .int(`must be a whole number, ${bounds}`)
    .min(min, `must be ${bounds}`)
    .max(max, `must be ${bounds}`);
}

/** A text of that form. */
export function text(pattern: RegExp, error: string) {
  return z.string(error).regex(pattern, error);
}
