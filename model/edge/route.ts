import type { Service } from "../catalogue/service.ts";
import { type Edge, RESOLVER } from "./traefik.ts";
import { maintenanceMiddleware } from "./maintenance.ts";

/** Stands in a route file for the list of the containers' URLs, which only the cutover knows. */
const SERVERS = "@SERVERS@";

/** What a route needs to know of its stack. */
export interface RouteContext {
  /** Completes short host names. */
  domain: string | undefined;
  edge: Edge;
}

/** The names a service answers to from outside; none where the stack has no domain to complete short ones with. */
export function hostNames(service: Service, domain: string | undefined): string[] {
  return complete(service.http?.domains ?? [service.name], domain);
}

/** The names that redirect to the service's first one. */
export function redirectedNames(service: Service, domain: string | undefined): string[] {
  return complete(service.http?.redirectFrom ?? [], domain);
}

function complete(hosts: readonly string[], domain: string | undefined): string[] {
  return hosts.flatMap((host) => {
    if (host.includes(".")) return [host];
    return domain ? [`${host}.${domain}`] : [];
  });
}

/** Traefik's rule for requests from outside. */
function publicRule(service: Service, domain: string | undefined): string {
  const names = hostNames(service, domain);
  const path = `PathPrefix(\`${service.http?.path ?? "/"}\`)`;
  return names.length ? `(${anyOf(names)}) && ${path}` : path;
}

function anyOf(names: readonly string[]): string {
  return names.map((name) => `Host(\`${name}\`)`).join(" || ");
}

/**
 * The service's route file for the edge, with {@link SERVERS} for its containers. Routers: one for the outside, with
 * the service's guards; one for the names that lead to its first; and one on the entry point that only the fleet's
 * own network reaches, where other services call it by its name, unguarded. JSON, which is YAML too.
 * Source of the keys: https://doc.traefik.io/traefik/reference/routing-configuration/dynamic-configuration-methods/
 * @param users who may come in where the service asks for a password, each `name:hash`
 */
export function routeFile(service: Service, context: RouteContext, users: readonly string[] = []): string {
  const { name } = service;
  const { domain, edge } = context;
  const entry = edge.https
    ? { entryPoints: ["secure"], tls: edge.https.acme ? { certResolver: RESOLVER } : {} }
    : { entryPoints: ["public"] };
  const guards = guardsOf(service, users);
  const redirected = redirectedNames(service, domain);
  const redirect = `${name}_redirect`;
  const middlewares = {
    ...guards,
    ...(redirected.length > 0 && { [redirect]: redirection(origin(service, "", context)) }),
  };
  return JSON.stringify({
    http: {
      routers: {
        [name]: {
          ...entry,
          rule: publicRule(service, domain),
          service: name,
          middlewares: [maintenanceMiddleware(name), ...Object.keys(guards)],
        },
        [`${name}_internal`]: { entryPoints: ["internal"], rule: `Host(\`${name}\`)`, service: name },
        ...(redirected.length > 0 && {
          [redirect]: {
            ...entry,
            rule: anyOf(redirected),
            service: "noop@internal",
            middlewares: [redirect],
          },
        }),
      },
      // Traefik refuses a whole file for an empty one.
      ...(Object.keys(middlewares).length > 0 && { middlewares }),
      services: {
        [name]: { loadBalancer: { servers: SERVERS, serversTransport: name } },
      },
      // Keeps no idle connection to a container: what is open is a request under way, which the cutover waits for
      // before the container is stopped; and no request is sent on a connection that the container is closing.
      serversTransports: { [name]: { maxIdleConnsPerHost: -1 } },
    },
  });
}

/** What a request from outside must pass before the service sees it, the cheapest first. */
function guardsOf({ name, http }: Service, users: readonly string[]): Record<string, object> {
  const limit = http?.rateLimit;
  return {
    // ByteCounter for each client address.
    ...(limit && {
      [`${name}_limit`]: { rateLimit: { average: limit.average, burst: limit.burst ?? limit.average } },
    }),
    ...(http?.basicAuth && { [`${name}_auth`]: { basicAuth: { users, realm: name } } }),
  };
}

/** Permanent: 301 for GET, 308 for the rest, whose method and body then stay. */
function redirection(target: string): object {
  return {
    redirectRegex: { regex: "^https?://[^/]+(.*)$", replacement: `${target}\${1}`, permanent: true },
  };
}

/** Where the service answers from outside: at its first host name, or at the machine itself where it has none. */
export function publicUrl(service: Service, machine: string, context: RouteContext): string {
  return `${origin(service, machine, context)}${service.http?.path ?? "/"}`;
}

/** The same without the path. */
export function origin(service: Service, machine: string, { domain, edge }: RouteContext): string {
  const [name = machine] = hostNames(service, domain);
  const [scheme, port, usual] = edge.https ? ["https", edge.https.port, 443] : ["http", edge.port, 80];
  return `${scheme}://${name}${port === usual ? "" : `:${port}`}`;
}
