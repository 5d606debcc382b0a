import * as z from "zod";
import { hostNames, redirectedNames } from "../edge/route.ts";
import { unknownName } from "./names.ts";
import { hostOf } from "../rollout/placement.ts";
import type { Catalogue, Service } from "./service.ts";
import type { Check, StackContext } from "./stack-context.ts";
import { headerName, hostName, name, path, port, wholeNumber } from "./values.ts";

/** How a service is reached over HTTP. */
export const http = z.strictObject({
  /** Port the process listens on, inside the container, 1 to 65535. */
  port,
  /** What the process speaks: "h2c" is HTTP/2 without TLS, as gRPC needs it. @default "http" */
  protocol: z.enum(["http", "h2c"]).optional(),
  /** Names it answers to: whole ones as they are, short ones followed by the stack's `domain`. @default its own name */
  domains: z.array(hostName).min(1).optional(),
  /** Only requests whose path starts with this are its own. @default "/" */
  path: path.optional(),
  /** Names, whole or short, that redirect permanently to the first of `domains`, path and query kept. */
  redirectFrom: z.array(hostName).min(1).optional(),
  /**
   * Name of a given secret with lines as `htpasswd -nB <name>` prints them: from outside, only these users come in, with
   * their passwords. Other services need none, unless `guardInside`. The process sees no password.
   */
  basicAuth: name.optional(),
  /** Header that tells the process which of those users has come in, as in "Remote-User"; only the edge sets it. */
  userHeader: headerName.optional(),
  /** Whether other services are asked for the password and held to the rate limit too. @default false */
  guardInside: z.boolean().optional(),
  /** How fast one client address may send requests, from outside; beyond that it gets 429. @default no limit */
  rateLimit: z
    .strictObject({
      /** Requests a second in the long run, 1 or more. */
      average: wholeNumber(1),
      /** Requests at once, 1 or more. @default `average` */
      burst: wholeNumber(1).optional(),
    })
    .optional(),
});

/** What the edge cannot do for a service, and requests that two services claim. */
export const httpProblems: Check = (catalogue, stack) => [
  ...catalogue.services.flatMap((service) => [
    ...(stack.edge ? [] : edgeNeeded(service)),
    ...passwordProblems(service, catalogue, stack),
    ...hostNameProblems(service, stack),
    ...protocolProblems(service),
  ]),
  ...claimedTwice(catalogue, stack),
];

/** What only the edge does must not be dropped silently: a password least of all. */
function edgeNeeded({ name, http }: Service): string[] {
  return (["redirectFrom", "basicAuth", "rateLimit", "guardInside"] as const)
    .filter((key) => http?.[key])
    .map(
      (key) =>
        `services/${name}/http/${key}: needs Slipway's edge, which is off (edge: false). Set it in your own proxy, through labels`,
    );
}

function passwordProblems(
  { name, http }: Service,
  { secrets }: Catalogue,
  { htpasswds }: StackContext,
): string[] {
  const wanted = http?.basicAuth;
  const at = `services/${name}/http/basicAuth`;
  if (wanted === undefined) {
    return [
      ...(http?.userHeader ? [`services/${name}/http/userHeader: needs basicAuth, which is not set`] : []),
      ...(http?.guardInside && !http.rateLimit
        ? [`services/${name}/http/guardInside: needs basicAuth or rateLimit, and has neither`]
        : []),
    ];
  }
  const secret = secrets.find((entry) => entry.name === wanted);
  const known = secrets.map((entry) => entry.name);
  if (!secret) return unknownName(at, "secret", wanted, known);
  if (secret.generate)
    return [`${at}: secret "${wanted}" is generated at random; expected one that you set, without generate`];
  // One without a value is reported as such.
  if (htpasswds.includes(wanted)) return [];
  return [
    `${at}: secret "${wanted}" has no lines of htpasswd; expected name:hash on each, as printed by: htpasswd -nB <name>`,
  ];
}

/** The edge asks a health path in HTTP/1.1. */
function protocolProblems({ name, http, health }: Service): string[] {
  if (http?.protocol !== "h2c" || typeof health !== "object" || !("path" in health)) return [];
  return [
    `services/${name}/health/path: is asked in HTTP/1.1, but http.protocol is h2c. Use a health command`,
  ];
}

function hostNameProblems(service: Service, { domain, edge }: StackContext): string[] {
  const { name, http } = service;
  if (!http) return [];
  const at = `services/${name}/http`;
  const names = hostNames(service, domain);
  const short = (["domains", "redirectFrom"] as const).flatMap((key) =>
    (http[key] ?? []).filter((host) => !host.includes(".") && !domain).map((host) => ({ key, host })),
  );
  return [
    ...(edge?.acme && names.length === 0
      ? [`${at}/domains: a certificate needs a whole name. Add one here, or set the setting domain`]
      : []),
    ...(http.redirectFrom && names.length === 0
      ? [`${at}/redirectFrom: redirects to the first of domains. Add a whole name there`]
      : []),
    ...short.map(
      ({ key, host }) =>
        `${at}/${key}: must be a whole name where the setting domain is not set, got "${host}". Write it ` +
        "whole, or: pulumi config set domain …",
    ),
  ];
}

/** Why two services that say nothing of names meet. */
const NO_NAME =
  "Without the setting domain a service has no name of its own. Run: pulumi config set domain …, or write whole names into http.domains, or another http.path";

/** Two services for the same requests on one host, or a name that one answers to and another redirects from. */
function claimedTwice({ services }: Catalogue, { hosts, domain }: StackContext): string[] {
  const owners = new Map<string, string>();
  const answering = new Map<string, string>();
  const claim = (at: string, place: string, owner: string | undefined, name: string) => {
    if (owner !== undefined) return [`${at}: ${place} is taken by service ${owner}`];
    owners.set(place, name);
    return [];
  };
  const exposed = services.filter(({ http }) => http);
  const on = (service: Service) => hostOf(service, hosts);
  const answers = exposed.flatMap((service) => {
    const names = hostNames(service, domain);
    const path = service.http?.path ?? "/";
    const at = `services/${service.name}/http`;
    if (!names.length) {
      const place = `${path} of every name on host ${on(service)}`;
      return claim(at, place, owners.get(place), service.name).map((problem) => `${problem}. ${NO_NAME}`);
    }
    return names.flatMap((host) => {
      const place = `${host}${path} on host ${on(service)}`;
      answering.set(`${host} on host ${on(service)}`, service.name);
      return claim(at, place, owners.get(place), service.name);
    });
  });
  const redirects = exposed.flatMap((service) =>
    redirectedNames(service, domain).flatMap((host) => {
      const place = `${host} on host ${on(service)}`;
      const owner = answering.get(place) ?? owners.get(place);
      return claim(`services/${service.name}/http/redirectFrom`, place, owner, service.name);
    }),
  );
  return [...answers, ...redirects];
}
