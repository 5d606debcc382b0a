import type { Catalogue, Service } from "./service.ts";
import { hostNames, redirectedNames } from "../edge/route.ts";

/** What of the stack decides whether its services can be reached as they say. */
export interface Exposure {
  hosts: readonly string[];
  domain: string | undefined;
  /** Absent where the stack has none. */
  edge: { /** Whether it asks an ACME server for certificates. */ acme: boolean } | undefined;
  /** Names of the given secrets that hold lines of htpasswd. */
  htpasswds: readonly string[];
}

/** What the edge could not do of what the services want of it, and who wants what another one has. */
export function exposureProblems(catalogue: Catalogue, around: Exposure): string[] {
  return [
    ...catalogue.services.flatMap((service) => [
      ...reservedNames(service),
      ...(around.edge ? [] : withoutEdge(service)),
      ...passwords(service, catalogue, around),
      ...namesMissing(service, around),
    ]),
    ...takenNames(catalogue, around),
  ];
}

function reservedNames({ name, labels }: Service): string[] {
  const own = Object.keys(labels ?? {}).filter((key) => key.startsWith("slipway."));
  return [
    ...(name === "edge" ? ['services/edge/name: is the edge\'s own, got "edge"; expected another'] : []),
    ...own.map((key) => `services/${name}/labels/${key}: is Slipway's own, got "${key}"; expected another`),
  ];
}

/** What only the edge does must not be dropped silently: a password least of all. */
function withoutEdge({ name, http, health }: Service): string[] {
  const wanted = (["redirectFrom", "basicAuth", "rateLimit"] as const).filter((key) => http?.[key]);
  return [
    ...wanted.map(
      (key) =>
        `services/${name}/http/${key}: is the edge's to do, got edge false; expected labels for your own proxy`,
    ),
    ...(health && "path" in health && http
      ? [`services/${name}/health/path: is asked by the edge, got edge false; expected a health command`]
      : []),
  ];
}

function passwords({ name, http }: Service, { secrets }: Catalogue, { htpasswds }: Exposure): string[] {
  const wanted = http?.basicAuth;
  const at = `services/${name}/http/basicAuth`;
  if (wanted === undefined) return [];
  const secret = secrets.find((entry) => entry.name === wanted);
  const known = secrets.map((entry) => entry.name).join(", ") || "none yet";
  if (!secret) return [`${at}: unknown secret, got "${wanted}"; expected ${known}`];
  // One without a value is told of as such.
  if (secret.generate)
    return [`${at}: cannot be made at random, got "${wanted}"; expected a secret of yours, without generate`];
  if (htpasswds.includes(wanted)) return [];
  return [
    `${at}: not lines of htpasswd, got "${wanted}"; expected name:hash on each, as htpasswd -nB <name> prints`,
  ];
}

function namesMissing(service: Service, { domain, edge }: Exposure): string[] {
  const { name, http } = service;
  if (!http) return [];
  const names = hostNames(service, domain);
  const short = (http.redirectFrom ?? []).filter((host) => !host.includes(".") && !domain);
  return [
    ...(edge?.acme && names.length === 0
      ? [
          `services/${name}/http/domains: a certificate needs a name, got none; expected a whole one, or the setting domain`,
        ]
      : []),
    ...(http.redirectFrom && names.length === 0
      ? [`services/${name}/http/redirectFrom: leads to the first of domains, got none; expected one`]
      : []),
    ...short.map(
      (host) =>
        `services/${name}/http/redirectFrom: is short, got "${host}"; expected a whole name, or the setting domain`,
    ),
  ];
}

/** Two services for the same requests on one host, or a name that would both answer and lead elsewhere. */
function takenNames({ services }: Catalogue, { hosts, domain }: Exposure): string[] {
  const owners = new Map<string, string>();
  const answering = new Map<string, string>();
  const claim = (at: string, place: string, owner: string | undefined, name: string) => {
    if (owner !== undefined) return [`${at}: taken by ${owner}, got ${place}; expected one of its own`];
    owners.set(place, name);
    return [];
  };
  const exposed = services.filter(({ http }) => http);
  const on = (service: Service) => service.host ?? hosts[0] ?? "";
  const answers = exposed.flatMap((service) => {
    const names = hostNames(service, domain);
    return (names.length ? names : ["*"]).flatMap((host) => {
      const place = `${host}${service.http?.path ?? "/"} on ${on(service)}`;
      answering.set(`${host} on ${on(service)}`, service.name);
      return claim(`services/${service.name}/http`, place, owners.get(place), service.name);
    });
  });
  const redirects = exposed.flatMap((service) =>
    redirectedNames(service, domain).flatMap((host) => {
      const place = `${host} on ${on(service)}`;
      const owner = answering.get(place) ?? owners.get(place);
      return claim(`services/${service.name}/http/redirectFrom`, place, owner, service.name);
    }),
  );
  return [...answers, ...redirects];
}
