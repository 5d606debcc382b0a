import type { Service } from "../catalogue/service.ts";
import type { LabelledStack } from "../container/labels.ts";
import type { Subnet } from "../host/subnet.ts";
import { withDated } from "./dated.ts";
import { guardsOf } from "./guards.ts";
import { maintenanceMiddleware } from "./maintenance.ts";
import { routeName } from "./names.ts";
import { FIRST, anyOf, aroundRule, fromAny, internalRule, priorityOf, publicRule } from "./rule.ts";
import { type Edge, RESOLVER } from "./traefik.ts";

/** Stands in a route file for the list of the containers' URLs, which only the cutover knows. */
const SERVERS = "@SERVERS@";

/** What a route needs to know of its stack. */
export interface RouteContext {
  /** Completes short host names. */
  domain: string | undefined;
  edge: Edge;
  /** The stack itself. */
  owner: LabelledStack;
  /** Its network on the service's host. */
  subnet: Subnet;
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

/**
 * The service's route file for the edge, with {@link SERVERS} for its containers. Routers: one for the outside, with
 * the service's guards; one for the names that lead to its first; and one on the entry point that only the fleet's
 * own network reaches, where other services call it by its name, unguarded unless the service says otherwise; and each of
 * these once more for files of known times ({@link withDated}). JSON, which is YAML too.
 * Source of the keys: https://doc.traefik.io/traefik/reference/routing-configuration/dynamic-configuration-methods/
 * @param users who may come in where the service asks for a password, each `name:hash`
 */
export function routeFile(service: Service, context: RouteContext, users: readonly string[] = []): string {
  const { domain, edge, owner, subnet } = context;
  const route = routeName(owner, service.name);
  const { path = "/", guardInside = false } = service.http ?? {};
  const names = hostNames(service, domain);
  const entry = edge.https
    ? { entryPoints: ["secure"], tls: edge.https.acme ? { certResolver: RESOLVER } : {} }
    : { entryPoints: ["public"] };
  const guards = guardsOf(service, context, users);
  const inside = guardInside ? guards.outside : guards.inside;
  const outside = {
    ...entry,
    rule: publicRule(names, path),
    priority: priorityOf(names, path),
    service: route,
    middlewares: [maintenanceMiddleware(route), ...guards.outside],
  };
  const redirected = redirectedNames(service, domain);
  const toFirst = `${route}_redirect`;
  const middlewares = {
    ...guards.middlewares,
    ...(redirected.length > 0 && { [toFirst]: redirection(service, context) }),
  };
  return JSON.stringify({
    http: {
      routers: {
        ...withDated({
          [route]: outside,
          ...(guards.proxied && {
            [`${route}_proxied`]: {
              ...outside,
              rule: `(${outside.rule}) && (${fromAny(edge.trustedProxies)})`,
              priority: outside.priority + 2,
              middlewares: [maintenanceMiddleware(route), ...guards.proxied],
            },
          }),
          [`${route}_internal`]: {
            entryPoints: ["internal"],
            rule: internalRule(service.name, subnet),
            service: route,
            ...(inside.length > 0 && { middlewares: inside }),
          },
        }),
        ...(guards.around && {
          [`${route}_around`]: {
            ...entry,
            rule: aroundRule(names, path),
            priority: FIRST,
            service: "noop@internal",
            middlewares: [guards.around],
          },
        }),
        ...(redirected.length > 0 && {
          [toFirst]: {
            ...entry,
            rule: anyOf(redirected),
            priority: priorityOf(redirected, "/"),
            service: "noop@internal",
            middlewares: [toFirst],
          },
        }),
      },
      // Traefik refuses a whole file for an empty one.
      ...(Object.keys(middlewares).length > 0 && { middlewares }),
      services: {
        [route]: { loadBalancer: { servers: SERVERS, serversTransport: route } },
      },
      // Keeps no idle connection to a container: what is open is a request under way, which the cutover waits for
      // before the container is stopped; and no request is sent on a connection that the container is closing.
      serversTransports: { [route]: { maxIdleConnsPerHost: -1 } },
    },
  });
}

/** Permanent: 301 for GET, 308 for the rest, whose method and body then stay. */
function redirection(service: Service, context: RouteContext): object {
  const { edge } = context;
  const [name = ""] = hostNames(service, context.domain);
  // A proxy before an edge without HTTPS knows scheme and port better.
  const replacement =
    edge.trustedProxies.length && !edge.https
      ? `\${1}://${name}\${2}`
      : `${origin(service, "", context)}\${2}`;
  return { redirectRegex: { regex: "^(https?)://[^/]+(.*)$", replacement, permanent: true } };
}

/** Where the service answers from outside: at its first host name, or at the machine itself where it has none. */
export function publicUrl(
  service: Service,
  machine: string,
  context: Pick<RouteContext, "domain" | "edge">,
): string {
  return `${origin(service, machine, context)}${service.http?.path ?? "/"}`;
}

/** The same without the path. */
export function origin(
  service: Service,
  machine: string,
  { domain, edge }: Pick<RouteContext, "domain" | "edge">,
): string {
  const [name = machine] = hostNames(service, domain);
  const [scheme, port, usual] = edge.https ? ["https", edge.https.port, 443] : ["http", edge.port, 80];
  return `${scheme}://${name}${port === usual ? "" : `:${port}`}`;
}
